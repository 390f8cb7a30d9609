"""Tests for callevents.slack.requests.parser and .interaction: what Slack sends, and what nobody should."""

import json
from contextlib import nullcontext, suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callevents.slack.requests.interactions import Action, Interaction
from callevents.slack.requests.parser import (
    Command,
    Malformed,
    SlackEvent,
    SslCheck,
    Unknown,
    UrlVerification,
    parse,
)
from tests.examples import examples

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
FIELDS = {
    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
    "team_id": "T1",
    "enterprise_id": "E1",
    "channel_id": "C1",
    "user_id": "U1",
    "command": "/callevents",
    "text": "job-1",
    "response_url": "https://hooks.slack.com/commands/1/2/3",
    "trigger_id": "1.2.abc",
    "api_app_id": "A1",
    "is_enterprise_install": "false",
}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1", "enterprise_id": "E1"},
    "api_app_id": "A1",
    "container": {
        "type": "message",
        "message_ts": "1795334591.000200",
        "channel_id": "C1",
        "is_ephemeral": True,
    },
    "channel": {"id": "C1", "name": "general"},
    "response_url": "https://hooks.slack.com/actions/1/2/3",
    "trigger_id": "1.2.abc",
    "message": {"ts": "1795334591.000200", "text": "job-9", "blocks": [{"text": {"text": "job-8"}}]},
    "actions": [
        {"action_id": "refresh", "block_id": "b1", "value": "v1"},
        {"action_id": "more", "block_id": "b1", "selected_option": {"value": "json"}},
    ],
}


def form(**fields: str) -> Any:
    return parse(FORM, urlencode(FIELDS | fields).encode()).incoming


