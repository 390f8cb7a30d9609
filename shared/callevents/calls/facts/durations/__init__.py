"""How long a call talked, was on hold, rang and queued."""
