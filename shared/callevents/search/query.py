"""What is sought, as types. Pure."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal, NamedTuple, TypeAlias

from callevents.calls.model import SECOND, Instant

Kind: TypeAlias = Literal["number", "agent", "missed", "mine"]
KINDS: Final[tuple[Kind, ...]] = ("number", "agent", "missed", "mine")
# How far the contact center goes back where its documents say it.
MAX_DAYS: Final = 180
_MILLISECOND: Final = SECOND // 1000


class Days(NamedTuple):
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __len__(self) -> int:
        """Return how many days they are."""
        return (self.last - self.first).days + 1


class Period(NamedTuple):
    """From `since` to `until`, both included: days of the site, the last perhaps not over."""

    since: Instant
    until: Instant


class CallQuery(NamedTuple):
    """Which calls are sought.

    `value` is the number as it is dialled, the id of the agent (whose calls `mine` shows too), or the id of the skill
    group, "" for all groups.
    """

    kind: Kind
    value: str
    period: Period

    def __repr__(self) -> str:
        """Leave out what is sought: it may be a number."""
        return f"CallQuery(kind={self.kind!r}, period={self.period!r})"


def period_of(days: Days, zone: tzinfo, now: float) -> Period:
    """Return when *days* begin and end on the clocks of *zone*; nothing is sought after *now* (Unix seconds).

    A day may have 23 or 25 hours, and need not begin at 0:00: it ends where the next one begins.
    """
    since, after = (
        round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND
        for day in (days.first, days.last + timedelta(days=1))
    )
    latest = int(now * 1000) * _MILLISECOND
    return Period(since, max(since, min(after - _MILLISECOND, latest)))


def days_of(period: Period, zone: tzinfo) -> Days:
    """Return the days of *period* on the clocks of *zone*."""
    return Days(*(datetime.fromtimestamp(at // SECOND, zone).date() for at in period))


def other_form(number: str) -> str:
    """Return *number* with a leading 0 where it has none, else without its leading zeros; "" where none is left."""
    return number.lstrip("0") if number.startswith("0") else f"0{number}"
