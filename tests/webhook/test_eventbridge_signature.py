"""EventBridge's RSA signature is checked beside the token, with the certificate that was configured, and no other."""

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_curve_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from callevents.settings.model import Settings
from callevents_sandbox.fixtures.alerts import SAMPLE_TIME, SAMPLE_TOKEN, sample
from tests.webhook.builders import make_request, make_webhook, sample_request

CERTIFICATE = (Path(__file__).parents[1] / "data" / "alerts" / "eventbridge-signing-cert.pem").read_text(
    "ascii"
)
SIGNED = sample("eventbridge-custom-event-signed")
BODY = b'{"source":"a","id":"1","data":{"call":"job-468a63a2-1111-4222-8333-b1ecf726d4be"}}'
PREFIX = "x-eventbridge-"


def certificate_of(key: object) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "eventbridge.invalid")])
    now = datetime(2026, 11, 20, tzinfo=timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))  # type: ignore[attr-defined]
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()  # type: ignore[arg-type]


@pytest.fixture(name="key", scope="module")
def _key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def signed(
    key: RSAPrivateKey, url: str, *, milliseconds: int = SAMPLE_TIME * 1000, end: bytes = b"", **changes: str
) -> dict[str, str]:
    headers = {
        f"{PREFIX}signature-timestamp": str(milliseconds),
        f"{PREFIX}hash-method": "SHA256",
        f"{PREFIX}signature-version": "1.0",
        f"{PREFIX}signature-url": "https://cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/x.pem",
        f"{PREFIX}signature-token": SAMPLE_TOKEN,
    }
    text = (
        "\n".join([url, *(f"{name}: {value}" for name, value in headers.items())]).encode()
        + b"\n"
        + BODY
        + end
    )
    signature = b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
    return {
        "Host": "callevents.example.com",
        **headers,
        f"{PREFIX}signature-v2": signature,
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }


def test_the_sample_holds_for_its_certificate() -> None:
    webhook = make_webhook(eventbridge_certificate=CERTIFICATE)
    assert webhook.post(sample_request(SIGNED))[1]["status"] == "accepted"


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (61, 401), (-59, 200), (-60, 401), (0, 200)])
def test_it_holds_for_a_minute(seconds: int, status: int) -> None:
    webhook = make_webhook(eventbridge_certificate=CERTIFICATE)
    assert webhook.post(sample_request(SIGNED), now=SAMPLE_TIME + seconds)[0] == status


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/eventbridge", "https://callevents.example.com/eventbridge"),
        ("/eventbridge?channel=C0OTHER", "https://callevents.example.com/eventbridge?channel=C0OTHER"),
    ],
)
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_url_that_was_called_is_signed(path: str, url: str, end: bytes, key: RSAPrivateKey) -> None:
    webhook = make_webhook(eventbridge_certificate=certificate_of(key))
    assert webhook.post(make_request(path, BODY, signed(key, url, end=end), token=None))[0] == 200


OTHER: list[dict[str, str]] = [
    {"Host": "other.example.com"},
    {f"{PREFIX}signature-token": "x"},
    {f"{PREFIX}signature-version": "2.0"},
    {f"{PREFIX}signature-url": "https://attacker.example.com/x.pem"},
    {f"{PREFIX}hash-method": "MD5"},
    {f"{PREFIX}signature-timestamp": str(SAMPLE_TIME * 1000 + 1)},
    {f"{PREFIX}signature-timestamp": ""},
    {f"{PREFIX}signature-timestamp": "9" * 5000},
    {f"{PREFIX}signature-timestamp": "now"},
    {f"{PREFIX}signature-v2": ""},
    {f"{PREFIX}signature-v2": "***"},
    {f"{PREFIX}signature-v2": "ключ"},
    {f"{PREFIX}signature-v2": b64encode(b"0" * 256).decode()},
    {f"{PREFIX}signature-v2": b64encode(b"0" * 5).decode()},
    {"Authorization": "Bearer x"},
]


@pytest.mark.parametrize("changes", OTHER)
def test_anything_else_is_not_what_was_signed(changes: dict[str, str], key: RSAPrivateKey) -> None:
    webhook = make_webhook(eventbridge_certificate=certificate_of(key))
    headers = signed(key, "https://callevents.example.com/eventbridge")
    assert webhook.post(make_request("/eventbridge", BODY, headers, token=None))[0] == 200
    assert webhook.post(make_request("/eventbridge", BODY, headers | changes, token=None))[0] == 401
    assert webhook.post(make_request("/eventbridge", BODY + b" ", headers, token=None))[0] == 401


def test_the_signature_alone_proves_nothing(key: RSAPrivateKey) -> None:
    """Any customer of EventBridge gets one."""
    webhook = make_webhook(eventbridge_certificate=certificate_of(key))
    headers = signed(key, "https://callevents.example.com/eventbridge")
    text = "\n".join(
        [
            "https://callevents.example.com/eventbridge",
            *(f"{name}: {headers[name]}" for name in list(headers)[1:5]),
        ]
    )
    signature = b64encode(key.sign(text.encode() + b"\n" + BODY, PKCS1v15(), SHA256())).decode()
    without_token = {name: headers[name] for name in list(headers)[:5]} | {f"{PREFIX}signature-v2": signature}
    assert webhook.post(make_request("/eventbridge", BODY, without_token, token=None))[0] == 401
    assert webhook.post(make_request("/eventbridge", BODY, without_token))[0] == 200


def test_a_token_without_the_signature_is_not_enough_where_there_is_a_certificate() -> None:
    webhook = make_webhook(eventbridge_certificate=CERTIFICATE)
    assert webhook.post(make_request("/eventbridge", BODY))[0] == 401
    assert webhook.post(make_request("/generic", BODY))[0] == 200


def test_a_certificate_that_cannot_be_used_opens_nothing() -> None:
    broken = CERTIFICATE.replace("MII", "AAA", 1)
    curve = certificate_of(generate_curve_key(SECP256R1()))
    for certificate in (broken, curve, "none"):
        webhook = make_webhook(eventbridge_certificate=certificate)
        for _ in range(2):
            assert webhook.post(sample_request(SIGNED))[0] == 401
        assert webhook.post(make_request("/generic", BODY))[0] == 200


@pytest.mark.parametrize(
    "written", [CERTIFICATE, CERTIFICATE.replace("\n", "\\n"), CERTIFICATE.replace("\n", "\r\n")]
)
def test_the_certificate_comes_from_the_environment(written: str) -> None:
    settings = Settings.from_environ({"CALLEVENTS_EVENTBRIDGE_CERTIFICATE": written})
    assert (settings.eventbridge_certificate, settings.wrong) == (CERTIFICATE.strip(), ())


@pytest.mark.parametrize("written", ["x", "https://x.example/cert.pem", "-----BEGIN CERTIFICATE-----"])
def test_what_is_no_certificate_is_a_wrong_setting(written: str) -> None:
    assert Settings.from_environ({"CALLEVENTS_EVENTBRIDGE_CERTIFICATE": written}).wrong == (
        "CALLEVENTS_EVENTBRIDGE_CERTIFICATE",
    )
