"""The events of a call as a reader sees them."""
