"""Tests for callevents.slack.handler through its front door: signed requests, a contact center on a real socket."""

import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.invocation import Request
from callevents.slack.app import bolt_app
from callevents_sandbox.fixtures.samples import samples
from tests.examples import examples
from tests.support.audit import audit_lines

WHOLE = "job-468a63a2-1111-4222-8333-b1ecf726d4be"

JSON = "application/json"
SIGNED = ("x-slack-request-timestamp", "x-slack-signature")


def answer_of(slack_env: Any, request: Any, **changes: Any) -> Any:
    return slack_env.function(**changes).http(*request)


def test_the_answer_is_the_body_of_the_acknowledgement(slack_env: Any, job: str) -> None:
    message = slack_env.ask(slack_env.function(), job)

    assert job in message["text"]
    assert len(message["blocks"]) > 1
    assert [asked.keys for asked in slack_env.center.asked] == [(job,)]


def test_nothing_is_called_that_the_answer_does_not_need(slack_env: Any, job: str) -> None:
    slack_env.ask(slack_env.function(), job)

    assert len(slack_env.center.asked) == 1
    assert slack_env.slack.calls == []
    assert slack_env.slack.posts == []
    assert slack_env.queue.payloads == []


def test_several_calls_are_one_request_and_one_table(slack_env: Any) -> None:
    jobs = [each.job_id for each in samples()[:10]]

    message = slack_env.ask(slack_env.function(), " ".join(jobs))

    assert [asked.keys for asked in slack_env.center.asked] == [tuple(jobs)]
    assert any(block["type"] == "table" for block in message["blocks"])


@pytest.mark.parametrize(
    "text", ["", "help", "payload", "payload={}&payload=1", "job-", "\u4f60\u597d", "<@U1>" * 99]
)
def test_what_is_no_lookup_gets_a_sentence_and_no_request(slack_env: Any, text: str) -> None:
    slack_env.ask(slack_env.function(), text)

    assert slack_env.center.asked == []


def test_the_word_payload_beside_an_id_does_not_hide_it(slack_env: Any, job: str) -> None:
    assert job in slack_env.ask(slack_env.function(), f"payload={job}&payload=1")["text"]


def test_eleven_calls_are_refused_without_a_lookup(slack_env: Any) -> None:
    jobs = [f"job-468a63a2-7d10-4a1c-8f42-0a5b6a5b1{number:03d}" for number in range(11)]

    assert "11" in slack_env.ask(slack_env.function(), " ".join(jobs))["text"]
    assert slack_env.center.asked == []


def test_however_many_calls_are_asked_for_the_answer_is_a_sentence(slack_env: Any) -> None:
    jobs = " ".join(f"job-468a63a2-7d10-4a1c-8f42-0a5b6a5{number:05d}" for number in range(9000))

    assert "9000" in slack_env.ask(slack_env.function(), jobs)["text"]
    assert slack_env.center.asked == []


def test_an_instance_is_chosen_among_the_allowed(slack_env: Any, job: str) -> None:
    function = slack_env.function(ccc_instance_id="ccc-other", ccc_instances={"Test": "ccc-test"})

    assert job in slack_env.ask(function, f"{job} in test")["text"]
    assert slack_env.center.asked[-1].instance_id == "ccc-test"
    assert "Test" in slack_env.ask(function, f"{job} in nowhere")["text"]
    assert len(slack_env.center.asked) == 1


@pytest.mark.parametrize(
    ("changes", "age", "status"),
    [
        ({"x-slack-signature": "v0=" + "0" * 64}, 0, 401),
        ({"x-slack-signature": "v0=\u00e9"}, 0, 401),
        ({"x-slack-signature": ""}, 0, 401),
        ({"x-slack-request-timestamp": "abc"}, 0, 401),
        ({"x-slack-request-timestamp": "9" * 400}, 0, 401),
        ({"x-slack-request-timestamp": ""}, 0, 401),
        ({}, 301, 401),
        ({}, -301, 401),
    ],
)
def test_what_slack_did_not_sign_is_refused(
    slack_env: Any, job: str, changes: dict[str, str], age: float, status: int
) -> None:
    request, invocation = slack_env.command(job, age=age)
    request.headers.update(changes)

    response = slack_env.function().http(request, invocation)

    assert (response.status, response.body) == (status, '{"error":"unauthorized"}')
    assert slack_env.center.asked == []


