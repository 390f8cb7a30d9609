"""Tests for callevents.slack.lookups: service, result and handoff, through the function: slow, failing, handed off."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.actor import Actor
from callevents.report.viewer import Viewer
from callevents.slack.lookups.handoff import envelope_of
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.tasks.envelope import CommandEnvelope, open_envelope
from tests.examples import examples

WORKER = {"worker": "callevents-worker"}
# Slack's stamp is so old on arrival that little time is left: no test has to wait for the rest.
LATE = 1.9
ASYNC = {"x-fc-invocation-type": "Async"}


@pytest.mark.parametrize(
    "fault", ["hang", "unavailable", "throttled", "bad_gateway", "internal_error", "reset"]
)
@pytest.mark.usefixtures("passing_time")
def test_what_may_pass_is_handed_off_and_the_person_sees_it(slack_env: Any, job: str, fault: str) -> None:
    slack_env.fail(fault)

    message = slack_env.ask(slack_env.function(**WORKER), job, age=LATE)

    assert len(slack_env.queue.payloads) == 1
    assert job in message["text"]
    envelope = open_envelope(slack_env.queue.payloads[0])
    assert isinstance(envelope, CommandEnvelope)
    assert (envelope.jobs, envelope.instance, envelope.requester.user) == ((job,), "ccc-test", "U1")
    assert envelope.response_url == f"{slack_env.slack_url}/commands/T1/2/secret"


@pytest.mark.usefixtures("passing_time")
def test_a_contact_center_that_takes_a_second_is_waited_for(slack_env: Any, job: str) -> None:
    slack_env.fail("delay", seconds=1.0)

    message = slack_env.ask(slack_env.function(**WORKER), job)

    assert job in message["text"]
    assert slack_env.queue.payloads == []


@pytest.mark.parametrize("fault", ["not_json", "truncated", "empty"])
def test_an_error_that_no_retry_helps_is_answered_at_once(slack_env: Any, job: str, fault: str) -> None:
    slack_env.fail(fault)

    message = slack_env.ask(slack_env.function(**WORKER), job)

    assert "cannot be read" in message["text"]
    assert slack_env.queue.payloads == []


@pytest.mark.parametrize("fault", ["hang", "unavailable", "throttled", "not_ok", "truncated", "reset"])
@pytest.mark.usefixtures("passing_time")
def test_without_a_worker_every_failure_is_a_sentence(slack_env: Any, job: str, fault: str) -> None:
    slack_env.fail(fault)

    message = slack_env.ask(slack_env.function(), job, age=LATE)

    assert job in message["text"]
    assert slack_env.queue.payloads == []


@pytest.mark.usefixtures("passing_time")
def test_without_a_worker_a_slow_contact_center_is_explained(slack_env: Any, job: str) -> None:
    slack_env.fail("hang")

    assert "CALLEVENTS_WORKER" in slack_env.ask(slack_env.function(), job, age=LATE)["text"]


@pytest.mark.parametrize("status", [202, 409])
@pytest.mark.usefixtures("passing_time")
def test_queued_and_queued_before_are_the_same(slack_env: Any, job: str, status: int) -> None:
    slack_env.fail("hang")
    slack_env.queue.status = status

    message = slack_env.ask(slack_env.function(**WORKER), job, age=LATE)

    assert "looking" in message["text"].lower()


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
@pytest.mark.usefixtures("passing_time")
def test_a_hand_over_that_fails_is_said_at_once(slack_env: Any, job: str, status: int) -> None:
    slack_env.fail("hang")
    slack_env.queue.status = status

    message = slack_env.ask(slack_env.function(**WORKER), job, age=LATE)

    assert "handing it over" in message["text"]
    assert job in message["text"]


@pytest.mark.usefixtures("passing_time")
def test_a_hand_over_that_takes_too_long_is_not_waited_for(slack_env: Any, job: str) -> None:
    slack_env.fail("hang")
    slack_env.queue.pause = 2.0

    assert "handing it over" in slack_env.ask(slack_env.function(**WORKER), job, age=LATE)["text"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("token_expired", ("ERROR", "ccc_refused", True)),
        ("hang", ("ERROR", "hand_over_failed", True)),
        ("not_json", ("WARNING", "ccc_unreadable", False)),
    ],
)
@pytest.mark.usefixtures("passing_time")
def test_what_went_wrong_is_in_the_log_and_an_only_the_bots_own_errors_are_errors(
    fault: str, expected: tuple[str, str, bool], slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack_env.fail(fault)
    slack_env.queue.status = 403

    slack_env.ask(slack_env.function(**WORKER), job, age=LATE)

    (line,) = [vars(record) for record in caplog.records if record.name == "callevents.lookup"]
    assert (line["levelname"], line["code"], bool(line["upstream_request_id"])) == expected


@pytest.mark.usefixtures("passing_time")
def test_a_refused_person_is_not_handed_over(slack_env: Any, job: str) -> None:
    slack_env.fail("hang")
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"is_restricted": True}}]

    slack_env.ask(slack_env.function(slack_bot_token="xoxb-1-2-secret", **WORKER), job, age=LATE)

    assert slack_env.queue.payloads == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/x",
        "http://127.0.0.1@evil.example/",
        "https://hooks.slack.com.evil.example/x",
    ],
)
@pytest.mark.usefixtures("passing_time")
def test_nothing_is_handed_over_that_could_not_be_answered(slack_env: Any, job: str, url: str) -> None:
    slack_env.fail("hang")

    message = slack_env.ask(slack_env.function(**WORKER), job, age=LATE, response_url=url)

    assert slack_env.queue.payloads == []
    assert job in message["text"]


def test_the_same_request_has_the_same_task_id(slack_env: Any, job: str) -> None:
    slack_env.fail("unavailable")
    function, another = slack_env.function(**WORKER), slack_env.function(**WORKER)
    for asked in (function, another):
        slack_env.ask(asked, job, trigger_id="77.1.same")
    slack_env.ask(function, job, trigger_id="78.1.other")

    tasks = [headers["x-fc-async-task-id"] for headers in slack_env.queue.headers]
    assert tasks[0] == tasks[1] != tasks[2]
    assert all(headers.items() >= ASYNC.items() for headers in slack_env.queue.headers)


def test_no_credential_and_no_token_is_in_the_envelope(slack_env: Any, job: str) -> None:
    slack_env.fail("unavailable")
    slack_env.ask(slack_env.function(slack_bot_token="xoxb-1-2-secret", deny_guests=False, **WORKER), job)

    payload = slack_env.queue.payloads[0]
    for secret in (b"xoxb", b"sandbox-access-key-secret", b"LTAI", b"gIkuva"):
        assert secret not in payload


IDS = st.from_regex(r"[A-Z][0-9A-Z]{1,30}", fullmatch=True)
LOOKUP_REQUESTS = st.builds(
    LookupRequest,
    jobs=st.lists(st.uuids().map(lambda each: f"job-{each}"), min_size=1, max_size=10, unique=True).map(
        tuple
    ),
    instance=st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,60}", fullmatch=True),
    actor=st.builds(Actor, user=IDS, team=IDS, enterprise=IDS | st.just(""), channel=IDS | st.just("")),
    source=st.just("command"),
    idempotency_key=st.just(("1.2.abc",)),
    asked_at=st.floats(0, 4e9),
    response_url=st.just("")
    | st.text(st.characters(codec="ascii"), max_size=2000).map(lambda path: f"https://x/{path}"[:2000]),
    channel=IDS | st.just(""),
    thread=st.just("") | st.just("1795334591.000200"),
    operation=st.builds(
        Operation,
        kind=st.sampled_from(["answer", "refresh", "share", "reveal", "events"]),
        shared_by=IDS | st.just(""),
        alert_blocks=st.text(st.characters(codec="ascii"), max_size=100),
        page=st.integers(0, 0xFFFF),
        view=IDS | st.just(""),
    ),
)
VIEWERS = st.builds(
    Viewer, language=st.sampled_from(["en", "zh-CN"]), own_zone=st.none() | st.just("Asia/Tokyo")
)


@examples(100)
@given(lookup_request=LOOKUP_REQUESTS, viewer=VIEWERS)
def test_every_envelope_that_is_written_can_be_opened(lookup_request: LookupRequest, viewer: Viewer) -> None:
    envelope = open_envelope(envelope_of(lookup_request, viewer, now=2.5))

    assert isinstance(envelope, CommandEnvelope)
    assert (envelope.jobs, envelope.instance, envelope.asked_at) == (
        lookup_request.jobs,
        lookup_request.instance,
        lookup_request.asked_at,
    )
    assert (envelope.response_url or "", envelope.channel or "", envelope.thread or "") == (
        lookup_request.response_url,
        lookup_request.channel,
        lookup_request.thread,
    )
    operation = Operation(
        envelope.operation,
        envelope.replace,
        envelope.offers_reveal,
        envelope.public,
        envelope.shared_by,
        envelope.alert_blocks,
        envelope.page,
        envelope.view,
    )
    assert operation == lookup_request.operation
    requester = envelope.requester
    # Who was judged before anything is handed over is not judged again: the worker need not know.
    belonging = lookup_request.actor.belonging if lookup_request.unchecked else "inside"
    assert Actor(
        requester.user, requester.team, requester.enterprise, requester.channel, requester.belonging
    ) == lookup_request.actor._replace(belonging=belonging)
    assert envelope.unchecked == lookup_request.unchecked
    assert (requester.language, requester.timezone) == (viewer.language, viewer.own_zone)
