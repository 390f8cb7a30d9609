"""The hand-over to the worker on FC 3.0 and FC 2.0."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import httpx
import pytest
from alibabacloud_fc20230330.client import Client as OfficialClient
from alibabacloud_fc20230330.models import InvokeFunctionHeaders, InvokeFunctionRequest
from alibabacloud_tea_openapi.models import Config
from darabonba.runtime import RuntimeOptions

from callevents.alibabacloud.fc.fc_async import MAX_PAYLOAD_BYTES, FcWorkerQueue, worker_queue
from callevents.alibabacloud.outbound import Outbound
from callevents.errors import HandOverFailed
from callevents.invocation import Credentials, Invocation
from callevents.observability.request_log import RequestLog
from tests.alibabacloud.wire import answer, well_signed

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import Answer, ScriptedServer, Seen

TASK = "t_5f2c0d"
PAYLOAD = '{"kind":"command","note":"中"}'.encode()
QueueOf: TypeAlias = Callable[[Invocation], FcWorkerQueue]
ACCEPTED = b"202 Accepted"


@pytest.fixture
def invocation(time: "FakeClock", credentials: Credentials) -> Invocation:
    return Invocation(
        request_id="1-2",
        arrived_at=time.now,
        started_at=time.now,
        clocks=time.clocks,
        request_log=RequestLog(),
        credentials=credentials,
        account_id="1234567890123456",
        region="cn-hongkong",
        service="callevents",
        function="slack",
        qualifier="LATEST",
    )


@pytest.fixture
def queue_of(outbound: Outbound, server: "ScriptedServer") -> QueueOf:
    return lambda invocation: worker_queue(outbound, "callevents-worker", server.url, invocation)


@pytest.fixture(params=[False, True], ids=["FC 3", "FC 2"])
def either(request: pytest.FixtureRequest, invocation: Invocation) -> Invocation:
    return invocation._replace(wsgi=request.param)


def test_fc3_is_asked_to_run_the_worker_later(
    *, queue_of: QueueOf, invocation: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(b"", b"x-fc-request-id: 1-2", status=ACCEPTED)]

    assert queue_of(invocation).hand_over(PAYLOAD, TASK, time.deadline(1)) is True

    seen = server.seen[0]
    assert (seen.method, seen.target) == ("POST", "/2023-03-30/functions/callevents-worker/invocations")
    assert seen.body == PAYLOAD
    assert well_signed(seen, "the-secret-key")
    names = ("content-type", "x-fc-invocation-type", "x-fc-async-task-id", "x-acs-action", "x-acs-version")
    assert [seen.header(name) for name in names] == [
        "application/octet-stream", "Async", TASK, "InvokeFunction", "2023-03-30",
    ]  # fmt: skip


@pytest.mark.parametrize("qualifier", ["prod", "12"])
def test_fc3_is_asked_for_the_alias_that_got_the_request(
    *, queue_of: QueueOf, invocation: Invocation, server: "ScriptedServer", time: "FakeClock", qualifier: str
) -> None:
    server.script = [answer(b"", status=ACCEPTED)]
    queue_of(invocation._replace(qualifier=qualifier)).hand_over(PAYLOAD, TASK, time.deadline(1))
    assert server.seen[0].target.endswith(f"/invocations?qualifier={qualifier}")
    assert well_signed(server.seen[0], "the-secret-key")


@pytest.mark.parametrize(("delay", "header"), [(0, None), (60, "60"), (9999, "3600")])
def test_a_job_may_wait_in_the_queue(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    delay: int,
    header: str | None,
) -> None:
    server.script = [answer(b"", status=ACCEPTED)]
    assert queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1), delay=delay) is True

    (seen,) = server.seen
    headers = {name.lower(): value for name, value in seen.headers}
    assert headers.get("x-fc-async-delay") == header
    if either.wsgi:
        assert headers["authorization"] == f"FC STS.test:{fc2_signature(seen)}"
    else:
        assert well_signed(seen, "the-secret-key")


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")  # the SDK's own
def test_the_official_sdk_asks_for_the_same(
    *, queue_of: QueueOf, invocation: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(b"", b"Content-Type: application/json", b"Connection: close", status=ACCEPTED)]
    queue_of(invocation._replace(qualifier="prod")).hand_over(PAYLOAD, TASK, time.deadline(1))
    official = OfficialClient(
        Config(
            access_key_id="STS.test",
            access_key_secret="the-secret-key",
            security_token="the+security/token==",
            endpoint=f"127.0.0.1:{server.port}",
            protocol="HTTP",
        )
    )
    official.invoke_function_with_options(
        "callevents-worker",
        InvokeFunctionRequest(body=PAYLOAD, qualifier="prod"),
        InvokeFunctionHeaders(x_fc_async_task_id=TASK, x_fc_invocation_type="Async"),
        RuntimeOptions(),
    )
    ours, theirs = server.seen
    assert well_signed(theirs, "the-secret-key")
    assert (ours.method, ours.target, ours.body) == (theirs.method, theirs.target, theirs.body)
    for name in (
        "content-type", "x-fc-invocation-type", "x-fc-async-task-id", "x-acs-action", "x-acs-version",
        "x-acs-accesskey-id", "x-acs-security-token", "x-acs-content-sha256",
    ):  # fmt: skip
        assert ours.header(name) == theirs.header(name)


def fc2_signature(seen: "Seen") -> str:
    """Sign *seen* as FC 2.0's documentation says: https://help.aliyun.com/document_detail/52877.html ."""
    extra = sorted((name.lower(), value) for name, value in seen.headers if name.lower().startswith("x-fc-"))
    lines = [seen.method, "", seen.header("content-type"), seen.header("date")]
    text = "\n".join([*lines, *(f"{name}:{value}" for name, value in extra), seen.target])
    return base64.b64encode(hmac.new(b"the-secret-key", text.encode(), hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    ("qualifier", "service"), [("LATEST", "callevents"), ("", "callevents"), ("prod", "callevents.prod")]
)
def test_fc2_is_asked_through_its_own_client(
    *,
    queue_of: QueueOf,
    invocation: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    qualifier: str,
    service: str,
) -> None:
    server.script = [answer(b"", status=ACCEPTED)]
    queue = queue_of(invocation._replace(wsgi=True, qualifier=qualifier))

    assert queue.hand_over(PAYLOAD, TASK, time.deadline(1)) is True

    seen = server.seen[0]
    assert (seen.method, seen.body) == ("POST", PAYLOAD)
    assert seen.target == f"/2016-08-15/services/{service}/functions/callevents-worker/invocations"
    assert seen.header("authorization") == f"FC STS.test:{fc2_signature(seen)}"
    names = ("host", "x-fc-invocation-type", "x-fc-stateful-async-invocation-id", "x-fc-security-token")
    assert [seen.header(name) for name in names] == [
        f"127.0.0.1:{server.port}", "Async", TASK, "the+security/token==",
    ]  # fmt: skip


def test_a_task_id_that_another_request_queued(
    queue_of: QueueOf, either: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer({"ErrorCode": "StatefulAsyncInvocationAlreadyExists"}, status=b"409 Conflict")]
    assert queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1)) is False
    assert len(server.seen) == 1