@pytest.mark.parametrize("name", SIGNED)
def test_a_missing_header_is_refused(slack_env: Any, job: str, name: str) -> None:
    request, invocation = slack_env.command(job)
    del request.headers[name]

    assert slack_env.function().http(request, invocation).status == 401


@pytest.mark.parametrize("secret", ["", "   ", "short", "8f742231b10e8888 abcd99yyyzzz85a5"])
def test_an_unusable_secret_refuses_everybody_and_the_log_says_why(
    slack_env: Any, job: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = answer_of(slack_env, slack_env.command(job), slack_signing_secret=secret)

    assert response.status == 401
    assert "unusable_secret" in caplog.text
    assert not secret.strip() or secret not in caplog.text + response.body


def test_a_secret_with_a_line_break_behind_it_works(slack_env: Any, job: str) -> None:
    secret = slack_env.settings().slack_signing_secret

    assert answer_of(slack_env, slack_env.command(job), slack_signing_secret=secret + "\n").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{bad",
        b"[]",
        b"null",
        b'{"a":' * 100_000,
        b"ssl_check=1",
        b"\xff\xfe",
        b'{"type":"url_verification"}',
        b"",
    ],
)
@pytest.mark.parametrize("content_type", [JSON, "application/x-www-form-urlencoded", "", "\u00e9"])
def test_hostile_bodies_of_strangers_are_refused_and_not_parsed(
    slack_env: Any, body: bytes, content_type: str
) -> None:
    request, invocation = slack_env.signed(body, content_type=content_type)
    request.headers["x-slack-signature"] = "v0=" + "1" * 64

    assert slack_env.function().http(request, invocation).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
def test_only_posts_are_taken(slack_env: Any, method: str) -> None:
    request = Request(method, "/", {}, {}, b"")
    response = slack_env.function().http(request, slack_env.invocation())

    assert response.status == 405
    assert response.headers["Allow"] == "POST"


def test_a_body_that_is_too_long_is_refused_before_it_is_signed(slack_env: Any) -> None:
    assert answer_of(slack_env, slack_env.signed(b"a" * ((1 << 20) + 1))).status == 413


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{bad", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'{"a":' * 100_000, JSON),
        (b"\xff\xfe", JSON),
        (b"payload={bad", ""),
        (b"payload=[]", ""),
        (b"payload=" + b"[" * 100_000, ""),
        (b"a=1&a=2", ""),
        (b"nothing=known", ""),
        (b"&".join(b"f%d=1" % number for number in range(5000)), ""),
    ],
)
def test_what_slack_signed_but_nobody_can_read_gets_a_sentence(
    slack_env: Any, body: bytes, content_type: str
) -> None:
    response = answer_of(slack_env, slack_env.signed(body, content_type=content_type))

    assert response.status == 200
    assert "1-fc-request" in json.loads(response.body)["text"]


def test_the_url_is_verified_for_slack_only(slack_env: Any) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    response = answer_of(
        slack_env, slack_env.signed(body, content_type=JSON), ccc_instance_id="", wrong=("X",)
    )

    assert (response.status, json.loads(response.body)) == (200, {"challenge": "3eZbrw1a"})


def test_the_certificate_check_is_answered(slack_env: Any) -> None:
    response = answer_of(slack_env, slack_env.signed(b"ssl_check=1&token=x"))

    assert (response.status, response.body) == (200, "")


LAZY = {"x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "_on_command"}


def test_forged_lazy_headers_change_nothing(slack_env: Any, job: str) -> None:
    request, invocation = slack_env.command(job)
    request.headers.update(LAZY)

    response = slack_env.function().http(request, invocation)

    assert job in json.loads(response.body)["text"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "event": {"type": "app_mention", "user": "U1"}},
        {"type": "event_callback", "event": {}},
        {"type": "event_callback", "event": {"type": ["x"]}},
        {"type": "event_callback"},
        {"type": "event_callback", "authorizations": ["x"]},
        {"type": "event_callback", "authorizations": {"a": 1}},
    ],
)
def test_events_are_acknowledged(slack_env: Any, body: dict[str, Any]) -> None:
    assert answer_of(slack_env, slack_env.signed(json.dumps(body).encode(), content_type=JSON)).status == 200


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"action_id": "open_console", "type": "button"}]},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [7]},
        {"type": "message_action", "callback_id": "nobody_knows"},
        {"type": "shortcut", "callback_id": "nobody_knows"},
        {"type": "view_submission", "view": {"callback_id": "nobody_knows"}},
        {"type": "view_submission", "view": 7},
        {"type": "view_closed", "view": {}},
        {"type": "block_suggestion"},
        {"type": "workflow_step_edit"},
        {"type": "something_new", "user": 7, "team": 7, "channel": 7},
        {"user": [], "team": "T1", "view": {"app_installed_team_id": {}}},
    ],
)
def test_no_interaction_of_a_signed_user_is_a_404(slack_env: Any, payload: dict[str, Any]) -> None:
    assert answer_of(slack_env, slack_env.interaction(payload)).status == 200


