"""Searches by every door, their pages, and their tasks: whatever is in them, and whatever comes back."""

import json
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.runtime.handler import InvocationFailed
from tests.fuzz.doors import (
    FORM,
    JOB,
    JSONS,
    SLACK,
    TEXTS,
    WORKER,
    answered,
    bounded,
    door,
    fine,
    form,
    signed,
)

WORDS = st.sampled_from(
    [
        "find",
        "agent",
        "missed",
        "mine",
        "13800000201",
        "+86 138-0000-0201",
        "alice",
        "today",
        "7d",
        "in",
        "ccc-test",
    ]
)
QUERIES = st.lists(WORDS | TEXTS | st.from_regex(r"\d{4}-\d{2}-\d{2}", fullmatch=True), max_size=7).map(
    " ".join
)
VALUES = st.from_regex(r"1\.\d{1,4}\.[012]\.\d{0,8}\.[\w-]{20,60}", fullmatch=True) | TEXTS
FIELDS = ("jobs", "find_kind", "find_what", "find_days", "instance", "channel")
PLACE: dict[str, Any] = {
    "user": {"id": "U0MEI", "username": "mei", "team_id": "T1"},
    "team": {"id": "T1", "domain": "acme"},
    "api_app_id": "A1",
    "trigger_id": "1.2.a",
}
ROWS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ("ContactId", "ContactType", "ContactDisposition", "CallingNumber", "CalledNumber"), TEXTS | JSONS
        ),
        **dict.fromkeys(
            ("StartTime", "ReleaseTime", "TalkTime", "CallDuration"), JSONS | st.integers(0, 10**14)
        ),
        **dict.fromkeys(("AgentNames", "AgentIds", "SkillGroupNames", "SkillGroupIds"), TEXTS | JSONS),
    },
)
PAGES = JSONS | st.fixed_dictionaries(
    {},
    optional={
        "List": JSONS | st.lists(ROWS | JSONS, max_size=4),
        "TotalCount": JSONS | st.integers(),
        "PageNumber": JSONS,
    },
)


def asked(text: str) -> bytes:
    """Return the command with *text*."""
    fields = {"command": "/callevents", "text": text, "user_id": "U0MEI", "team_id": "T1", "channel_id": "C1"}
    return signed(form(fields), FORM)


def interaction(payload: dict[str, Any]) -> bytes:
    """Return the request of *payload*."""
    return signed(form({"payload": json.dumps({**PLACE, **payload})}), FORM)


def listing(status: int, body: bytes) -> Any:
    """Answer lists of calls with *body*, and all else as usual."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-acs-action") == "ListCallDetailRecordsV2":
            return httpx.Response(status, content=body)
        return fine(request)

    return answer


@bounded
@given(text=QUERIES)
def test_any_words_after_the_command_get_a_sentence(text: str) -> None:
    status, body = answered(door(SLACK).handler(asked(text), None))
    assert status == 200
    if body:
        assert json.loads(body)["text"]


@bounded
@given(
    status=st.sampled_from([200, 200, 200, 400, 403, 404, 500]),
    body=st.binary(max_size=80) | PAGES.map(lambda data: json.dumps({"Code": "OK", "Data": data}).encode()),
    text=st.sampled_from(["find 13800000201 7d", "find agent alice 7d", "missed 7d"]),
)
def test_any_list_of_calls_ends_in_a_sentence(status: int, body: bytes, text: str) -> None:
    got, answer = answered(door(SLACK, listing(status, body)).handler(asked(text), None))
    assert got == 200
    assert json.loads(answer)["text"]
    assert "Something went wrong" not in answer


@bounded
@given(
    value=VALUES,
    action=st.sampled_from(["find_older", "find_newer", "find_other", "open_call_1", "open_call_20"]),
    in_window=st.booleans(),
)
def test_any_value_of_a_pages_button_gets_200(value: str, action: str, in_window: bool) -> None:
    pressed = {"action_id": action, "block_id": "b", "type": "button", "value": value}
    place = {"view": {"id": "V1", "type": "modal"}} if in_window else {"response_url": "http://127.0.0.1:9/x"}
    request = interaction({"type": "block_actions", "actions": [pressed], "channel": {"id": "C1"}, **place})
    assert answered(door(SLACK).handler(request, None))[0] == 200


@bounded
@given(
    typed=st.dictionaries(
        st.sampled_from(FIELDS),
        st.sampled_from(["number", "agent", "missed", "mine", "13800000201", "7d", JOB]) | TEXTS | JSONS,
        max_size=6,
    ),
    as_option=st.booleans(),
)
def test_any_form_gets_an_answer(typed: dict[str, Any], as_option: bool) -> None:
    values = {
        name: {name: {"selected_option": {"value": value}} if as_option else {"value": value}}
        for name, value in typed.items()
    }
    view = {"id": "V1", "type": "modal", "callback_id": "search_form", "state": {"values": values}}
    status, body = answered(door(SLACK).handler(interaction({"type": "view_submission", "view": view}), None))
    assert status == 200
    if body:
        assert json.loads(body)["response_action"] in {"errors", "update", "clear"}


@bounded
@given(
    members=st.dictionaries(
        st.sampled_from(
            [
                "query_kind",
                "query_value",
                "since",
                "until",
                "page",
                "other_form",
                "total",
                "sealed",
                "sought",
                "view",
            ]
        ),
        JSONS | st.integers(-(10**19), 10**19) | st.sampled_from(["number", "agent", "missed", "mine"]),
        max_size=5,
    ),
    body=PAGES.map(lambda data: json.dumps({"Code": "OK", "Data": data}).encode()),
)
@pytest.mark.parametrize("place", ["response_url", "channel"])
def test_any_task_of_a_search_is_worked_off_or_refused(
    place: str, members: dict[str, Any], body: bytes
) -> None:
    envelope = {
        "version": 1,
        "kind": "find",
        "instance": "ccc-test",
        "asker": {"user": "U1", "team": "T1", "channel": "C1"},
        "asked_at": 1795334591.0,
        "query_kind": "number",
        "query_value": "13800000201",
        "since": 1772582400 * 10**9,
        "until": 1772668800 * 10**9,
        place: "http://127.0.0.1:9/x" if place == "response_url" else "C1",
        **members,
    }
    with suppress(InvocationFailed):
        assert door(WORKER, listing(200, body)).handler(json.dumps(envelope).encode(), None) is None


@bounded
@given(
    mention=st.text(max_size=80) | st.sampled_from(["", "why?", "find 13800000201", "in ccc-test"]),
    root=JSONS | st.fixed_dictionaries({"ts": st.just("1.1"), "text": TEXTS | JSONS, "blocks": JSONS}),
)
def test_any_thread_that_the_worker_reads_is_worked_off(mention: str, root: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/conversations.replies"):
            return httpx.Response(200, content=json.dumps({"ok": True, "messages": [root]}).encode())
        return fine(request)

    envelope = {
        "version": 1,
        "kind": "command",
        "jobs": [],
        "instance": "ccc-test",
        "asker": {"user": "U1", "team": "T1", "channel": "C1"},
        "asked_at": 1795334591.0,
        "mention": mention,
        "channel": "C1",
        "thread": "1.1",
    }
    with suppress(InvocationFailed):
        assert door(WORKER, answer).handler(json.dumps(envelope).encode(), None) is None
