"""CloudMonitor: threshold rules (a form), event subscriptions, and the event rules before them.

Sources: https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/use-the-alert-callback-feature-to-send-notifications-about-threshold-triggered-alerts,
https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/configure-callbacks-for-system-event-triggered-alerts
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, AuthenticatedRequest, OneState, identity, single
from callevents.webhook.json_path import child, first_text, text, unwrap
from callevents.webhook.sender import Sender
from callevents.webhook.timestamps import moment

_STATES: dict[str, OneState] = {"OK": "resolved", "INSUFFICIENT_DATA": "event"}


def read(received: AuthenticatedRequest) -> Sequence[Alert]:
    """Return the alert of whichever of the three it is."""
    tree = received.document.tree
    alert = unwrap(child(tree, "alert"))
    if isinstance(alert, dict):
        return [_subscription(received, alert)]
    if text(tree, "alertState") or text(tree, "transId"):
        return [_threshold(received)]
    return [_event(received)]


def _threshold(received: AuthenticatedRequest) -> Alert:
    tree = received.document.tree
    state, level = text(tree, "alertState"), text(tree, "triggerLevel")
    # One id from trigger to clear; a level that rises is worth another message.
    thread = text(tree, "transId")
    return single(
        received.document,
        _STATES.get(state.upper(), "firing"),
        title=first_text(tree, "alertName", "metricName"),
        key=identity(thread, state, level) if thread else "",
        thread=thread,
        severity=first_text(tree, "preTriggerLevel", "triggerLevel") if level in {"", "OK"} else level,
        ends_once=bool(thread),
    )


def _subscription(received: AuthenticatedRequest, alert: dict[str, object]) -> Alert:
    state = text(alert, "alertStatus")
    thread = first_text(alert, "dedupId", "traceId")
    return single(
        received.document,
        "resolved" if state.upper() == "RESOLVED" else "event",
        title=first_text(alert, "eventName", "product") or text(received.document.tree, "strategyName"),
        key=identity(thread, state) if thread else "",
        thread=thread,
        severity=text(alert, "severity") or text(received.document.tree, "severity"),
        started_at=moment(text(alert, "timestamp")),
    )


def _event(received: AuthenticatedRequest) -> Alert:
    tree = received.document.tree
    key = text(tree, "id")
    return single(
        received.document,
        "event",
        title=first_text(tree, "ruleName", "name", "title"),
        key=identity(key, text(tree, "status")) if key else "",
        thread=key,
        severity=text(tree, "level"),
    )


SENDER = Sender("cloudmonitor", read, url_token=True)
