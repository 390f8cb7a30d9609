"""From a request to find calls to its result."""
