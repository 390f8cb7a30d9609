"""Are the settings well formed? Looks at nothing but the settings."""

import re
from collections.abc import Iterator

from callevents.doctor.check import Check, failed, note, ok, unknown
from callevents.settings.model import Settings
from callevents.settings.validators import LOOPBACK
from callevents.settings.variables import form_of

_SHORTEST_SECRET = 16


def settings_form(settings: Settings) -> Iterator[Check]:
    """Say of each setting that cannot be used what it should look like, never what it is."""
    for name in settings.wrong:
        yield failed("settings", f"{name} cannot be used as it is", f"it must be {form_of(name)}")
    if not settings.wrong:
        yield ok("settings", "every setting that is set is well formed")


def signing_secret(settings: Settings) -> Iterator[Check]:
    """Say whether the signing secret can be one of Slack's."""
    subject, secret = "signing secret", settings.slack_signing_secret
    where = "copy it from Basic Information > App Credentials of the Slack app"
    if "SLACK_SIGNING_SECRET" in settings.references:
        yield unknown(subject, "cannot be told before it is read from KMS")
    elif not secret:
        yield failed(subject, "SLACK_SIGNING_SECRET is not set: every request is refused", where)
    elif len(secret) < _SHORTEST_SECRET or len(secret.split()) > 1:
        yield failed(
            subject, "SLACK_SIGNING_SECRET is too short or has blanks: every request is refused", where
        )
    elif re.fullmatch(r"[0-9a-f]{32}", secret):
        yield ok(
            subject, "32 hex digits, as Slack's are (whether it is the app's own shows the first command)"
        )
    else:
        yield failed(subject, "SLACK_SIGNING_SECRET is not 32 hex digits, and Slack's are", where)


def alerts_form(settings: Settings) -> Iterator[Check]:
    """Say whether alerts can be taken, and where they would go."""
    unread = settings.references.keys() & {"CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN"}
    may_come = bool(settings.webhook_secrets or settings.webhook_tokens or unread)
    if not may_come and not settings.channel:
        yield note("alerts", "the webhook refuses everything: neither a secret nor a token is set")
    elif not may_come:
        yield failed(
            "alerts",
            "CALLEVENTS_CHANNEL is set, but every alert is refused",
            "set CALLEVENTS_WEBHOOK_SECRET or CALLEVENTS_WEBHOOK_TOKEN",
        )
    elif not settings.channel:
        yield failed("alerts", "alerts have no channel to go to", "set CALLEVENTS_CHANNEL")
    elif unread:
        yield unknown("alerts", "cannot be told before their secrets are read from KMS")
    else:
        routes = sorted(
            {each.route or "all" for each in (*settings.webhook_secrets, *settings.webhook_tokens)}
        )
        yield ok("alerts", f"taken from: {', '.join(routes)}")
    if any(f"//{host}" in settings.ccc_endpoint for host in LOOPBACK):
        yield note(
            "contact center", "CCC_ENDPOINT is this machine: what follows says nothing of the real service"
        )
