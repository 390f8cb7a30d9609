"""The HTTP client, with total deadlines."""
