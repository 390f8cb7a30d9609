"""Tests for callevents.search.query: days on the site's clocks, and the other form of a number."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from callevents.calls.model import SECOND
from callevents.search.query import CallQuery, Days, Period, days_of, other_form, period_of

LATE = 4_000_000_000.0


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("zone", "first", "last", "since", "after"),
    [
        ("Asia/Shanghai", "2026-03-04", "2026-03-04", "2026-03-03 16:00", "2026-03-04 16:00"),
        ("Asia/Shanghai", "2026-03-01", "2026-03-07", "2026-02-28 16:00", "2026-03-07 16:00"),
        ("UTC", "2026-12-31", "2026-12-31", "2026-12-31 00:00", "2027-01-01 00:00"),
        # A day of 23 hours, one of 25.
        ("Europe/Berlin", "2026-03-29", "2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00"),
        # Summer time begins at midnight: the day begins at 1:00.
        ("Asia/Beirut", "2026-03-29", "2026-03-29", "2026-03-28 22:00", "2026-03-29 21:00"),
        # Summer time ends at midnight: the last hour of the day comes twice.
        ("Asia/Beirut", "2026-10-24", "2026-10-24", "2026-10-23 21:00", "2026-10-24 22:00"),
    ],
)
def test_days_begin_and_end_on_the_sites_clocks(
    zone: str, first: str, last: str, since: str, after: str
) -> None:
    days = Days(date.fromisoformat(first), date.fromisoformat(last))

    period = period_of(days, ZoneInfo(zone), LATE)

    assert period == Period(utc(since), utc(after) - SECOND // 1000)
    assert days_of(period, ZoneInfo(zone)) == days


def test_nothing_is_sought_after_now() -> None:
    day, now = date(2026, 3, 4), utc("2026-03-04 02:00") / SECOND + 0.1234

    period = period_of(Days(day, day), ZoneInfo("Asia/Shanghai"), now)

    assert period == Period(utc("2026-03-03 16:00"), utc("2026-03-04 02:00") + 123 * SECOND // 1000)


@pytest.mark.parametrize(
    ("number", "other"),
    [("13800000201", "013800000201"), ("057188120456", "57188120456"), ("0044207", "44207"), ("000", "")],
)
def test_a_number_has_another_form(number: str, other: str) -> None:
    assert other_form(number) == other


def test_what_is_sought_is_not_in_the_repr() -> None:
    assert "138" not in repr(CallQuery("number", "13800000201", Period(1, 2)))
