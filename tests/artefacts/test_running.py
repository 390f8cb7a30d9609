import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from callevents.settings.variables import FUNCTIONS
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import open_stack

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ENVIRON = {
    "SLACK_SIGNING_SECRET": SECRET,
    "CCC_INSTANCE_ID": "ccc-test",
    "CALLEVENTS_WEBHOOK_TOKEN": "t" * 24,
}
HOSTILE = [
    b"", b"null", b"[]", b"{", b'{"a":' * 50_000, b"\xff\xfe\x00", b'{"headers": null}', b'{"requestContext": 7}',
    b'{"body": "*", "isBase64Encoded": true, "headers": {}}', b'{"rawPath": "/\\ud800", "body": "\\ud800"}',
    b'{"headers": {"X-Slack-Signature": ["a"], "X-Slack-Request-Timestamp": "' + b"9" * 400 + b'"}}',
    b'{"version": 1, "kind": "command", "headers": {}}', b"{" + b" " * (9 << 20) + b"}",
]  # fmt: skip


def body(number: int = 0) -> bytes:
    fields = {
        "command": "/callevents", "text": "help", "team_id": "T1", "user_id": "U1", "channel_id": "C1",
        "api_app_id": "A1", "response_url": "https://hooks.slack.com/commands/T1/1/a", "trigger_id": f"1.2.{number}",
    }  # fmt: skip
    return urlencode(fields).encode()


def signed(sent: bytes, *, secret: str = SECRET) -> dict[str, str]:
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:%s:%s" % (now.encode(), sent), hashlib.sha256).hexdigest()
    return {
        "CONTENT-TYPE": "application/x-www-form-urlencoded",
        "x-slack-Request-timestamp": now,
        "X-Slack-Signature": f"v0={digest}",
    }


def http(sent: bytes, headers: dict[str, str], *, encoded: bool = False, path: str = "/") -> dict[str, Any]:
    event = {
        "version": "v1",
        "rawPath": path,
        "headers": headers,
        "isBase64Encoded": encoded,
        "body": base64.b64encode(sent).decode() if encoded else sent.decode(),
        "requestContext": {"http": {"method": "POST", "path": path}, "requestId": "1-of-the-event"},
    }
    return {"as": "http", "event": base64.b64encode(json.dumps(event).encode()).decode()}


def wsgi(sent: bytes, headers: dict[str, str]) -> dict[str, Any]:
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "", "CONTENT_LENGTH": str(len(sent)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }  # fmt: skip
    return {"as": "wsgi", "environ": environ, "body": base64.b64encode(sent).decode()}


def event(payload: bytes) -> dict[str, Any]:
    return {"as": "event", "event": base64.b64encode(payload).decode()}


def test_slack_is_answered_alike_in_every_form_of_the_call(built: Any) -> None:
    one, two, three, four = (body(number) for number in range(4))
    calls = [
        {"as": "initialize"},
        http(one, signed(one)),
        http(two, signed(two), encoded=True),
        wsgi(three, signed(three)),
        {**http(four, signed(four)), "credentials": False},
    ]

    report = built.call("slack", calls, ENVIRON)

    assert report["results"][0] == {"answer": None}
    plain, encoded, old, without = (result["answer"] for result in report["results"][1:])
    assert plain["statusCode"] == 200
    assert json.loads(plain["body"])["response_type"] == "ephemeral"
    assert encoded == plain
    assert without == plain
    assert (old["status"], old["body"]) == ("200 OK", plain["body"])
    assert report["errors"] == []


def test_a_stranger_is_refused_alike(built: Any) -> None:
    sent = body()
    calls = [event_form(sent, signed(sent, secret="another one")) for event_form in (http, wsgi)]

    report = built.call("slack", calls, ENVIRON)

    new, old = (result["answer"] for result in report["results"])
    assert (new["statusCode"], old["status"]) == (401, "401 Unauthorized")
    assert new["body"] == old["body"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_hostile_events_end_in_an_answer_or_a_clean_refusal(function: str, built: Any) -> None:
    report = built.call(function, [event(each) for each in HOSTILE], ENVIRON)

    for sent, result in zip(HOSTILE, report["results"], strict=True):
        if "errorType" in result:
            assert result["errorType"] == "InvocationFailed"
            assert result["errorMessage"].isidentifier()
        elif result["answer"] is not None:
            assert 400 <= result["answer"]["statusCode"] < 500, sent[:60]
    for line in report["printed"]:
        assert json.loads(line)["level"]
    assert report["errors"] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_instance_sees_its_folder_only_and_compiles_nothing(function: str, built: Any) -> None:
    sent = body()

    report = built.call(function, [{"as": "initialize"}, http(sent, signed(sent)), event(b"{}")], ENVIRON)

    assert report["foreign"] == []
    assert report["uncompiled"] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_loading_the_index_loads_no_library(function: str, built: Any) -> None:
    report = built.call(function, [], {})

    heavy = {
        "slack_bolt",
        "slack_sdk",
        "httpx",
        "pydantic",
        "fc2",
        "requests",
        "cryptography",
        "asyncio",
        "ssl",
    }
    assert not heavy & set(report["at_start"])


def test_bolt_is_loaded_for_what_it_finds_a_listener_for_and_for_no_command(built: Any) -> None:
    command, shortcut = body(), urlencode({"payload": json.dumps({"type": "shortcut"})}).encode()

    asked = built.call("slack", [{"as": "initialize"}, http(command, signed(command))], ENVIRON)
    clicked = built.call("slack", [{"as": "initialize"}, http(shortcut, signed(shortcut))], ENVIRON)

    assert not {"slack_bolt", "slack_sdk", "pydantic", "asyncio"} & set(asked["at_end"])
    assert {"slack_bolt", "slack_sdk"} <= set(clicked["at_end"])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_any_setting_everything_is_refused_and_nothing_breaks(function: str, built: Any) -> None:
    sent = body()

    report = built.call(function, [{"as": "initialize"}, http(sent, signed(sent), path="/generic")], {})

    assert report["results"][0] == {"answer": None}
    assert 400 <= report["results"][1]["answer"]["statusCode"] < 500


@pytest.mark.parametrize("fc2", [False, True], ids=["fc3", "fc2"])
def test_the_artefacts_do_the_whole_work_together(fc2: bool, built: Any) -> None:
    def bare(deployment: Deployment) -> Deployment:
        own = replace(deployment, bare=True, python=str(built.python), base64="always", fc2=fc2)
        return own if fc2 or built.version == "3.10" else replace(own, context="python3.12")

    quick, slow = sample("inbound-ivr").job_id, sample("blind-transfer").job_id
    with open_stack(folder=built.root / "build", change=bare, ack_timeout=30.0) as stack:
        stack.center.faults.add(Fault("delay", times=2, seconds=4.0, match=slow))
        shown = stack.command(quick)
        asked = stack.assistant.call("look_up_call", {"ids": [quick]})
        waiting = stack.command(slow)
        alert = stack.alert("grafana-firing-hmac")
        stack.settle()
        late = stack.workspace.answers("U0MEI", "C0SUPPORT")[-1]

    assert (shown.status, shown.error) == (200, None)
    assert quick in shown.body.decode()
    assert json.loads(asked.body)["result"]["structuredContent"]["calls"][0]["job_id"] == quick
    assert (waiting.status, waiting.error) == (200, None)
    assert slow in json.dumps(late.blocks)
    assert (alert.status_code, alert.json()["status"]) == (200, "accepted")
