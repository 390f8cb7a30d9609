"""One secret from KMS, and each way in which it may not come."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.kms import SecretStore, endpoint_of
from callevents.alibabacloud.outbound import Outbound
from callevents.errors import SecretUnavailable
from callevents.invocation import Credentials
from callevents.transport.client import open_client
from tests.alibabacloud.wire import answer, well_signed
from tests.examples import examples

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import ScriptedServer

NAME = "callevents/slack+signing=secret@x.y"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
OK = {
    "RequestId": "6a3e9c36-1150",
    "SecretName": NAME,
    "SecretData": SECRET,
    "SecretDataType": "text",
    "VersionId": "1",
}
NOT_ALLOWED = {"HttpStatus": 403, "Code": "Forbidden.NoPermission", "Message": SECRET, "RequestId": "6a3e-2"}


@pytest.fixture(name="secrets")
def _secrets(outbound: Outbound, server: "ScriptedServer", credentials: Credentials) -> SecretStore:
    return SecretStore(outbound, server.url, "", credentials)


def test_the_request_is_one_that_the_service_accepts(
    secrets: SecretStore, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer({**OK, "SecretData": f" {SECRET}\n"})]

    assert secrets.secret(NAME, time.deadline(3)) == SECRET

    (seen,) = server.seen
    assert (seen.method, seen.body) == ("POST", b"")
    assert httpx.URL("http://x" + seen.target).params.multi_items() == [
        ("SecretName", NAME),
        ("VersionStage", "ACSCurrent"),
    ]
    assert seen.header("x-acs-action") == "GetSecretValue"
    assert seen.header("x-acs-version") == "2016-01-20"
    assert well_signed(seen, "the-secret-key")


@pytest.mark.parametrize(
    ("body", "status", "reason", "withdrawn"),
    [
        (NOT_ALLOWED, b"403 Forbidden", "Forbidden.NoPermission", True),
        ({**NOT_ALLOWED, "Code": "Forbidden.ResourceNotFound"}, b"404 Not Found", "Forbidden.ResourceNotFound", True),
        ({**NOT_ALLOWED, "Code": "Rejected.ResourceInDeleteWindow"}, b"409 Conflict",
         "Rejected.ResourceInDeleteWindow", True),
        ({**NOT_ALLOWED, "Code": "Forbidden.InDebt"}, b"403 Forbidden", "Forbidden.InDebt", False),
        ({**NOT_ALLOWED, "Code": "InvalidAccessKeyId.NotFound"}, b"404 No", "InvalidAccessKeyId.NotFound", False),
        ({**NOT_ALLOWED, "Code": "Rejected.Throttling"}, b"429 Too Many Requests", "Rejected.Throttling", False),
        ({**NOT_ALLOWED, "Code": "InternalFailure"}, b"500 Internal Server Error", "InternalFailure", False),
        ({**NOT_ALLOWED, "Code": SECRET + " or so"}, b"403 Forbidden", "HTTP 403", False),
        ({**OK, "SecretDataType": "binary"}, b"200 OK", "not a text but binary", True),
        ({**OK, "SecretDataType": ["text"]}, b"200 OK", "not a text but binary", True),
        ({**OK, "SecretData": " \n"}, b"200 OK", "empty", True),
        ({**OK, "SecretData": {"text": SECRET}}, b"200 OK", "no text in the answer", False),
        ({"RequestId": "1"}, b"200 OK", "HTTP 200", False),
        (["OK", SECRET], b"200 OK", "HTTP 200", False),
        (b"It works, but not for you.", b"200 OK", "HTTP 200", False),
        (b"<html>502</html>", b"502 Bad Gateway", "HTTP 502", False),
        (b'{"SecretData":' + b"[" * 100_000, b"200 OK", "HTTP 200", False),
        ({**OK, "SecretData": "x" * 300_000}, b"200 OK", "HTTP 200", False),
        ({**OK, "Code": "Forbidden.NoPermission"}, b"200 OK", "Forbidden.NoPermission", True),
    ],
)  # fmt: skip
def test_every_refusal_has_a_code_and_no_word_of_the_answer(
    *,
    body: object,
    status: bytes,
    reason: str,
    withdrawn: bool,
    secrets: SecretStore,
    server: "ScriptedServer",
    time: "FakeClock",
) -> None:
    server.script = [answer(body, status=status)]

    with pytest.raises(SecretUnavailable) as caught:
        secrets.secret(NAME, time.deadline(3))

    assert (caught.value.reason, caught.value.withdrawn) == (reason, withdrawn)
    assert caught.value.__cause__ is None
    assert SECRET not in f"{caught.value!r} {caught.value.params}"


def test_what_may_pass_is_asked_again_within_the_deadline(
    *, secrets: SecretStore, outbound: Outbound, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(NOT_ALLOWED, status=b"503 Service Unavailable"), answer(OK)]
    server.script[0] = answer({**NOT_ALLOWED, "Code": "ServiceUnavailableTemporary"}, status=b"503 No")

    assert secrets.secret(NAME, time.deadline(3)) == SECRET
    assert len({seen.header("x-acs-signature-nonce") for seen in server.seen}) == 2
    fields = outbound.log.fields()
    assert (fields["kms_calls"], fields["kms_tries"]) == (2, "ServiceUnavailableTemporary 0, ok 0")
    assert not [name for name in fields if name.startswith("ccc_")]


def test_without_credentials_or_a_region_nothing_is_sent(
    outbound: Outbound, server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    for unable, reason in (
        (SecretStore(outbound, server.url, "", None), "no credentials"),
        (SecretStore(outbound, "", "", credentials), "region unknown"),
        (SecretStore(outbound, "", "evil.example/", credentials), "region unknown"),
    ):
        with pytest.raises(SecretUnavailable) as caught:
            unable.secret(NAME, time.deadline(3))
        assert caught.value.reason == reason
    assert server.seen == []


def test_the_endpoint_is_the_regions() -> None:
    assert endpoint_of("cn-hongkong") == "https://kms.cn-hongkong.aliyuncs.com"


@examples(60)
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.dictionaries(
            st.sampled_from(["Code", "SecretData", "SecretDataType", "RequestId", "HttpStatusCode"]),
            st.one_of(
                st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=3), max_size=2)
            ),
        ),
    ),
    status=st.sampled_from(
        [b"200 OK", b"204 None", b"302 Found", b"403 No", b"429 Slow", b"500 Oh", b"999 ?"]
    ),
)
def test_whatever_comes_it_is_a_text_or_one_of_our_errors(
    *, body: object, status: bytes, server: "ScriptedServer", time: "FakeClock", credentials: Credentials
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    server.script = [answer(data, status=status)]
    with open_client() as client, suppress(SecretUnavailable):
        store = SecretStore(Outbound(client, time.clocks), server.url, "", credentials)
        text = store.secret(NAME, time.deadline(3))
        assert text == text.strip() != ""
