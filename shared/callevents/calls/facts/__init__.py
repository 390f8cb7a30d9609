"""Facts about a call, read from its events."""
