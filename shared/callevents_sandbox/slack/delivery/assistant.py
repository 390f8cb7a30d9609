"""Slack's assistant: asks the app's tools over MCP, in the name of a person, with signed requests.

Source: https://docs.slack.dev/ai/slackbot-mcp-client
"""

import itertools
import json
from collections.abc import Mapping

from callevents_sandbox.slack.delivery.signed_request import Delivery, Shown
from callevents_sandbox.slack.posted import Document
from callevents_sandbox.slack.workspace import Workspace

PROTOCOL_VERSION = "2025-11-25"
_ACCEPT = "application/json, text/event-stream"


class Assistant(Delivery):
    """Asks the server at `request_url`, which the app's manifest names under `mcp_servers`."""

    def __init__(self, workspace: Workspace, request_url: str) -> None:
        super().__init__(workspace, request_url)
        self._ids = itertools.count(1)

    def message(self, method: str, params: Mapping[str, object] | None = None, *, user: str) -> Document:
        """Return the message of a request: in each one Slack says who asks."""
        identity = {"slack": {"user_id": user, "team_id": self.workspace.app.team}}
        return {
            "jsonrpc": "2.0",
            "id": next(self._ids),
            "method": method,
            "params": {**(params or {}), "_meta": identity},
        }

    def post(self, message: object, *, headers: Mapping[str, str] | None = None, age: float = 0.0) -> Shown:
        """Send *message*, signed; *age* is how many seconds it was on its way before the app got it."""
        body = json.dumps(message).encode()
        sent = {"accept": _ACCEPT, "mcp-protocol-version": PROTOCOL_VERSION, **(headers or {})}
        return self.send(body, "application/json", what="assistant", headers=sent, age=age)

    def tools(self) -> Shown:
        """Ask which tools there are."""
        return self.post(self.message("tools/list", user="U0MEI"))

    def call(
        self, tool: str, arguments: Mapping[str, object], *, user: str = "U0MEI", age: float = 0.0
    ) -> Shown:
        """Call *tool* for *user*."""
        params = {"name": tool, "arguments": dict(arguments)}
        return self.post(self.message("tools/call", params, user=user), age=age)
