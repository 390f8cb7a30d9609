"""The records of calls: batches, shapes, and which error each refusal is."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.ccc.contact_center import ContactCenter, ccc_error, read_records
from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc_response import RpcResponse, error_for, read_response
from callevents.calls.model import NotificationRecord
from callevents.errors import (
    CallEventsError,
    CccActionRefused,
    CccError,
    CccInstanceUnknown,
    CccRefused,
    CccRejected,
    CccThrottled,
    CccUnavailable,
    CccUnreadable,
    CccWrongClock,
    CredentialsMissing,
)
from callevents.invocation import Credentials
from tests.alibabacloud.wire import answer, canonical_text, well_signed
from tests.examples import examples

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import Answer, Exchange, ScriptedServer, Seen


JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
RECORD = {"InstanceId": "ccc-test", "NotificationKey": JOB, "NotificationType": "Dialing", "Content": "{}"}
OK = {
    "Code": "OK",
    "HttpStatusCode": 200,
    "Message": "",
    "RequestId": "0630E5DF-CEB0",
    "Params": [],
    "Data": [],
}


def gateway(code: str, message: str = "Specified whatever.") -> dict[str, object]:
    return {"RequestId": "B1-2", "HostId": "ccc.cn-shanghai.aliyuncs.com", "Code": code, "Message": message,
            "Recommend": "https://api.aliyun.com/troubleshoot"}  # fmt: skip


def business(code: str, status: int, *params: object) -> dict[str, object]:
    return {"Code": code, "HttpStatusCode": status, "Message": "%s", "RequestId": "C1-2", "Params": params}


def asked_keys(seen: "Seen") -> list[str]:
    return list(json.loads(httpx.URL("http://x" + seen.target).params["NotificationKeys"]))


def test_the_request_is_one_that_the_service_accepts(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer({**OK, "Data": [RECORD]})]

    records = center.notification_records("ccc-test", [JOB, "job 中 *~!'()+/=&%"], time.deadline(3))

    assert records == [NotificationRecord("ccc-test", JOB, "Dialing", "{}")]
    assert center.request_id == "0630E5DF-CEB0"
    seen = server.seen[0]
    assert (seen.method, seen.body) == ("POST", b"")
    assert seen.target.startswith("/?InstanceId=ccc-test&NotificationKeys=%5B%22job-468a63a2-")
    assert asked_keys(seen) == [JOB, "job 中 *~!'()+/=&%"]
    assert well_signed(seen, "the-secret-key")
    assert {name: seen.header(name) for name in ("host", "x-acs-action", "x-acs-version", "x-acs-date",
            "x-acs-signature-nonce", "x-acs-security-token", "content-length")} == {
        "host": f"127.0.0.1:{server.port}",
        "x-acs-action": "ListNotificationRecords",
        "x-acs-version": "2020-07-01",
        "x-acs-date": "2026-03-04T10:30:00Z",
        "x-acs-signature-nonce": "nonce-1",
        "x-acs-security-token": "the+security/token==",
        "content-length": "0",
    }  # fmt: skip


@examples(60)
@given(
    instance=st.text(max_size=20),
    keys=st.lists(st.text(max_size=20), min_size=1, max_size=3, unique=True),
    key=st.from_regex(r"[!-~]{1,20}", fullmatch=True).filter(lambda text: "," not in text),
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    token=st.none() | st.from_regex(r"[!-~]{1,60}", fullmatch=True),
)
def test_any_ids_and_keys_are_sent_as_they_are_signed(
    *,
    outbound: Outbound,
    server: "ScriptedServer",
    time: "FakeClock",
    instance: str,
    keys: list[str],
    key: str,
    secret: str,
    token: str | None,
) -> None:
    server.script = [answer(OK)]
    center = ContactCenter(outbound, server.url, Credentials(key, secret, token))
    assert center.notification_records(instance, keys, time.deadline(3)) == []
    assert well_signed(server.seen[-1], secret)
    assert asked_keys(server.seen[-1]) == keys


def test_no_ids_no_call(center: ContactCenter, server: "ScriptedServer", time: "FakeClock") -> None:
    assert center.notification_records("ccc-test", [], time.deadline(3)) == []
    assert server.connections == 0


def test_no_credentials_no_call(outbound: Outbound, server: "ScriptedServer", time: "FakeClock") -> None:
    with pytest.raises(CredentialsMissing):
        ContactCenter(outbound, server.url, None).notification_records("i", [JOB], time.deadline(3))
    assert server.connections == 0


def limited(limit: int, params: Callable[[int], Sequence[object] | None]) -> "Answer":
    """Refuse more than *limit* keys, else give one record for each."""

    def answer_turn(turn: "Exchange") -> None:
        keys = asked_keys(turn.seen)
        if len(keys) > limit:
            refusal = {**business("Parameter.Maximum", 400), "Params": params(limit)}
            answer(refusal, status=b"400 Bad Request")(turn)
        else:
            answer({**OK, "Data": [{**RECORD, "NotificationKey": key} for key in keys]})(turn)

    return answer_turn


@pytest.mark.parametrize(
    ("limit", "params", "sizes"),
    [
        (100, lambda limit: ["NotificationKeys", str(limit)], [10, 10, 3]),
        (7, lambda limit: ["NotificationKeys", str(limit)], [10, 7, 7, 7, 2]),
        (1, lambda limit: ["NotificationKeys", str(limit)], [10] + [1] * 23),
        (4, lambda _: None, [10, 5, 2] + [2] * 10 + [1]),
        (4, lambda _: [], [10, 5, 2] + [2] * 10 + [1]),
        (4, lambda _: ["NotificationKeys", "four"], [10, 5, 2] + [2] * 10 + [1]),
        (4, lambda _: ["NotificationKeys", "0"], [10, 5, 2] + [2] * 10 + [1]),
        (4, lambda _: ["NotificationKeys", "9" * 5000], [10, 5, 2] + [2] * 10 + [1]),
        (4, lambda _: ["NotificationKeys", 4], [10] + [4] * 5 + [3]),
        (4, lambda _: ["NotificationKeys", {"limit": 4}], [10, 5, 2] + [2] * 10 + [1]),
    ],
)
def test_as_many_ids_a_call_as_the_service_allows(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    limit: int,
    params: Callable[[int], Sequence[object] | None],
    sizes: list[int],
) -> None:
    keys = [f"job-{number:04}" for number in range(23)]
    server.script = [limited(limit, params)]

    records = center.notification_records("ccc-test", [*keys, *keys], time.deadline(3))

    assert [record.notification_key for record in records] == keys
    assert [len(asked_keys(seen)) for seen in server.seen] == sizes


@pytest.mark.parametrize(("keys", "params"), [(1, ["NotificationKeys", "0"]), (5, ["InstanceId", "3"])])
def test_a_limit_that_fewer_ids_do_not_meet(
    *, center: ContactCenter, server: "ScriptedServer", time: "FakeClock", keys: int, params: list[str]
) -> None:
    server.script = [answer(business("Parameter.Maximum", 400, *params), status=b"400 Bad Request")]
    with pytest.raises(CccRejected):
        center.notification_records("i", [f"job-{number}" for number in range(keys)], time.deadline(3))
    assert len(server.seen) == 1


FAILURES: list[tuple[dict[str, object], bytes, type[CallEventsError], str, int]] = [
    (gateway("InvalidAccessKeyId.NotFound"), b"404 N", CccRefused, "InvalidAccessKeyId.NotFound", 1),
    (gateway("InvalidAccessKeyId.Inactive"), b"400 B", CccRefused, "InvalidAccessKeyId.Inactive", 1),
    (gateway("MissingAccessKeyId"), b"400 B", CccRefused, "MissingAccessKeyId", 1),
    (gateway("SignatureDoesNotMatch"), b"400 B", CccRefused, "SignatureDoesNotMatch", 1),
    (gateway("IncompleteSignature"), b"400 B", CccRefused, "IncompleteSignature", 1),
    (gateway("InvalidTimeStamp.Expired"), b"400 B", CccWrongClock, "InvalidTimeStamp.Expired", 1),
    (gateway("SignatureNonceUsed"), b"400 B", CccRefused, "SignatureNonceUsed", 1),
    (gateway("MissingSecurityToken"), b"400 B", CccRefused, "MissingSecurityToken", 1),
    (gateway("InvalidSecurityToken.Expired"), b"400 B", CccRefused, "InvalidSecurityToken.Expired", 1),
    (gateway("InvalidSecurityToken.Malformed"), b"403 F", CccRefused, "InvalidSecurityToken.Malformed", 1),
    (gateway("Forbidden.RAM"), b"403 F", CccActionRefused, "Forbidden.RAM", 1),
    (gateway("NoPermission"), b"403 F", CccActionRefused, "NoPermission", 1),
    (business("Permission.Instance", 403, "x"), b"403 F", CccActionRefused, "Permission.Instance", 1),
    (gateway("SomethingNew"), b"403 F", CccRefused, "SomethingNew", 1),
    (business("NotExists.InstanceId", 404, "x"), b"404 N", CccInstanceUnknown, "NotExists.InstanceId", 1),
    (business("NotExists.InstanceId", 404, "x"), b"200 OK", CccInstanceUnknown, "NotExists.InstanceId", 1),
    (business("Parameter.Null", 400, "x"), b"400 B", CccRejected, "Parameter.Null", 1),
    (business("Parameter.Null", 400, "x"), b"200 OK", CccRejected, "Parameter.Null", 1),
    (gateway("InvalidAction.NotFound"), b"404 N", CccRejected, "InvalidAction.NotFound", 1),
    (gateway("Throttling.User"), b"400 B", CccThrottled, "Throttling.User", 3),
    (gateway("Throttling"), b"503 S", CccThrottled, "Throttling", 3),
    (gateway("Throttling.Api"), b"200 OK", CccThrottled, "Throttling.Api", 3),
    (gateway("Whatever"), b"429 T", CccThrottled, "Whatever", 3),
    (gateway("ServiceUnavailable"), b"503 S", CccUnavailable, "ServiceUnavailable", 3),
    (gateway("InternalError"), b"500 I", CccUnavailable, "InternalError", 3),
    (business("InternalService.DB", 500, "x"), b"200 OK", CccUnavailable, "InternalService.DB", 3),
    (business("Unheard", 503), b"200 OK", CccUnavailable, "Unheard", 3),
    ({**OK, "Code": "ok"}, b"200 OK", CccRejected, "ok", 1),
    ({"Data": []}, b"200 OK", CccUnreadable, "HTTP 200", 1),
    ({**OK, "Code": None}, b"200 OK", CccUnreadable, "HTTP 200", 1),
    ({**OK, "Code": "a secret\nline"}, b"400 B", CccUnreadable, "HTTP 400", 1),
    (OK, b"400 B", CccUnreadable, "OK", 1),
    (OK, b"302 Found", CccUnreadable, "OK", 1),
    ({**OK, "Data": {}}, b"200 OK", CccUnreadable, "Data is no list", 1),
    ({**OK, "Data": ["x", 1]}, b"200 OK", CccUnreadable, "Data holds no records", 1),
]


@pytest.mark.parametrize(
    ("body", "status", "error", "reason", "attempts"),
    FAILURES,
    ids=[f"{body.get('Code')}-{status.decode()[:3]}" for body, status, *_ in FAILURES],
)
def test_each_refusal_is_one_of_our_errors(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    body: dict[str, object],
    status: bytes,
    error: type[CallEventsError],
    reason: str,
    attempts: int,
) -> None:
    server.script = [answer(body, status=status)]
    with pytest.raises(CallEventsError) as caught:
        center.notification_records("ccc-test", [JOB], time.deadline(30))
    assert type(caught.value) is error
    assert caught.value.reason == reason
    assert caught.value.request_id == body.get("RequestId")
    assert len(server.seen) == attempts
    assert len({seen.header("x-acs-signature-nonce") for seen in server.seen}) == attempts


@pytest.mark.parametrize(
    ("body", "status", "error", "attempts"),
    [
        (b"<html>Bad Gateway</html>", b"502 Bad Gateway", CccUnavailable, 3),
        (b"", b"504 Gateway Timeout", CccUnavailable, 3),
        (b"<html>what?</html>", b"200 OK", CccUnreadable, 1),
        (b"", b"200 OK", CccUnreadable, 1),
        (b"null", b"200 OK", CccUnreadable, 1),
        (b"[]", b"200 OK", CccUnreadable, 1),
        (b'"OK"', b"200 OK", CccUnreadable, 1),
        (b'{"Code":"OK","Data":[{"Insta', b"200 OK", CccUnreadable, 1),
        (b"\xff\xfe\x00", b"200 OK", CccUnreadable, 1),
        (b"[" * 100_000, b"200 OK", CccUnreadable, 1),
        pytest.param(
            b'{"Code":"OK","Data":[' + b"{}," * 2_000_000 + b"{}]}", b"200 OK", CccUnreadable, 1, id="bomb"
        ),
        (b'{"Code":' + b"9" * 5000 + b"}", b"200 OK", CccUnreadable, 1),
        (b"<html>no</html>", b"404 Not Found", CccUnreadable, 1),
    ],
)
def test_a_body_that_is_none(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    body: bytes,
    status: bytes,
    error: type[CallEventsError],
    attempts: int,
) -> None:
    server.script = [answer(body, status=status)]
    with pytest.raises(error):
        center.notification_records("ccc-test", [JOB], time.deadline(30))
    assert len(server.seen) == attempts


VALUES = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=2)
RECORDS = st.dictionaries(st.sampled_from([*RECORD, "Extra"]), VALUES)


@given(st.lists(st.just(RECORD) | RECORDS | VALUES, max_size=4))
def test_any_data_is_records_or_unreadable(data: list[object]) -> None:
    response = read_response(httpx.Response(200, json={**OK, "Data": data}), "ACS3-HMAC-SHA256\nabc")
    if not any(isinstance(each, dict) for each in data) and data:
        with pytest.raises(CccUnreadable):
            read_records(response)
    else:
        records = read_records(response)
        assert len(records) == sum(isinstance(each, dict) for each in data)
        assert all(isinstance(field, str) for record in records for field in record)


@examples(100)
@given(body=st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["Code", "Params", "Data", "Message", "RequestId", "HttpStatusCode"]) | st.text(),
                      inner, max_size=6),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()), status=st.integers(100, 599))  # fmt: skip
def test_any_answer_is_records_or_one_of_our_errors(body: bytes, status: int) -> None:
    response = read_response(httpx.Response(status, content=body), "ACS3-HMAC-SHA256\nabc")
    if not response.ok:
        assert isinstance(ccc_error(error_for(response)), CccError)
    else:
        with suppress(CccUnreadable):
            assert all(isinstance(field, str) for record in read_records(response) for field in record)


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (None, []),
        ([], []),
        ([RECORD, "noise", None], [("ccc-test", JOB, "Dialing", "{}")]),
        ([{**RECORD, "Content": None}], [("ccc-test", JOB, "Dialing", "")]),
        ([{**RECORD, "Content": {"a": "é"}}], [("ccc-test", JOB, "Dialing", '{"a": "é"}')]),
        ([{"NotificationKey": JOB}], [("", JOB, "", "")]),
        ([{**RECORD, "Content": "\ud800"}], [("ccc-test", JOB, "Dialing", "\ud800")]),
        ([{**RECORD, "Extra": 1}], [("ccc-test", JOB, "Dialing", "{}")]),
    ],
)
def test_records_of_every_shape(data: object, records: list[tuple[str, str, str, str]]) -> None:
    assert read_records(RpcResponse(200, "OK", data=data)) == records


@pytest.mark.parametrize("absent", ["Params", "Data", "Message", "RequestId", "HttpStatusCode"])
def test_what_may_be_absent_or_null(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock", absent: str
) -> None:
    without = {name: value for name, value in OK.items() if name != absent}
    server.script = [
        answer(without),
        answer({**OK, absent: None}),
        answer({**OK, "Params": ["无"], "Message": "无"}),
    ]
    for _ in range(3):
        assert center.notification_records("ccc-test", [JOB], time.deadline(3)) == []


def test_a_wrong_secret_is_told_and_nothing_of_the_echo(
    *, center: ContactCenter, server: "ScriptedServer", time: "FakeClock", caplog: pytest.LogCaptureFixture
) -> None:
    def echo(turn: "Exchange") -> None:
        text = canonical_text(turn.seen)[0]
        hashed = hashlib.sha256(text.encode()).hexdigest()
        message = (
            "Specified signature does not match our calculation. server StringToSign is "
            f"[ACS3-HMAC-SHA256\n{hashed}] server CanonicalRequest is [{text}]"
        )
        answer(gateway("SignatureDoesNotMatch", message), status=b"400 Bad Request")(turn)

    server.script = [echo]
    with caplog.at_level(logging.DEBUG), pytest.raises(CccRefused) as caught:
        center.notification_records("ccc-test", [JOB], time.deadline(3))
    assert caught.value.reason == "SignatureDoesNotMatch, wrong secret"
    shown = f"{caught.value!r} {caught.value} {vars(caught.value)} {caplog.text}"
    assert "the+security/token" not in shown
    assert "CanonicalRequest" not in shown


@pytest.mark.parametrize("token", ["line\nbreak", "nul\0"])
def test_credentials_that_no_header_can_carry(
    outbound: Outbound, server: "ScriptedServer", time: "FakeClock", token: str
) -> None:
    center = ContactCenter(outbound, server.url, Credentials("STS.x", "secret", token))
    with pytest.raises(CccRefused) as caught:
        center.notification_records("ccc-test", [JOB], time.deadline(3))
    assert token not in str(caught.value)
    assert server.seen == []
