"""Records as events: those that repeat another but for the time are read as if they stood alone."""

import json
from collections.abc import Sequence
from itertools import product

from callevents.calls.model import NotificationRecord
from callevents.calls.records.event import Event, read_events
from callevents.calls.records.ordering import distinct

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
TIMES = ("2026-03-04T10:00:01.000Z", "2026-03-04T10:00:02.000Z", "2026-03-04T18:00:02.000+08:00")


def record(content: str) -> NotificationRecord:
    return NotificationRecord("ccc-test", JOB, "Held", content)


def read(event: Event) -> tuple[object, ...]:
    """Return what is read of an event, without the time among its fields."""
    fields = json.dumps({name: value for name, value in event.fields.items() if name != "eventTime"})
    return event.type, event.content, fields, event.at, event.channel, event.agent, event.readable


def check(contents: Sequence[str]) -> None:
    together = [read(event) for event in read_events([record(content) for content in contents])]
    alone = [read(event) for content in contents for event in read_events([record(content)])]
    assert together == alone


def test_events_that_differ_in_more_than_the_time_are_not_the_same() -> None:
    written = (
        '{"eventTime": "%s", "channelId": "a"}',
        '{"eventTime": "%s", "channelId": "b"}',
        '{"eventTime": "%s", "channelId": "a", "x": 1}',
        '{"eventTime": "%s", "channelId": "a", "x": true}',
        '{"channelId": "a", "eventTime": "%s"}',
        '{"channelId": "%s", "eventTime": "2026-03-04T10:00:01.000Z"}',
        '{"%s": 1, "eventTime": "2026-03-04T10:00:02.000Z"}',
        '{"eventTime": "2026-03-04T10:00:01.000Z", "eventTime": "%s"}',
        '{"eventTime": "\\u0032026-03-04T10:00:01.000Z", "channelId": "%s"}',
        '{"eventTime": "%s", "channelId": "%s"}',
        '{"channelId": "", "agentId": "%s", "eventTime": ""}',
        '["%s"]',
        '"%s"',
        "%s",
    )
    contents = [each.replace("%s", time) for time, each in product(TIMES, written)]
    for first, second in product(contents, contents):
        check([first, first, second, first, second])
    check(contents * 2)


def test_repeated_events_share_what_they_say() -> None:
    contents = [
        json.dumps({"eventTime": f"2026-03-04T10:00:{second:02}.000Z", "channelId": "a", "agentId": "b"})
        for second in range(20)
    ]
    events = read_events([record(content) for content in contents])
    assert len({id(event.fields) for event in events}) < len(events) / 2
    assert [event.at for event in events] == sorted({event.at for event in events if event.at is not None})


def test_one_moment_written_in_two_ways_is_no_duplicate() -> None:
    contents = [json.dumps({"eventTime": time, "channelId": "a"}) for time in TIMES]
    events, duplicates = distinct([record(content) for content in contents * 2])
    assert [event.content for event in events] == contents
    assert duplicates
