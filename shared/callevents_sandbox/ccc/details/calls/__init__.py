"""A call as its notification records tell it: events, lines, how it was filed, how long its parts took."""
