"""Whatever the assistant's door is sent, signed or not, ends in the protocol's words."""

import json
from typing import Any

import httpx
import mcp_types
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.fuzz.doors import JOB, JSONS, SLACK, TEXTS, answered, bounded, door, fine, http_event, signed

METHODS = (
    "initialize", "ping", "tools/list", "tools/call", "server/discover", "notifications/initialized", "resources/list",
)  # fmt: skip
VERSIONS = ("", "2025-03-26", "2025-11-25", "2026-07-28", "1999-01-01")
META = "io.modelcontextprotocol/"
IDENTITY = {"user_id": "U0MEI", "team_id": "T1"}
METAS = JSONS | st.fixed_dictionaries(
    {"slack": st.just(IDENTITY) | JSONS},
    optional={
        f"{META}protocolVersion": st.just("2026-07-28") | JSONS,
        f"{META}clientCapabilities": st.just({}) | JSONS,
    },
)
ARGUMENTS = JSONS | st.dictionaries(
    st.sampled_from(["ids", "instance", "kind", "what", "days"]) | TEXTS,
    JSONS
    | st.lists(st.just(JOB) | TEXTS, max_size=12)
    | st.sampled_from(
        ["ccc-test", "number", "agent", "missed", "mine", "13800000201", "alice", "7d", "yesterday"]
    ),
    max_size=4,
)
PARAMS = JSONS | st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["look_up_call", "find_calls"]) | JSONS,
        "arguments": ARGUMENTS,
        "_meta": METAS,
        "protocolVersion": st.sampled_from(VERSIONS) | JSONS,
        "cursor": JSONS,
    },
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "jsonrpc": st.just("2.0") | JSONS,
        "id": st.integers() | TEXTS | JSONS,
        "method": st.sampled_from(METHODS) | JSONS,
        "params": PARAMS,
        "result": JSONS,
        "error": JSONS,
    },
)
CALLS = st.fixed_dictionaries(
    {
        "jsonrpc": st.just("2.0"),
        "id": st.integers(0, 9),
        "method": st.just("tools/call"),
        "params": st.fixed_dictionaries(
            {
                "name": st.sampled_from(["look_up_call", "find_calls"]),
                "arguments": ARGUMENTS,
                "_meta": st.just({"slack": IDENTITY}),
            }
        ),
    }
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Origin", "Mcp-Session-Id"]),
    st.sampled_from([*METHODS, *VERSIONS, "*/*", "text/event-stream", "look_up_call", "=?base64?bG9=?="])
    | TEXTS,
    max_size=5,
)


def asked(body: bytes, headers: Any = None, answer: Any = fine) -> tuple[int, str]:
    """Return what a signed request to the door gets."""
    event = json.loads(signed(body, "application/json"))
    event["headers"] |= headers or {}
    event["requestContext"]["http"]["path"] = "/mcp"
    return answered(door(SLACK, answer).handler(json.dumps(event).encode(), None))


def judge(status: int, text: str) -> None:
    """Check that this is what the protocol knows."""
    if status == 202:
        assert text == ""
        return
    assert status in {200, 400, 404, 406, 415}
    given_ = json.loads(text)
    if "error" in given_:
        error = mcp_types.JSONRPCError.model_validate(given_).error
        assert error.code != -32603  # nothing unexpected happened
    else:
        mcp_types.JSONRPCResponse.model_validate(given_)


@bounded
@given(
    body=st.binary(max_size=200)
    | (MESSAGES | st.lists(MESSAGES, max_size=3) | JSONS | CALLS).map(
        lambda value: json.dumps(value).encode()
    ),
    headers=HEADERS,
)
@example(body=b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', headers={})
def test_any_signed_message_gets_the_protocols_answer(body: bytes, headers: dict[str, str]) -> None:
    judge(*asked(body, headers))


@pytest.mark.parametrize(
    ("name", "arguments", "action"),
    [
        ("look_up_call", {"ids": [JOB]}, "ListNotificationRecords"),
        ("find_calls", {"kind": "number", "what": "13800000201", "days": "7d"}, "ListCallDetailRecordsV2"),
    ],
)
def test_who_asks_here_may_ask(name: str, arguments: Any, action: str) -> None:
    """Else no argument would be read."""
    actions: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        actions.append(request.headers.get("x-acs-action", ""))
        return fine(request)

    params = {"name": name, "arguments": arguments, "_meta": {"slack": IDENTITY}}
    asked(
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode(),
        answer=answer,
    )

    assert action in actions


@bounded
@given(message=CALLS)
def test_any_call_of_a_tool_is_answered(message: Any) -> None:
    body = json.dumps(message)
    assume("NaN" not in body and "Infinity" not in body)  # Python writes them, and no JSON has them
    status, text = asked(body.encode())
    assert status == 200
    judge(status, text)


@bounded
@given(body=st.binary(max_size=200) | MESSAGES.map(lambda value: json.dumps(value).encode()), headers=HEADERS)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_a_stranger_gets_nothing(method: str, body: bytes, headers: dict[str, str]) -> None:
    event = http_event(body, headers, method=method, path="/mcp")
    assert answered(door(SLACK).handler(event, None))[0] == (401 if method == "POST" else 405)


@bounded
@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=200) | JSONS.map(lambda value: json.dumps(value).encode()),
    whose=st.sampled_from(["/api/", "ListNotificationRecords"]),
)
def test_whatever_comes_back_from_behind_the_tool_is_answered(status: int, body: bytes, whose: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith(whose) or request.headers.get("x-acs-action") == whose:
            return httpx.Response(status, content=body)
        if request.url.path.startswith("/api/"):
            return httpx.Response(200, json={"ok": True, "team_id": "T1", "user": {"team_id": "T1"}})
        return fine(request)

    params = {"name": "look_up_call", "arguments": {"ids": [JOB]}, "_meta": {"slack": IDENTITY}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    got, text = asked(json.dumps(message).encode(), answer=answer)
    judge(got, text)
    assert json.loads(text)["result"]["content"][0]["text"]
