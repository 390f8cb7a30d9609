"""What happened on a call: pure facts from notification records."""