@given(
    st.one_of(
        st.binary(max_size=200), st.from_regex(rb"([a-c%+=&0-9;]|%[0-9a-fA-F]{2}){0,40}", fullmatch=True)
    )
)
@example(b"payload=%7B%7D")
@example(b'{"type": "event_callback"}')
@example(b"a=1&a=2")
def test_a_form_says_what_the_standard_library_reads_in_it(body: bytes) -> None:
    """Whatever bytes it has; a name that stands twice is no form."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    if len(dict(pairs)) < len(pairs) or body.lstrip()[:1] == b"{" or "payload" in dict(pairs):
        with suppress(Malformed):
            parse(FORM, body)
            assert "payload" in dict(pairs) or body.lstrip()[:1] == b"{"
    else:
        assert parse(FORM, body).body == dict(pairs)


def payload(data: Any) -> Any:
    return parse(FORM, urlencode({"payload": json.dumps(data)}).encode()).incoming


@pytest.mark.parametrize(
    "text",
    [
        "job-1",
        "payload",
        "payload={}&payload=1",
        "job-payload-7",
        "\u901a\u8bdd job-1",
        "a&b=c%20+",
        "ssl_check=1",
        "",
    ],
)
def test_the_text_of_a_command_arrives_as_typed(text: str) -> None:
    command = form(text=text)

    assert isinstance(command, Command)
    assert (command.text, command.user, command.team, command.channel) == (text, "U1", "T1", "C1")


def test_a_field_called_payload_does_not_hide_a_command() -> None:
    assert isinstance(form(payload="{bad"), Command)


@pytest.mark.parametrize("value", ["", "u1", "U1\n", "../x", "<@U1>", "U" * 99])
def test_what_is_no_slack_id_is_nobody(value: str) -> None:
    assert form(user_id=value).user == ""


def test_a_click_is_read() -> None:
    click = payload(CLICK)

    assert isinstance(click, Interaction)
    assert click.actions == (Action("refresh", "b1", "v1"), Action("more", "b1", "json"))
    assert (click.kind, click.user, click.team, click.channel) == ("block_actions", "U1", "T1", "C1")
    assert click.message is not None
    assert click.message.content == CLICK["message"]
    assert click.ephemeral


def test_a_form_that_was_sent_is_read() -> None:
    values = {"jobs": {"ids": {"type": "plain_text_input", "value": "job-1"}}}
    view = {"id": "V1", "callback_id": "ask", "private_metadata": "p", "state": {"values": values}}
    sent = payload({"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view})

    assert sent.view.inputs == {"jobs": {"ids": "job-1"}}
    assert sent.view.private_metadata == "p"


def test_a_message_shortcut_carries_the_whole_message() -> None:
    data = CLICK | {"type": "message_action", "callback_id": "look_up_call"}
    data["message"] = {"ts": "1.2", "thread_ts": "1.1", "attachments": [{"fields": [{"value": "job-7"}]}]}
    shortcut = payload(data)

    assert (shortcut.kind, shortcut.callback_id) == ("message_action", "look_up_call")
    assert shortcut.message.thread == "1.1"
    assert shortcut.message.content == data["message"]


def test_a_mention_is_read() -> None:
    event = {"type": "app_mention", "user": "U1", "text": "<@UB> job-1", "ts": "1.2", "channel": "C1"}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
    mention = parse(JSON, json.dumps(body).encode()).incoming

    assert isinstance(mention, SlackEvent)
    assert (mention.type, mention.event_id, mention.text, mention.timestamp) == (
        "app_mention",
        "Ev1",
        "<@UB> job-1",
        "1.2",
    )
    assert (mention.own, mention.edited) == (False, False)


@pytest.mark.parametrize(
    ("event", "own"),
    [
        ({"type": "app_mention", "user": "UB"}, True),
        ({"type": "app_mention", "user": "U2", "bot_id": "B1", "app_id": "A1"}, True),
        ({"type": "app_mention", "user": "U2", "bot_id": "B1", "bot_profile": {"app_id": "A1"}}, True),
        ({"type": "app_mention", "user": "U2", "bot_id": "B1", "app_id": "A2"}, False),
        ({"type": "app_mention", "user": "U2", "bot_id": "B1"}, False),
        ({"type": "app_mention", "user": "U2"}, False),
    ],
)
def test_only_what_this_app_wrote_is_its_own(event: dict[str, Any], own: bool) -> None:
    authorizations = [{"user_id": "UB", "is_bot": True}]
    body = {"type": "event_callback", "api_app_id": "A1", "authorizations": authorizations, "event": event}

    parsed = parse(JSON, json.dumps(body).encode()).incoming

    assert isinstance(parsed, SlackEvent)
    assert parsed.own is own


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (JSON, b'{"type":"url_verification","challenge":"c"}', UrlVerification("c")),
        (
            "Application/JSON; charset=utf-8",
            b'{"type":"url_verification","challenge":"c"}',
            UrlVerification("c"),
        ),
        ("", b' {"type":"url_verification","challenge":"c"}', UrlVerification("c")),
        (JSON, b'{"type":"url_verification","challenge":["c"]}', UrlVerification("")),
        (FORM, b"a=b", Unknown("form")),
        (FORM, b"", Unknown("form")),
        (JSON, b'{"type":"tokens_revoked"}', Unknown("tokens_revoked")),
        (JSON, b'{"type":7}', Unknown("")),
        (JSON, b"{}", Unknown("")),
    ],
)
def test_the_rest_of_what_may_come(content_type: str, body: bytes, expected: object) -> None:
    found = parse(content_type, body).incoming

    assert (type(found), found) == (type(expected), expected)


def test_the_check_of_the_certificate_is_known() -> None:
    assert isinstance(parse(FORM, b"ssl_check=1&token=x").incoming, SslCheck)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON, b"{bad"),
        (JSON, b""),
        (JSON, b"[]"),
        (JSON, b"null"),
        (JSON, b'"text"'),
        (JSON, b"\xff\xfe{}"),
        (JSON, b'{"a":' * 100_000),
        (JSON, b'{"a":1,"a":2}'),
        (JSON, b'{"a":' + b"1" * 10_000 + b"}"),
        (FORM, b"payload={bad"),
        (FORM, b"payload=[]"),
        (FORM, b"payload="),
        (FORM, b"payload=" + b"[" * 100_000),
        (FORM, b"command=%2Fa&command=%2Fb"),
        (FORM, b"&".join(b"f%d=1" % number for number in range(5000))),
        (FORM, b"a" * (1 << 20) + b"a"),
    ],
)
def test_what_cannot_be_read_is_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(content_type, body)


@pytest.mark.parametrize("body", [b"command=%2Fc&text=%ff%00\xff&user_id=U1", b"command=%2Fc&text=a\x00b"])
def test_bytes_that_are_no_text_are_replaced(body: bytes) -> None:
    command = parse(FORM, body).incoming

    assert isinstance(command, Command)
    assert "\x00" not in command.text


def test_half_a_character_does_not_travel_on() -> None:
    event = {"type": "event_callback", "event": {"type": "app_mention", "text": "\ud800 job-1"}}

    mention = parse(JSON, json.dumps(event).encode()).incoming

    assert isinstance(mention, SlackEvent)
    assert mention.text.encode() == b"? job-1"


def test_secrets_of_a_request_are_not_printed() -> None:
    assert "hooks.slack.com" not in repr(form())
    assert "hooks.slack.com" not in repr(payload(CLICK))
    assert "gIkuva" not in repr(parse(FORM, urlencode(FIELDS).encode()))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = """type user team view actions message event state values container id authorizations response_urls channel
selected_option text blocks ts"""
KEYS = st.sampled_from(NAMES.split())
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner), max_leaves=25
)
KINDS = ["block_actions", "message_action", "view_submission", "event_callback", "url_verification"]


@examples(150)
@given(data=ANYTHING, kind=st.none() | st.sampled_from(KINDS), as_form=st.booleans())
def test_any_json_is_read_or_malformed(data: Any, kind: str | None, as_form: bool) -> None:
    if kind and isinstance(data, dict):
        data["type"] = kind
    text = json.dumps(data)
    body = urlencode({"payload": text}).encode() if as_form else text.encode()

    with pytest.raises(Malformed) if not isinstance(data, dict) else nullcontext():
        parse(FORM if as_form else JSON, body)


@examples(150)
@given(body=st.binary(), content_type=st.text() | st.sampled_from([FORM, JSON]))
def test_any_bytes_are_read_or_malformed(body: bytes, content_type: str) -> None:
    with suppress(Malformed):
        assert parse(content_type, body).incoming
