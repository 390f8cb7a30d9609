"""Tests for callevents.report.timeline."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callevents.report.formatting import SECOND
from callevents.report.timeline import collapsed, timeline
from callevents.report.viewer import Viewer


def lines(parts: list[dict[str, Any]]) -> list[str]:
    return "".join(piece["text"] for piece in parts[1]["elements"]).split("\n")


def test_a_line_has_the_time_of_the_site_the_offset_and_what_happened(call: Any) -> None:
    """The zone stands in the heading, once."""
    parts: list[Any] = timeline(call(), Viewer(), 8000)
    heading = "".join(piece["text"] for piece in parts[0]["elements"])
    assert heading == "Timeline · site time (Asia/Shanghai, UTC+08:00) and time since the start"
    assert lines(parts) == [
        "18:22:11.309  +00:00.000  Dialling · agent · alice@ccc-test",
        "18:22:16.509  +00:05.200  Ringing · customer",
        "18:22:23.654  +00:12.345  Connected · customer · alice@ccc-test",
        "18:24:21.309  +02:10.000  Hung up · customer · 200 - Okay",
    ]


def test_it_speaks_chinese(call: Any) -> None:
    """Labels and legs are translated, names and details stay."""
    parts: list[Any] = timeline(call(), Viewer("zh-CN"), 8000)
    assert lines(parts)[0] == "18:22:11.309  +00:00.000  拨号 · 坐席 · alice@ccc-test"


def test_before_the_start_the_offset_is_negative_and_another_day_is_named(call: Any, event: Any) -> None:
    """What happens on the day of the start has no date."""
    events = (
        event(-1.5, "AgentReady"),
        event(0, "Dialing"),
        event(24 * 3600, "Released"),
        event(None, "Held"),
    )
    assert lines(timeline(call(events=events), Viewer(), 8000)) == [
        "18:22:09.809  -00:01.500  Agent ready",
        "18:22:11.309  +00:00.000  Dialling",
        "2026-03-05 18:22:11.309  +24:00:00.000  Hung up",
        "time unknown  Put on hold",
    ]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Africa/Monrovia"])
@pytest.mark.parametrize("year", [1890, 1905, 1971, 2026, 9999])
def test_each_line_has_its_own_seconds(call: Any, event: Any, zone: str, year: int) -> None:
    """Also in a minute that another event has shown, and with the offsets of odd seconds of long ago."""
    begin = datetime(year, 3, 8, 6, 58, 57, tzinfo=timezone.utc)
    moments = [begin + timedelta(seconds=after) for after in (0, 1, 3, 63, 64, 3600, 86_400)]
    start = (begin - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1) * SECOND
    events = tuple(event((moment - begin).total_seconds(), "Held")._replace(
        at=start + (moment - begin) // timedelta(seconds=1) * SECOND) for moment in moments)  # fmt: skip
    told = lines(timeline(call(started_at=start, events=events), Viewer(site_zone=zone), 8000))
    times = [line.partition("  ")[0].rpartition(" ")[2] for line in told]
    assert times == [f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}.000" for moment in moments]


def test_an_unknown_type_keeps_its_name_and_is_not_translated(call: Any, event: Any) -> None:
    """A type called like one of our words stays as it is, in any language."""
    parts = timeline(call(events=(event(0, "Refresh"),)), Viewer("zh-CN"), 8000)
    assert lines(parts) == ["18:22:11.309  +00:00.000  Refresh"]


def test_the_first_event_is_the_start_where_none_is_known(call: Any, event: Any) -> None:
    """A call without a start still has offsets."""
    assert lines(timeline(call(started_at=None, events=(event(3, "Held"),)), Viewer(), 8000)) == [
        "18:22:14.309  +00:00.000  Put on hold"
    ]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("room", [0, 500, 4000, 9000])
@pytest.mark.parametrize("count", [1, 25, 100, 5000])
def test_what_is_left_out_is_counted(call: Any, event: Any, language: Any, room: int, count: int) -> None:
    """The lines and the gaps together are all events, in order."""
    events = tuple(event(number, "Muted") for number in range(count))
    told = lines(timeline(call(events=events), Viewer(language), room))
    gaps = [int(match[1]) for line in told if (match := re.fullmatch(r"… \D*(\d+) ?\D*…", line))]
    assert len(told) - len(gaps) + sum(gaps) == count
    times = [line[:12] for line in told if not line.startswith("…")]
    assert times == sorted(times)
    assert sum(len(line.encode("unicode_escape")) for line in told) <= room + 100


def test_the_ends_and_what_decides_a_call_stay(call: Any, event: Any) -> None:
    """Of 5,000 events those that an agent asks for are never left out."""
    decisive = {1000: "Established", 2000: "BlindTransfer", 3000: "Abandoned", 4000: "Released"}
    events = tuple(event(number, decisive.get(number, "Muted")) for number in range(5000))
    told = lines(timeline(call(events=events), Viewer(), 6000))
    for words in ("Connected", "Blind transfer", "Caller gave up", "Hung up"):
        assert any(words in line for line in told)
    assert told[0].endswith("+00:00.000  Muted")
    assert told[-1].endswith("+1:23:19.000  Muted")


def test_transcripts_and_ivr_steps_are_counted_and_not_listed(call: Any, event: Any) -> None:
    """Most of a call's records can be these."""
    noise = (event(1, "TextStream", detail="my secret"),) * 240 + (event(2, "IvrTracking"),)
    summary = call(events=noise)
    assert timeline(summary, Viewer(), 8000) == []
    assert collapsed(summary, Viewer()) == "Not listed: 240 live transcript pieces, 1 IVR step"
    assert collapsed(summary, Viewer("zh-CN")) == "未列出：240 条实时转写、1 个 IVR 步骤"
    assert collapsed(call(), Viewer()) is None
