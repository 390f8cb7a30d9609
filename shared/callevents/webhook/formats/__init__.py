"""What the body of an alert may be besides JSON: broken JSON, forms, markup, text."""
