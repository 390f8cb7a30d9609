"""Where the access key comes from."""

from types import SimpleNamespace

import pytest

from callevents.alibabacloud.credentials import resolve
from callevents.invocation import Credentials

ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.env",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env-secret",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "env-token",
}


def context(key: object = "STS.ctx", secret: str = "ctx-secret", token: str = "ctx-token") -> SimpleNamespace:
    return SimpleNamespace(
        credentials=SimpleNamespace(access_key_id=key, access_key_secret=secret, security_token=token)
    )


FROM_ENVIRON = Credentials("STS.env", "env-secret", "env-token")
FROM_CONTEXT = Credentials("STS.ctx", "ctx-secret", "ctx-token")


@pytest.mark.parametrize(
    ("environ", "given", "expected"),
    [
        (ENVIRON, context(), FROM_ENVIRON),
        (ENVIRON, None, FROM_ENVIRON),
        ({}, context(), FROM_CONTEXT),
        ({}, context(token=""), Credentials("STS.ctx", "ctx-secret", None)),
        ({}, context(key=""), None),
        ({}, context("", "", ""), None),
        ({}, SimpleNamespace(), None),
        ({}, SimpleNamespace(credentials=None), None),
        ({}, context(key=7), None),
        ({}, None, None),
        # Half a key is none, and is never completed from elsewhere.
        ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI"}, context(), FROM_CONTEXT),
        ({**ENVIRON, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "  "}, None, None),
        (
            {"ALIBABA_CLOUD_ACCESS_KEY_ID": " LTAI\n", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s\n"},
            context(),
            Credentials("LTAI", "s", None),
        ),
    ],
)
def test_the_environment_then_the_context_and_never_a_mixture(
    environ: dict[str, str], given: SimpleNamespace | None, expected: Credentials | None
) -> None:
    assert resolve(environ, given) == expected


class Broken:
    """A context whose every attribute is an accident."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


@pytest.mark.parametrize(
    "given", [Broken(), SimpleNamespace(credentials=Broken())], ids=["context", "credentials"]
)
def test_a_context_that_fails_holds_no_key(given: object) -> None:
    assert resolve({}, given) is None
    assert resolve(ENVIRON, given) == FROM_ENVIRON


def test_a_key_never_shows_its_secrets() -> None:
    assert "env-secret" not in repr(resolve(ENVIRON))
    assert "env-token" not in repr(resolve(ENVIRON))
