"""Parses the times that senders write."""

from callevents.calls.model import SECOND
from callevents.calls.records.timestamps import parse_instant

MAX_CHARS = 64
# The first limit above a number gives its units per second: seconds until the year 5138, and so on.
_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, SECOND))


def parse_time(text: str) -> float | None:
    """Parse ISO 8601, or a Unix time in s, ms, µs or ns, to Unix seconds; None if it is neither."""
    if len(text) > MAX_CHARS:
        return None
    try:
        number = float(text)
    except ValueError:
        instant = parse_instant(text)
        number = instant / SECOND if instant is not None else 0.0
    if not number > 0:
        return None
    return next((number / unit for limit, unit in _UNITS if number < limit), None)
