"""PagerDuty's V3 webhooks.

Source: https://developer.pagerduty.com/docs/webhooks-overview
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, single
from callevents.webhook.hmac_signature import SignatureForm
from callevents.webhook.json_path import child, first_text, text
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState
from callevents.webhook.timestamps import parse_time

_STATES: dict[str, MemberState] = {
    "incident.triggered": "firing",
    "incident.reopened": "firing",
    "incident.resolved": "resolved",
    "pagey.ping": "test",
    "": "firing",
}


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the event; all events of an incident share a thread."""
    event = child(request.document.tree, "event")
    if not isinstance(event, dict):
        return [read_any(request)]
    data = child(event, "data")
    incident = text(data, "incident", "id") or text(data, "id")
    kind = text(event, "event_type")
    state = _STATES.get(kind, "event")
    return [
        single(
            request.document,
            state,
            title=first_text(data, "title", "summary") or text(data, "incident", "summary"),
            key=text(event, "id"),
            thread=incident,
            severity=text(data, "priority", "summary") or text(data, "urgency"),
            started_at=parse_time(text(data, "created_at")),
            action=kind.removeprefix("incident."),
            ends_once=kind == "incident.triggered" and bool(incident),
            follows=state == "event" and _is_of_incident(event, kind) and bool(incident),
        )
    ]


def _is_of_incident(event: object, kind: str) -> bool:
    return kind.startswith("incident.") or text(event, "resource_type") == "incident"


SENDER = Sender("pagerduty", read, signature=SignatureForm("x-pagerduty-signature", "v1="))
