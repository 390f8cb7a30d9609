"""KMS's stand-in, judged by the vendor's own SDK."""

import base64
from collections.abc import Iterator

import pytest
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException

from callevents_sandbox import ccc, kms
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.sandbox.official_sdk import config, fails, refused

NAME = "callevents/slack-signing-secret"
ARN = f"acs:kms:cn-hongkong:1234567890123456:secret/{NAME}"


@pytest.fixture(name="vault")
def _vault() -> kms.SecretVault:
    vault = kms.SecretVault()
    vault.put(NAME, "the first one")
    vault.put(NAME, "the ünd one, 密钥")
    return vault


@pytest.fixture(name="url")
def _url(vault: kms.SecretVault) -> Iterator[str]:
    with serve(kms.application(vault)) as url:
        yield url


def ask(
    url: str, key: AccessKey = ccc.KEY, name: str | None = NAME, stage: str | None = None
) -> models.GetSecretValueResponseBody:
    request = models.GetSecretValueRequest(secret_name=name, version_stage=stage)
    return Client(config(url, key)).get_secret_value(request).body


@pytest.mark.parametrize("key", [ccc.KEY, ccc.TEMPORARY_KEY])
@pytest.mark.parametrize(
    ("name", "stage", "text", "version"),
    [
        (NAME, None, "the ünd one, 密钥", "v2"),
        (NAME, "ACSCurrent", "the ünd one, 密钥", "v2"),
        (NAME, "ACSPrevious", "the first one", "v1"),
        (ARN, None, "the ünd one, 密钥", "v2"),
    ],
)
def test_the_official_sdk_gets_the_secret(
    *, key: AccessKey, name: str, stage: str | None, text: str, version: str, url: str
) -> None:
    body = ask(url, key, name, stage)

    assert (body.secret_name, body.secret_data, body.secret_data_type) == (NAME, text, "text")
    assert body.version_id == version
    assert body.request_id


def test_the_official_sdk_gets_a_binary_one(vault: kms.SecretVault, url: str) -> None:
    vault.put("binary", kms.Secret(base64.b64encode(b"\0\xff").decode(), kind="binary"))

    assert ask(url, name="binary").secret_data_type == "binary"


@pytest.mark.parametrize(
    ("key", "name", "status", "code"),
    [
        (AccessKey(ccc.KEY.id, "wrong"), NAME, 400, "SignatureDoesNotMatch"),
        (AccessKey("LTAInobody", "x"), NAME, 404, "InvalidAccessKeyId.NotFound"),
        (ccc.KEY, "no-such", 404, "Forbidden.ResourceNotFound"),
        (ccc.KEY, "forbidden", 403, "Forbidden.NoPermission"),
        (ccc.KEY, "deleted", 409, "Rejected.ResourceInDeleteWindow"),
        (ccc.KEY, None, 400, "MissingSecretName"),
    ],
)
def test_the_official_sdk_is_refused(
    *, key: AccessKey, name: str, status: int, code: str, vault: kms.SecretVault, url: str
) -> None:
    vault.forbidden.add("forbidden")
    vault.put("deleted", kms.Secret("x", deleted=True))

    assert refused(code, lambda: ask(url, key, name)) == status


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("throttled", ClientException, "Rejected.Throttling"),
        ("unavailable", ServerException, "ServiceUnavailableTemporary"),
        ("internal_error", ServerException, "InternalFailure"),
        ("token_expired", ClientException, "InvalidSecurityToken.Expired"),
    ],
)
def test_the_official_sdk_understands_the_failures(
    kind: str, error: type[ClientException], code: str, vault: kms.SecretVault, url: str
) -> None:
    vault.faults.add(Fault(kind, times=None))

    fails(error, code, lambda: ask(url))


def test_no_secret_stands_in_the_journal(vault: kms.SecretVault, url: str) -> None:
    ask(url)

    (entry,) = vault.journal.entries("kms")
    assert entry.facts["secret"] == NAME
    assert "密钥" not in str(entry)
