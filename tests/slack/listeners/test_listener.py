"""Tests for callevents.slack.listeners.listener: what is acknowledged, and what becomes of an error."""

import logging
from typing import Any

import pytest

from callevents.alibabacloud.clients import Clients
from callevents.errors import CccThrottled
from callevents.slack.context import KEY, RequestContext
from callevents.slack.listeners import listener
from callevents.slack.lookups.ack_budget import budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.requests.parser import Command, Incoming, SlackEvent, from_payload
from callevents.slack.respond import Unanswered


def command() -> Incoming:
    return from_payload({"command": "/callevents", "user_id": "U1", "team_id": "T1"}).incoming


def event() -> Incoming:
    return from_payload({"type": "event_callback", "event": {"type": "app_mention", "user": "U1"}}).incoming


def acknowledged(slack_env: Any, incoming: Incoming, handle: Any) -> list[tuple[Any, ...]]:
    """Return the arguments of each call of bolt's `ack`."""
    return listened(slack_env, incoming, handle)[0]


def listened(slack_env: Any, incoming: Incoming, handle: Any) -> tuple[list[tuple[Any, ...]], Any]:
    """Return the arguments of each call of bolt's `ack`, and what bolt gets from the listener."""
    invocation = slack_env.invocation()
    timestamp = int(invocation.arrived_at)
    context = RequestContext(
        incoming=incoming,
        resources=SlackResources(slack_env.settings(), Clients(slack_env.client)),
        invocation=invocation,
        budget=budget(timestamp=timestamp, invocation=invocation, hands_off=False),
        idempotency_key=("1.2.abc",),
    )
    calls: list[tuple[Any, ...]] = []
    ack: Any = lambda *body: calls.append(body)  # noqa: E731 - as bolt hands it over
    bolt_context: Any = {KEY: context}
    return calls, listener(handle)(ack, bolt_context)


def test_what_a_listener_returns_is_acknowledged_once(slack_env: Any) -> None:
    assert acknowledged(slack_env, command(), lambda context: {"text": "x"}) == [({"text": "x"},)]
    assert acknowledged(slack_env, command(), lambda context: None) == [()]


def test_a_listener_gets_the_request_as_its_type(slack_env: Any) -> None:
    seen: list[object] = []
    acknowledged(slack_env, command(), lambda context: seen.append(context.expect(Command)))

    assert seen == [command()]


@pytest.mark.parametrize(
    ("error", "words", "level"),
    [
        (CccThrottled(), "too many requests", logging.WARNING),
        (KeyError("xoxb-secret"), "Something went wrong", logging.ERROR),
    ],
)
def test_what_a_listener_raises_is_logged_and_answered(
    slack_env: Any, error: Exception, words: str, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(context: RequestContext) -> None:
        raise error

    ((body,),) = acknowledged(slack_env, command(), fail)

    assert words in body["text"]
    assert "xoxb" not in str(body)
    assert [record.levelno for record in caplog.records] == [level]


def test_an_event_is_acknowledged_with_nothing_after_an_error(slack_env: Any) -> None:
    def fail(context: RequestContext) -> None:
        context.expect(Command)

    assert isinstance(event(), SlackEvent)
    assert acknowledged(slack_env, event(), fail) == [()]


def test_an_event_that_slack_shall_send_again_is_not_acknowledged(slack_env: Any) -> None:
    calls, response = listened(slack_env, event(), lambda context: Unanswered())

    assert (calls, response.status, response.body) == ([], 503, "")
