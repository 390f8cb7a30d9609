"""Alert cards."""
