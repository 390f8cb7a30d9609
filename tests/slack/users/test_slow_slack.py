"""A Slack that needs long to say who somebody is: nobody is locked out, and nobody is let in, on any way in."""

import json
import re
import time
from typing import Any

import pytest

from callevents.slack.requests.action_value import encode

pytestmark = pytest.mark.usefixtures("passing_time")

TOKEN = "xoxb-1-2-secret"
MEMBER = {"ok": True, "user": {"id": "U1", "team_id": "T1", "locale": "en-US", "tz": "Asia/Shanghai"}}
GUEST = {"ok": True, "user": {"id": "U1", "team_id": "T1", "is_restricted": True}}
PAUSES = [0.1, 0.5, 1.0, 2.5]
# What is answered in time, within what is left of Slack's three seconds.
IN_TIME = 1.2
# So old is on arrival what is not answered in time: no test has to wait for the rest of the three seconds.
LATE = 1.5


def command(env: Any, job: str) -> Any:
    return env.command(job)


def click(action: str, element: str = "") -> Any:
    def request(env: Any, job: str) -> Any:
        payload = {
            "type": "block_actions",
            "channel": {"id": "C1"},
            "container": {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.2"},
            "actions": [{"action_id": element or action, "value": encode(action, [job], "ccc-test")}],
            "response_url": f"{env.slack_url}/commands/T1/2/secret",
        }
        return env.interaction(payload)

    return request


def form(env: Any, job: str) -> Any:
    values = {"jobs": {"jobs": {"type": "plain_text_input", "value": job}}}
    payload = {
        "type": "view_submission",
        "view": {"id": "V1", "type": "modal", "callback_id": "search_form", "state": {"values": values}},
        "response_urls": [{"channel_id": "C7", "response_url": f"{env.slack_url}/commands/T1/2/chosen"}],
    }
    return env.interaction(payload)


def mention(env: Any, text: str, **facts: str) -> Any:
    event = {
        "type": "app_mention",
        "user": "U1",
        "team": "T1",
        "channel": "C1",
        "ts": "1.2",
        "text": text,
    } | facts
    authorization = {"team_id": "T1", "enterprise_id": None, "user_id": "UB", "is_bot": True}
    body = {"type": "event_callback", "event_id": f"Ev{time.time_ns()}", "event": event}
    data = json.dumps({**body, "authorizations": [authorization]}).encode()
    return env.signed(data, content_type="application/json")


def shortcut(env: Any, job: str) -> Any:
    payload = {
        "type": "message_action",
        "callback_id": "look_up_call",
        "channel": {"id": "C1"},
        "message": {"ts": "1.2", "text": job},
        "response_url": f"{env.slack_url}/commands/T1/2/secret",
    }
    return env.interaction(payload)


def thread(env: Any, job: str) -> Any:
    env.slack.answers["conversations.replies"] = [{"ok": True, "messages": [{"ts": "1.1", "text": job}]}]
    return mention(env, "what happened?", thread_ts="1.1")


WAYS = {
    "command": command,
    "refresh": click("refresh"),
    "share": click("share"),
    "reveal": click("reveal", "more"),
    "form": form,
    "mention": mention,
    "thread": thread,
    "shortcut": shortcut,
    "one of several": click("open_call", "open_call_1"),
    "events": click("events", "more"),
}


def shown(env: Any, body: str) -> str:
    """Return everything that anybody was shown: the acknowledgement, posts, and what the bot token posted."""
    posted = [payload for method, payload in env.slack.calls if method.startswith(("chat.", "views."))]
    return body + json.dumps([env.slack.posts, posted])


def answers(env: Any, body: str) -> int:
    return len(re.findall(r"Customer answered|Events \d+ to \d+ of", shown(env, body)))


def is_answered(env: Any, body: str) -> bool:
    return answers(env, body) > 0


def built(slack_env: Any, **changes: Any) -> dict[str, Any]:
    slack_env.slack.answers["users.info"] = [MEMBER]
    slack_env.slack.answers["conversations.info"] = [{"ok": True, "channel": {"is_ext_shared": False}}]
    return {"slack_bot_token": TOKEN, "full_numbers_users": frozenset({"U1"}), "language": "en"} | changes


@pytest.mark.parametrize("pause", PAUSES)
@pytest.mark.parametrize("way", WAYS)
def test_everybody_gets_the_answer_at_once_or_from_the_worker(
    slack_env: Any, job: str, way: str, pause: float
) -> None:
    given = built(slack_env)
    slack_env.slack.pauses["users.info"] = pause
    if pause > IN_TIME:
        slack_env.age = LATE
    function = slack_env.function(worker="callevents-worker", **given)

    response = function.http(*WAYS[way](slack_env, job))

    assert response.status == 200
    assert bool(slack_env.queue.payloads) == (pause > IN_TIME)
    assert "Nothing was looked up" not in shown(slack_env, response.body)
    for payload in slack_env.queue.payloads:
        assert json.loads(payload)["unchecked"] is True
        slack_env.worker(**given).event(payload, slack_env.invocation())
    assert is_answered(slack_env, response.body)


@pytest.mark.parametrize("way", WAYS)
def test_the_worker_lets_nobody_in_whom_slack_then_calls_a_guest(slack_env: Any, job: str, way: str) -> None:
    given = built(slack_env)
    slack_env.slack.pauses["users.info"] = 2.5
    slack_env.slack.answers["users.info"] = [GUEST]
    slack_env.age = LATE
    response = slack_env.function(worker="callevents-worker", **given).http(*WAYS[way](slack_env, job))

    (payload,) = slack_env.queue.payloads
    slack_env.slack.pauses.clear()
    slack_env.worker(**given).event(payload, slack_env.invocation())

    text = shown(slack_env, response.body)
    assert "Guests of this workspace" in text
    assert "Customer answered" not in text
    assert all(post.get("response_type") != "in_channel" for post in slack_env.slack.posts)


@pytest.mark.parametrize("members", [["U1"], ["U9"]])
def test_the_worker_reveals_numbers_to_those_only_whom_slack_then_names(
    slack_env: Any, job: str, members: list[str]
) -> None:
    given = built(slack_env, full_numbers_users=frozenset(), full_numbers_usergroups=frozenset({"S1"}))
    slack_env.slack.answers["usergroups.users.list"] = [{"ok": True, "users": members}]
    slack_env.slack.pauses["usergroups.users.list"] = 2.5
    slack_env.age = LATE
    response = slack_env.function(worker="callevents-worker", **given).http(*WAYS["reveal"](slack_env, job))

    (payload,) = slack_env.queue.payloads
    slack_env.slack.pauses.clear()
    slack_env.worker(**given).event(payload, slack_env.invocation())

    assert is_answered(slack_env, response.body) is ("U1" in members)
    assert ("13800000101" in shown(slack_env, response.body)) is ("U1" in members)


@pytest.mark.parametrize("way", WAYS)
def test_without_a_worker_nothing_is_told_and_the_answer_is_kept_for_the_next_time(
    slack_env: Any, job: str, way: str
) -> None:
    function = slack_env.function(**built(slack_env))
    slack_env.slack.pauses["users.info"] = 1.8
    slack_env.age = LATE

    refused = shown(slack_env, function.http(*WAYS[way](slack_env, job)).body)

    slack_env.age = 0.0
    assert "could not check with Slack" in refused
    assert not is_answered(slack_env, refused)
    assert is_answered(slack_env, function.http(*WAYS[way](slack_env, job)).body)
    assert len(slack_env.slack.called("users.info")) == 1


@pytest.mark.parametrize(
    ("way", "method"),
    [
        *((way, "users.info") for way in WAYS if way != "share"),  # the same is shared once
        *((way, "usergroups.users.list") for way in ("command", "mention", "thread")),
        ("refresh", "conversations.info"),
    ],
)
def test_the_second_time_the_answer_comes_at_once(slack_env: Any, job: str, way: str, method: str) -> None:
    given = built(slack_env, usergroups=frozenset({"S1"}))
    slack_env.slack.answers["usergroups.users.list"] = [{"ok": True, "users": ["U1"]}]
    slack_env.slack.pauses[method] = 1.8
    slack_env.age = LATE
    function = slack_env.function(worker="callevents-worker", **given)
    first = function.http(*WAYS[way](slack_env, job))
    slack_env.slack.pauses.clear()
    for payload in slack_env.queue.payloads:
        slack_env.worker(**given).event(payload, slack_env.invocation())
    assert is_answered(slack_env, first.body)
    slack_env.queue.payloads.clear()
    slack_env.age = 0.0
    before = answers(slack_env, "")

    second = function.http(*WAYS[way](slack_env, job))

    assert answers(slack_env, second.body) > before
    assert slack_env.queue.payloads == []


def test_groups_are_asked_side_by_side(slack_env: Any, job: str) -> None:
    given = built(slack_env, usergroups=frozenset({"S1", "S2", "S3", "S4"}))
    slack_env.slack.answers["usergroups.users.list"] = [{"ok": True, "users": ["U1"]}]
    slack_env.slack.pauses["usergroups.users.list"] = 0.6

    assert "Customer answered" in slack_env.ask(slack_env.function(**given), job)["text"]


def test_what_an_answer_lacks_is_said(slack_env: Any, job: str) -> None:
    given = built(
        slack_env,
        deny_guests=False,
        full_numbers_users=frozenset(),
        full_numbers_usergroups=frozenset({"S1"}),
    )
    slack_env.slack.pauses |= {"users.info": 2.5, "usergroups.users.list": 2.5}

    answer = json.dumps(slack_env.ask(slack_env.function(**given), job, age=LATE))

    assert "Customer answered" in answer
    assert "which language and time zone are yours" in answer
    assert "that button is missing" in answer


def test_a_refusal_for_this_reason_has_a_code_of_its_own(
    slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack_env.slack.answers["users.info"] = [500]
    function = slack_env.function(slack_bot_token=TOKEN)

    slack_env.ask(function, job)

    assert "unchecked" in [getattr(record, "code", "") for record in caplog.records]
