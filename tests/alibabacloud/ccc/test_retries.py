"""What is asked again of the contact center, with what, and what ends it."""

from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.alibabacloud.outbound import Outbound
from callevents.errors import (
    CallEventsError,
    CccRefused,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
)
from callevents.invocation import Credentials
from callevents.transport.client import CertificateError, open_client
from tests.alibabacloud.ccc.test_contact_center import JOB, OK, RECORD, gateway
from tests.alibabacloud.wire import answer, well_signed

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import Answer, Exchange, ScriptedServer


def test_a_retry_is_signed_anew_and_waits_a_little_longer_each_time(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [
        answer(b"<html>", status=b"502 Bad Gateway"),
        lambda turn: turn.reset(),
        answer({**OK, "Data": [RECORD]}),
    ]
    assert len(center.notification_records("ccc-test", [JOB], time.deadline(5))) == 1
    assert [seen.header("x-acs-signature-nonce") for seen in server.seen] == ["nonce-1", "nonce-2", "nonce-3"]
    assert all(well_signed(seen, "the-secret-key") for seen in server.seen)


def test_the_date_is_that_of_the_attempt(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(gateway("Throttling"), b"x-acs-retry-after: 2000", status=b"400 B"), answer(OK)]
    center.notification_records("ccc-test", [JOB], time.deadline(5))
    assert [seen.header("x-acs-date") for seen in server.seen] == [
        "2026-03-04T10:30:00Z",
        "2026-03-04T10:30:02Z",
    ]


@pytest.mark.parametrize(
    ("header", "seconds", "sleeps"),
    [
        (b"x-acs-retry-after: 1200", 5, [1.26, 1.26]),
        (b"x-acs-retry-after: 1200", 2, [1.26]),  # then there is no time for another wait
        (b"x-acs-retry-after: 1200", 1.2, []),
        (b"x-acs-retry-after: 999999999", 10**9, []),
        (b"x-acs-retry-after: " + b"9" * 5000, 10**9, []),
        (b"x-acs-retry-after: 00000001200", 2, [1.26]),
        (b"x-acs-retry-after: 0", 5, [0.3, 0.6]),
        (b"x-acs-retry-after: soon", 5, [0.3, 0.6]),
        (b"x-acs-retry-after: -5", 5, [0.3, 0.6]),
        (b"x: y", 5, [0.3, 0.6]),
        (b"x: y", 0.31, [0.3]),
        (b"x: y", 0.3, []),
    ],
)
def test_throttled(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    header: bytes,
    seconds: float,
    sleeps: list[float],
) -> None:
    server.script = [answer(gateway("Throttling.User"), header, status=b"400 Bad Request")]
    deadline = time.deadline(seconds)
    with pytest.raises(CccThrottled) as caught:
        center.notification_records("ccc-test", [JOB], deadline)
    assert time.slept == pytest.approx(sleeps)
    assert deadline.remaining() > 0
    assert len(server.seen) == len(sleeps) + 1
    asked = header.rpartition(b" ")[2]
    wanted = int(asked[:20]) / 1000 if asked.isdigit() else 0
    assert caught.value.retry_after == (min(wanted, 10**6) or None)


def test_newer_credentials_are_tried_once_when_a_token_has_expired(
    *, outbound: Outbound, server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    asked = []

    def renew() -> Credentials:
        asked.append(1)
        return Credentials("STS.newer", "newer-secret", "newer-token")

    expired = answer(gateway("InvalidSecurityToken.Expired"), status=b"403 Forbidden")
    server.script = [expired, answer(OK), expired]
    center = ContactCenter(outbound, server.url, credentials, renew)

    assert center.notification_records("ccc-test", [JOB], time.deadline(3)) == []
    assert well_signed(server.seen[1], "newer-secret")
    assert server.seen[1].header("x-acs-security-token") == "newer-token"

    with pytest.raises(CccRefused):
        center.notification_records("ccc-test", [JOB], time.deadline(3))
    assert asked == [1]


@pytest.mark.parametrize("newer", [None, Credentials("STS.test", "the-secret-key", "the+security/token==")])
def test_the_same_credentials_are_not_tried_again(
    *,
    outbound: Outbound,
    server: "ScriptedServer",
    time: "FakeClock",
    credentials: Credentials,
    newer: Credentials | None,
) -> None:
    server.script = [answer(gateway("InvalidSecurityToken.Expired"), status=b"403 Forbidden")]
    with pytest.raises(CccRefused):
        ContactCenter(outbound, server.url, credentials, lambda: newer).notification_records(
            "ccc-test", [JOB], time.deadline(3)
        )
    assert len(server.seen) == 1


@pytest.mark.parametrize("death", [lambda turn: turn.close(), lambda turn: turn.reset()])
def test_a_kept_connection_that_died_costs_neither_an_attempt_nor_a_wait(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock", death: "Answer"
) -> None:
    unavailable = answer(gateway("ServiceUnavailable"), status=b"503 S")
    server.script = [answer(OK), death, unavailable, unavailable, answer(OK)]
    center.notification_records("ccc-test", [JOB], time.deadline(5))
    assert center.notification_records("ccc-test", [JOB], time.deadline(5)) == []
    assert [seen.connection for seen in server.seen] == [1, 1, 2, 2, 2]
    assert len({seen.header("x-acs-signature-nonce") for seen in server.seen}) == 5
    assert len(time.slept) == 2


@pytest.mark.parametrize(
    ("script", "error", "attempts"),
    [
        ([lambda turn: turn.close()], CccUnavailable, 3),
        ([lambda turn: turn.reset()], CccUnavailable, 3),
        (
            [lambda turn: (turn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), turn.close())],
            CccUnavailable,
            3,
        ),
        ([lambda turn: turn.send(b"no HTTP\r\n\r\n")], CccUnreadable, 1),
        (
            [
                lambda turn: turn.send(
                    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
                )
            ],
            CccUnreadable,
            1,
        ),
    ],
)
def test_a_connection_that_fails(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    script: list["Answer"],
    error: type[CallEventsError],
    attempts: int,
) -> None:
    server.script = script
    with pytest.raises(error):
        center.notification_records("ccc-test", [JOB], time.deadline(30))
    assert len(server.seen) == attempts


def test_a_certificate_that_is_not_valid_is_not_tried_again(
    server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    def impostor(request: httpx.Request) -> httpx.Response:
        raise CertificateError("not theirs", request=request)

    with httpx.Client(transport=httpx.MockTransport(impostor)) as client:
        center = ContactCenter(Outbound(client, time.clocks), server.url, credentials)
        with pytest.raises(CccUnavailable, match="certificate"):
            center.notification_records("ccc-test", [JOB], time.deadline(5))
    assert time.slept == []


def test_nobody_listens(
    outbound: Outbound, server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    server.stop()
    with pytest.raises(CccUnavailable):
        ContactCenter(outbound, server.url, credentials).notification_records("i", [JOB], time.deadline(5))
    assert len(time.slept) == 2


def test_a_kept_connection_that_fell_silent_leaves_time_for_a_new_one(
    server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    server.script = [answer(OK), lambda turn: turn.say_nothing(), answer({**OK, "Data": [RECORD]})]
    with open_client(clock=lambda: time.now) as client:
        center = ContactCenter(Outbound(client, time.clocks), server.url, credentials)
        center.notification_records("ccc-test", [JOB], time.deadline(3))
        time.now += 20  # the instance was frozen
        assert len(center.notification_records("ccc-test", [JOB], time.deadline(1))) == 1
    assert [seen.connection for seen in server.seen] == [1, 1, 2]
    assert time.slept == []


def test_a_silent_service_is_given_up_at_the_deadline(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    def later(turn: "Exchange") -> None:
        time.now += 5  # while the answer is on its way
        turn.drip(b"HTTP/1.1 200 OK\r\n" * 100)

    server.script = [later]
    with pytest.raises(CccTimedOut):
        center.notification_records("ccc-test", [JOB], time.deadline(3))
    assert len(server.seen) == 1


def test_no_attempt_begins_after_the_deadline(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    with pytest.raises(CccTimedOut):
        center.notification_records("ccc-test", [JOB], time.deadline(0))
    assert server.connections == 0
