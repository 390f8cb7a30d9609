"""What this product asks of Slack's Web API, asked of one that nobody here wrote: emulate's."""

import json
from typing import Any

import httpx
import pytest

from callevents.slack.handler import SlackHandler
from callevents.slack.requests.action_value import encode

TOKEN = "xoxb-1-2-judge"
# What emulate has; who asks must be of that workspace.
CHANNEL, USER, TEAM = "C000000001", "U000000001", "T000000001"


@pytest.fixture(name="function")
def _function(slack_env: Any, slack_url: str) -> SlackHandler:
    made: SlackHandler = slack_env.function(slack_bot_token=TOKEN, slack_api_url=f"{slack_url}/api/")
    return made


def ask(slack_url: str, method: str, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(
        f"{slack_url}/api/{method}",
        json=given,
        headers={"authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    ).json()
    assert answer["ok"], answer
    return answer


def trigger(slack_url: str) -> str:
    return str(ask(slack_url, "views.generateTriggerId", user_id=USER)["trigger_id"])


def click(slack_env: Any, action_id: str, value: str, **more: Any) -> Any:
    return slack_env.interaction(
        {
            "type": "block_actions",
            "user": {"id": USER, "team_id": TEAM},
            "team": {"id": TEAM},
            "channel": {"id": CHANNEL},
            "container": {"type": "message", "is_ephemeral": True, "message_ts": "1.2"},
            "actions": [{"action_id": action_id, "value": value}],
            "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
        }
        | more
    )


def event(slack_env: Any, **inner: Any) -> Any:
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "event": {"user": USER} | inner}
    return slack_env.signed(json.dumps(body).encode(), content_type="application/json")


def test_a_person_is_looked_up(slack_env: Any, function: SlackHandler, job: str) -> None:
    assert job in slack_env.ask(function, job, user_id=USER, channel_id=CHANNEL, team_id=TEAM)["text"]
    assert "could not check" in slack_env.ask(function, job, user_id="U404404404", team_id=TEAM)["text"]


def test_the_form_opens(slack_env: Any, function: SlackHandler, slack_url: str) -> None:
    request = slack_env.command("", user_id=USER, team_id=TEAM, trigger_id=trigger(slack_url))
    response = function.http(*request)

    assert (response.status, response.body) == (200, "")


def test_a_trigger_that_is_none_opens_nothing_and_help_is_shown(
    slack_env: Any, function: SlackHandler
) -> None:
    assert "what happened on a call" in slack_env.ask(function, "", user_id=USER, team_id=TEAM)["text"]


def test_the_events_open_in_a_window(
    slack_env: Any, function: SlackHandler, slack_url: str, job: str
) -> None:
    value = encode("events", [job], "ccc-test")
    response = function.http(*click(slack_env, "more", value, trigger_id=trigger(slack_url)))

    assert response.status == 200
    assert slack_env.slack.posts == []  # neither an error nor a page in a message


def test_a_mention_is_answered(slack_env: Any, function: SlackHandler, slack_url: str, job: str) -> None:
    ask(slack_url, "conversations.join", channel=CHANNEL)
    reply = function.http(*event(slack_env, type="app_mention", text=job, ts="1.2", channel=CHANNEL))

    assert reply.status == 200


def test_the_home_tab_is_published(
    slack_env: Any, function: SlackHandler, slack_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = function.http(*event(slack_env, type="app_home_opened", tab="home", channel="D1"))

    assert response.status == 200
    assert "not published" not in caplog.text


def test_a_channel_about_which_nothing_is_said_gets_no_share(
    slack_env: Any, function: SlackHandler, job: str
) -> None:
    """emulate knows no Slack Connect: its channels do not say whether others read them."""
    function.http(*click(slack_env, "share", encode("share", [job], "ccc-test")))

    (post,) = slack_env.slack.posts
    assert "Nothing was shared" in post["text"]
    assert post["response_type"] == "ephemeral"


def test_a_card_is_posted_and_found_again(slack_env: Any, slack_url: str, job: str) -> None:
    from callevents.tasks.envelope import AlertEnvelope

    ask(slack_url, "conversations.join", channel=CHANNEL)
    alert = AlertEnvelope(
        sender="grafana",
        title="Calls dropped",
        state="firing",
        channel=CHANNEL,
        instance="ccc-test",
        jobs=(job,),
        thread_key="k",
        received_at=slack_env.invocation().arrived_at,
    )
    worker = slack_env.worker(slack_bot_token=TOKEN, slack_api_url=f"{slack_url}/api/")
    worker.event(alert.model_dump_json().encode(), slack_env.invocation())

    messages = ask(slack_url, "conversations.history", channel=CHANNEL)["messages"]
    assert any(job in json.dumps(message) for message in messages)
