import pytest

from callevents.webhook.timestamps import parse_time

STARTED = 1795162530.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1795162530", STARTED),
        ("1795162530.5", STARTED + 0.5),
        ("1795162530000", STARTED),
        ("1795162530000000", STARTED),
        ("1795162530000000000", STARTED),
        ("2026-11-20T08:15:30Z", STARTED),
        ("2026-11-20T16:15:30+08:00", STARTED),
        ("2026-11-20T08:15:30.412000000Z", STARTED + 0.412),
        ("0001-01-01T00:00:00Z", None),
        ("0", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e300", None),
        ("", None),
        ("yesterday", None),
        ("9" * 5000, None),
    ],
)
def test_a_start_is_read_in_any_unit(text: str, seconds: float | None) -> None:
    assert parse_time(text) == (None if seconds is None else pytest.approx(seconds))
