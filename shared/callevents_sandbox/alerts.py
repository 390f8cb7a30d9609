"""Sample requests of every kind of alert sender, ready to be sent: signed anew, with our secrets and at our time.

Each `data/alerts/*.json` is one request `{"method", "path", "headers", "body"}`; all names and numbers are invented.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SAMPLE_SECRET = "sample-webhook-secret-8d10b4e6"  # noqa: S105 - a sample's, published with it
SAMPLE_TOKEN = "sample-webhook-token-3f9c2a71"  # noqa: S105 - as above
SAMPLE_INSTANCE = "ccc-demo"
# When the samples were signed.
SAMPLE_TIME = 1795162530

_BEFORE_SIGNATURE = {
    "x-grafana-alerting-signature": "",
    "x-pagerduty-signature": "v1=",
    "sentry-hook-signature": "",
    "x-callevents-signature": "v1=",
}
_TIMESTAMPS = {
    "x-grafana-alerting-signature": "x-grafana-alerting-signature-timestamp",
    "x-callevents-signature": "x-callevents-timestamp",
}


@dataclass(frozen=True, slots=True)
class AlertSample:
    """One request as its sender sends it; `path` with its query, `name` is the file's without suffix."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def sender(self) -> str:
        """The route it is for."""
        return self.path.lstrip("/").partition("?")[0]


class PreparedAlert(NamedTuple):
    """A request to send."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@cache
def samples() -> tuple[AlertSample, ...]:
    """Return all samples, by name."""
    folder = files("callevents_sandbox") / "data" / "alerts"
    texts = {
        entry.name.removesuffix(".json"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    }
    return tuple(_read(name, texts[name]) for name in sorted(texts))


def sample(name: str) -> AlertSample:
    """Return the sample of that name; KeyError if there is none."""
    return {each.name: each for each in samples()}[name]


def _read(name: str, text: str) -> AlertSample:
    request = json.loads(text)
    return AlertSample(
        name=name,
        method=request["method"],
        path=request["path"],
        headers=request["headers"],
        body=request["body"].encode(),
    )


def about(alert: AlertSample, instance: str) -> AlertSample:
    """Return *alert* as the contact center *instance* pushes it; what other senders send names none."""
    if alert.sender != "ccc":
        return alert
    return replace(alert, body=alert.body.replace(SAMPLE_INSTANCE.encode(), instance.encode()))


def prepare(alert: AlertSample, secret: str, token: str, now: float) -> PreparedAlert:
    """Return *alert* with our token and secret in place of the sample's, signed anew where it is signed, at *now*.

    What is wrong about a sample stays wrong. EventBridge's RSA signature cannot be made anew: its key was thrown away.
    """
    headers = {name: value.replace(SAMPLE_TOKEN, token) for name, value in alert.headers.items()}
    for name, value in alert.headers.items():
        header = name.lower()
        if header == "authorization" and value.startswith("Basic "):
            headers[name] = f"Basic {basic(token)}"
        elif header in _BEFORE_SIGNATURE:
            _sign(headers, name, alert, secret, int(now))
    headers["Content-Length"] = str(len(alert.body))
    return PreparedAlert(alert.method, alert.path.replace(SAMPLE_TOKEN, token), headers, alert.body)


def basic(token: str) -> str:
    """Return what basic authentication makes of *token* as a password."""
    return b64encode(f"callevents:{token}".encode()).decode()


def _sign(headers: dict[str, str], name: str, alert: AlertSample, secret: str, now: int) -> None:
    """Replace each signature in the header that holds for the sample; leave the others as they are."""
    header = name.lower()
    timestamp = next((each for each in headers if each.lower() == _TIMESTAMPS.get(header)), None)
    old, new = alert.body, alert.body
    if timestamp is not None:
        old, new = f"{headers[timestamp]}:".encode() + old, f"{now}:".encode() + new
        headers[timestamp] = str(now)
    headers[name] = headers[name].replace(
        _BEFORE_SIGNATURE[header] + _hmac(SAMPLE_SECRET, old), _BEFORE_SIGNATURE[header] + _hmac(secret, new)
    )


def _hmac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
