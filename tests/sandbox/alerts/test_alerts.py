"""The sandbox's samples can be sent to a webhook with any secret, at any time."""

import dataclasses

import pytest

from callevents.settings.validators import RouteSecret
from callevents_sandbox.fixtures.alerts import AlertSample, prepare, sample, samples
from tests.webhook.builders import make_webhook, sample_request

SECRET, TOKEN, NOW = "of-the-sandbox-0123456789abcdef", "token-of-the-sandbox", 1_900_000_000.5


def answer(alert: AlertSample, secret: str = SECRET, token: str = TOKEN, now: float = NOW) -> int:
    """Return the status of what a webhook with the sandbox's secrets answers to the prepared sample."""
    webhook = make_webhook(webhook_secrets=(RouteSecret(SECRET),), webhook_tokens=(RouteSecret(TOKEN),))
    return webhook.http(sample_request(prepare(alert, secret, token, now)), NOW).status


@pytest.mark.parametrize("alert", samples(), ids=lambda alert: alert.name)
def test_a_prepared_sample_is_as_authentic_as_it_was(alert: AlertSample) -> None:
    wrong = alert.name in {"generic-no-auth", "grafana-wrong-signature"}
    assert answer(alert) == (401 if wrong else 200)
    assert answer(alert, secret="another-secret", token="another-token") == 401


@pytest.mark.parametrize("name", ["grafana-firing-hmac-timestamp", "generic-json-hmac"])
def test_what_was_prepared_long_ago_is_refused(name: str) -> None:
    assert answer(sample(name), now=NOW - 1000) == 401


def test_the_length_is_that_of_the_body() -> None:
    alert = dataclasses.replace(sample("generic-json"), body="中".encode())
    assert prepare(alert, SECRET, TOKEN, NOW).headers["Content-Length"] == "3"


def test_an_unknown_sample_is_not_there() -> None:
    with pytest.raises(KeyError):
        sample("no-such-sample")
