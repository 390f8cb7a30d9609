"""Whatever a signed message is, the door answers in the protocol's words: a result, an error, or nothing but 202."""

import json
from contextlib import suppress
from typing import Any

import mcp_types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.mcp.protocol.json_rpc import (
    MAX_DEPTH,
    JsonRpcError,
    RpcCall,
    RpcNotification,
    read_message,
)
from callevents.slack.mcp.protocol.transport import HANDSHAKE_VERSIONS, VERSIONS
from tests.slack.mcp.conftest import IDENTITY, call

PARSE, REQUEST, METHOD, PARAMS, VERSION, HEADERS = -32700, -32600, -32601, -32602, -32022, -32020
STATELESS = "2026-07-28"
META = "io.modelcontextprotocol/"
ENVELOPE = {f"{META}protocolVersion": STATELESS, f"{META}clientCapabilities": {}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", PARSE),
        (b"{", PARSE),
        (b"\xff\xfe", PARSE),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping\xc3"}', PARSE),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', PARSE),
        (b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b',"method":"ping"}', PARSE),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":' + b"9" * 41 + b"}}", PARSE),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"[" * 200_000 + b"}", PARSE),
        (b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', REQUEST),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":{"b":1,"b":2}}}', REQUEST),
        ([], REQUEST),
        ([call("ping"), call("ping")], REQUEST),
        ("ping", REQUEST),
        (None, REQUEST),
        ({}, REQUEST),
        ({"id": 1, "method": "ping"}, REQUEST),
        (call("ping", jsonrpc="1.0"), REQUEST),
        (call("ping", jsonrpc=2.0), REQUEST),
        ({"jsonrpc": "2.0", "id": 1}, REQUEST),
        ({"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}}, REQUEST),
        (call("ping", id=None), REQUEST),
        (call("ping", id={}), REQUEST),
        (call("ping", id=[1]), REQUEST),
        (call("ping", id=True), REQUEST),
        (call("ping", id=1.0), REQUEST),
        (call("ping", id=1.5), REQUEST),
        (call("ping", id=1 << 60), REQUEST),
        (call("ping", id="x" * 201), REQUEST),
        (call("", id=1), REQUEST),
        (call("x" * 101), REQUEST),
        (call("ping", method=7), REQUEST),
        (call("ping", params=[1]), PARAMS),
        (call("ping", params="x"), PARAMS),
        (call("resources/list"), METHOD),
        (call("server/discover"), METHOD),
        (call("__class__"), METHOD),
        (call("\ud800"), METHOD),
        (call("tools/list", {"cursor": "x"}), PARAMS),
        (call("tools/call"), PARAMS),
        (call("tools/call", {"name": 7}), PARAMS),
        (call("tools/call", {"name": ["look_up_call"]}), PARAMS),
        (call("tools/call", {"name": "look_up_call", "arguments": []}), PARAMS),
        (call("tools/call", {"name": "look_up_call", "arguments": "x"}), PARAMS),
        (call("tools/call", {"name": "delete_call", "arguments": {}}), PARAMS),
    ],
)
def test_what_is_no_request_is_an_error_of_the_protocol(post: Any, body: Any, code: int) -> None:
    found = post(body)

    assert found.error["code"] == code
    assert found.status == (200 if code in {METHOD, PARAMS} else 400)
    mcp_types.JSONRPCError.model_validate(found.json)
    assert found.fields["outcome"] == "refused"
    assert found.fields["why"] == "protocol"


@pytest.mark.parametrize("id_", [0, -1, (1 << 53) - 1, "", "abc", "\u4f60", "\ud800", "x" * 200])
def test_an_id_comes_back_as_it_was(post: Any, id_: Any) -> None:
    found = post(call("ping", id=id_))

    assert found.status == 200
    assert found.json == {"jsonrpc": "2.0", "id": id_, "result": {}}


@pytest.mark.parametrize("code", [METHOD, PARAMS])
def test_an_error_of_a_request_names_the_request(post: Any, code: int) -> None:
    found = post(call("nothing" if code == METHOD else "tools/call", id="mine"))

    assert found.json["id"] == "mine"


