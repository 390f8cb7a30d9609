"""Requests of Slack's assistant, as raw bytes: signed unless a test says otherwise."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mcp_types
import pytest

from callevents.invocation import Invocation, Request, Response

IDENTITY = {"slack": {"user_id": "U0MEI", "team_id": "T0SANDBOX"}}


@dataclass
class Exchanged:
    """A response of the door, and what the request left in the log."""

    response: Response
    fields: dict[str, Any]

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def json(self) -> Any:
        return json.loads(self.response.body)

    @property
    def error(self) -> Any:
        return self.json["error"]


Post = Callable[..., Exchanged]


@pytest.fixture(name="post")
def _post(workspace_env: Any) -> Post:
    """Return what sends a body (bytes, or what becomes JSON) to the door of a function, and returns what came."""

    def post(
        body: Any, *, path: str = "/mcp", app: Any = None, age: float = 0.25, **headers: str
    ) -> Exchanged:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"accept": "application/json, text/event-stream", **named}
        secret = workspace_env.workspace.app.signing_secret
        request: Request
        invocation: Invocation
        request, invocation = workspace_env.slack_env.signed(
            data, age=age, content_type="application/json", secret=secret
        )
        request = request._replace(path=path, headers={**request.headers, **given})
        response = (app or workspace_env.app).http(request, invocation)
        return Exchanged(response, invocation.request_log.fields())

    return post


def call(method: str, params: Any = None, /, **members: Any) -> dict[str, Any]:
    """Return a message that asks *method*, for the person of `IDENTITY`."""
    given = {"_meta": IDENTITY} | (params or {})
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": given} | members


def tool(name: str, /, **arguments: Any) -> dict[str, Any]:
    """Return a message that calls a tool."""
    return call("tools/call", {"name": name, "arguments": arguments})


def result(found: Exchanged) -> Any:
    """Return the result of a tool in a sound response."""
    assert found.status == 200
    mcp_types.JSONRPCResponse.model_validate(found.json)
    given = found.json["result"]
    mcp_types.CallToolResult.model_validate(given)
    return given
