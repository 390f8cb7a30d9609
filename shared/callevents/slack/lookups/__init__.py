"""From a lookup request to its result."""
