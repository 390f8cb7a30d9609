"""A call, read from its notification records: events, lines, how it was filed, how long its parts took."""
