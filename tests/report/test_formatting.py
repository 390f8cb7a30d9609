"""Tests for callevents.report.formatting."""

import pytest

from callevents.calls.model import SECOND
from callevents.report.formatting import duration, offset, site_time, slack_date, span, zone
from callevents.report.text import NO_BREAK
from callevents.report.viewer import Viewer
from tests.report.cases import with_blanks

START = 1_772_619_731_309_000_000  # 2026-03-04T10:22:11.309Z


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (0.04, "0 s", "0 秒"),
        (12.345, "12.3 s", "12.3 秒"),
        (59.94, "59.9 s", "59.9 秒"),
        (59.96, "1 min", "1 分钟"),
        (117.655, "1 min 58 s", "1 分 58 秒"),
        (3599.6, "1 h", "1 小时"),
        (7384, "2 h 3 min 4 s", "2 小时 3 分 4 秒"),
        (float("nan"), "–", "–"),
        (float("inf"), "–", "–"),
        (86_399, "23 h 59 min 59 s", "23 小时 59 分 59 秒"),
        (626_579, "7 d 6 h 2 min", "7 天 6 小时 2 分钟"),
    ],
)
def test_a_duration_is_told_in_words(seconds: float, english: str, chinese: str) -> None:
    """Tenths below a minute, whole seconds above; on a phone no line ends between a number and its unit."""
    assert duration(seconds, "en") == english.replace(" ", NO_BREAK)
    assert duration(seconds, "zh-CN") == chinese.replace(" ", NO_BREAK)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (0, "+00:00.000"),
        (12_345_000_000, "+00:12.345"),
        (12_345_999_999, "+00:12.345"),
        (-1_500_000_000, "-00:01.500"),
        (3599_999_000_000, "+59:59.999"),
        (3723_456_000_000, "+1:02:03.456"),
        (400_000 * SECOND, "+111:06:40.000"),
    ],
)
def test_an_offset_counts_from_the_start(after: int, expected: str) -> None:
    """Minutes and milliseconds; hours only where there are any."""
    assert offset(START + after, START) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Asia/Shanghai", "2026-03-04 18:22:11 UTC+08:00"),
        ("America/New_York", "2026-03-04 05:22:11 UTC-05:00"),
        ("Asia/Kathmandu", "2026-03-04 16:07:11 UTC+05:45"),
        ("UTC", "2026-03-04 10:22:11 UTC+00:00"),
        ("No/Such", "2026-03-04 10:22:11 UTC+00:00"),
        ("../../etc/passwd", "2026-03-04 10:22:11 UTC+00:00"),
    ],
)
def test_the_time_of_the_site_names_its_offset(name: str, expected: str) -> None:
    """A zone that nobody knows is UTC, and says so."""
    assert site_time(START, Viewer(site_zone=name)) == expected


@pytest.mark.parametrize("at", [10**30, -(10**30), 253_402_300_799 * SECOND + 1])
def test_a_moment_outside_of_the_calendar_has_no_time(at: int) -> None:
    """No calendar holds it; nothing is raised."""
    assert site_time(at, Viewer(site_zone="Asia/Shanghai")) is None


def test_a_slack_date_has_whole_seconds_and_an_explicit_fallback() -> None:
    """Each viewer sees it in the own zone; what cannot draw it shows the fallback."""
    assert slack_date(START, "then") == "<!date^1772619731^{date_num} {time_secs}|then>"


def test_a_zone_is_read_once() -> None:
    """The second answer does not open the zone again."""
    assert zone("Asia/Shanghai") is zone("Asia/Shanghai")


@pytest.mark.parametrize(
    ("began", "ended", "name", "english", "chinese"),
    [
        (0, 60, "Asia/Shanghai", "4 March 2026, 18:22:11 to 18:23:11 UTC+08:00",
         "2026 年 3 月 4 日 18:22:11 至 18:23:11 UTC+08:00"),
        (0, None, "UTC", "4 March 2026, 10:22:11 UTC+00:00", "2026 年 3 月 4 日 10:22:11 UTC+00:00"),
        (None, 0, "UTC", "until 4 March 2026, 10:22:11 UTC+00:00", "至 2026 年 3 月 4 日 10:22:11 UTC+00:00"),
        (0, 86_400, "UTC", "4 March 2026, 10:22:11 to 5 March 2026, 10:22:11 UTC+00:00",
         "2026 年 3 月 4 日 10:22:11 至 2026 年 3 月 5 日 10:22:11 UTC+00:00"),
        (None, None, "UTC", None, None),
    ],
)  # fmt: skip
def test_a_span_names_the_day_once_and_the_zone(
    began: int | None, ended: int | None, name: str, english: str | None, chinese: str | None
) -> None:
    moments = [None if each is None else START + each * SECOND for each in (began, ended)]
    for viewer, expected in ((Viewer(site_zone=name), english), (Viewer("zh-CN", site_zone=name), chinese)):
        shown = span(moments[0], moments[1], viewer)
        assert (shown and with_blanks(shown)) == expected


def test_a_span_over_a_change_of_the_clocks_has_both_offsets() -> None:
    before = 1_792_889_990 * SECOND  # 2026-10-25T00:59:50Z
    shown = span(before, before + 30 * SECOND, Viewer(site_zone="Europe/Berlin"))
    assert shown == ("25\xa0October\xa02026, 02:59:50 UTC+02:00 to 02:00:20 UTC+01:00")


@pytest.mark.parametrize("length", [0, SECOND // 3])
def test_what_lasts_less_than_a_second_has_one_time(length: int) -> None:
    assert span(START, START + length, Viewer()) == "4\xa0March\xa02026, 18:22:11 UTC+08:00"
