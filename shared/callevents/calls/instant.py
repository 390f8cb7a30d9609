"""Moments: ISO 8601 text to an Instant (nanoseconds since 1970, UTC) and back."""

import re
from functools import lru_cache

from callevents.calls.model import Instant
from callevents.calls.text import clean

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_FRACTION_DIGITS = 9
_ISO_LENGTH = 24  # 2026-03-04T10:22:11.309Z, as CCC writes it
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
    if len(text) == _ISO_LENGTH and text[16] == ":" and text[19] == "." and text[23] == "Z":
        minute = _minute(text[:16])  # the usual form, several times faster
        rest = text[17:19] + text[20:23]
        if minute is not None and rest < "60" and rest.isdigit() and rest.isascii():
            return minute + int(rest) * 1_000_000
    text = clean(text).strip()
    minute = _minute(text[:16])
    found = _REST.fullmatch(text, 16)
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


@lru_cache(maxsize=256)  # the records of a call share few minutes
def _minute(text: str) -> Instant | None:
    found = _MINUTE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups())
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
