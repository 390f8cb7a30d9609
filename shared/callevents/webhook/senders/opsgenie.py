"""Opsgenie, and its successor in Jira Service Management.

Source: https://docs.opsgenie.com/docs/marid-alert-action-data
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import child, first_text, text
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState
from callevents.webhook.timestamps import parse_time

_STATES: dict[str, MemberState] = {"create": "firing", "close": "resolved", "": "firing"}


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read an action on an alert; one that neither begins nor ends it is an event."""
    tree = request.document.tree
    alert = child(tree, "alert")
    if not isinstance(alert, dict):
        return [read_any(request)]
    action, alert_id = text(tree, "action"), text(alert, "alertId")
    state = _STATES.get(action.lower(), "event")
    return [
        single(
            request.document,
            state,
            title=first_text(alert, "message", "alias"),
            key=identity(alert_id, action, text(alert, "updatedAt")) if alert_id else "",
            thread=alert_id,
            severity=text(alert, "priority"),
            started_at=parse_time(text(alert, "createdAt")),
            action=action,
            ends_once=state == "firing" and bool(alert_id),
            follows=state == "event" and bool(alert_id),
        )
    ]


SENDER = Sender("opsgenie", read)
