"""Slack's stand-in: its Web API as slack_sdk sees it, its response_urls, and what it sends to an app."""

import asyncio
import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import App, Sender, Workspace, application
from callevents_sandbox.slack.workspace import URL_LIFETIME_SECONDS

Answer = Callable[[dict[str, Any]], Response]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}
BUTTON = {
    "type": "button",
    "action_id": "again",
    "text": {"type": "plain_text", "text": "Again"},
    "value": "v",
}
MENU = {
    "type": "overflow",
    "action_id": "more",
    "options": [{"text": {"type": "plain_text", "text": "Help"}, "value": "help"}],
}
ACTIONS: dict[str, object] = {"type": "actions", "block_id": "row", "elements": [BUTTON, MENU]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": [SECTION]}


class Application:
    """An app at the other end: keeps what Slack sent, if it is signed, and answers with `answer`."""

    def __init__(self) -> None:
        self.answer: Answer = lambda given: Response()
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, request: Request) -> Response:
        body = (await request.body()).decode()
        headers = dict(request.headers)
        assert SignatureVerifier(App().signing_secret).is_valid_request(body, headers)
        if headers["content-type"] == "application/json":
            given = json.loads(body)
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            given = json.loads(form["payload"]) if "payload" in form else form
        self.got.append(given)
        self.headers.append(headers)
        return await asyncio.to_thread(self.answer, given)


class Scene:
    """A workspace, its server, an app, and the sender between them."""

    def __init__(self, app: Application, app_url: str) -> None:
        self.app = app
        self.now = 1_800_000_000.0
        self.workspace = Workspace(clock=self.clock)
        self.url = ""
        self.sender = Sender(self.workspace, app_url, "")

    def clock(self) -> float:
        import time

        return time.time() + self.now - 1_800_000_000.0

    def client(self, token: str | None = None) -> WebClient:
        return WebClient(
            token or self.workspace.app.bot_token, base_url=f"{self.url}/api/", retry_handlers=[]
        )


@pytest.fixture(scope="module")
def application_() -> Iterator[tuple[Application, str]]:
    app = Application()
    with serve(Starlette(routes=[Route("/", app.__call__, methods=["POST"])])) as url:
        yield app, f"{url}/"


@pytest.fixture
def scene(application_: tuple[Application, str]) -> Iterator[Scene]:
    app, app_url = application_
    app.__init__()  # type: ignore[misc]  # as new for each test
    scene = Scene(app, app_url)
    with serve(application(scene.workspace)) as url:
        scene.url = scene.sender.slack_url = url
        yield scene


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


