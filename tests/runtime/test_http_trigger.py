import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.invocation import Request, Response
from callevents.runtime.http_trigger import (
    MAX_BODY_BYTES,
    MAX_EVENT_BYTES,
    TooLarge,
    Unreadable,
    http_event,
    payload_of,
    plain_headers,
    request_id_of,
    request_of,
    response_event,
)

BODY = b"command=%2Fcallevents&text=job-1"
Event = Callable[..., dict[str, Any]]
ENVELOPE = b'{"version": 1, "kind": "command", "jobs": ["job-468a63a2"]}'


@pytest.mark.parametrize(
    "form",
    [
        json.dumps,
        lambda event: event,
        lambda event: json.dumps(event).encode(),
        lambda event: bytearray(json.dumps(event).encode()),
        lambda event: b" \n" + json.dumps(event).encode(),
    ],
)
def test_an_http_event_is_read_in_every_form_a_runtime_gives_it(
    form: Callable[[object], object], event: Event
) -> None:
    found = http_event(form(event()))

    assert found is not None
    assert request_of(found) == Request(
        method="POST",
        path="/slack/events",
        query={},
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": "1795334591",
        },
        body=BODY,
    )
    assert request_id_of(found) == "1-from-the-event"


def test_a_base64_body_arrives_as_the_bytes_that_were_sent(base64_event: dict[str, object]) -> None:
    assert request_of(base64_event).body == BODY


@pytest.mark.parametrize("flag", [True, "true", "True"])
def test_any_spelling_of_the_base64_flag_counts(flag: object, event: Event) -> None:
    sent = bytes(range(256))

    assert request_of(event(base64.b64encode(sent).decode(), isBase64Encoded=flag)).body == sent


@pytest.mark.parametrize("flag", [False, None, "false", ..., 0, 1, []])
def test_anything_else_is_plain_text(flag: object, event: Event) -> None:
    assert request_of(event("YWJj", isBase64Encoded=flag)).body == b"YWJj"


def test_text_outside_ascii_is_utf_8(event: Event) -> None:
    assert request_of(event("通话 é")).body == "通话 é".encode()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"requestContext": ...}, ("POST", "/slack/events")),
        ({"requestContext": ..., "rawPath": "/a%20b"}, ("POST", "/a b")),
        ({"requestContext": ..., "rawPath": ..., "body": None}, ("GET", "/")),
        ({"requestContext": {"http": {"method": "put", "path": "/grafana"}}}, ("PUT", "/grafana")),
        ({"requestContext": {"http": {"method": 7, "path": ["/"]}}, "httpMethod": "PATCH"}, ("PATCH", "/slack/events")),
        ({"requestContext": "x", "rawPath": None}, ("POST", "/")),
    ],
)  # fmt: skip
def test_missing_parts_are_no_accident(
    changes: dict[str, object], expected: tuple[str, str], event: Event
) -> None:
    request = request_of(event(**changes))

    assert (request.method, request.path) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Slack-Signature": "v0=a"}, {"x-slack-signature": "v0=a"}),
        ({"X-A": ["1", "2"], "X-B": 3, "X-C": None, "X-D": {"a": 1}, "X-E": True},
         {"x-a": "1,2", "x-b": "3", "x-e": "true"}),
        ({"X-A": "1", "x-a": "2"}, {"x-a": "1,2"}),
        ({5: "1", None: "2", "X-A": "3"}, {"x-a": "3"}),
        (None, {}),
        ("X-A: 1", {}),
        ([["X-A", "1"]], {}),
    ],
)  # fmt: skip
def test_headers_answer_to_lower_case_names(headers: object, expected: dict[str, str], event: Event) -> None:
    assert request_of(event(headers=headers)).headers == expected


def test_query_parameters_keep_their_case(event: Event) -> None:
    assert request_of(event(queryParameters={"Channel": "C1", "token": ["a", "b"], "n": None})).query == {
        "Channel": "C1",
        "token": "a,b",
    }


