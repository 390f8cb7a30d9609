"""When an alert began, from what a sender writes."""

from callevents.calls.records.timestamps import parse_instant

LONGEST = 64
_NANOSECONDS = 1_000_000_000
# A number this large is not in the unit before it: until the year 5138 in seconds, and so on.
_UNITS = ((1e11, 1), (1e14, 1_000), (1e17, 1_000_000), (1e20, _NANOSECONDS))


def moment(text: str) -> float | None:
    """Return Unix seconds for ISO 8601, or for a Unix time in s, ms, µs or ns; None where it says no time."""
    if len(text) > LONGEST:
        return None
    try:
        number = float(text)
    except ValueError:
        instant = parse_instant(text)
        number = instant / _NANOSECONDS if instant is not None else 0.0
    if not number > 0:
        return None
    return next((number / unit for limit, unit in _UNITS if number < limit), None)
