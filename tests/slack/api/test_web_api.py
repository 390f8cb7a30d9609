"""Tests for callevents.slack.api.web_api."""

import time
from typing import Any

import pytest

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled
from callevents.slack.api.web_api import SlackAnswer, SlackApi

TOKEN = "xoxb-1-2-secret"


def call(slack_env: Any, payload: dict[str, Any], seconds: float = 5.0, **changes: Any) -> SlackAnswer:
    given: dict[str, Any] = {
        "client": slack_env.client,
        "base_url": f"{slack_env.slack_url}/api/",
        "token": TOKEN,
    }
    return SlackApi(**(given | changes)).call("some.method", payload, Deadline.after(seconds, time.monotonic))


@pytest.mark.parametrize(
    ("payload", "received"),
    [
        ({}, {}),
        ({"user": "U1", "include_locale": True, "left_out": None}, {"user": "U1", "include_locale": "true"}),
        ({"text": "\u901a\u8bdd & more=1", "limit": 5}, {"text": "\u901a\u8bdd & more=1", "limit": "5"}),
        ({"blocks": [{"a": True}], "thread_ts": None}, {"blocks": [{"a": True}]}),
        ({"view": {"type": "modal"}, "n": 1}, {"view": {"type": "modal"}, "n": 1}),
        ({"text": "\ud800"}, {"text": "?"}),
    ],
)
def test_what_is_sent_arrives(slack_env: Any, payload: dict[str, Any], received: dict[str, Any]) -> None:
    slack_env.slack.answers["some.method"] = [{"ok": True, "n": 1}]

    assert call(slack_env, payload).data == {"ok": True, "n": 1}
    assert slack_env.slack.calls == [("some.method", received)]
    assert slack_env.slack.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ({"ok": False, "error": "channel_not_found"}, SlackRefused, "channel_not_found"),
        ({"ok": False, "error": "Bad <script>"}, SlackError, "unreadable"),
        ({"ok": False, "error": "x" * 65}, SlackError, "unreadable"),
        ({"ok": False}, SlackError, "unreadable"),
        ({"ok": "true"}, SlackError, "unreadable"),
        ({"ok": False, "error": "internal_error"}, SlackError, "internal_error"),
        ({"ok": False, "error": "ratelimited"}, SlackThrottled, ""),
        ([], SlackError, "unreadable"),
        ("<html>", SlackError, "unreadable"),
        ('{"a":' * 100_000, SlackError, "unreadable"),
        ((429, 7), SlackThrottled, ""),
        (500, SlackError, "status 500"),
        (302, SlackError, "status 302"),
        (404, SlackError, "status 404"),
    ],
)
def test_every_other_answer_is_one_of_our_errors(
    slack_env: Any, answer: Any, error: type[SlackError], reason: str
) -> None:
    slack_env.slack.answers["some.method"] = [answer]

    with pytest.raises(error) as raised:
        call(slack_env, {})

    assert type(raised.value) is error
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("header", "pause"), [("7", 7.0), ("1.5", 1.5), ("soon", 1.0), ("-1", 1.0), ("999999", 3600.0)]
)
def test_how_long_slack_asks_to_wait(slack_env: Any, header: str, pause: float) -> None:
    slack_env.slack.answers["some.method"] = [(429, header)]

    with pytest.raises(SlackThrottled) as raised:
        call(slack_env, {})

    assert raised.value.retry_after == pause


def test_without_a_token_nobody_is_asked(slack_env: Any) -> None:
    with pytest.raises(SlackRefused):
        call(slack_env, {}, token="")

    assert slack_env.slack.calls == []


@pytest.mark.parametrize(
    "base_url",
    ["http://127.0.0.1:1/", "http://127.0.0.1:99999/", "http://[/", "nonsense", "http://\u00e9\ud800/"],
)
def test_nobody_there_is_one_of_our_errors(slack_env: Any, base_url: str) -> None:
    with pytest.raises(SlackError) as raised:
        call(slack_env, {}, base_url=base_url)

    assert raised.value.__cause__ is None
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_the_deadline_holds(slack_env: Any, seconds: float) -> None:
    slack_env.slack.pause = 1.0

    with pytest.raises(SlackError):
        call(slack_env, {}, seconds=seconds)
