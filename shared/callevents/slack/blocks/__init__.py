"""Block Kit."""
