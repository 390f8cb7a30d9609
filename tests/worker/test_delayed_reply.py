"""Tests for callevents.worker.delayed_reply: every accepted command ends in a message or in a retry."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents.tasks.envelope import CommandEnvelope, Requester
from callevents_sandbox.slack import Posted, View
from tests.support.audit import audit_lines


@pytest.fixture(name="job")
def _job(worker_env: Any) -> str:
    """Return the id of an answered call."""
    job: str = worker_env.job("agent-outbound")
    return job


@pytest.fixture(name="command")
def _command(worker_env: Any, job: str, promise: Posted) -> Callable[..., CommandEnvelope]:
    """Return a builder of commands whose answer replaces the promise."""

    def command(**changes: Any) -> CommandEnvelope:
        given = {"response_url": worker_env.response_url(promise)} | changes
        made: CommandEnvelope = worker_env.command(job, **given)
        return made

    return command


def ephemeral(worker_env: Any) -> list[Posted]:
    """Return what was posted with the bot token for one person."""
    return [each for each in worker_env.workspace.messages if each.way == "chat.postEphemeral"]


def test_the_answer_replaces_the_message_that_promised_it(
    worker_env: Any, job: str, promise: Posted, command: Any
) -> None:
    worker_env.deliver(command())

    assert worker_env.workspace.messages == [promise]
    assert (promise.versions, promise.way, promise.ephemeral_to) == (2, "response_url", "U0MEI")
    assert job in promise.text


def test_the_same_envelope_twice_is_the_same_answer_twice(
    worker_env: Any, promise: Posted, command: Any
) -> None:
    envelope = command()
    worker_env.deliver(envelope)
    first = (promise.text, promise.blocks)
    worker_env.deliver(envelope)

    assert worker_env.workspace.messages == [promise]
    assert promise.versions == 3
    assert (promise.text, promise.blocks) == first


def test_it_is_in_the_persons_language(worker_env: Any, promise: Posted, command: Any) -> None:
    worker_env.deliver(command(requester=Requester(user="U0MEI", team="T0SANDBOX", language="zh-CN")))

    assert "\u901a\u8bdd" in promise.text


@pytest.mark.parametrize("fault", ["unavailable", "throttled", "reset", "bad_gateway"])
def test_a_lookup_is_retried_for_long(
    worker_env: Any, job: str, promise: Posted, command: Any, fault: str
) -> None:
    worker_env.fail_center(fault, times=8)

    worker_env.deliver(command())

    assert job in promise.text
    assert len(worker_env.center.asked) >= 8 or fault == "reset"
    assert worker_env.clock.slept


@pytest.mark.parametrize("fault", ["not_ok", "not_json", "truncated", "unavailable", "throttled"])
def test_a_lookup_that_fails_for_good_is_answered_with_why(
    worker_env: Any, job: str, promise: Posted, command: Any, fault: str
) -> None:
    worker_env.fail_center(fault)

    worker_env.deliver(command())

    assert promise.versions == 2
    assert job in promise.text


def test_an_unexpected_error_is_answered_too(worker_env: Any, promise: Posted, command: Any) -> None:
    worker_env.fail_center("content_deep")

    worker_env.deliver(command())

    assert promise.versions == 2


def test_a_wrong_setting_is_named(worker_env: Any, promise: Posted, command: Any) -> None:
    worker_env.deliver(command(), worker_env.new_worker(wrong=("CCC_ENDPOINT",)))

    assert "CCC_ENDPOINT" in promise.text
    assert worker_env.center.asked == []


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "ratelimited", "retry_after": 1}])
def test_a_failure_of_slack_is_retried(
    worker_env: Any, promise: Posted, command: Any, fault: dict[str, Any]
) -> None:
    worker_env.fail_slack(**fault, match="response_url")

    worker_env.deliver(command())

    assert promise.versions == 2
    assert len(worker_env.clock.slept) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "used_url"},
        {"kind": "expired_url"},
        {"kind": "server_error", "status": 400},
        {"kind": "server_error", "status": 503},
        {"kind": "server_error", "status": 302},
        {"kind": "error", "code": "invalid_blocks"},
    ],
)
def test_if_nothing_is_delivered_it_raises_without_a_secret(
    worker_env: Any, command: Any, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    worker_env.fail_slack(**fault, match="response_url", times=None)
    envelope = command()

    with pytest.raises(NotDelivered) as raised:
        worker_env.deliver(envelope, worker_env.new_worker(slack_bot_token=""))

    assert raised.value.__context__ is None
    # Slack's stand-in may log here, too: what it was asked.
    own = [record for record in caplog.records if record.name.startswith("callevents.")]
    assert own
    logged = "\n".join(str(vars(record)) for record in own)
    token = envelope.response_url.rsplit("/", 1)[1]
    for secret in ("/commands/", token, "xoxb"):
        assert secret not in str(raised.value) + logged


@pytest.mark.parametrize(
    "fault", [{"kind": "used_url"}, {"kind": "expired_url"}, {"kind": "server_error", "status": 503}]
)
def test_without_a_working_url_the_answer_is_a_message_for_the_person_alone(
    worker_env: Any, job: str, command: Any, fault: dict[str, Any]
) -> None:
    worker_env.fail_slack(**fault, match="response_url", times=None)

    worker_env.deliver(command(asked_at=worker_env.clock() - 3600))

    (message,) = ephemeral(worker_env)
    assert (message.channel, message.ephemeral_to) == ("C0SUPPORT", "U0MEI")
    assert job in message.text
    assert message.blocks


def test_an_address_that_is_not_slacks_gets_nothing(worker_env: Any, promise: Posted, command: Any) -> None:
    worker_env.deliver(command(), worker_env.new_worker(response_url_hosts=frozenset({"hooks.slack.com"})))

    assert promise.versions == 1
    assert len(ephemeral(worker_env)) == 1


@pytest.mark.parametrize("fault", [{"kind": "error", "code": "channel_not_found"}, {"kind": "server_error"}])
def test_if_that_fails_too_it_raises(worker_env: Any, command: Any, fault: dict[str, Any]) -> None:
    worker_env.fail_slack("used_url", match="response_url")
    worker_env.fail_slack(**fault, match="chat.postEphemeral", times=None)

    with pytest.raises(NotDelivered):
        worker_env.deliver(command())


def test_an_answer_for_a_thread_is_posted_there(worker_env: Any, command: Any) -> None:
    worker_env.deliver(command(response_url=None, channel="C0ALERTS", thread="1795334591.000200"))

    (message,) = ephemeral(worker_env)
    assert (message.channel, message.ephemeral_to) == ("C0ALERTS", "U0MEI")
    assert message.thread_ts == "1795334591.000200"


def test_a_throttled_post_waits_as_long_as_slack_asks(worker_env: Any, command: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=2, match="chat.postEphemeral")

    worker_env.deliver(command(response_url=None, channel="C0ALERTS"))

    assert worker_env.clock.slept == [2.0]
    assert len(ephemeral(worker_env)) == 1


class TestWindow:
    @pytest.fixture(name="window")
    def _window(self, worker_env: Any) -> View:
        view = View("V000001", "U0MEI", {"type": "modal"}, "hash", "V000001")
        worker_env.workspace.views[view.id] = view
        return view

    def test_the_answer_is_shown_in_the_window_that_waits_for_it(
        self, worker_env: Any, job: str, promise: Posted, command: Any, window: View
    ) -> None:
        worker_env.deliver(command(view=window.id))

        assert job in json.dumps(window.view)
        assert promise.versions == 1

    def test_an_error_is_shown_there_too(self, worker_env: Any, job: str, command: Any, window: View) -> None:
        worker_env.fail_center("not_ok")
        worker_env.deliver(command(view=window.id))

        assert job in json.dumps(window.view)

    def test_for_a_window_that_was_closed_nothing_is_posted(
        self, worker_env: Any, promise: Posted, command: Any, audit_outcomes: Any
    ) -> None:
        worker_env.deliver(command(view="V0CLOSED"))

        assert worker_env.workspace.messages == [promise]
        assert audit_outcomes() == ["answered"]


@pytest.mark.parametrize(("ago", "waits"), [(0.0, True), (0.6, False), (-30.0, False)])
def test_it_does_not_overtake_the_acknowledgement(
    worker_env: Any, job: str, promise: Posted, command: Any, *, ago: float, waits: bool
) -> None:
    """The answer waits for the acknowledgement, but never for a clock that is wrong."""
    worker_env.deliver(command(queued_at=worker_env.clock() - ago))

    assert len(worker_env.clock.slept) == waits
    assert all(0 < seconds <= 0.5 for seconds in worker_env.clock.slept)
    assert job in promise.text


def test_an_audit_line_says_who_asked_for_what(
    worker_env: Any, job: str, command: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    worker_env.deliver(command())

    lines = audit_lines(caplog)
    assert [(line["entry"], line["user"], line["jobs"], line["outcome"]) for line in lines] == [
        ("worker", "U0MEI", job, "answered")
    ]