class TestWebApi:
    def test_messages_are_posted_changed_and_deleted(self, scene: Scene) -> None:
        client = scene.client()
        ts = client.chat_postMessage(channel="C0SUPPORT", text="one", blocks=[SECTION])["ts"]
        client.chat_postMessage(channel="C0SUPPORT", text="reply", thread_ts=ts)
        client.chat_postEphemeral(channel="C0SUPPORT", user="U0ZHANG", text="only you")
        client.chat_update(channel="C0SUPPORT", ts=ts, text="two")
        seen = scene.workspace.visible("U0MEI", "C0SUPPORT")
        assert [(each.text, each.versions, each.thread_ts) for each in seen] == [
            ("two", 2, None),
            ("reply", 1, ts),
        ]
        assert [each.text for each in scene.workspace.answers("U0ZHANG")] == ["two", "reply", "only you"]
        client.chat_delete(channel="C0SUPPORT", ts=ts)
        assert [each.text for each in scene.workspace.visible("U0MEI")] == ["reply"]
        assert scene.workspace.visible("U0MEI", "C0ALERTS") == []

    def test_channels_are_checked(self, scene: Scene) -> None:
        def post(channel: str) -> Callable[[], Any]:
            return lambda: scene.client().chat_postMessage(channel=channel, text="x")

        assert refused(post("C0NONE")) == "channel_not_found"
        assert refused(post("C0OLD")) == "is_archived"
        post("C0OUTSIDE")()
        scene.workspace.app = replace(scene.workspace.app, scopes=frozenset({"chat:write"}))
        assert refused(post("C0OUTSIDE")) == "not_in_channel"
        assert refused(
            lambda: scene.client().chat_postEphemeral(channel="C0SUPPORT", user="U9", text="x")
        ) == ("user_not_in_channel")
        assert refused(lambda: scene.client().chat_update(channel="C0SUPPORT", ts="1.1", text="x")) == (
            "message_not_found"
        )
        message = scene.workspace.post("C0SUPPORT", "U0MEI", "mine")
        assert refused(lambda: scene.client().chat_update(channel="C0SUPPORT", ts=message.ts, text="x")) == (
            "cant_update_message"
        )

    def test_tokens_and_scopes_are_checked(self, scene: Scene) -> None:
        assert refused(lambda: scene.client("xoxb-wrong").auth_test()) == "invalid_auth"
        assert httpx.post(f"{scene.url}/api/auth.test").json()["error"] == "not_authed"
        assert refused(lambda: scene.client().api_call("chat.nothing")) == "unknown_method"
        scene.workspace.app = replace(scene.workspace.app, scopes=frozenset({"commands"}))
        with pytest.raises(SlackApiError) as caught:
            scene.client().chat_postMessage(channel="C0SUPPORT", text="x")
        assert caught.value.response["needed"] == "chat:write"
        assert caught.value.response.headers["x-oauth-scopes"] == "commands"

    def test_content_is_checked(self, scene: Scene) -> None:
        def post(**content: Any) -> str:
            given = {"channel": "C0SUPPORT", **content}
            return refused(lambda: scene.client().api_call("chat.postMessage", json=given))

        assert post(text="") == "no_text"
        assert post(text="x" * 40_001) == "msg_too_long"
        assert post(text="x", blocks=[{"type": "nothing"}]) == "invalid_blocks"
        long = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2900}}
        assert post(text="x", blocks=[long] * 5) == "msg_blocks_too_long"
        assert post(text="x", blocks="{") == "invalid_json"
        assert post(text="x", blocks="{}") == "invalid_blocks_format"
        cell = {"type": "raw_text", "text": "x"}
        table = {"type": "data_table", "caption": "x", "rows": [[cell], [cell]]}
        scene.workspace.faults.add(Fault("no_data_tables"))
        assert post(text="x", blocks=[table]) == "invalid_blocks"
        assert post(text="x", blocks=[SECTION, table]) == "invalid_blocks"
        scene.workspace.faults.clear()
        assert scene.client().chat_postMessage(channel="C0SUPPORT", text="x", blocks=[table])["ok"]
        form = {"channel": "C0SUPPORT", "text": "x", "blocks": json.dumps([SECTION])}
        assert scene.client().api_call("chat.postMessage", data=form)["message"]["blocks"] == [SECTION]

    def test_people_groups_and_channels_are_told(self, scene: Scene) -> None:
        client = scene.client()
        user = client.users_info(user="U0ZHANG", include_locale=True)["user"]
        assert (user["locale"], user["tz"], user["is_restricted"]) == ("zh-CN", "Asia/Shanghai", False)
        assert client.users_info(user="U0ONEROOM")["user"]["is_ultra_restricted"]
        assert client.usergroups_users_list(usergroup="S0LEADS")["users"] == ["U0SUPERVISOR"]
        assert client.conversations_info(channel="C0PARTNERS")["channel"]["is_ext_shared"]
        assert client.auth_test()["user_id"] == scene.workspace.app.bot_user
        assert refused(lambda: client.users_info(user="U9")) == "user_not_found"
        assert refused(lambda: client.usergroups_users_list(usergroup="S9")) == "no_such_subteam"
        assert refused(lambda: client.conversations_info(channel="C9")) == "channel_not_found"

    def test_files_are_uploaded_in_three_steps(self, scene: Scene) -> None:
        scene.client().files_upload_v2(channel="C0SUPPORT", filename="events.json", content="[1]")
        stored = next(iter(scene.workspace.files.values()))
        assert (stored.name, stored.data, stored.channel) == ("events.json", b"[1]", "C0SUPPORT")

    def test_one_message_a_second_where_it_is_limited(self, scene: Scene) -> None:
        scene.workspace.rate_limited = True
        scene.client().chat_postMessage(channel="C0SUPPORT", text="1")
        scene.client().chat_postMessage(channel="C0ALERTS", text="1")
        with pytest.raises(SlackApiError) as caught:
            scene.client().chat_postMessage(channel="C0SUPPORT", text="2")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["retry-after"] == "1"
        scene.now += 1
        scene.client().chat_postMessage(channel="C0SUPPORT", text="2")

    def test_it_fails_when_told_to(self, scene: Scene) -> None:
        def call() -> httpx.Response:
            return httpx.post(f"{scene.url}/api/auth.test", data={"token": scene.workspace.app.bot_token})

        expected = [
            (Fault("ratelimited", retry_after=7), 429, "ratelimited"),
            (Fault("server_error", status=503), 503, "internal_error"),
            (Fault("not_json"), 200, "moment"),
            (Fault("bad_gateway"), 502, "Bad Gateway"),
            (Fault("error", code="account_inactive"), 200, "account_inactive"),
            (Fault("delay", seconds=0.01), 200, "team_id"),
        ]
        for fault, status, text in expected:
            scene.workspace.faults.add(replace(fault, match="auth.test"))
            answer = call()
            assert answer.status_code == status
            assert text in answer.text
        for kind in ("reset", "cut"):
            scene.workspace.faults.add(Fault(kind))
            with pytest.raises(httpx.TransportError):
                call()
        assert call().json()["ok"]