BUSY = b"503 Service Unavailable"


@pytest.mark.parametrize(
    ("first", "newly"),
    [("reset", True), ("close", True), (BUSY, True), (b"500 Internal", True), (b"429 Too Many", False)],
)
def test_a_second_attempt_that_finds_the_task_queued(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    first: bytes | str,
    newly: bool,
) -> None:
    def dies(turn: object) -> None:
        getattr(turn, str(first))()

    server.script = [
        answer(b"no JSON", status=first) if isinstance(first, bytes) else dies,
        answer({}, status=b"409 Conflict"),
    ]
    assert queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1)) is newly
    assert len(server.seen) == 2


def test_an_idle_connection_that_died_is_no_attempt(
    queue_of: QueueOf, either: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    busy = answer(b"", status=BUSY)
    server.script = [
        answer(b"", status=ACCEPTED),
        lambda turn: turn.reset(),
        busy,
        answer(b"", status=ACCEPTED),
    ]
    queue = queue_of(either)
    assert queue.hand_over(PAYLOAD, TASK, time.deadline(1)) is True
    assert queue.hand_over(PAYLOAD, "t_other", time.deadline(1)) is True
    assert [seen.connection for seen in server.seen] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("body", "status", "reason", "attempts"),
    [
        (
            {"ErrorCode": "AccessDenied", "ErrorMessage": "secret"},
            b"403 Forbidden",
            "HTTP 403 AccessDenied",
            1,
        ),
        ({"Code": "EntityTooLarge"}, b"400 Bad", "HTTP 400 EntityTooLarge", 1),
        ({"errorCode": "no\ncode"}, b"404 Not Found", "HTTP 404", 1),
        (b"<html>", b"404 Not Found", "HTTP 404", 1),
        (b"[" * 100_000, b"404 Not Found", "HTTP 404", 1),
        (b'"ran at once"', b"200 OK", "HTTP 200", 1),
        (b"", b"302 Found", "HTTP 302", 1),
        ({"Code": "ResourceExhausted"}, b"429 Too Many", "HTTP 429 ResourceExhausted", 2),
        (b"<html>", b"502 Bad Gateway", "HTTP 502", 2),
        (b"", BUSY, "HTTP 503", 2),
    ],
)
def test_any_other_answer_is_a_failure(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    caplog: pytest.LogCaptureFixture,
    body: object,
    status: bytes,
    reason: str,
    attempts: int,
) -> None:
    server.script = [answer(body, b"x-fc-request-id: 1-abc", b"x-fc-error-type: X", status=status)]
    with caplog.at_level(logging.DEBUG), pytest.raises(HandOverFailed) as caught:
        queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1))
    assert (caught.value.reason, caught.value.request_id) == (reason, "1-abc")
    assert len(server.seen) == attempts
    assert len({seen.header("x-acs-signature-nonce") for seen in server.seen}) == (
        1 if either.wsgi else attempts
    )
    for secret in ("the+security/token", "the-secret-key", "Signature=", "FC STS", "command"):
        assert secret not in caplog.text


