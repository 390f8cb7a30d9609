"""The catalogue against the vendor's list, which is a file of this project's tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callevents.calls.records.event_types import EVENT_TYPES, LABELS, NAMELESS
from callevents.calls.sanitize import clean

VENDOR = json.loads((Path(__file__).parent.parent / "data" / "catalogue.json").read_text(encoding="utf-8"))


def test_every_type_is_known_by_name_and_class() -> None:
    assert len(VENDOR) == 59
    assert {name: known.class_ for name, known in EVENT_TYPES.items()} == {
        each["type"]: each["class"] for each in VENDOR
    }


def test_every_type_has_a_label_of_its_own() -> None:
    labels = [LABELS[name] for name in EVENT_TYPES]

    assert len(set(labels)) == len(labels)
    assert all(label and label == clean(label) and len(label) <= 40 for label in labels)


def test_an_unknown_type_is_its_own_label() -> None:
    assert LABELS["Whatever"] == "Whatever"
    assert LABELS[""] == NAMELESS


@pytest.mark.parametrize("name", [each["type"] for each in VENDOR] + ["Whatever"])
def test_every_type_alone_makes_one_event(name: str, call_facts: Callable[..., dict[str, Any]]) -> None:
    found = call_facts("INBOUND", f"0 {name} a agentId=al@i")

    assert [(event["type"], event["label"], event["agent"]) for event in found["events"]] == [
        (name, LABELS[name], "al@i")
    ]
