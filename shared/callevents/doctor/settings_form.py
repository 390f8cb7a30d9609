"""Checks the form of the settings, without asking any service."""

import re
from collections.abc import Iterator

from callevents.doctor.check_result import CheckResult, failed, note, ok, unknown
from callevents.settings.model import Settings
from callevents.settings.validators import LOOPBACK, is_signing_secret
from callevents.settings.variables import form_of


def check_settings(settings: Settings) -> Iterator[CheckResult]:
    """Find settings that cannot be used; their values are never shown."""
    for name in settings.wrong:
        yield failed("settings", f"{name} cannot be used as it is", f"it must be {form_of(name)}")
    if not settings.wrong:
        yield ok("settings", "every setting that is set is well formed")


def check_signing_secret(settings: Settings) -> Iterator[CheckResult]:
    """Check whether the signing secret can be one of Slack's."""
    subject, secret = "signing secret", settings.slack_signing_secret
    where = "copy it from Basic Information > App Credentials of the Slack app"
    if "SLACK_SIGNING_SECRET" in settings.references:
        yield unknown(subject, "unknown until it is read from KMS")
    elif not secret:
        yield failed(subject, "SLACK_SIGNING_SECRET is not set: every request is rejected", where)
    elif not is_signing_secret(secret):
        yield failed(
            subject, "SLACK_SIGNING_SECRET is too short or has blanks: every request is rejected", where
        )
    elif re.fullmatch(r"[0-9a-f]{32}", secret):
        yield ok(
            subject,
            "32 hex digits, as Slack's are (whether it belongs to the app, the first command will show)",
        )
    else:
        yield failed(subject, "SLACK_SIGNING_SECRET is not 32 hex digits, and Slack's are", where)


def check_alerts(settings: Settings) -> Iterator[CheckResult]:
    """Check whether alerts are accepted, and where they are posted."""
    unread = settings.references.keys() & {"CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN"}
    accepted = bool(settings.webhook_secrets or settings.webhook_tokens or unread)
    if not accepted and not settings.channel:
        yield note("alerts", "the webhook rejects everything: neither a secret nor a token is set")
    elif not accepted:
        yield failed(
            "alerts",
            "CALLEVENTS_CHANNEL is set, but every alert is rejected",
            "set CALLEVENTS_WEBHOOK_SECRET or CALLEVENTS_WEBHOOK_TOKEN",
        )
    elif not settings.channel:
        yield failed("alerts", "alerts have no channel to go to", "set CALLEVENTS_CHANNEL")
    elif unread:
        yield unknown("alerts", "unknown until their secrets are read from KMS")
    else:
        routes = sorted(
            {each.route or "all" for each in (*settings.webhook_secrets, *settings.webhook_tokens)}
        )
        yield ok("alerts", f"accepted from: {', '.join(routes)}")
        yield from _check_binding(settings)
    if any(f"//{host}" in settings.ccc_endpoint for host in LOOPBACK):
        yield note(
            "contact center",
            "CCC_ENDPOINT is this machine: what follows does not apply to the real service",
        )


def _check_binding(settings: Settings) -> Iterator[CheckResult]:
    """Check whether a captured alert would be accepted again elsewhere: an HMAC binds neither route nor channel."""
    secrets = (*settings.webhook_secrets, *settings.webhook_tokens)
    is_bound = [each.route is not None for each in secrets]
    if all(is_bound):
        return
    subject = "captured alerts"
    text = "a secret or token without a route opens every route"
    if any(is_bound) or settings.channels - {settings.channel}:
        remedy = "bind each to its sender's route: grafana:…,pagerduty:…"
        yield failed(
            subject,
            f"{text}: what one sender sent is accepted again on others and for other channels",
            remedy,
        )
    else:
        yield note(subject, f"{text}; once there is a second sender or channel, bind it: grafana:…")
