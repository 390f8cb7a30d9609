"""Grafana Alerting.

Sources: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from collections.abc import Sequence
from dataclasses import replace

from callevents.webhook.alert import Alert
from callevents.webhook.hmac_signature import SignatureForm
from callevents.webhook.json_path import items, text
from callevents.webhook.senders import alertmanager
from callevents.webhook.senders.base import AuthenticatedRequest, Sender


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the group as Alertmanager's; what the Test button sends is a test."""
    alerts = alertmanager.read(request)
    members = items(request.document.tree, "alerts")
    if members and all(_is_test(member) for member in members):
        return [replace(alert, state="test") for alert in alerts]
    return alerts


def _is_test(member: object) -> bool:
    return (
        text(member, "labels", "alertname") == "TestAlert" and text(member, "labels", "instance") == "Grafana"
    )


# The timestamp header has no default name; this is the one of Grafana's documentation.
SENDER = Sender(
    "grafana",
    read,
    signature=SignatureForm(
        "x-grafana-alerting-signature", timestamp_header="x-grafana-alerting-signature-timestamp"
    ),
)