class TestCommands:
    def test_the_app_gets_every_field(self, scene: Scene) -> None:
        scene.sender.command("job-1 “ü”", user="U0ZHANG", channel="G0LEADS")
        got = scene.app.got[0]
        assert got["text"] == "job-1 “ü”"
        assert (got["user_id"], got["channel_id"], got["channel_name"]) == (
            "U0ZHANG",
            "G0LEADS",
            "privategroup",
        )
        assert got["command"] == "/callevents"
        assert got["response_url"].startswith(f"{scene.url}/commands/T0SANDBOX/")
        assert got.keys() == {
            "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
            "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
        }  # fmt: skip

    def test_the_acknowledgement_is_shown_to_the_asker_alone(self, scene: Scene) -> None:
        scene.app.answer = lambda given: JSONResponse({"text": "here", "blocks": [SECTION]})
        shown = scene.sender.command("job-1")
        assert shown.message is not None
        assert (shown.message.text, shown.message.blocks, shown.error) == ("here", [SECTION], None)
        assert [each.text for each in scene.workspace.answers("U0MEI")] == ["here"]
        assert scene.workspace.answers("U0ZHANG") == []

    def test_plain_text_nothing_and_in_channel(self, scene: Scene) -> None:
        scene.app.answer = lambda given: PlainTextResponse("just text")
        assert scene.sender.command("x").message is not None
        scene.app.answer = lambda given: Response()
        assert scene.sender.command("x").message is None
        scene.app.answer = lambda given: JSONResponse({"response_type": "in_channel", "text": "all"})
        scene.sender.command("job-1")
        assert [each.text for each in scene.workspace.visible("U0ZHANG")] == ["/callevents job-1", "all"]

    @pytest.mark.parametrize(
        ("age", "answer", "error"),
        [
            (0.0, Response(status_code=500), "dispatch_failed"),
            (0.0, Response(status_code=401), "dispatch_failed"),
            (3.0, Response(), "operation_timeout"),
        ],
    )
    def test_failures_are_what_the_person_reads(
        self, scene: Scene, age: float, answer: Response, error: str
    ) -> None:
        def late(given: dict[str, Any]) -> Response:
            import time

            time.sleep(0.1 if age else 0)
            return answer

        scene.app.answer = late
        shown = scene.sender.command("job-1", age=age)
        assert shown.error == error
        assert error in scene.workspace.visible("U0MEI")[0].text

    def test_an_app_that_is_not_there_cannot_answer(self, scene: Scene) -> None:
        scene.sender.request_url = "http://127.0.0.1:1/"
        assert scene.sender.command("x").error == "dispatch_failed"

    def test_blocks_that_slack_would_refuse_are_refused(self, scene: Scene) -> None:
        scene.app.answer = lambda given: JSONResponse({"text": "x", "blocks": [SECTION] * 51})
        shown = scene.sender.command("x")
        assert (shown.error, shown.message) == ("invalid_blocks", None)


