from io import BytesIO
from typing import Any

import pytest

from callevents.invocation import Request, Response
from callevents.runtime.http_trigger import MAX_BODY_BYTES, Unreadable
from callevents.runtime.wsgi import answer, request_of


def environ(body: bytes = b"text=job-1", **changes: Any) -> dict[str, Any]:
    values = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "QUERY_STRING": "channel=C1&channel=C2&empty=",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "HTTP_X_SLACK_SIGNATURE": "v0=…",
        "SLACK_BOT_TOKEN": "from the environment",
        "fc.context": object(),
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not ...}


def test_a_request_is_what_came_over_http_and_nothing_of_the_environment() -> None:
    assert request_of(environ()) == Request(
        method="POST",
        path="/slack/events",
        query={"channel": "C1,C2", "empty": ""},
        headers={
            "x-slack-signature": "v0=…",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": "10",
        },
        body=b"text=job-1",
    )


@pytest.mark.parametrize(
    ("announced", "expected"),
    [
        ("4", b"text"),
        ("", b""),
        ("x", b""),
        ("-5", b""),
        ("9" * 5000, b"text=job-1"),
        (..., b"text=job-1"),
        (None, b""),
    ],
)
def test_the_body_is_read_as_far_as_announced(announced: object, expected: bytes) -> None:
    assert request_of(environ(CONTENT_LENGTH=announced)).body == expected


def test_a_get_without_a_length_is_not_waited_for() -> None:
    assert request_of(environ(CONTENT_LENGTH=..., REQUEST_METHOD="GET")).body == b""


def test_of_a_body_above_the_limit_one_byte_more_is_read() -> None:
    assert len(request_of(environ(b"x" * (2 * MAX_BODY_BYTES))).body) == MAX_BODY_BYTES + 1


class Broken:
    """A body whose sender went away."""

    def read(self, size: int) -> bytes:
        raise ConnectionResetError(size)


def test_a_body_that_does_not_arrive_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        request_of({**environ(), "wsgi.input": Broken()})


def test_an_empty_environ_is_an_empty_request() -> None:
    assert request_of({}) == Request("GET", "/", {}, {}, b"")


@pytest.mark.parametrize(("path", "expected"), [("/\xc3\xa9", "/é"), ("/\xff", "/\xff"), ("/通", "/通")])
def test_a_path_is_text_whatever_the_server_made_of_it(path: str, expected: str) -> None:
    assert request_of(environ(PATH_INFO=path)).path == expected


def test_too_many_parameters_are_none() -> None:
    assert request_of(environ(QUERY_STRING="a=1&" * 5000)).query == {}


def test_an_answer_starts_the_response_and_is_bytes() -> None:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    body = answer(
        Response.json(401, '{"é": "\ud800"}'), lambda status, headers: started.append((status, headers))
    )

    assert body == ['{"é": "?"}'.encode()]
    assert started == [("401 Unauthorized", [("Content-Type", "application/json; charset=utf-8")])]