@pytest.mark.parametrize("body", ["A", "YWJ", "é"])
def test_a_body_that_is_not_the_base64_it_claims_is_unreadable(body: str, event: Event) -> None:
    with pytest.raises(Unreadable):
        request_of(event(body, isBase64Encoded=True))


@pytest.mark.parametrize("body", [{}, [], 7, True])
def test_a_body_that_is_no_text_is_unreadable(body: object, event: Event) -> None:
    with pytest.raises(Unreadable):
        request_of(event(body))


@pytest.mark.parametrize("encoded", [True, False])
def test_of_a_body_above_the_limit_just_so_much_is_kept_that_it_shows(encoded: bool, event: Event) -> None:
    sent = b"x" * (MAX_BODY_BYTES * 3)
    body = base64.b64encode(sent).decode() if encoded else sent.decode()

    kept = request_of(event(body, isBase64Encoded=encoded)).body

    assert MAX_BODY_BYTES < len(kept) <= MAX_BODY_BYTES + 3


@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_of_the_limit_is_whole(encoded: bool, event: Event) -> None:
    sent = b"x" * MAX_BODY_BYTES

    assert request_of(event(base64.b64encode(sent).decode() if encoded else sent.decode(),
                            isBase64Encoded=encoded)).body == sent  # fmt: skip


def test_an_absurd_event_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge):
        http_event(b"{" + b"[" * MAX_EVENT_BYTES)


@pytest.mark.parametrize(
    "event",
    [b"", "", None, 7, [], b"null", b"[]", b'"headers"', ENVELOPE, ENVELOPE.decode(), json.loads(ENVELOPE), b"\xff\xfe",
     b"{" * 100_000, b'{"a":' * 100_000, b'{"n": ' + b"9" * 5000 + b"}", b"{", b'{"version": "v1"}', "\ud800"],
)  # fmt: skip
def test_what_has_no_http_wrapper_is_no_http_event(event: object) -> None:
    assert http_event(event) is None


@pytest.mark.parametrize("mark", ["requestContext", "rawPath", "headers", "httpMethod", "queryParameters"])
def test_an_envelope_inside_an_http_wrapper_stays_an_http_event(mark: str) -> None:
    assert http_event({**json.loads(ENVELOPE), mark: None}) is not None


@pytest.mark.parametrize(
    ("event", "expected"),
    [(ENVELOPE, ENVELOPE), (ENVELOPE.decode(), ENVELOPE), (bytearray(b"ab"), b"ab"), ({"a": 1}, b'{"a": 1}'),
     (None, b"null"), (object(), b""), ("\ud800", b"\xed\xa0\x80")],
)  # fmt: skip
def test_the_payload_is_what_was_posted(event: object, expected: bytes) -> None:
    assert payload_of(event) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


NAMES = ["body", "headers", "rawPath", "requestContext", "isBase64Encoded", "queryParameters"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_json_under_the_known_names_becomes_a_request_or_is_unreadable(event: dict[str, Any]) -> None:
    found = http_event(json.dumps(event))
    if found is None:
        assert not event.keys() - {"body"}
        return
    try:
        request = request_of(found)
    except Unreadable:
        assert event["body"] is not None
    else:
        assert all(name == name.lower() for name in request.headers)
        assert isinstance(request.body, bytes)


def test_a_response_has_four_keys() -> None:
    assert response_event(Response(200, "fine \ud800", {"X-A": "a"})) == {
        "statusCode": 200,
        "headers": {"X-A": "a"},
        "isBase64Encoded": False,
        "body": "fine ?",
    }


def test_headers_are_one_line_each() -> None:
    assert plain_headers({"X-A": "a\r\nX-B: é", "bad name": "x", "": "y", "X-\n": "z"}) == {
        "X-A": "a  X-B:  "
    }
