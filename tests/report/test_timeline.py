"""Tests for callevents.report.timeline: the lines of every case, days and clocks that change, and the room there is."""

import re
from datetime import datetime, timezone
from typing import Any

import pytest

from callevents.report.timeline import timeline
from callevents.report.viewer import Viewer
from tests.report.cases import GLANCES, LANGUAGES, cases

TIME = re.compile(r"\d\d:\d\d:\d\d\.\d{3}  [+-]")


def moment(text: str) -> int:
    """Return the instant of an ISO time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp() * 1000) * 1_000_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_the_lines(name: str, language: Any) -> None:
    found = timeline(cases()[name], Viewer(language))

    assert found is not None
    assert [found.clock, *found.lines, found.left_out] == GLANCES[name][language]["timeline"]


@pytest.mark.parametrize("name", cases())
def test_times_stand_in_one_column_and_in_order(name: str) -> None:
    found = timeline(cases()[name], Viewer(site_zone="UTC"))

    assert found is not None
    assert all(TIME.match(line) for line in found.lines)
    assert [line[:12] for line in found.lines] == sorted(line[:12] for line in found.lines)


# The site's zone, the times in UTC, what the heading says, and the lines without offset and words.
CLOCKS: list[tuple[str, list[str], str, list[str]]] = [
    # The clocks of Berlin go back from 03:00 to 02:00.
    ("Europe/Berlin", ["2026-10-25T00:59:50", "2026-10-25T00:59:59", "2026-10-25T01:00:10"], "UTC+02:00",
     ["02:59:50.000", "02:59:59.000", "── UTC+01:00 ──", "02:00:10.000"]),
    # And forward from 02:00 to 03:00.
    ("Europe/Berlin", ["2026-03-29T00:59:58", "2026-03-29T01:00:41"], "UTC+01:00",
     ["01:59:58.000", "── UTC+02:00 ──", "03:00:41.000"]),
    # A new day, and no date in the rows.
    ("Asia/Shanghai", ["2026-03-04T15:59:59", "2026-03-04T16:00:01", "2026-03-04T16:00:02"], "UTC+08:00",
     ["23:59:59.000", "── 5 March 2026 ──", "00:00:01.000", "00:00:02.000"]),
    # Both at once: Santiago's clocks go back at midnight, to 23:00 of the day before.
    ("America/Santiago", ["2026-04-05T02:59:59", "2026-04-05T03:00:00", "2026-04-05T04:00:00"], "UTC-03:00",
     ["23:59:59.000", "── UTC-04:00 ──", "23:00:00.000", "── 5 April 2026 ──", "00:00:00.000"]),
    # A zone of half an hour, and a call of one minute in it.
    ("Asia/Kolkata", ["2026-03-04T10:00:00", "2026-03-04T10:00:59"], "UTC+05:30", ["15:30:00.000", "15:30:59.000"]),
    # A zone that there is not.
    ("Mars/Base", ["2026-03-04T10:00:00"], "UTC+00:00", ["10:00:00.000"]),
]  # fmt: skip


@pytest.mark.parametrize("clocks", CLOCKS, ids=lambda each: each[0])
def test_a_change_of_day_or_of_clocks_has_a_line_of_its_own(
    call: Any, event: Any, clocks: tuple[str, list[str], str, list[str]]
) -> None:
    zone, times, offset, lines = clocks
    instants = [moment(each) for each in times]
    events = tuple(event(0, "Ringing")._replace(at=at) for at in instants)
    found = timeline(call(events=events, started_at=instants[0]), Viewer(site_zone=zone))

    assert found is not None
    assert offset in found.clock
    assert [line if line.startswith("──") else line[:12] for line in found.lines] == lines


def test_the_day_is_in_the_readers_language(call: Any, event: Any) -> None:
    instants = [moment("2026-03-04T15:59:59"), moment("2026-03-04T16:00:01")]
    events = tuple(event(0, "Ringing")._replace(at=at) for at in instants)
    found = timeline(call(events=events, started_at=instants[0]), Viewer("zh-CN"))

    assert found is not None
    assert found.lines[1] == "── 2026 年 3 月 5 日 ──"


@pytest.mark.parametrize("at", [None, 10**30, -(10**30)])
def test_a_time_that_is_none_is_said(call: Any, event: Any, at: int | None) -> None:
    found = timeline(call(events=(event(0), event(1)._replace(at=at))), Viewer())

    assert found is not None
    assert found.lines[-1].startswith("time unknown")


@pytest.mark.parametrize("count", [1, 24, 25, 100, 101, 1000])
@pytest.mark.parametrize("room", [1000, 4000, 9000])
def test_what_does_not_fit_is_counted(call: Any, event: Any, count: int, room: int) -> None:
    events = tuple(event(number, "Muted", leg="agent", agent="alice@ccc-test") for number in range(count))
    found = timeline(call(events=events, started_at=events[0].at), Viewer(), room)

    assert found is not None
    rows = [line for line in found.lines if TIME.match(line)]
    left = sum(int(number) for line in found.lines for number in re.findall(r"… (\d+) more event", line))
    assert len(rows) + left == count
    assert len("\n".join(found.lines)) <= room
    assert rows[0].startswith("18:22:11.309")


def test_what_decides_a_call_stays(call: Any, event: Any) -> None:
    events = [event(number, "Muted") for number in range(500)]
    events[250] = event(250, "BlindTransfer")
    events[300] = event(300, "Released", "Hung up")
    found = timeline(call(events=tuple(events)), Viewer(), 3000)

    assert found is not None
    listed = "\n".join(found.lines)
    assert "Blind transfer" in listed
    assert "Hung up" in listed


def test_a_call_that_crosses_many_days_stays_within_its_room(call: Any, event: Any) -> None:
    events = tuple(event(number * 90_000, "Muted") for number in range(400))
    found = timeline(call(events=events, started_at=events[0].at), Viewer(), 4000)

    assert found is not None
    assert len("\n".join(found.lines)) <= 4000
    assert sum(line.startswith("──") for line in found.lines) <= 10


def test_without_events_there_is_none(call: Any, event: Any) -> None:
    assert timeline(call(events=()), Viewer()) is None
    assert timeline(call(events=(event(0, "TextStream"),)), Viewer()) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Not listed: 3 live transcript pieces, 2 IVR steps, 1 status change of an agent"),
        ("zh-CN", "未列出：3 条实时转写、2 个 IVR 步骤、1 次坐席状态变更"),
    ],
)
def test_what_is_not_listed_is_said(call: Any, event: Any, language: Any, words: str) -> None:
    types = ["Ringing", *["TextStream"] * 3, *["IvrTracking"] * 2, "AgentReady"]
    found = timeline(
        call(events=tuple(event(number, each) for number, each in enumerate(types))), Viewer(language)
    )

    assert found is not None
    assert found.left_out == words
