"""What the stand-in of Slack sends to an app, and what it shows of the answers."""

import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.sandbox.slack.conftest import SECTION, Scene, refused, respond

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
        respond(scene, text="new", replace_original=True)
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
        respond(scene, text="found")
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
