"""Tests for callevents_build.socket_mode with slack_sdk's own client, against a WebSocket on this machine."""

import asyncio
import json
import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from callevents.slack.requests.action_value import encode
from callevents_build.socket_mode import missing, open_app, run
from callevents_sandbox import kms
from callevents_sandbox.server.serving import serve

ENVIRON = {"SLACK_APP_TOKEN": "xapp-1-A1-1-secret", "SLACK_BOT_TOKEN": "xoxb-1-2-secret"}


class Gateway:
    """Slack's side of Socket Mode: opens connections for the right token, sends requests, keeps what comes back."""

    def __init__(self) -> None:
        self.acknowledged: queue.Queue[dict[str, Any]] = queue.Queue()
        self.connected = threading.Event()
        self.ended = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._sockets: list[web.WebSocketResponse] = []
        self.url = ""

    def send(self, kind: str, payload: dict[str, Any], envelope_id: str = "E1") -> dict[str, Any]:
        """Send a request and return what acknowledges it."""
        text = json.dumps(
            {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        )
        asyncio.run_coroutine_threadsafe(self._sockets[-1].send_str(text), self._loop).result(10)
        return self.acknowledged.get(timeout=20)

    def serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)

    async def _serve(self, ready: threading.Event) -> None:
        self._stopping = asyncio.Event()
        app = web.Application()
        app.add_routes([web.post("/api/apps.connections.open", self._open), web.get("/link", self._link)])
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _open(self, request: web.Request) -> web.Response:
        if request.headers["authorization"] != f"Bearer {ENVIRON['SLACK_APP_TOKEN']}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        return web.json_response({"ok": True, "url": f"ws://{self.url}/link"})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.connected.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acknowledged.put(json.loads(message.data))
        return socket


@pytest.fixture(name="gateway")
def _gateway() -> Iterator[Gateway]:
    gateway, ready = Gateway(), threading.Event()
    thread = threading.Thread(target=gateway.serve, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield gateway
    gateway.stop()
    thread.join(10)


@pytest.fixture(name="environ")
def _environ(slack_env: Any, gateway: Gateway) -> dict[str, str]:
    own = slack_env.settings()
    return ENVIRON | {
        "SLACK_API_URL": f"http://{gateway.url}/api/",
        "SLACK_RESPONSE_URL_HOSTS": "127.0.0.1",
        "CCC_INSTANCE_ID": "ccc-test",
        "CCC_ENDPOINT": own.ccc_endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": slack_env.invocation().credentials.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": slack_env.invocation().credentials.access_key_secret,
        "CALLEVENTS_DENY_GUESTS": "false",
    }


def command(slack_env: Any, text: str) -> dict[str, Any]:
    return {
        "command": "/callevents",
        "text": text,
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        "trigger_id": "1.2.abc",
    }


def test_the_app_answers_over_the_connection(
    slack_env: Any, gateway: Gateway, environ: dict[str, str], job: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reply: list[Any] = []

    def ask() -> None:
        assert gateway.connected.wait(10)
        reply.append(gateway.send("slash_commands", command(slack_env, job)))
        click = {
            "type": "block_actions",
            "user": {"id": "U1", "team_id": "T1"},
            "team": {"id": "T1"},
            "channel": {"id": "C1"},
            "container": {"type": "message", "is_ephemeral": True},
            "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
            "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        }
        reply.append(gateway.send("interactive", click, "E2"))
        event = {"type": "event_callback", "event": {"type": "app_mention", "user": "U1", "bot_id": "B1"}}
        reply.append(gateway.send("events_api", event, "E3"))

    assert run(environ, ask) == 0

    answered, clicked, heard = reply
    assert answered["envelope_id"] == "E1"
    assert answered["payload"]["response_type"] == "ephemeral"
    assert job in answered["payload"]["text"]
    assert clicked == {"envelope_id": "E2"}
    assert [post["replace_original"] for post in slack_env.slack.posts] == [True]
    assert heard == {"envelope_id": "E3"}
    output = capsys.readouterr()
    assert output.out.startswith("Connected.")


def test_what_takes_too_long_is_done_by_the_worker_in_the_same_process(slack_env: Any, job: str) -> None:
    settings = slack_env.settings()
    slack_env.fail("unavailable")
    invocation = slack_env.invocation()
    with open_app(settings, lambda: invocation.credentials, invocation.clocks) as app:
        first = json.loads(app.answer(command(slack_env, job), "E1").body)
        slack_env.center.faults.clear()

    assert "Still looking" in first["text"]
    (post,) = slack_env.slack.posts
    assert job in post["text"]


@pytest.mark.parametrize("missed", [*ENVIRON, "CCC_INSTANCE_ID"])
def test_what_is_missing_is_named_and_nothing_is_connected(
    missed: str, environ: dict[str, str], gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    del environ[missed]

    assert run(environ, pytest.fail) == 2
    reply = capsys.readouterr().err
    assert reply.count("\n") == 1
    assert reply.startswith(missed)
    assert "secret" not in reply
    assert not gateway.connected.is_set()


def test_a_token_that_slack_refuses_is_said(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(environ | {"SLACK_APP_TOKEN": "xapp-1-wrong"}, pytest.fail) == 1
    reply = capsys.readouterr().err
    assert "invalid_auth" in reply
    assert "xapp" not in reply


def test_a_wrong_setting_is_named(environ: dict[str, str]) -> None:
    from callevents.settings.model import Settings

    wrong = environ | {"CALLEVENTS_TIMEZONE": "Nowhere"}
    (line,) = missing(wrong, Settings.from_environ(wrong))
    assert line.startswith("CALLEVENTS_TIMEZONE cannot be used as it is: it must be a time zone")


def test_a_token_of_the_wrong_form_is_not_said_to_be_missing(environ: dict[str, str]) -> None:
    from callevents.settings.model import Settings

    wrong = environ | {"SLACK_APP_TOKEN": "foo", "SLACK_BOT_TOKEN": "bar", "CCC_INSTANCE_ID": "?"}
    found = missing(wrong, Settings.from_environ(wrong))

    assert [line.partition(":")[0] for line in found] == [
        f"{name} cannot be used as it is"
        for name in ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "CCC_INSTANCE_ID")
    ]
    assert "xapp-…" in found[0]
    assert "xoxb-…" in found[1]


@pytest.fixture(name="vault")
def _vault(environ: dict[str, str]) -> Iterator[kms.SecretVault]:
    """Return KMS, where the bot token stands instead of in the environment; the signing secret is of no use here."""
    vault = kms.SecretVault()
    vault.put("bot", ENVIRON["SLACK_BOT_TOKEN"])
    with serve(kms.application(vault)) as url:
        environ.update(
            SLACK_BOT_TOKEN="kms://bot", SLACK_SIGNING_SECRET="kms://signing", CALLEVENTS_KMS_ENDPOINT=url
        )
        yield vault


def test_a_bot_token_that_stands_in_kms_is_read(
    environ: dict[str, str], vault: kms.SecretVault, gateway: Gateway
) -> None:
    assert run(environ, lambda: gateway.connected.wait(10)) == 0
    assert [(each.name, each.status) for each in vault.asked] == [("bot", 200)]


def test_a_bot_token_that_cannot_be_read_is_said(
    environ: dict[str, str], vault: kms.SecretVault, capsys: pytest.CaptureFixture[str]
) -> None:
    vault.forbidden.add("bot")

    assert run(environ, pytest.fail) == 2
    assert capsys.readouterr().err == "SLACK_BOT_TOKEN could not be read from KMS: Forbidden.NoPermission\n"
