"""Calls written down as short lines: `seconds type leg field=value …`, a leg being a letter."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from callevents.calls.json_document import to_document
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
INSTANCE = "ccc-test"
DATA = Path(__file__).parent.parent / "data"
# a, b agents; s supervisor; c, d customers; n an old channel id in the colon form; w, x, y, z say nothing.
LEGS = {
    **{name: f"ch-user-{name}-{JOB}" for name in "abs"},
    **{name: f"ch-customer-{name}-{JOB}" for name in "cd"},
    "m": f"ch:user:m->n:1:{JOB}",
    "n": f"ch:customer:n->m:1:{JOB}",
    **{name: f"{name * 8}-0000-4000-8000-000000000000" for name in "wxyz"},
}

CallFacts = Callable[..., dict[str, Any]]


def record(type_: str, content: object, key: str = JOB) -> NotificationRecord:
    text = content if isinstance(content, str) else json.dumps(content)
    return NotificationRecord(INSTANCE, key, type_, text)


def at(seconds: str) -> str:
    if seconds == "?":
        return "some time"
    whole, _, fraction = seconds.partition(".")
    minutes, rest = divmod(int(whole), 60)
    return f"2026-03-04T10:{minutes:02}:{rest:02}.{fraction or '0'}Z"


def lines_to_records(lines: Sequence[str], call_type: str | None) -> list[NotificationRecord]:
    records = []
    for line in lines:
        seconds, type_, *rest = line.split()
        content: dict[str, Any] = {} if seconds == "-" else {"eventTime": at(seconds)}
        if call_type:
            content["callType"] = call_type
        for word in rest:
            name, equals, value = word.partition("=")
            if equals:
                content[name] = (
                    value if name == "contactFlowType" else LEGS.get(value, value).replace("_", " ")
                )
            else:
                content["channelId"] = LEGS[name]
        records.append(record(type_, content))
    return records


def facts_of(records: Sequence[NotificationRecord], job_id: str = JOB) -> dict[str, Any]:
    return dict(to_document(summarise(job_id, INSTANCE, records)))


def seconds_of(document: dict[str, Any]) -> dict[str, Any]:
    """Turn the times of the test's day into seconds from its start, legs and journey into lines: easier in a table."""
    for name in ("started_at", "answered_at", "ended_at"):
        document[name] = from_start(document[name])
    document["legs"] = " / ".join(words_of(leg) for leg in document["legs"])
    document["journey"] = " / ".join(words_of(phase) for phase in document["journey"])
    return document


def words_of(part: dict[str, Any]) -> str:
    """Return a leg (side, agent, began, connected, ended, ring, talk) or a phase (name, at, seconds, agents)."""
    words = [
        from_start(value) if name == "at" or name.endswith("_at") else value for name, value in part.items()
    ]
    return " ".join(word_of(word) for word in words).rstrip()


def word_of(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def from_start(at_time: str | None) -> float | None:
    if at_time is None:
        return None
    minutes, seconds = at_time[14:-1].split(":")
    return round(int(minutes) * 60 + float(seconds), 3)


@pytest.fixture
def call_facts() -> CallFacts:
    """Return the function that gives the facts of a call: `call_facts("INBOUND", "0 Route2IVR c", …)`."""

    def facts(call_type: str | None, *lines: str) -> dict[str, Any]:
        return seconds_of(facts_of(lines_to_records(lines, call_type)))

    return facts


@pytest.fixture
def facts() -> Callable[..., dict[str, Any]]:
    """Return the function that gives the facts of records as the JSON document."""
    return facts_of


@pytest.fixture
def make_record() -> Callable[..., NotificationRecord]:
    return record


@pytest.fixture(scope="session")
def samples() -> dict[str, list[NotificationRecord]]:
    """Return the documented sequences by name."""
    return {sample["name"]: records_of(sample) for sample in lines_of("sequences.jsonl")}


def lines_of(name: str) -> list[dict[str, Any]]:
    """Return the objects in a file of JSON lines."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def records_of(sample: dict[str, Any]) -> list[NotificationRecord]:
    return [
        NotificationRecord(
            each["InstanceId"], each["NotificationKey"], each["NotificationType"], each["Content"]
        )
        for each in sample["records"]
    ]