class TestResponseUrls:
    def post(self, scene: Scene, **message: Any) -> tuple[int, str]:
        url = scene.app.got[-1]["response_url"]
        answer = WebhookClient(url).send_dict(message)
        return answer.status_code, answer.body

    def test_a_worker_replaces_the_first_answer(self, scene: Scene) -> None:
        scene.app.answer = lambda given: JSONResponse({"text": "looking"})
        scene.sender.command("job-1")
        assert self.post(scene, text="found", replace_original=True) == (200, "ok")
        (only,) = scene.workspace.answers("U0MEI")
        assert (only.text, only.versions, only.way) == ("found", 2, "response_url")
        self.post(scene, text="more")
        self.post(scene, delete_original=True)
        assert [each.text for each in scene.workspace.answers("U0MEI")] == ["more"]

    def test_it_may_be_used_five_times(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        for number in range(5):
            assert self.post(scene, text=str(number)) == (200, "ok")
        assert self.post(scene, text="6") == (404, "used_url")
        assert len(scene.workspace.answers("U0MEI")) == 5

    def test_it_lives_thirty_minutes(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        scene.now += URL_LIFETIME_SECONDS + 1
        assert self.post(scene, text="late") == (410, "expired_url")

    def test_it_checks_what_it_gets(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        url = scene.app.got[-1]["response_url"]
        assert httpx.post(url, content=b"{").text == "invalid_payload"
        assert httpx.post(url, content=b"[]").text == "invalid_payload"
        assert self.post(scene, text="") == (400, "no_text")
        assert self.post(scene, text="x", blocks=[{"type": "no"}]) == (400, "invalid_blocks")
        assert httpx.post(f"{scene.url}/commands/T/1/none", json={"text": "x"}).status_code == 404

    def test_it_fails_when_told_to(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        for kind, status in (
            ("used_url", 404),
            ("expired_url", 410),
            ("server_error", 500),
            ("ratelimited", 429),
        ):
            scene.workspace.faults.add(Fault(kind, match="response_url C0SUPPORT"))
            assert self.post(scene, text="x")[0] == status
        assert scene.workspace.answers("U0MEI") == []


class TestInteractions:
    def test_a_button_of_a_message(self, scene: Scene) -> None:
        scene.app.answer = lambda given: JSONResponse({"text": "m", "blocks": [SECTION, ACTIONS]})
        message = scene.sender.command("job-1").message
        assert message is not None
        scene.app.answer = lambda given: Response()
        scene.sender.press(message, "Again")
        got = scene.app.got[-1]
        assert got["type"] == "block_actions"
        action = got["actions"][0]
        assert (action["action_id"], action["block_id"], action["value"]) == ("again", "row", "v")
        assert got["container"]["is_ephemeral"] is True
        assert "message" not in got
        TestResponseUrls().post(scene, text="new", replace_original=True)
        assert message.text == "new"
        assert scene.workspace.answers("U0MEI") == [message]

    def test_an_entry_of_a_menu(self, scene: Scene) -> None:
        message = scene.workspace.post("C0SUPPORT", scene.workspace.app.bot_user, "m", [ACTIONS])
        scene.sender.press(message, "Help", user="U0ZHANG")
        got = scene.app.got[-1]
        assert got["actions"][0]["selected_option"]["value"] == "help"
        assert got["message"]["ts"] == message.ts
        with pytest.raises(LookupError, match="there are 'Again', 'Help'"):
            scene.sender.press(message, "Nothing")

    def test_a_form_is_opened_in_time_and_sent_off(self, scene: Scene) -> None:
        def open_form(given: dict[str, Any]) -> Response:
            scene.client().views_open(trigger_id=given["trigger_id"], view=MODAL)
            return Response()

        scene.app.answer = open_form
        scene.sender.command("")
        (view,) = scene.workspace.views.values()
        trigger = scene.app.got[-1]["trigger_id"]
        assert (
            refused(lambda: scene.client().views_open(trigger_id=trigger, view=MODAL))
            == "exchanged_trigger_id"
        )
        scene.client().views_update(view_id=view.id, hash=view.hash, view={**MODAL, "callback_id": "c"})
        assert (
            refused(lambda: scene.client().views_update(view_id=view.id, hash="old", view=MODAL))
            == "hash_conflict"
        )
        scene.app.answer = lambda given: JSONResponse({"response_action": "errors", "errors": {"b": "no"}})
        scene.sender.submit(view, {"b": {"a": {"type": "plain_text_input", "value": "job-1"}}})
        assert scene.app.got[-1]["view"]["state"]["values"]["b"]["a"]["value"] == "job-1"
        assert scene.app.got[-1]["view"]["callback_id"] == "c"
        assert view.id in scene.workspace.views
        scene.app.answer = lambda given: Response()
        scene.sender.submit(view, {})
        assert not scene.workspace.views

    def test_a_form_cannot_be_opened_late(self, scene: Scene) -> None:
        scene.sender.command("")
        scene.now += 4
        trigger = scene.app.got[-1]["trigger_id"]
        assert (
            refused(lambda: scene.client().views_open(trigger_id=trigger, view=MODAL)) == "expired_trigger_id"
        )
        assert (
            refused(lambda: scene.client().views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
        )
        long = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
        new = scene.workspace.new_trigger("U0MEI")
        assert refused(lambda: scene.client().views_open(trigger_id=new, view=long)) == "invalid_arguments"

    def test_the_message_shortcut_works_in_threads_but_not_on_ephemerals(self, scene: Scene) -> None:
        message = scene.workspace.post("C0ALERTS", "U0MEI", "call job-1", thread_ts="1.1")
        scene.sender.shortcut(message)
        got = scene.app.got[-1]
        assert (got["type"], got["callback_id"]) == ("message_action", "look_up_call")
        assert got["message"]["thread_ts"] == "1.1"
        TestResponseUrls().post(scene, text="found")
        assert scene.workspace.answers("U0MEI")[0].thread_ts == "1.1"
        with pytest.raises(ValueError, match="no shortcuts"):
            scene.sender.shortcut(scene.workspace.answers("U0MEI")[0])
        scene.sender.global_shortcut("anywhere")
        assert scene.app.got[-1]["type"] == "shortcut"

    def test_events_are_delivered_again_until_they_are_taken(self, scene: Scene) -> None:
        assert len(scene.sender.mention("job-1", thread_ts="1.1")) == 1
        event = scene.app.got[-1]
        assert event["type"] == "event_callback"
        assert event["event"]["text"] == "<@U0CALLEVENTS> job-1"
        scene.app.answer = lambda given: Response(status_code=500)
        assert len(scene.sender.open_home()) == 4
        assert scene.app.headers[-1]["x-slack-retry-num"] == "3"
        assert len({got["event_id"] for got in scene.app.got[-4:]}) == 1
        scene.client().views_publish(user_id="U0MEI", view={"type": "home", "blocks": [SECTION]})
        assert scene.workspace.homes["U0MEI"]["blocks"] == [SECTION]
        scene.app.answer = lambda given: JSONResponse({"challenge": given["challenge"]})
        assert json.loads(scene.sender.url_verification("c").body) == {"challenge": "c"}


def test_faults_are_switched_over_http(scene: Scene) -> None:
    request = urllib.request.Request(
        f"{scene.url}/_sandbox/faults", json.dumps({"kind": "server_error"}).encode(), method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["queued"][0]["kind"] == "server_error"
    assert httpx.post(f"{scene.url}/api/auth.test").status_code == 500
