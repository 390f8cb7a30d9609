"""Moments in every spelling of ISO 8601, and nonsense."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.model import SECOND
from callevents.calls.records.timestamps import iso, parse_instant

NOON = 1_772_625_600 * SECOND  # 2026-03-04T12:00:00Z


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-04T12:00:00.000Z", NOON),
        ("2026-03-04T12:00:00Z", NOON),
        ("2026-03-04T12:00:00", NOON),
        ("2026-03-04 12:00:00Z", NOON),
        ("2026-03-04T12:00Z", NOON),
        ("2026-03-04t12:00:00z", NOON),
        ("2026-03-04T12:00:00.1Z", NOON + SECOND // 10),
        ("2026-03-04T12:00:00,1Z", NOON + SECOND // 10),
        ("2026-03-04T12:00:00.123456789Z", NOON + 123_456_789),
        ("2026-03-04T12:00:00.1234567891234Z", NOON + 123_456_789),
        ("2026-03-04T20:00:00+08:00", NOON),
        ("2026-03-04T20:00:00.000+0800", NOON),
        ("2026-03-04T20:00:00+08", NOON),
        ("2026-03-04T06:30:00-05:30", NOON),
        ("  2026-03-04T12:00:00Z\n", NOON),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1_000_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800 * SECOND),
    ],
)
def test_parses(text: str, instant: int) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-04",
        "2026-13-04T12:00:00Z",
        "2026-00-04T12:00:00Z",
        "2026-02-29T12:00:00.000Z",
        "2026-04-31T12:00:00Z",
        "2026-03-00T12:00:00Z",
        "2026-03-04T24:00:00Z",
        "2026-03-04T12:60:00Z",
        "2026-03-04T12:00:60.000Z",
        "2026-03-04T12:00:00.Z",
        "2026-03-04T12:00:0_.000Z",
        "2026-03-04T12:00:+1.000Z",
        "2026-03-04T12:00:²².000Z",
        "２０２６-03-04T12:00:00.000Z",
        "2026-03-04T12:00:00+24:00",
        "2026-03-04T12:00:00+08:60",
        "2026-03-04T12:00:00+08:",
        "2026-03-04T12:00:00ZZ",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "99999999999-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "1772625600000",
    ],
)
def test_refuses(text: str) -> None:
    assert parse_instant(text) is None


OFFSETS = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439))


@given(st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=OFFSETS))  # noqa: DTZ001 - the zone is drawn
def test_agrees_with_datetime(moment: datetime) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)

    assert parse_instant(moment.isoformat()) == (moment - epoch) // timedelta(microseconds=1) * 1000


@given(st.datetimes())
def test_iso_is_what_datetime_prints(moment: datetime) -> None:
    utc = moment.replace(tzinfo=timezone.utc)
    instant = (utc - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1) * 1000

    assert iso(instant) == moment.isoformat(timespec="milliseconds") + "Z"


@given(st.text())
def test_never_raises(text: str) -> None:
    instant = parse_instant(text)

    assert instant is None or parse_instant(iso(instant)) == instant // 1_000_000 * 1_000_000
