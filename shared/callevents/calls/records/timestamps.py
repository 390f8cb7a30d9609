"""Moments: ISO 8601 text to an Instant (nanoseconds since 1970, UTC) and back."""

import re
from functools import lru_cache

from callevents.calls.model import Instant
from callevents.calls.sanitize import clean

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_FRACTION_DIGITS = 9
_MAX_MINUTES = 256  # remembered
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2

_MINUTE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([01][0-9]|2[0-3]):([0-5][0-9])")
_REST = re.compile(
    r"(?::([0-5][0-9])(?:[.,]([0-9]+))?)?"
    r"\s?(?:[Zz]|([+-])([01][0-9]|2[0-3])(?::?([0-5][0-9]))?)?"
)


def parse_instant(text: str) -> Instant | None:
    """Return the moment that ISO 8601 *text* names (any fraction; `Z`, an offset or none = UTC), None if it names none.

    Digits beyond nanoseconds are dropped. Only the years 1 to 9999 exist.
    """
    try:  # the usual form, several times faster
        return _MINUTES[text[:17]] + _SECONDS[text[17:20]] + _THOUSANDTHS[text[20:]]
    except KeyError:
        return _parse(text)


class _Minutes(dict[str, Instant]):
    """The beginnings of minutes, by `2026-03-04T10:22:`; the records of a call share few."""

    def __missing__(self, text: str) -> Instant:
        found = _MINUTE.fullmatch(text[:16])
        minute = None if found is None else _minute(*map(int, found.groups()))
        if minute is None or text[16:] != ":":
            raise KeyError(text)
        if len(self) >= _MAX_MINUTES:
            self.clear()
        self[text] = minute
        return minute


class _Thousandths(dict[str, int]):
    """Nanoseconds by `309Z`."""

    def __missing__(self, text: str) -> int:
        digits = text[:3]
        if len(text) != len("309Z") or text[3] != "Z" or not (digits.isascii() and digits.isdigit()):
            raise KeyError(text)
        thousandths = self[text] = int(digits) * 1_000_000
        return thousandths


_MINUTES = _Minutes()
_SECONDS = {f"{second:02}.": second * _SECOND for second in range(60)}
_THOUSANDTHS = _Thousandths()


def _parse(text: str) -> Instant | None:
    text = clean(text).strip()
    day, found = _MINUTE.match(text), _REST.fullmatch(text, 16)
    minute = None if day is None else _minute(*map(int, day.groups()))
    if minute is None or found is None:
        return None
    second, fraction, sign, hours, minutes = found.groups()
    nanoseconds = int((fraction or "0")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0"))
    instant = minute + int(second or 0) * _SECOND + nanoseconds
    if sign:
        away = (int(hours) * 60 + int(minutes or 0)) * 60 * _SECOND
        instant += away if sign == "-" else -away
    return instant if _FIRST <= instant < _END else None


def iso(instant: Instant) -> str:
    """Return *instant* as `2026-03-04T10:22:11.309Z`; what is finer than a millisecond is dropped."""
    days, rest = divmod(instant, _DAY)
    milliseconds = rest // 1_000_000
    year, month, day = _date(days)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return (
        f"{year:04}-{month:02}-{day:02}T{minutes // 60:02}:{minutes % 60:02}"
        f":{milliseconds // 1000:02}.{milliseconds % 1000:03}Z"
    )


def _minute(year: int, month: int, day: int, hour: int, minute: int) -> Instant | None:
    if not (year and 1 <= month <= len(_LENGTHS)) or not 1 <= day <= _month_length(year, month):
        return None
    return _days(year, month, day) * _DAY + (hour * 60 + minute) * 60 * _SECOND


def _month_length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _LENGTHS[month - 1] + (leap and month == _FEBRUARY)


def _days(year: int, month: int, day: int) -> int:
    """Return the days since 1970-01-01 of a date in the Gregorian calendar.

    Source: https://howardhinnant.github.io/date_algorithms.html#days_from_civil
    """
    year -= month <= _FEBRUARY
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


@lru_cache(maxsize=64)
def _date(days: int) -> tuple[int, int, int]:
    """Return year, month and day of *days* since 1970-01-01 (civil_from_days of the same source)."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9  # noqa: PLR2004 - the year of the algorithm begins in March
    return year_of_era + era * 400 + (month <= _FEBRUARY), month, day_of_year - (153 * shifted + 2) // 5 + 1


_FIRST = _days(1, 1, 1) * _DAY
_END = _days(10_000, 1, 1) * _DAY
