"""CloudMonitor: threshold rules (a form), event subscriptions, and the event rules before them.

Sources: https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/use-the-alert-callback-feature-to-send-notifications-about-threshold-triggered-alerts,
https://www.alibabacloud.com/help/en/cms/cloudmonitor-1-0/user-guide/configure-callbacks-for-system-event-triggered-alerts
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import child, first_text, text, unwrap
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState
from callevents.webhook.timestamps import parse_time

_STATES: dict[str, MemberState] = {"OK": "resolved", "INSUFFICIENT_DATA": "event"}


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read whichever of the three it is."""
    tree = request.document.tree
    alert = unwrap(child(tree, "alert"))
    if isinstance(alert, dict):
        return [_subscription(request, alert)]
    if text(tree, "alertState") or text(tree, "transId"):
        return [_threshold(request)]
    return [read_any(request, unknown="event", absent="event") if request.document.words else _event(request)]


def _threshold(request: AuthenticatedRequest) -> Alert:
    tree = request.document.tree
    state, level = text(tree, "alertState"), text(tree, "triggerLevel")
    # One id from trigger to clear; a level that rises is posted again.
    thread = text(tree, "transId")
    return single(
        request.document,
        _STATES.get(state.upper(), "firing"),
        title=first_text(tree, "alertName", "metricName"),
        key=identity(thread, state, level) if thread else "",
        thread=thread,
        severity=first_text(tree, "preTriggerLevel", "triggerLevel") if level in {"", "OK"} else level,
        ends_once=bool(thread),
        follows=bool(thread) and _STATES.get(state.upper()) == "event",
        action=state,
    )


def _subscription(request: AuthenticatedRequest, alert: dict[str, object]) -> Alert:
    state = text(alert, "alertStatus")
    thread = first_text(alert, "dedupId", "traceId")
    return single(
        request.document,
        "resolved" if state.upper() == "RESOLVED" else "event",
        title=first_text(alert, "eventName", "product") or text(request.document.tree, "strategyName"),
        key=identity(thread, state) if thread else "",
        thread=thread,
        severity=text(alert, "severity") or text(request.document.tree, "severity"),
        started_at=parse_time(text(alert, "timestamp")),
    )


def _event(request: AuthenticatedRequest) -> Alert:
    tree = request.document.tree
    key = text(tree, "id")
    return single(
        request.document,
        "event",
        title=first_text(tree, "ruleName", "name", "title"),
        key=identity(key, text(tree, "status")) if key else "",
        thread=key,
        severity=text(tree, "level"),
    )


SENDER = Sender("cloudmonitor", read, url_token=True)
