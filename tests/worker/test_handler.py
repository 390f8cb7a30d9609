"""Tests for callevents.worker.handler and .background: every accepted envelope ends in a message or in a retry."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callevents.errors import NotDelivered
from callevents.invocation import Request
from callevents.tasks.envelope import CommandEnvelope, Requester
from callevents_sandbox.server.faults import Fault

TOKEN = {"slack_bot_token": "xoxb-1-2-secret"}


def envelope(stage: Any, job: str, **changes: Any) -> bytes:
    given: dict[str, Any] = {
        "jobs": (job,),
        "instance": "ccc-test",
        "requester": Requester(user="U1", team="T1", channel="C1", language="en"),
        "asked_at": time.time(),
        "response_url": f"{stage.slack_url}/commands/T1/2/secret",
    }
    return CommandEnvelope(**(given | changes)).model_dump_json().encode()


def work(stage: Any, payload: bytes, **changes: Any) -> None:
    stage.worker(**changes).event(payload, stage.invocation())


def test_the_answer_replaces_the_message_that_promised_it(stage: Any, job: str) -> None:
    work(stage, envelope(stage, job))

    assert len(stage.slack.posts) == 1
    post = stage.slack.posts[0]
    assert (post["replace_original"], post["response_type"]) == (True, "ephemeral")
    assert job in post["text"]


def test_the_same_envelope_twice_is_the_same_answer_twice(stage: Any, job: str) -> None:
    payload = envelope(stage, job)
    work(stage, payload)
    work(stage, payload)

    first, second = stage.slack.posts
    assert first == second


def test_it_speaks_the_askers_language(stage: Any, job: str) -> None:
    work(stage, envelope(stage, job, requester=Requester(user="U1", team="T1", language="zh-CN")))

    assert "\u901a\u8bdd" in stage.slack.posts[0]["text"]


@pytest.mark.parametrize("fault", ["unavailable", "throttled", "reset", "bad_gateway"])
def test_it_tries_again_for_long(stage: Any, job: str, fault: str) -> None:
    stage.center.faults.add(Fault(fault, times=8))

    work(stage, envelope(stage, job))

    assert job in stage.slack.posts[0]["text"]
    assert len(stage.center.asked) >= 8 or fault == "reset"
    assert stage.slept


@pytest.mark.parametrize("fault", ["not_ok", "not_json", "truncated", "unavailable", "throttled"])
def test_what_does_not_pass_is_told(stage: Any, job: str, fault: str) -> None:
    stage.fail(fault)

    work(stage, envelope(stage, job))

    assert len(stage.slack.posts) == 1
    assert job in stage.slack.posts[0]["text"]


def test_an_accident_is_told(stage: Any, job: str) -> None:
    stage.fail("content_deep")

    work(stage, envelope(stage, job))

    assert len(stage.slack.posts) == 1


def test_wrong_settings_are_told(stage: Any, job: str) -> None:
    work(stage, envelope(stage, job), wrong=("CCC_ENDPOINT",))

    assert "CCC_ENDPOINT" in stage.slack.posts[0]["text"]
    assert stage.center.asked == []


@pytest.mark.parametrize("answers", [[500, {"ok": True}], [(429, 1), {"ok": True}]])
def test_slacks_own_troubles_are_waited_out(stage: Any, job: str, answers: list[Any]) -> None:
    stage.slack.answers["response_url"] = answers

    work(stage, envelope(stage, job))

    assert len(stage.slack.posts) == 2


@pytest.mark.parametrize("answer", [404, 410, 400, 503, 302, {"ok": False, "error": "invalid_blocks"}])
def test_if_nothing_is_delivered_it_raises_without_a_secret(
    stage: Any, job: str, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    stage.slack.answers["response_url"] = [answer]

    with pytest.raises(NotDelivered) as raised:
        work(stage, envelope(stage, job))

    assert raised.value.__context__ is None
    logged = "\n".join(str(vars(record)) for record in caplog.records)
    for secret in ("/commands/", "secret", "xoxb"):
        assert secret not in str(raised.value) + logged


@pytest.mark.parametrize("answer", [404, 410, 503])
def test_a_spent_url_is_replaced_by_a_message_that_only_the_asker_sees(
    stage: Any, job: str, answer: int
) -> None:
    stage.slack.answers["response_url"] = [answer]

    work(stage, envelope(stage, job, asked_at=time.time() - 3600), **TOKEN)

    (post,) = stage.slack.called("chat.postEphemeral")
    assert (post["channel"], post["user"]) == ("C1", "U1")
    assert job in post["text"]
    assert post["blocks"]


def test_an_address_that_is_not_slacks_gets_nothing(stage: Any, job: str) -> None:
    stage.slack.answers["chat.postEphemeral"] = [{"ok": True}]
    payload = envelope(stage, job, response_url=f"{stage.slack_url}/commands/x")

    work(stage, payload, response_url_hosts=frozenset({"hooks.slack.com"}), **TOKEN)

    assert stage.slack.posts == []
    assert len(stage.slack.called("chat.postEphemeral")) == 1


@pytest.mark.parametrize("answer", [{"ok": False, "error": "channel_not_found"}, 500])
def test_if_that_fails_too_it_raises(stage: Any, job: str, answer: Any) -> None:
    stage.slack.answers |= {"response_url": [404], "chat.postEphemeral": [answer]}

    with pytest.raises(NotDelivered):
        work(stage, envelope(stage, job), **TOKEN)


def test_an_answer_for_a_thread_is_posted_there(stage: Any, job: str) -> None:
    payload = envelope(stage, job, response_url=None, channel="C2", thread="1795334591.000200")

    work(stage, payload, **TOKEN)

    (post,) = stage.slack.called("chat.postEphemeral")
    assert (post["channel"], post["user"], post["thread_ts"]) == ("C2", "U1", "1795334591.000200")


def test_a_throttled_post_waits_its_time(stage: Any, job: str) -> None:
    stage.slack.answers["chat.postEphemeral"] = [(429, 2), {"ok": True}]

    work(stage, envelope(stage, job, response_url=None, channel="C2"), **TOKEN)

    assert stage.slept == [2.0]
    assert len(stage.slack.called("chat.postEphemeral")) == 2


@pytest.mark.parametrize(("ago", "waits"), [(0.0, True), (0.6, False), (-30.0, False)])
def test_it_does_not_overtake_the_acknowledgement(stage: Any, job: str, ago: float, waits: bool) -> None:
    """The answer waits for the promise of it, but never for a clock that is wrong."""
    work(stage, envelope(stage, job, queued_at=time.time() - ago))

    assert len(stage.slept) == waits
    assert all(0 < seconds <= 0.5 for seconds in stage.slept)
    assert job in stage.slack.posts[0]["text"]


HTTP_EVENT = {
    "version": "v1",
    "rawPath": "/",
    "headers": {"Authorization": "Bearer x"},
    "body": '{"version":1,"kind":"command"}',
    "requestContext": {"http": {"method": "POST"}},
}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"version":1,"kind":"command"}',
        b'{"version":2,"kind":"command"}',
        b'{"a":' * 100_000,
        json.dumps(HTTP_EVENT).encode(),
    ],
)
def test_what_is_no_envelope_is_one_log_line_and_no_retry(
    stage: Any, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    work(stage, payload)

    assert len(caplog.records) == 1
    assert (stage.slack.posts, stage.slack.calls, stage.center.asked) == ([], [], [])


def test_an_envelope_in_an_http_request_is_refused(stage: Any, job: str) -> None:
    request = Request("POST", "/", {}, {"content-type": "application/json"}, envelope(stage, job))

    assert stage.worker().http(request, stage.invocation()).status == 403
    assert (stage.slack.posts, stage.center.asked) == ([], [])


@settings(max_examples=60)
@given(
    st.binary(max_size=200)
    | st.dictionaries(st.text(), st.text()).map(lambda data: json.dumps(data).encode())
)
def test_no_payload_of_a_stranger_is_work(stage: Any, payload: bytes) -> None:
    work(stage, payload)

    assert stage.center.asked == []


def test_an_audit_line_says_who_asked_for_what(
    stage: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    work(stage, envelope(stage, job))

    lines = [vars(record) for record in caplog.records if record.name == "callevents.audit"]
    assert [(line["entry"], line["user"], line["jobs"], line["outcome"]) for line in lines] == [
        ("worker", "U1", job, "answered")
    ]