def test_nothing_is_logged_when_all_goes_well_either(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.script = [answer(b"", status=ACCEPTED)]
    with caplog.at_level(logging.DEBUG):
        queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1))
        logging.error("said by somebody else")  # noqa: LOG015 - the root logger must still speak
    assert "token" not in caplog.text
    assert "said by somebody else" in caplog.text


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([lambda turn: turn.reset()], "ReadError"),
        ([lambda turn: turn.send(b"garbage\r\n\r\n")], "RemoteProtocolError"),
    ],
)
def test_a_connection_that_fails(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    script: list["Answer"],
    reason: str,
) -> None:
    server.script = script
    with pytest.raises(HandOverFailed) as caught:
        queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1))
    assert caught.value.reason == reason


def test_a_silent_platform_is_given_up_at_the_deadline(
    queue_of: QueueOf, either: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    def later(turn: object) -> None:
        time.now += 5
        turn.drip(b"HTTP/1.1 202 Accepted\r\n" * 100)  # type: ignore[attr-defined]  # a Turn

    server.script = [later]
    with pytest.raises(HandOverFailed, match="ReadTimeout"):
        queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1))
    assert len(server.seen) == 1


def test_nobody_listens(
    queue_of: QueueOf, either: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.stop()
    with pytest.raises(HandOverFailed, match="ConnectError"):
        queue_of(either).hand_over(PAYLOAD, TASK, time.deadline(1))
    assert len(time.slept) == 1


@pytest.mark.parametrize(
    ("payload", "task", "seconds"),
    [
        (bytes(MAX_PAYLOAD_BYTES + 1), TASK, 1),
        (PAYLOAD, "1-starts-with-a-digit", 1),
        (PAYLOAD, "", 1),
        (PAYLOAD, "t_" + "x" * 127, 1),
        (PAYLOAD, "t_\r\nX-Injected: yes", 1),
        (PAYLOAD, TASK, 0),
    ],
)
def test_what_is_not_even_sent(
    *,
    queue_of: QueueOf,
    either: Invocation,
    server: "ScriptedServer",
    time: "FakeClock",
    payload: bytes,
    task: str,
    seconds: float,
) -> None:
    with pytest.raises(HandOverFailed):
        queue_of(either).hand_over(payload, task, time.deadline(seconds))
    assert server.seen == []


def test_the_largest_payload_travels(
    queue_of: QueueOf, either: Invocation, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(b"", status=ACCEPTED)]
    payload = json.dumps("x" * (MAX_PAYLOAD_BYTES - 2)).encode()
    assert queue_of(either).hand_over(payload, TASK, time.deadline(1)) is True
    assert server.seen[0].body == payload


@pytest.mark.parametrize(
    "missing",
    [
        {"credentials": None},
        {"credentials": None, "wsgi": True},
        {"account_id": ""},
        {"account_id": "evil.example/#"},
        {"region": ""},
        {"region": "cn-hongkong.evil.example"},
        {"service": "", "wsgi": True},
    ],
)
def test_what_a_hand_over_needs(
    outbound: Outbound, invocation: Invocation, missing: dict[str, object]
) -> None:
    incomplete = invocation._replace(**missing)  # type: ignore[arg-type]  # of any field
    with pytest.raises(HandOverFailed):
        worker_queue(outbound, "worker", "", incomplete)


def test_a_worker_must_be_named(outbound: Outbound, invocation: Invocation) -> None:
    with pytest.raises(HandOverFailed):
        worker_queue(outbound, "", "", invocation)


def test_without_an_endpoint_it_is_that_of_account_and_region(
    invocation: Invocation, time: "FakeClock"
) -> None:
    asked: list[httpx.Request] = []

    def platform(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202)

    with httpx.Client(transport=httpx.MockTransport(platform)) as client:
        for wsgi in (False, True):
            queue = worker_queue(Outbound(client, time.clocks), "w", "", invocation._replace(wsgi=wsgi))
            queue.hand_over(PAYLOAD, TASK, time.deadline(1))
    host = "1234567890123456.cn-hongkong.fc.aliyuncs.com"
    assert [(request.url.scheme, request.url.host, request.headers["host"]) for request in asked] == [
        ("https", host, host),
        ("https", host, host),
    ]