def test_who_presses_an_unknown_button_is_told(slack_env: Any) -> None:
    click = {
        "type": "block_actions",
        "actions": [{"action_id": "nobody_knows", "type": "button", "block_id": "b"}],
        "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
    }
    response = answer_of(slack_env, slack_env.interaction(click))

    assert (response.status, response.body) == (200, "")
    assert [post["replace_original"] for post in slack_env.slack.posts] == [False]


def test_a_replayed_command_is_not_answered_again(slack_env: Any, job: str) -> None:
    function, request = slack_env.function(), slack_env.command(job)
    first, second = function.http(*request), function.http(*request)

    assert job in json.loads(first.body)["text"]
    assert second.status == 200
    assert job not in second.body
    assert len(slack_env.center.asked) == 1


def test_slacks_own_repetition_of_an_event_is_taken(slack_env: Any) -> None:
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}}
    function = slack_env.function()
    request = slack_env.signed(json.dumps(event).encode(), content_type=JSON)

    assert [function.http(*request).body for _ in range(2)] == ["", ""]


def test_wrong_settings_are_named_to_the_person_and_nothing_is_looked_up(slack_env: Any, job: str) -> None:
    message = slack_env.ask(slack_env.function(wrong=("CALLEVENTS_TIMEZONE",)), job)

    assert "CALLEVENTS_TIMEZONE" in message["text"]
    assert slack_env.center.asked == []


def test_a_missing_instance_id_is_named(slack_env: Any, job: str) -> None:
    assert "CCC_INSTANCE_ID" in slack_env.ask(slack_env.function(ccc_instance_id=""), job)["text"]


class Broken:
    """A client that fails in a way nobody thought of."""

    def __getattr__(self, name: str) -> Any:
        raise KeyError("xoxb-secret")


