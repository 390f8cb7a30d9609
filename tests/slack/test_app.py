"""Tests for callevents.slack.app: how bolt is built, and what it must not do by itself."""

import logging
import os
from typing import Any

import pytest

from callevents.slack.app import bolt_app


@pytest.mark.parametrize("value", ["", "1.2"])
def test_no_variable_of_slacks_changes_how_bolt_is_built(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_VERIFICATION_TOKEN"):
        monkeypatch.setenv(name, value)
    environment = dict(os.environ)

    app = bolt_app.__wrapped__()

    assert app.oauth_flow is None
    assert app.installation_store is None
    assert app.client.token is None
    assert dict(os.environ) == environment


def test_the_application_is_built_once() -> None:
    assert bolt_app() is bolt_app()


def test_everything_is_done_before_the_response_leaves() -> None:
    assert bolt_app().process_before_response


def test_bolt_says_nothing_even_when_debugging(
    slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    function = slack_env.function(log_level="DEBUG")
    slack_env.ask(function, job)
    function.http(*slack_env.interaction({"type": "something_new"}))

    names = {record.name for record in caplog.records}
    assert not [name for name in names if name.startswith(("slack", "callevents-bolt", "root"))]


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "user": 5, "actions": []},
        {"type": "block_actions", "actions": [5], "team": "T1"},
        {"type": "view_submission", "user": {"id": "U1"}},
        {"type": "message_action", "callback_id": {"a": 1}, "message": 5},
    ],
)
def test_a_payload_that_bolt_stumbles_over_is_told_without_an_alarm(
    slack_env: Any, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    response = slack_env.function().http(*slack_env.interaction(payload))

    assert response.status == 200
    assert "Something went wrong on our side" not in response.body
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
