"""The senders, by route.

A new one is a module here, its name below, its name in ROUTES (settings/validators.py), and a sample.
"""

from collections.abc import Mapping
from types import MappingProxyType

from callevents.webhook.senders import alertmanager, datadog, generic, grafana, opsgenie, pagerduty, sentry
from callevents.webhook.senders.alibabacloud import arms, ccc, cloudmonitor, eventbridge, sls
from callevents.webhook.senders.base import Sender

SENDERS: Mapping[str, Sender] = MappingProxyType(
    {
        module.SENDER.route: module.SENDER
        for module in (
            alertmanager, grafana, cloudmonitor, arms, sls, ccc, eventbridge, pagerduty, opsgenie, datadog, sentry,
            generic,
        )
    }
)  # fmt: skip


def sender_of(path: str) -> Sender:
    """Return the sender whose route *path* is; the generic one for any other."""
    return SENDERS.get(path.strip("/").lower(), SENDERS["generic"])