def test_an_accident_is_a_sentence_with_the_request_id(
    slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack_env.client, kept = Broken(), slack_env.client
    try:
        function = slack_env.function()
    finally:
        slack_env.client = kept

    message = slack_env.ask(function, job)

    assert "1-fc-request" in message["text"]
    assert "xoxb" not in message["text"] + " ".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "environment",
    [
        {"SLACK_BOT_TOKEN": "xoxb-1"},
        {"SLACK_VERIFICATION_TOKEN": "gIkuvaNzQIHg97ATvDxqgjtO"},
        {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"},
        {"SLACK_CLIENT_ID": "", "SLACK_CLIENT_SECRET": ""},
        {"SLACK_SIGNING_SECRET": ""},
    ],
)
def test_bolt_does_not_see_the_environment(
    slack_env: Any, job: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bolt_app.cache_clear()
    function = slack_env.function()
    function.warm()

    assert job in slack_env.ask(function, job)["text"]
    assert slack_env.slack.calls == []


def test_warming_asks_nobody(slack_env: Any) -> None:
    slack_env.function(slack_bot_token="xoxb-1-2-secret", worker="callevents-worker").warm()

    assert (slack_env.slack.calls, slack_env.center.asked, slack_env.queue.payloads) == ([], [], [])


def test_an_event_is_refused_with_one_line(slack_env: Any, caplog: pytest.LogCaptureFixture) -> None:
    slack_env.function().event(b'{"token": "secret-content"}', slack_env.invocation())

    assert len(caplog.records) == 1
    assert "secret-content" not in caplog.text


def test_no_log_line_holds_what_slack_sent(
    slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    function = slack_env.function()
    slack_env.ask(function, job)
    function.http(*slack_env.interaction({"type": "something_new", "secret": "in-the-body"}))
    function.http(*slack_env.signed(b"{bad secret", content_type=JSON))
    forged, invocation = slack_env.command(job)
    forged.headers["x-slack-signature"] = "v0=" + "5" * 64
    function.http(forged, invocation)

    logged = "\n".join(str(vars(record)) for record in caplog.records)
    for secret in ("gIkuva", "/commands/T1", "in-the-body", "bad secret", "5" * 16, ".2.abc"):
        assert secret not in logged


def test_silencing_bolt_silences_nobody_else(slack_env: Any, caplog: pytest.LogCaptureFixture) -> None:
    function = slack_env.function()
    slack_env.ask(function, "help")
    function.event(b"", slack_env.invocation())

    assert [record.name for record in caplog.records] == ["callevents.slack.handler"]


def test_each_lookup_leaves_one_line_of_audit(
    slack_env: Any, job: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack_env.ask(slack_env.function(log_level="ERROR"), job)

    lines = audit_lines(caplog)
    facts = [(line["action"], line["user"], line["team"], line["jobs"], line["outcome"]) for line in lines]
    assert facts == [("lookup", "U1", "T1", job, "answered")]


HEADERS = st.dictionaries(
    st.sampled_from(["content-type", *SIGNED, *LAZY]) | st.text(), st.text(max_size=100), max_size=6
)


@examples(100)
@given(
    method=st.sampled_from(["POST", "GET"]) | st.text(max_size=5),
    headers=HEADERS,
    body=st.binary(max_size=300),
)
def test_no_stranger_gets_anything_but_a_refusal(
    slack_env: Any, method: str, headers: Any, body: bytes
) -> None:
    response = slack_env.function().http(Request(method, "/", {}, headers, body), slack_env.invocation())

    assert response.status in {401, 405}


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
PARTS = """type user team team_id view actions message event authorizations response_urls channel enterprise
is_ext_shared_channel function_data callback_id container command"""
KINDS = st.sampled_from(
    ["block_actions", "message_action", "shortcut", "view_submission", "event_callback", "block_suggestion"]
)


@examples(100)
@given(
    kind=KINDS,
    parts=st.dictionaries(st.sampled_from(PARTS.split()), JSONS, max_size=6),
    as_form=st.booleans(),
)
def test_whatever_slack_signs_is_answered_with_200(
    slack_env: Any, kind: str, parts: Any, as_form: bool
) -> None:
    text = json.dumps({"type": kind} | parts)
    body = urlencode({"payload": text}) if as_form else text
    request = slack_env.signed(body.encode(), content_type="" if as_form else JSON)

    assert answer_of(slack_env, request).status == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{WHOLE[:-1]}", "cut off"),
        ("job-468a63a2", "cut off"),
        (f"{WHOLE[:24]}…", "cut off"),
        (WHOLE[4:].replace("-", ""), f"ask for {WHOLE}"),
        ("109634426711871319", "ask for job-109634426711871319"),
        ("help me", "what happened on a call"),
        ("Help?", "what happened on a call"),
        ("帮助", "what happened on a call"),
        ("hi", "what happened on a call"),
        ("status", "what happened on a call"),
        ("who called today", "There is no job id in your text"),
        (f"{WHOLE} in nowhere", "nowhere"),
    ],
)
def test_what_is_no_whole_id_gets_its_own_sentence(slack_env: Any, text: str, words: str) -> None:
    message = slack_env.ask(slack_env.function(), text)

    assert words in message["text"]
    assert slack_env.center.asked == []


@pytest.mark.parametrize(
    "text",
    [
        f"{WHOLE[:23]}\n{WHOLE[23:]}",
        f"{WHOLE[:13]}<tel:111142228333|{WHOLE[13:27]}>{WHOLE[27:]}",
        f"{WHOLE} came in today",
        f"{WHOLE} <#C024BE7LR|job-98765432101234567>",
    ],
)
def test_an_id_in_any_form_is_looked_up(slack_env: Any, text: str) -> None:
    slack_env.ask(slack_env.function(detail_record=False), text)

    assert [asked.keys for asked in slack_env.center.asked] == [(WHOLE,)]


def test_a_cut_id_beside_a_whole_one_is_named(slack_env: Any, job: str) -> None:
    message = slack_env.ask(slack_env.function(), f"{job} {WHOLE[:20]}")

    assert [asked.keys for asked in slack_env.center.asked] == [(job,)]
    assert f"{WHOLE[:20]} is not a whole job id" in message["text"]


def test_a_wrong_clock_is_called_that(slack_env: Any, job: str) -> None:
    slack_env.fail("throttled", code="InvalidTimeStamp.Expired")
    message = slack_env.ask(slack_env.function(), job)

    assert "clock is wrong" in message["text"]
    assert "credentials" not in message["text"]
