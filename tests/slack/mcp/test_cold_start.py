"""What a cold start loads: a command nothing of the assistant's door, and the door nothing of slack-bolt."""

import json
import subprocess
import sys
from typing import Any

import pytest

_SCRIPT = """
import hmac, json, sys, time
from hashlib import sha256
import httpx
from callevents.clock import Clocks
from callevents.runtime.handler import FunctionHandler
from callevents.slack.handler import SlackHandler

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM = {"ok": True, "team_id": "T1", "user": {"team_id": "T1"}}
records = {"Code": "OK", "RequestId": "1-ccc", "Data": []}

def outside(request):
    return httpx.Response(200, json=TEAM if request.url.path.startswith("/api/") else records)

def build(settings):
    return SlackHandler(settings, client=httpx.Client(transport=httpx.MockTransport(outside)))

environ = {
    "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-1-token-0123456789", "CCC_INSTANCE_ID": "ccc-test",
    "SLACK_API_URL": "http://127.0.0.1:9/api/", "CCC_ENDPOINT": "http://127.0.0.1:9",
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b",
}
clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
function = FunctionHandler(build, http_only=True, environ=environ, clocks=clocks)

def send(path, kind, body):
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
    headers = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac}"}
    event = {"headers": headers, "body": body, "isBase64Encoded": False,
             "requestContext": {"http": {"method": "POST", "path": path}}}
    answer = function.handler(json.dumps(event).encode(), None)
    return answer["statusCode"], answer["body"], sorted(sys.modules)

job = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
form = "application/x-www-form-urlencoded"
command = ("/", form, f"command=%2Fcallevents&text={job}&user_id=U1&team_id=T1&channel_id=C1&api_app_id=A1")
message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
    "name": "look_up_call", "arguments": {"ids": [job]}, "_meta": {"slack": {"user_id": "U1", "team_id": "T1"}}}}
asked = ("/mcp", "application/json", json.dumps(message))
first, second = (command, asked) if sys.argv[1] == "command" else (asked, command)
print(json.dumps([send(*first), send(*second)]))
"""


# Nor what finds calls, which a command with an id does not ask for.
_SEARCH = ("callevents.search", "callevents.slack.searches", "callevents.slack.listeners.finding")


def loaded(first: str) -> list[Any]:
    """Return status, body and loaded modules of two requests to a new process, *first* first."""
    ran = subprocess.run([sys.executable, "-c", _SCRIPT, first], capture_output=True, text=True, check=True)
    answers: list[Any] = json.loads(ran.stdout.splitlines()[-1])
    return answers


def test_a_command_loads_nothing_of_the_door() -> None:
    (status, body, modules), (_, _, later) = loaded("command")

    assert status == 200
    assert "No records found" in body
    assert not [name for name in modules if name.startswith(("callevents.slack.mcp", *_SEARCH))]
    # All that the door adds is its own, and nothing of it stands in the way of a command.
    added = {name for name in set(later) - set(modules) if name.startswith("callevents.")}
    assert "callevents.slack.mcp.door" in added


@pytest.mark.parametrize("library", ["slack_bolt", "slack_sdk", "pydantic", "mcp"])
def test_the_door_needs_no_library(library: str) -> None:
    (status, body, modules), _ = loaded("assistant")

    assert (status, "No records found" in body) == (200, True)
    assert library not in modules