@pytest.mark.parametrize(
    "message",
    [call("ping", params=None), call("tools/list", params=None), call("tools/list", {"cursor": None})],
)
def test_null_is_what_a_client_leaves_out(post: Any, message: Any) -> None:
    assert "result" in post(message).json


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "look_up_call"}},
        {"jsonrpc": "2.0", "method": "x", "params": [1]},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}},
    ],
)
def test_what_wants_no_answer_gets_none(post: Any, workspace_env: Any, message: Any) -> None:
    found = post(message)

    assert (found.status, found.response.body) == (202, "")
    assert workspace_env.slack_env.center.asked == []


@pytest.mark.parametrize("depth", [MAX_DEPTH - 3, MAX_DEPTH + 3, 5000])
def test_a_deep_tree_is_an_error(post: Any, depth: int) -> None:
    tree = b"[" * depth + b"]" * depth
    found = post(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":' + tree + b"}}")

    assert found.status in ({200} if depth < MAX_DEPTH else {400})


def test_a_body_above_the_limit_is_refused_before_it_is_read(post: Any) -> None:
    assert post(b"[" * ((1 << 20) + 1)).status == 413


def test_a_large_argument_is_refused_in_words(post: Any) -> None:
    params = {"name": "look_up_call", "arguments": {"ids": ["x" * 900_000]}}

    found = post(call("tools/call", params))

    assert found.json["result"]["isError"] is True
    assert "xxx" not in found.response.body


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS", "HEAD"])
def test_there_is_no_stream_and_no_session(workspace_env: Any, method: str) -> None:
    request, invocation = workspace_env.slack_env.signed(b"")

    response = workspace_env.app.http(request._replace(path="/mcp", method=method), invocation)

    assert (response.status, response.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "1"},
        {"x-slack-request-timestamp": "abc"},
    ],
)
@pytest.mark.parametrize("body", [b"{", json.dumps(call("tools/list")).encode()])
def test_what_slack_did_not_sign_is_refused_whatever_it_is(
    post: Any, change: dict[str, str], body: bytes
) -> None:
    found = post(body, **{name.replace("-", "_"): value for name, value in change.items()})

    assert (found.status, found.response.body) == (401, '{"error":"unauthorized"}')
    assert found.fields["outcome"] == "unauthorized"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8080"])
def test_the_signature_decides_and_not_the_origin(post: Any, origin: str) -> None:
    assert post(call("ping"), origin=origin).status == 200
    unsigned = post(call("ping"), origin=origin, x_slack_signature="")
    assert unsigned.status == 401
    assert not any("access-control" in name.lower() for name in unsigned.response.headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": "application/json; charset=utf-8"}, 200),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"accept": ""}, 200),
        ({"accept": "*/*"}, 200),
        ({"accept": "application/*;q=0.5"}, 200),
        ({"accept": "text/event-stream"}, 406),
        ({"accept": "application/json;q=0, text/event-stream"}, 406),
        ({"accept": "\ud800"}, 406),
    ],
)
def test_json_goes_both_ways(post: Any, headers: dict[str, str], status: int) -> None:
    assert post(call("ping"), **headers).status == status


