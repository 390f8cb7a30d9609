"""What holds for any records whatever: shuffled, repeated, cut off, broken."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import NotificationRecord
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.calls.sanitize import clean
from callevents.calls.summary import summarise
from tests.calls.test_properties import check_journey
from tests.calls.test_samples import KEYS
from tests.examples import examples
from tests.scaling import LINEAR, growth

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
LASTING = ("queue_seconds", "ring_seconds", "talk_seconds", "hold_seconds")

CHANNELS = [
    f"ch-user-1-{JOB}",
    f"ch-user-2-{JOB}",
    f"ch-customer-1-{JOB}",
    f"ch-customer-2-{JOB}",
    "uuid-1",
    "uuid-2",
    "",
    7,
]
TIMES = [f"2026-03-04T10:00:{second:02}.{fraction}Z" for second in range(20) for fraction in ("0", "5")]
CALL_TYPES = [
    "INBOUND",
    "OUTBOUND",
    "INTERNAL",
    "BACK2BACK",
    "PREDICTIVE",
    "CONFERENCE",
    "MONITOR",
    "BARGE",
    "OTHER",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "eventTime": st.sampled_from(TIMES) | JSON,
        "channelId": st.sampled_from(CHANNELS) | JSON,
        "callType": st.sampled_from(CALL_TYPES) | JSON,
        "scenario": st.sampled_from(["MONITORING", "BARGING", "COACHING", "INTERCEPTED"]) | JSON,
        "agentId": st.sampled_from(["al@i", "bo@i"]) | JSON,
        "caller": st.sampled_from(["13800000101", 5700000081]) | JSON,
        "releaseReason": st.sampled_from(["200 - Okay", "486:Busy", "503"]) | JSON,
        "releaseInitiator": st.sampled_from(["al@i", "13800000101", "system"]) | JSON,
        "earlyMediaState": st.sampled_from(["Busy", "NotConnected"]) | JSON,
        "abandonPhase": st.sampled_from(["IVR", "Queuing", "x"]) | JSON,
        "heldChannelId": st.sampled_from(CHANNELS) | JSON,
        "retrievedChannelId": st.sampled_from(CHANNELS) | JSON,
        "dispositionCode": st.sampled_from(["Success", "NoAnswer"]) | JSON,
        "establishedTime": st.sampled_from(TIMES) | JSON,
        "agentIds": st.just("al@i, cy@i,,") | JSON,
        "nodeVariables": JSON,
        "fileName": JSON,
    },
)
RECORDS = st.lists(
    st.builds(
        NotificationRecord,
        st.just("i"),
        st.sampled_from([JOB, JOB, JOB, JOB, "job-other"]),
        st.sampled_from([*EVENT_TYPES, "Dialing ", "Ringing", "Established", "Released", "Whatever", ""]),
        CONTENT.map(json.dumps) | CONTENT.map(json.dumps) | st.text(max_size=10),
    ),
    max_size=14,
)


# What each key of the document holds; a time, a text and a length may be null.
LISTS = (
    "sources",
    "agents",
    "skill_groups",
    "transfers",
    "recordings",
    "legs",
    "journey",
    "warnings",
    "events",
)
TEXTS = (
    "direction",
    "media",
    "answered_by",
    "ended_by",
    "release_text",
    "caller",
    "callee",
    "agent",
    "from",
    "to",
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def check_types(found: dict[str, Any]) -> None:
    assert list(found) == KEYS.split()
    assert all(isinstance(found[name], list) for name in LISTS)
    for name in ("agents", "skill_groups", "recordings"):
        assert all(isinstance(each, str) and each == each.strip() != "" for each in found[name]), name
    for part in (found, *found["transfers"], *found["legs"], *found["journey"], *found["events"]):
        for name, value in part.items():
            if value is not None and (name == "at" or name.endswith("_at")):
                assert TIME.fullmatch(value)
            if value is not None and name in TEXTS:
                assert isinstance(value, str), name
                assert value == value.strip() != "", name
                assert value == clean(value), name
    assert found["release_code"] is None or type(found["release_code"]) is int
    assert type(found["complete"]) is bool


def check(records: list[NotificationRecord], seed: int) -> None:
    found = to_document(summarise(JOB, "i", records))
    check_types(found)
    listed = [record for record in records if record.notification_key == JOB]

    for name in LASTING:
        value = found[name]
        assert value is None or (
            isinstance(value, (int, float)) and value >= 0 and round(value, 3) == value
        ), name
    again = random.Random(seed).sample(records, len(records))
    assert to_document(summarise(JOB, "i", again)) == found
    twice = to_document(summarise(JOB, "i", again + records))
    assert {**twice, "warnings": None} == {**found, "warnings": None}
    assert ("duplicates" in summarise(JOB, "i", again + records).warnings) == bool(listed)
    check_journey(found)
    events: Any = found["events"]
    assert len(events) <= len(listed)
    times = [event["at"] for event in events if event["at"]]
    assert times == sorted(times)
    assert all(event["at"] is None for event in events[len(times) :])
    assert (found["outcome"] == "no_records") == (not listed)
    json.dumps(to_document(masked(summarise(JOB, "i", records))), allow_nan=False).encode("ascii")


@examples(200)
@given(RECORDS, st.integers())
def test_any_records(records: list[NotificationRecord], seed: int) -> None:
    check(records, seed)


@examples(150)
@given(st.data())
def test_documented_sequences_cut_off_and_broken(
    samples: dict[str, list[NotificationRecord]], data: st.DataObject
) -> None:
    records = [
        each._replace(notification_key=JOB) for each in samples[data.draw(st.sampled_from(sorted(samples)))]
    ]
    places = st.integers(0, len(records) - 1)
    kept = [records[place] for place in data.draw(st.lists(places, unique=True))]
    broken = [records[place]._replace(content="{") for place in data.draw(st.lists(places, max_size=2))]

    check(kept + broken, data.draw(st.integers()))


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_and_repeated_sequences_tell_the_same(
    seed: int, samples: dict[str, list[NotificationRecord]]
) -> None:
    for records in samples.values():
        key = records[0].notification_key
        expected = to_document(summarise(key, "i", records))
        shuffled = random.Random(seed).sample(records * 2, len(records) * 2)

        found = to_document(summarise(key, "i", shuffled))

        assert found.pop("warnings") == ["duplicates"]
        expected.pop("warnings")
        assert found == expected


def test_the_events_listed_are_the_records_given(
    samples: dict[str, list[NotificationRecord]], facts: Callable[..., Any]
) -> None:
    for records in samples.values():
        given_types = sorted(each.notification_type for each in records)

        assert (
            sorted(event["type"] for event in facts(records, records[0].notification_key)["events"])
            == given_types
        )


def many(number: int) -> dict[str, Callable[[], list[NotificationRecord]]]:
    """Return calls of many records that are expensive where each of something is compared with all of something."""

    def make(type_: str, **fields: object) -> NotificationRecord:
        return NotificationRecord("i", JOB, type_, json.dumps({"callType": "INTERNAL", **fields}))

    def moment(step: int) -> str:
        return f"2026-03-04T10:{step // 60 % 60:02}:{step % 60:02}.{step // 3600:03}Z"

    steps = range(number)
    return {
        "legs": lambda: (
            [make("Established", eventTime=moment(n), channelId=f"ch-user-{n}") for n in steps]
            + [make("Released", eventTime=moment(n), channelId=f"ch-user-{n}") for n in steps]
        ),
        "parties": lambda: (
            [
                make("Established", eventTime=moment(n), channelId=f"ch-user-{n}", agentId=str(n))
                for n in steps
            ]
            + [make("Ringing", eventTime=moment(n), channelId=f"ch-user-r{n}", agentId=str(n)) for n in steps]
        ),
        "phones that ring at once": lambda: [
            make(
                type_,
                callType="INBOUND",
                eventTime=moment(0 if type_ == "Ringing" else 9),
                channelId=f"ch-user-{n}",
                agentId=str(n),
                counterparty=str(n),
                releaseReason="200",
                releaseInitiator=str(n),
            )
            for n in steps
            for type_ in ("Ringing", "StartMonitor", *(["Established"] if n % 2 else []), "Released")
        ],
        "ends": lambda: (
            [
                make(
                    "Released",
                    callType="INBOUND",
                    eventTime=moment(n),
                    channelId=f"ch-user-{n}",
                    agentId=str(n),
                    releaseInitiator=f"other-{n}",
                )
                for n in steps
            ]
            + [make("CDRReady", eventTime=moment(number))]
        ),
        "menus": lambda: [
            make(type_, eventTime=moment(n), channelId="c")
            for n in steps
            for type_ in ("Route2IVR", "AssignAgent")
        ],
        "holds": lambda: (
            [make("Established", eventTime=moment(0), channelId=f"ch-user-{n}") for n in (1, 2)]
            + [
                make("Held", eventTime=moment(1), channelId=f"ch-user-{n}", heldChannelId=str(n))
                for n in steps
            ]
            + [make("Retrieved", eventTime=moment(n), retrievedChannelId=str(n)) for n in steps]
        ),
        "queues": lambda: [
            make(type_, eventTime=moment(n)) for n in steps for type_ in ("Enqueue", f"Queueing{n}")
        ],
        "one moment": lambda: [make("TextStream", eventTime=moment(0), text=str(n)) for n in steps],
        "no moment": lambda: [make("TextStream", text=str(n)) for n in steps],
        "agents": lambda: [
            make("AgentTalk", eventTime=moment(n), agentId=str(n), agentIds=str(n)) for n in steps
        ],
        "unreadable": lambda: [
            make("x", eventTime=moment(n))._replace(content="[" * 500 + str(n)) for n in steps
        ],
        "call types": lambda: [make("x", eventTime=moment(n), callType=str(n), caller=[n]) for n in steps],
    }


@pytest.mark.parametrize("name", many(0))
def test_many_records_take_linear_time(name: str) -> None:
    """Four times the records take about four times as long, not sixteen times."""
    assert (
        growth(lambda records: summarise(JOB, "i", records), lambda number: many(number)[name](), 1_000)
        < LINEAR
    )
