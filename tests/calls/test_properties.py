"""What holds for any part of a call: it never says otherwise than the whole, and no fact contradicts another."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from callevents.calls.json_document import to_document
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from tests.calls.conftest import lines_of, records_of

Records = Sequence[NotificationRecord]

SEQUENCES = {sample["name"]: records_of(sample) for sample in lines_of("sequences.jsonl")}
CASES = {case["name"]: records_of(case) for case in lines_of("field-cases.jsonl")}
FACTS = (
    "direction", "media", "answered_at", "answered_by", "ended_at", "queue_seconds", "ring_seconds", "talk_seconds",
    "hold_seconds", "ended_by", "release_code", "release_text", "caller", "callee",
)  # fmt: skip
# An agent's own event stands in for that of the leg, some milliseconds away; CDRReady knows whole seconds.
STAND_IN_SECONDS = 0.06
RECORD_SECONDS = 1
# What a missing event type makes different because nothing else tells it.
ONLY_TOLD_BY = {
    ("Abandoned", "outcome"),
    ("VoicemailReady", "outcome"),
    ("Retrieved", "hold_seconds"),  # the hold lasts until the hang-up
}
# The same of single cases: each of these records stands alone, with no other beside it.
ONLY_TOLD_ONCE = {
    "connected-after-the-caller-left": {("Released", "ended_at")},  # the end of a leg that nobody talked on
    "queued-just-before-the-agent-is-released": {("Established", "outcome"), ("Route2IVR", "outcome")},
    "busy-and-then-a-second-released": {
        ("Released", fact) for fact in ("ended_at", "release_code", "release_text")
    },
    "a-ringing-colleague-is-cancelled": {("Released", "ring_seconds")},
    "a-journey-through-queue-hold-and-transfer": {
        ("AssignAgent", "queue_seconds"),  # until the phone rings
        ("Ringing", "ring_seconds"),  # that of the phone that rang next
    },
    "a-journey-that-is-not-over": {("Enqueue", "queue_seconds"), ("RingingTimeout", "ring_seconds")},
}


def facts_of(records: Records) -> dict[str, Any]:
    return dict(to_document(summarise(records[0].notification_key, "ccc-test", records)))


def seconds(time: str) -> float:
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def in_order(records: Records) -> list[NotificationRecord]:
    """Return *records* in the order in which they come."""
    positions = {id(each): place for place, each in enumerate(records)}
    times = {id(each): event_time(each) for each in records}
    return sorted(records, key=lambda each: (times[id(each)], positions[id(each)]))


def event_time(record: NotificationRecord) -> str:
    return record.content.partition('"eventTime"')[2].split('"')[1]


def less_a_type(records: Records) -> Iterator[tuple[str, Records]]:
    for type_ in sorted({each.notification_type for each in records}):
        yield type_, [each for each in records if each.notification_type != type_]


def less_a_record(records: Records) -> Iterator[tuple[str, Records]]:
    for place, record in enumerate(records):
        yield record.notification_type, [*records[:place], *records[place + 1 :]]


def beginnings(records: Records) -> Iterator[Records]:
    ordered = in_order(records)
    for size in range(1, len(ordered)):
        yield ordered[:size]


def parts(records: Records) -> Iterator[Records]:
    yield records
    yield [*records, *records]
    yield from beginnings(records)
    for _, part in (*less_a_type(records), *less_a_record(records)):
        if part:
            yield part


def differs(name: str, part: Any, whole: Any) -> bool:
    """Return whether a fact of a part is neither unknown nor that of the whole."""
    if part is None or part == whole:
        return False
    if whole is None:
        return True
    if name.endswith("_at"):
        allowed = RECORD_SECONDS if part.endswith(".000Z") else STAND_IN_SECONDS
        return abs(seconds(part) - seconds(whole)) > allowed
    return not (name.endswith("_seconds") and abs(part - whole) <= STAND_IN_SECONDS)


@pytest.mark.parametrize("name", [*SEQUENCES, *CASES])
def test_a_part_of_a_call_says_nothing_else(name: str) -> None:
    records = {**SEQUENCES, **CASES}[name]
    whole = facts_of(records)

    for missing, part in (*less_a_type(records), *less_a_record(records)):
        if not part:
            continue
        found = facts_of(part)
        wrong = {fact for fact in FACTS if differs(fact, found[fact], whole[fact])}
        if found["outcome"] not in {whole["outcome"], "in_progress", "unknown"}:
            wrong.add("outcome")
        assert {(missing, fact) for fact in wrong} <= ONLY_TOLD_BY | ONLY_TOLD_ONCE.get(name, set())


@pytest.mark.parametrize("name", [*SEQUENCES, *CASES])
def test_a_call_that_goes_on_claims_nothing_that_has_not_happened(name: str) -> None:
    records = {**SEQUENCES, **CASES}[name]
    whole = facts_of(records)

    for part in beginnings(records):
        found = facts_of(part)
        # A queue is left, and entered again later; who gave up has ended the call, though a phone rings on.
        later = {"queue_seconds"} if whole["queue_seconds"] is None else set()
        later |= {"ended_at"} if whole["outcome"].startswith("abandoned") else set()
        assert not {fact for fact in FACTS if differs(fact, found[fact], whole[fact])} - later
        assert (
            found["outcome"] in {whole["outcome"], "in_progress", "unknown"}
            or whole["outcome"] == "voicemail"
        )


@pytest.mark.parametrize("name", [*SEQUENCES, *CASES])
def test_no_fact_contradicts_another(name: str) -> None:
    for part in parts({**SEQUENCES, **CASES}[name]):
        found = facts_of(part)

        assert facts_of(random.Random(len(part)).sample(part, len(part))) == found
        check_journey(found)
        check_lengths(found)


def check_journey(found: dict[str, Any]) -> None:
    """Check that the journey has neither gap nor overlap and lies within the call."""
    journey = found["journey"]
    if not journey:
        return
    assert journey[0]["at"] == found["started_at"]
    assert all(phase["seconds"] is not None for phase in journey[:-1])
    assert all(phase["seconds"] is None or phase["seconds"] > 0 for phase in journey)
    for phase, following in pairwise(journey):
        assert seconds(phase["at"]) + phase["seconds"] == pytest.approx(seconds(following["at"]), abs=1e-4)
        assert (phase["phase"], phase["agents"]) != (following["phase"], following["agents"])
    last = journey[-1]
    if last["seconds"] is not None and found["ended_at"]:
        assert seconds(last["at"]) + last["seconds"] <= seconds(found["ended_at"]) + 1e-4


def check_lengths(found: dict[str, Any]) -> None:
    """Check that no length exceeds the call, and the legs' shares not the conversation."""
    talk = found["talk_seconds"]
    shares = [leg["talk_seconds"] for leg in found["legs"] if leg["talk_seconds"] is not None]
    for leg in found["legs"]:
        if leg["talk_seconds"] is not None and leg["connected_at"] and leg["ended_at"]:
            connected = seconds(leg["ended_at"]) - seconds(leg["connected_at"])
            assert leg["side"] == "customer" or leg["talk_seconds"] <= connected + 1e-3
    if talk is not None:
        assert all(share <= talk + 1e-4 for share in shares)
        others = [leg["talk_seconds"] or 0 for leg in found["legs"] if leg["side"] != "customer"]
        if found["direction"] in {"inbound", "outbound", "predictive"} and any(others):
            assert sum(others) >= talk - 1e-3  # with nobody there is no talk
        phases = [phase for phase in found["journey"] if phase["phase"] in {"talk", "hold"}]
        assert sum(phase["seconds"] for phase in phases) >= talk - 1e-3
        assert sum(phase["seconds"] for phase in phases if phase["phase"] == "talk") <= talk + 1e-3
        if found["hold_seconds"] is not None:
            held = sum(phase["seconds"] for phase in phases if phase["phase"] == "hold")
            assert held == pytest.approx(found["hold_seconds"], abs=1e-3)
    if found["started_at"] and found["ended_at"]:
        length = seconds(found["ended_at"]) - seconds(found["started_at"]) + RECORD_SECONDS
        for name in ("queue_seconds", "ring_seconds", "talk_seconds", "hold_seconds"):
            assert found[name] is None or found[name] <= length
        # A hold is part of the talk, but for the one that outlives the agent's leg.
        parts = (found["queue_seconds"], found["ring_seconds"], talk)
        assert sum(part or 0 for part in parts) <= length
        moments = (found["started_at"], found["answered_at"], found["ended_at"])
        assert [*filter(None, moments)] == sorted(filter(None, moments))