@pytest.mark.parametrize("version", HANDSHAKE_VERSIONS)
def test_a_known_version_is_agreed_on(post: Any, version: str) -> None:
    params = {
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    found = post(call("initialize", params)).json["result"]

    assert found["protocolVersion"] == version
    mcp_types.InitializeResult.model_validate(found)


@pytest.mark.parametrize("asked", ["1999-01-01", "", None, 7, [], STATELESS])
def test_an_unknown_version_is_answered_with_ours(post: Any, asked: Any) -> None:
    found = post(call("initialize", {"protocolVersion": asked})).json["result"]

    assert found["protocolVersion"] == HANDSHAKE_VERSIONS[-1]


@pytest.mark.parametrize("version", ["1999-01-01", "x" * 5000, "2025-06-18, 2025-06-18", "<script>"])
def test_a_header_with_an_unknown_version_is_refused(post: Any, version: str) -> None:
    found = post(call("ping"), mcp_protocol_version=version)

    assert (found.status, found.error["code"]) == (400, VERSION)
    assert found.error["data"]["supported"] == list(VERSIONS)
    assert found.error["data"]["requested"] in {"", "1999-01-01"}


def stateless(method: str, params: Any = None, **envelope: Any) -> dict[str, Any]:
    return call(method, {**(params or {}), "_meta": IDENTITY | ENVELOPE | envelope})


def test_a_stateless_request_says_everything_itself(post: Any) -> None:
    headers = {"mcp_protocol_version": STATELESS}

    discovered = post(stateless("server/discover"), **headers, mcp_method="server/discover").json["result"]
    listed = post(stateless("tools/list"), **headers, mcp_method="tools/list").json["result"]

    assert mcp_types.DiscoverResult.model_validate(discovered).supported_versions == list(VERSIONS)
    assert mcp_types.ListToolsResult.model_validate(listed).tools[0].name == "look_up_call"
    assert {discovered["resultType"], listed["resultType"]} == {"complete"}


@pytest.mark.parametrize(
    ("message", "headers", "code", "status"),
    [
        (call("tools/list"), {}, PARAMS, 400),
        (stateless("tools/list", **{f"{META}protocolVersion": "2025-06-18"}), {}, HEADERS, 400),
        (stateless("tools/list"), {"mcp_method": "tools/call"}, HEADERS, 400),
        (stateless("tools/list"), {"mcp_method": ""}, HEADERS, 400),
        (stateless("ping"), {"mcp_method": "ping"}, METHOD, 404),
        (stateless("initialize"), {"mcp_method": "initialize"}, METHOD, 404),
        (
            stateless("tools/call", {"name": "look_up_call"}),
            {"mcp_method": "tools/call", "mcp_name": "other"},
            HEADERS,
            400,
        ),
        (
            stateless("tools/call", {"name": "look_up_call"}),
            {"mcp_method": "tools/call", "mcp_name": "=?base64?@@?="},
            HEADERS,
            400,
        ),
    ],
)
def test_a_stateless_request_that_contradicts_itself_is_refused(
    post: Any, message: Any, headers: dict[str, str], code: int, status: int
) -> None:
    found = post(message, **{"mcp_protocol_version": STATELESS, "mcp_method": "tools/list"} | headers)

    assert (found.status, found.error["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/mcp//"])
def test_the_door_is_at_one_path(post: Any, path: str) -> None:
    assert post(call("ping"), path=path).json["result"] == {}


@pytest.mark.parametrize("path", ["/", "/slack/events", "/mcpx", "/x/mcp", "/MCP"])
def test_at_another_path_a_message_is_no_request_of_ours(
    post: Any, workspace_env: Any, job: str, path: str
) -> None:
    found = post(call("tools/call", {"name": "look_up_call", "arguments": {"ids": [job]}}), path=path)

    assert job not in found.response.body
    assert workspace_env.slack_env.center.asked == []


def test_a_signed_command_is_no_message(workspace_env: Any, job: str) -> None:
    """The signature covers no path: a captured command must not become something else here, nor the other way."""
    request, invocation = workspace_env.slack_env.signed(
        f"command=%2Fcallevents&text={job}".encode(), secret=workspace_env.workspace.app.signing_secret
    )

    response = workspace_env.app.http(request._replace(path="/mcp"), invocation)

    assert response.status == 415
    assert workspace_env.slack_env.center.asked == []


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["jsonrpc", "id", "method", "params", "name", "arguments", "_meta"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(body=st.binary(max_size=100) | JSONS.map(lambda value: json.dumps(value).encode()))
def test_reading_a_message_is_total(body: bytes) -> None:
    with suppress(JsonRpcError):
        assert isinstance(read_message(body), RpcCall | RpcNotification)
