"""What a part of a whole call says: each fact is that of the whole, or null; tests/data/whole-calls.txt."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from tests.calls.conftest import DATA, INSTANCE, JOB, facts_of, lines_to_records
from tests.calls.test_properties import check_journey, check_lengths

Records = list[NotificationRecord]

FACTS = (
    "answered_at", "answered_by", "ended_at", "queue_seconds", "ring_seconds", "talk_seconds", "hold_seconds",
    "ended_by", "release_code", "release_text",
)  # fmt: skip
LEG_FACTS = ("side", "agent", "connected_at", "ended_at", "talk_seconds")
STEP_SECONDS = 0.11  # between two events of one step, of which one may stand in for the other
# What records of one type alone tell: nothing in the others shows that one of them is missing.
ONLY_TOLD_BY = {
    ("Held", "hold_seconds"),
    ("Retrieved", "hold_seconds"),
    ("Enqueue", "queue_seconds"),
    ("Ringing", "ring_seconds"),  # that of the phone that rang next
    ("RingingTimeout", "ring_seconds"),
    ("Route2IVR", "leg"),  # a caller is there from the first record on
}


def whole_calls() -> dict[str, Records]:
    text = (DATA / "whole-calls.txt").read_text(encoding="utf-8")
    calls = {}
    for block in text.split("\n== ")[1:]:
        name, call = block.strip().splitlines()[:2]
        call_type, _, steps = call.partition(": ")
        calls[name] = lines_to_records(steps.split(" / "), call_type)
    return calls


CALLS = whole_calls()


def summary_of(records: Records) -> CallSummary:
    return summarise(JOB, INSTANCE, records)


def less_a_type_or_record(records: Records) -> Iterator[tuple[str, Records]]:
    for type_ in sorted({each.notification_type for each in records}):
        yield type_, [each for each in records if each.notification_type != type_]
    for place, record in enumerate(records):
        yield record.notification_type, [*records[:place], *records[place + 1 :]]


def differs(part: Any, whole: Any) -> bool:
    """Return whether a fact of a part is neither unknown nor that of the whole."""
    if part in {None, "unknown"} or part == whole:
        return False
    if whole is None or isinstance(part, str):
        return True
    return bool(abs(part - whole) > STEP_SECONDS * (SECOND if isinstance(part, int) else 1))


def contradicts(leg: CallLeg, whole: CallSummary) -> bool:
    return all(
        any(differs(getattr(leg, fact), getattr(other, fact)) for fact in LEG_FACTS) for other in whole.legs
    )


def wrong_facts(part: CallSummary, whole: CallSummary) -> Iterator[str]:
    yield from (fact for fact in FACTS if differs(getattr(part, fact), getattr(whole, fact)))
    if part.outcome not in {whole.outcome, "in_progress", "unknown"}:
        yield "outcome"
    if any(contradicts(leg, whole) for leg in part.legs):
        yield "leg"


@pytest.mark.parametrize("name", CALLS)
def test_less_a_type_or_a_record(name: str) -> None:
    whole = summary_of(CALLS[name])

    for missing, part in less_a_type_or_record(CALLS[name]):
        wrong = {(missing, fact) for fact in wrong_facts(summary_of(part), whole)}
        assert wrong <= ONLY_TOLD_BY


@pytest.mark.parametrize("name", CALLS)
def test_cut_off_after_each_record(name: str) -> None:
    """A call that goes on claims nothing that has not happened, but for a queue that is entered again later."""
    whole = summary_of(CALLS[name])
    queues = sum(each.notification_type == "Enqueue" for each in CALLS[name])

    for size in range(1, len(CALLS[name])):
        part = summary_of(CALLS[name][:size])
        assert set(wrong_facts(part, whole)) <= ({"queue_seconds"} if queues > 1 else set())
        if part.outcome == "in_progress":
            assert not part.complete
            assert (part.ended_by, part.talk_seconds, part.hold_seconds) == (None, None, None)
            assert not part.journey or part.journey[-1].seconds is None


@pytest.mark.parametrize("name", CALLS)
def test_no_fact_of_a_part_contradicts_another(name: str) -> None:
    for _, part in less_a_type_or_record(CALLS[name]):
        found = facts_of(part)

        check_journey(found)
        check_lengths(found)


@pytest.mark.parametrize("name", CALLS)
def test_in_any_order(name: str) -> None:
    whole = summary_of(CALLS[name])

    for seed in range(3):
        assert summary_of(random.Random(seed).sample(CALLS[name], len(CALLS[name]))) == whole


@pytest.mark.parametrize("name", CALLS)
def test_a_whole_call_leaves_nothing_open(name: str) -> None:
    whole = summary_of(CALLS[name])

    assert whole.complete
    assert whole.warnings == ()
    assert "unknown" not in {whole.outcome, *(phase.phase for phase in whole.journey)}
    assert (whole.talk_seconds is None) == (whole.answered_at is None)
