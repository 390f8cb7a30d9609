"""Tests for callevents.doctor.kms: secrets that stand in KMS are read, and what cannot be read is explained."""

import itertools
from typing import Literal

import pytest

from callevents_sandbox.kms import Secret
from callevents_sandbox.server.faults import Fault
from tests.doctor.conftest import SECRET, Change, Configuration, environ, without

IN_KMS = {
    "SLACK_SIGNING_SECRET": "kms://doctor/signing",
    "SLACK_BOT_TOKEN": "kms://callevents/slack-bot-token",
    "CALLEVENTS_WEBHOOK_SECRET": "grafana:kms://callevents/webhook-secret",
}


@pytest.fixture(name="in_kms")
def _in_kms(configuration: Configuration) -> Configuration:
    configuration.stack.vault.put("doctor/signing", SECRET)
    configuration.environ.update(IN_KMS)
    return configuration


def test_secrets_that_stand_in_kms_are_read_and_looked_at_like_others(in_kms: Configuration) -> None:
    found = in_kms.results()

    assert [result.text for result in found if result.subject == "secret"] == [
        "SLACK_SIGNING_SECRET: doctor/signing was read from KMS",
        "SLACK_BOT_TOKEN: callevents/slack-bot-token was read from KMS",
        "CALLEVENTS_WEBHOOK_SECRET: callevents/webhook-secret was read from KMS",
    ]
    assert {
        result.state for result in found if result.subject in {"signing secret", "bot token", "alerts"}
    } == {"ok"}
    text = "\n".join(result.line() for result in found)
    assert not any(secret in text for secret in (SECRET, *in_kms.stack.secrets))


def forbids(name: str) -> Change:
    return lambda configuration: configuration.stack.vault.forbidden.add(name)


def holds(text: str, kind: Literal["text", "binary"] = "text") -> Change:
    return lambda configuration: configuration.stack.vault.put("doctor/signing", Secret(text, kind))


def vault(fault: Fault) -> Change:
    return lambda configuration: configuration.stack.vault.faults.add(fault)


@pytest.mark.parametrize(
    ("breaks", "text", "advice"),
    [
        (forbids("doctor/signing"), "not allowed (Forbidden.NoPermission), request id ", "kms:GetSecretValue"),
        (forbids("doctor/signing"), "reading doctor/signing is not allowed", "kms:Decrypt"),
        (environ(SLACK_SIGNING_SECRET="kms://nowhere"), "there is no nowhere in this region (", "create it"),
        (holds("AP8=", "binary"), "doctor/signing holds no text (not a text but binary)", "as text"),
        (holds(" "), "doctor/signing holds no text (empty)", "as text"),
        (holds("kms://a"), "KMS holds another reference", "store one secret"),
        (environ(CALLEVENTS_KMS_ENDPOINT="http://127.0.0.1:9"), "KMS cannot be reached", "CALLEVENTS_KMS_ENDPOINT"),
        (without("CALLEVENTS_KMS_ENDPOINT"), "a region that is not known here (region unknown)", "DEPLOY_REGION"),
        (environ(ALIBABA_CLOUD_ACCESS_KEY_SECRET="x"), "the secret is not this access key's", "ACCESS_KEY_SECRET"),
        (vault(Fault("token_expired", times=None)), "the security token is expired", "new keys"),
        (vault(Fault("unavailable", times=None)), "could not be read (ServiceUnavailableTemporary)", "in a minute"),
        (vault(Fault("not_json", times=None)), "could not be read (HTTP 200)", "in a minute"),
        (without("ALIBABA_CLOUD_ACCESS_KEY_ID"), "cannot be read without an access key", ""),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_a_secret_that_cannot_be_read_is_explained(
    breaks: Change, text: str, advice: str, in_kms: Configuration
) -> None:
    breaks(in_kms)

    found = in_kms.results()

    assert any(
        text in result.text and advice in result.advice for result in found if result.subject == "secret"
    )
    (signing,) = (result for result in found if result.subject == "signing secret")
    assert (signing.state, signing.text) == ("unknown", "unknown until it is read from KMS")
    printed = "\n".join(result.line() for result in found)
    assert not any(secret in printed for secret in (SECRET, *in_kms.stack.secrets))


def test_what_stands_in_kms_must_be_of_the_settings_form(in_kms: Configuration) -> None:
    in_kms.environ["SLACK_BOT_TOKEN"] = "kms://doctor/signing"

    (result,) = (result for result in in_kms.results() if result.subject == "secret" and result.state != "ok")

    assert result.text == "SLACK_BOT_TOKEN: the secret in KMS cannot be used"
    assert "xoxb-…" in result.advice
