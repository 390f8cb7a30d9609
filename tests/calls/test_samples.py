"""The documented sequences and the cases from the field, each with all its facts."""

from collections.abc import Callable
from typing import Any

import pytest

from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from tests.calls.conftest import lines_of, records_of

Facts = Callable[..., dict[str, Any]]
KEYS = """
    job_id instance_id sources direction media outcome started_at answered_at answered_by ended_at
    queue_seconds ring_seconds talk_seconds hold_seconds
    ended_by release_code release_text caller callee agents skill_groups
    transfers recordings legs journey complete warnings events
"""


def with_facts(samples: str, facts: str) -> list[Any]:
    """Return the samples of one file with the facts of another as test parameters."""
    expected = {case["name"]: case["expect"] for case in lines_of(facts)}
    given = {sample["name"]: records_of(sample) for sample in lines_of(samples)}
    assert given.keys() == expected.keys()
    return [pytest.param(records, expected[name], id=name) for name, records in given.items()]


def comparable(document: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with only those members of its events that are expected."""
    names = expected["events"][0].keys()
    return {
        **document,
        "events": [{name: event[name] for name in names} for event in document["events"]],
    }


@pytest.mark.parametrize(("records", "expected"), with_facts("sequences.jsonl", "sequence-facts.jsonl"))
def test_each_documented_sequence(
    records: list[NotificationRecord], expected: dict[str, Any], facts: Facts
) -> None:
    found = facts(records, records[0].notification_key)

    assert comparable(found, expected) == expected
    assert list(found) == KEYS.split()


@pytest.mark.parametrize(("records", "expected"), with_facts("field-cases.jsonl", "field-cases.jsonl"))
def test_each_case_from_the_field(records: list[NotificationRecord], expected: dict[str, Any]) -> None:
    found = to_document(masked(summarise(records[0].notification_key, "ccc-test", records)))

    assert comparable(found, expected) == expected


def test_the_timeline_names_the_legs(samples: dict[str, list[NotificationRecord]], facts: Facts) -> None:
    records = samples["barge-in"]
    found = facts(records, records[0].notification_key)["events"]

    legs = {(event["type"], event["agent"], event["leg"]) for event in found}

    assert ("Established", "carol@ccc-test", "supervisor") in legs
    assert ("Established", "alice@ccc-test", "agent") in legs
    assert ("Released", None, "customer") in legs
    assert ("AgentReady", "alice@ccc-test", None) in legs
    assert found[-2] == {
        "at": "2026-03-04T13:02:06.569Z",
        "type": "AgentRelease",
        "label": "Agent off the call",
        "leg": "agent",
        "agent": "alice@ccc-test",
        "detail": None,
    }
