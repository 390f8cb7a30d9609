"""Slack's Web API as slack_sdk sees it, and its response_urls."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from starlette.responses import JSONResponse

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack.workspace import URL_LIFETIME_SECONDS
from tests.sandbox.slack.conftest import SECTION, Scene, refused, respond


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


class TestResponseUrls:
    def test_a_worker_replaces_the_first_answer(self, scene: Scene) -> None:
        scene.app.answer = lambda given: JSONResponse({"text": "looking"})
        scene.sender.command("job-1")
        assert respond(scene, text="found", replace_original=True) == (200, "ok")
        (only,) = scene.workspace.answers("U0MEI")
        assert (only.text, only.versions, only.way) == ("found", 2, "response_url")
        respond(scene, text="more")
        respond(scene, delete_original=True)
        assert [each.text for each in scene.workspace.answers("U0MEI")] == ["more"]

    def test_it_may_be_used_five_times(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        for number in range(5):
            assert respond(scene, text=str(number)) == (200, "ok")
        assert respond(scene, text="6") == (404, "used_url")
        assert len(scene.workspace.answers("U0MEI")) == 5

    def test_it_lives_thirty_minutes(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        scene.now += URL_LIFETIME_SECONDS + 1
        assert respond(scene, text="late") == (410, "expired_url")

    def test_it_checks_what_it_gets(self, scene: Scene) -> None:
        scene.sender.command("job-1")
        url = scene.app.got[-1]["response_url"]
        assert httpx.post(url, content=b"{").text == "invalid_payload"
        assert httpx.post(url, content=b"[]").text == "invalid_payload"
        assert respond(scene, text="") == (400, "no_text")
        assert respond(scene, text="x", blocks=[{"type": "no"}]) == (400, "invalid_blocks")
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
            assert respond(scene, text="x")[0] == status
        assert scene.workspace.answers("U0MEI") == []


def test_faults_are_switched_over_http(scene: Scene) -> None:
    request = urllib.request.Request(
        f"{scene.url}/_sandbox/faults", json.dumps({"kind": "server_error"}).encode(), method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["queued"][0]["kind"] == "server_error"
    assert httpx.post(f"{scene.url}/api/auth.test").status_code == 500
