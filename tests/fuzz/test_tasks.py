"""Tasks of every kind: whatever stands in one, and whatever Slack has in its channels, it is worked off or refused."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.runtime.handler import InvocationFailed
from callevents.tasks.envelope import AnyEnvelope, open_envelope
from tests.fuzz.doors import JOB, JSONS, TEXTS, WORKER, bounded, door, fine

KINDS = {each.model_fields["kind"].default: each for each in get_args(AnyEnvelope)}
MEMBERS = {
    name: sorted(field.alias or own for own, field in kind.model_fields.items())
    for name, kind in KINDS.items()
}
ASKED = {
    "instance": "ccc-test",
    "asker": {"user": "U1", "team": "T1", "channel": "C1"},
    "asked_at": 1795334591.0,
}
# One task of each kind as it is queued.
SOUND: dict[str, dict[str, Any]] = {
    "command": {**ASKED, "jobs": [JOB], "channel": "C1", "task": f"t_{'0' * 64}"},
    "find": {
        **ASKED,
        "query_kind": "number",
        "query_value": "13800000201",
        "since": 1772582400 * 10**9,
        "until": 1772668800 * 10**9,
        "channel": "C1",
    },
    "alert": {
        "sender": "grafana",
        "title": "Call dropped",
        "state": "firing",
        "channel": "C0ALERTS",
        "instance": "ccc-test",
        "jobs": [JOB],
        "thread_key": "grafana 1",
        "delivery": "t_2",
        "received_at": 1795334591.0,
    },
}
FITTING = st.sampled_from(
    [
        [JOB],
        [],
        1795334591.0,
        1,
        True,
        "firing",
        "resolved",
        "mixed",
        "event",
        "answer",
        "refresh",
        "share",
        "reveal",
        "events",
        "number",
        "mine",
        "1795334591.000200",
        "http://127.0.0.1:9/x",
        "C0ALERTS",
        ["grafana 2", "ended:grafana 3"],
        None,
    ]
)
POSTED = st.fixed_dictionaries(
    {"ts": st.just("1795334591.000200") | JSONS, "bot_id": st.just("B1") | JSONS},
    optional={
        "text": TEXTS,
        "blocks": JSONS,
        "metadata": JSONS
        | st.fixed_dictionaries(
            {
                "event_type": st.sampled_from(["callevents_alert", "callevents_share"]),
                "event_payload": JSONS
                | st.dictionaries(
                    st.sampled_from(["work", "thread", "state", "jobs", "sender", "title"]),
                    JSONS | st.sampled_from(["grafana 1", f"t_{'0' * 64}", "t_2", "firing"]),
                ),
            }
        ),
    },
)


def envelope(kind: str, members: dict[str, Any]) -> bytes:
    return json.dumps({"version": 1, "kind": kind, **SOUND[kind], **members}).encode()


class Accidents(logging.Handler):
    """The unexpected errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "code", "") == "internal":
            self.records.append(record)


@pytest.fixture(scope="module", name="accidents")
def _accidents() -> Iterator[Accidents]:
    accidents, logger = Accidents(), logging.getLogger("callevents")
    logger.addHandler(accidents)
    yield accidents
    logger.removeHandler(accidents)


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_sound_task_of_each_kind(kind: str) -> None:
    assert isinstance(open_envelope(envelope(kind, {})), KINDS[kind])


@bounded
@given(data=st.data(), messages=st.lists(POSTED | JSONS, max_size=3), version=st.just(1) | JSONS)
@pytest.mark.parametrize("kind", KINDS)
def test_any_task_is_worked_off_or_refused(
    kind: str, data: st.DataObject, messages: list[object], version: object, accidents: Accidents
) -> None:
    members = data.draw(st.dictionaries(st.sampled_from(MEMBERS[kind]), FITTING | JSONS, max_size=3))

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith("/api/"):
            return fine(request)
        channel = {"is_ext_shared": False}
        about = {
            "ok": True,
            "bot_id": "B1",
            "ts": "1795334591.000200",
            "messages": messages,
            "channel": channel,
        }
        return httpx.Response(200, json=about)

    accidents.records.clear()  # of the example before
    payload = envelope(kind, {"version": version, **members})
    with suppress(InvocationFailed):
        assert door(WORKER, answer).handler(payload, None) is None
    assert accidents.records == []
