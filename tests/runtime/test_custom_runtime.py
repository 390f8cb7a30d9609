"""The contract of a custom runtime, through its WSGI door."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from callevents.errors import CallEventsError
from callevents.invocation import Credentials, Invocation, Request, Response
from callevents.observability.json_formatter import request_id
from callevents.runtime.custom_runtime import CustomRuntime
from callevents.runtime.handler import FunctionHandler
from tests.runtime.conftest import RecordingApplication, TickingClock

OWN_KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.own",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "own-secret",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "own-token",
}
KEYS = {
    "x-fc-access-key-id": "STS.sent",
    "x-fc-access-key-secret": "sent-secret",
    "x-fc-security-token": "sent-token",
}
OWN = Credentials("STS.own", "own-secret", "own-token")
SENT = Credentials("STS.sent", "sent-secret", "sent-token")
PLACE = {
    "FC_ACCOUNT_ID": "1234567890123456",
    "FC_REGION": "cn-hongkong",
    "FC_FUNCTION_NAME": "callevents-slack",
}


def asked(
    runtime: CustomRuntime, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Call *runtime* as a server does; return status, headers and body."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    environ |= {f"HTTP_{n.upper().replace('-', '_')}": value for n, value in (headers or {}).items()}
    started: list[Any] = []
    parts = runtime(environ, lambda status, head: started.append((int(status[:3]), dict(head))))
    return started[0][0], started[0][1], b"".join(parts)


def function(application: Any, *, http_only: bool, environ: dict[str, str] | None = None) -> CustomRuntime:
    made = FunctionHandler(
        lambda settings: application,
        http_only=http_only,
        environ={**PLACE, **(environ or {})},
        clocks=TickingClock().clocks(),
    )
    return CustomRuntime(made)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/invoke"), ("POST", "/initialize"), ("GET", "/pre-stop"), ("POST", "/"), ("PUT", "/grafana")],
)
@pytest.mark.parametrize("control", ["/invoke", "/initialize", "/pre-stop", "/http-invoke", ""])
def test_with_a_trigger_everything_is_an_http_request(
    method: str, path: str, control: str, application: RecordingApplication
) -> None:
    runtime = function(application, http_only=True)

    status, _, _ = asked(runtime, method, path, b"x=1", {"x-fc-control-path": control})

    (request,) = application.requests
    assert (status, request.method, request.path, request.body) == (200, method, path, b"x=1")
    assert application.payloads == []
    assert application.warmed == 0


def test_an_event_is_the_body_of_an_invocation(application: RecordingApplication) -> None:
    runtime = function(application, http_only=False)

    status, headers, body = asked(
        runtime,
        "POST",
        "/invoke",
        b'{"version": 1}',
        {"x-fc-request-id": "1-a", "x-fc-control-path": "/invoke"},
    )

    assert (status, headers["x-fc-status"], body) == (200, "200", b"")
    assert application.payloads == [b'{"version": 1}']
    assert application.invocations[0].request_id == "1-a"
    assert not application.invocations[0].wsgi


@pytest.mark.parametrize(
    ("error", "code"),
    [(CallEventsError(), "internal"), (ValueError("a secret"), "internal"), (SystemExit(), "internal")],
)
def test_a_failed_event_is_answered_with_a_code_alone(
    error: BaseException, code: str, application: RecordingApplication
) -> None:
    application.outcome = error

    status, headers, body = asked(function(application, http_only=False), "POST", "/invoke", b"{}")

    assert (status, headers["x-fc-status"]) == (404, "404")
    assert json.loads(body) == {"errorMessage": code, "errorType": "InvocationFailed"}


@pytest.mark.parametrize(
    ("method", "path", "control"),
    [
        ("POST", "/invoke", "/http-invoke"),
        ("GET", "/invoke", ""),
        ("POST", "/", ""),
        ("POST", "/invoke/", ""),
    ],
)
def test_without_a_trigger_what_is_no_invocation_is_an_http_request(
    method: str, path: str, control: str, application: RecordingApplication
) -> None:
    asked(function(application, http_only=False), method, path, b"{}", {"x-fc-control-path": control})

    assert len(application.requests) == 1
    assert application.payloads == []


def test_an_http_event_inside_an_invocation_is_no_envelope(application: RecordingApplication) -> None:
    event = json.dumps({"version": "v1", "rawPath": "/", "headers": {}, "body": "{}"}).encode()

    asked(function(application, http_only=False), "POST", "/invoke", event)

    assert len(application.requests) == 1
    assert application.payloads == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/initialize"), ("GET", "/pre-stop")])
def test_the_hooks_of_a_function_without_a_trigger_do_nothing(
    method: str, path: str, application: RecordingApplication
) -> None:
    status, _, body = asked(function(application, http_only=False), method, path)

    assert (status, body) == (200, b"")
    assert not application.requests
    assert not application.warmed


@pytest.mark.parametrize(
    ("http_only", "environ", "sent", "expected"),
    [
        (True, OWN_KEYS, KEYS, OWN),
        (True, {}, KEYS, SENT),
        (True, OWN_KEYS, {}, OWN),
        (True, {}, {}, None),
        (True, {}, {**KEYS, "x-fc-access-key-id": "STS.sent, STS.strange"}, None),
        (True, OWN_KEYS | {"ALIBABA_CLOUD_SECURITY_TOKEN": ""}, KEYS, Credentials("STS.own", "own-secret")),
        (False, OWN_KEYS, KEYS, SENT),
        (False, OWN_KEYS, {}, OWN),
        (False, OWN_KEYS, {"x-fc-access-key-id": "STS.sent"}, OWN),
        (False, OWN_KEYS, {**KEYS, "x-fc-security-token": ""}, Credentials("STS.sent", "sent-secret")),
    ],
)
def test_the_headers_bring_keys_only_where_nobody_else_can_have_sent_them(
    http_only: bool,
    environ: dict[str, str],
    sent: dict[str, str],
    expected: Credentials | None,
    application: RecordingApplication,
) -> None:
    path = "/" if http_only else "/invoke"
    asked(function(application, http_only=http_only, environ=environ), "POST", path, b"{}", sent)

    assert application.invocations[0].credentials == expected


def test_a_strangers_headers_say_nothing_of_where_the_function_is(application: RecordingApplication) -> None:
    sent = {
        "x-fc-account-id": "666",
        "x-fc-region": "elsewhere",
        "x-fc-qualifier": "old",
        "x-fc-function-name": "f",
    }

    asked(function(application, http_only=True), "POST", "/", b"{}", {**sent, "x-slack-signature": "v0=a"})

    (invocation,) = application.invocations
    known = (invocation.account_id, invocation.region, invocation.function, invocation.qualifier)
    assert known == ("1234567890123456", "cn-hongkong", "callevents-slack", "")
    assert application.requests[0].headers == {"x-slack-signature": "v0=a", "content-length": "2"}


@pytest.mark.parametrize("sent", ['"}\n{"level":"x', "a b", "1-a\x85", "x" * 5000, "\u202e"])
def test_a_request_id_is_printed_only_where_it_is_one(sent: str, application: RecordingApplication) -> None:
    asked(function(application, http_only=True), "POST", "/", b"", {"x-fc-request-id": sent})

    assert application.invocations[0].request_id == ""


class Meeting:
    """An application in which all requests are under way before one of them is answered."""

    def __init__(self, together: int) -> None:
        self.barrier = threading.Barrier(together, timeout=20)

    def http(self, request: Request, invocation: Invocation) -> Response:
        self.barrier.wait()
        key = invocation.credentials.access_key_id if invocation.credentials else ""
        seen = [request.body.decode(), invocation.request_id, request_id.get(), key]
        self.barrier.wait()
        return Response.json(200, json.dumps(seen))

    def event(self, payload: bytes, invocation: Invocation) -> None: ...

    def warm(self) -> None: ...


def test_requests_that_overlap_keep_their_own_body_id_and_key() -> None:
    runtime = function(Meeting(20), http_only=True)

    def ask(number: int) -> list[str]:
        headers = {**KEYS, "x-fc-request-id": f"1-{number}", "x-fc-access-key-id": f"STS.{number}"}
        seen: list[str] = json.loads(asked(runtime, "POST", "/", f"{number}".encode(), headers)[2])
        return seen

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, range(60)))

    assert answers == [[f"{n}", f"1-{n}", f"1-{n}", f"STS.{n}"] for n in range(60)]
