"""The official client library is the judge: over a real socket, in each way it can speak, signed as Slack signs."""

import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

import anyio
import httpx2
import mcp_types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from callevents.slack.mcp.tools.catalogue import INSTRUCTIONS
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.slack.delivery.signed_request import signature

ME: Any = {"slack": {"user_id": "U0MEI", "team_id": "T0SANDBOX"}}
MODES = ["legacy", "auto", "2026-07-28"]


class SlackSignature(httpx2.Auth):
    """Signs each request with the app's signing secret."""

    requires_request_body = True

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        stamp = str(int(time.time()))
        request.headers["x-slack-request-timestamp"] = stamp
        request.headers["x-slack-signature"] = signature(self.secret, stamp, request.content)
        yield request


def talk(workspace_env: Any, mode: str, what: Callable[[Client], Awaitable[Any]], secret: str = "") -> Any:
    """Return what comes of a conversation in *mode*."""
    auth = SlackSignature(secret or workspace_env.workspace.app.signing_secret)

    async def run() -> Any:
        async with httpx2.AsyncClient(auth=auth, trust_env=False) as http:
            transport = streamable_http_client(f"{workspace_env.app_url}mcp", http_client=http)
            async with Client(transport, mode=mode, read_timeout_seconds=10) as client:
                return await what(client)

    return anyio.run(run)


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_are_listed_and_called(workspace_env: Any, mode: str) -> None:
    job = sample("agent-outbound").job_id

    async def what(client: Client) -> Any:
        listed = await client.list_tools()
        return listed, await client.call_tool("look_up_call", {"ids": [job]}, meta=ME)

    listed, answered = talk(workspace_env, mode, what)

    names = [each.name for each in listed.tools]
    assert names[0] == "look_up_call"
    assert all(each.annotations.read_only_hint for each in listed.tools)
    assert answered.is_error is False  # the client has checked it against the tool's own schema
    assert answered.structured_content["calls"][0]["job_id"] == job
    assert all(isinstance(each, mcp_types.TextContent) for each in answered.content)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_server_introduces_itself(workspace_env: Any, mode: str) -> None:
    async def what(client: Client) -> Any:
        return client.server_info, client.instructions, client.server_capabilities, client.protocol_version

    server, instructions, capabilities, version = talk(workspace_env, mode, what)

    assert server.name == "callevents"
    assert instructions == INSTRUCTIONS
    assert capabilities.tools is not None
    assert capabilities.prompts is capabilities.resources is None
    assert version == ("2025-11-25" if mode == "legacy" else "2026-07-28")


@pytest.mark.parametrize("mode", MODES)
def test_without_identity_there_is_an_error_and_no_answer(workspace_env: Any, mode: str) -> None:
    job = sample("agent-outbound").job_id

    async def what(client: Client) -> Any:
        with pytest.raises(MCPError) as raised:
            await client.call_tool("look_up_call", {"ids": [job]})
        return raised.value.code

    assert talk(workspace_env, mode, what) == -32602
    assert workspace_env.slack_env.center.asked == []


@pytest.mark.parametrize("mode", MODES)
def test_a_refusal_is_a_result_that_a_model_can_read(workspace_env: Any, mode: str) -> None:
    workspace_env.build(users=frozenset({"U0ELSE"}))

    async def what(client: Client) -> Any:
        return await client.call_tool("look_up_call", {"ids": [sample("agent-outbound").job_id]}, meta=ME)

    answered = talk(workspace_env, mode, what)

    assert answered.is_error is True
    assert "You are not allowed" in answered.content[0].text


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_tool_is_an_error(workspace_env: Any, mode: str) -> None:
    async def what(client: Client) -> Any:
        with pytest.raises(MCPError) as raised:
            await client.call_tool("delete_call", {}, meta=ME)
        return raised.value.code

    assert talk(workspace_env, mode, what) == -32602


def test_another_secret_opens_nothing(workspace_env: Any) -> None:
    async def what(client: Client) -> Any:
        raise AssertionError("connected")

    with pytest.raises(BaseException) as raised:  # noqa: PT011 - the client's own groups of errors
        talk(workspace_env, "legacy", what, secret="0" * 32)

    assert "connected" not in str(raised.value)
