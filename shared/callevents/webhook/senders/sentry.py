"""Sentry's integration platform. The legacy webhook plugin signs nothing and is rejected.

Source: https://docs.sentry.io/integrations/integration-platform/webhooks/
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, single
from callevents.webhook.hmac_signature import SignatureForm
from callevents.webhook.json_path import child, first_text, text
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState
from callevents.webhook.timestamps import parse_time

# The resources that are read, with the member of the data that holds their subject.
_RESOURCES = {
    "event_alert": "event", "issue": "issue", "metric_alert": "metric_alert", "error": "error", "comment": "comment",
    "installation": "installation",
}  # fmt: skip
_SUBJECTS = ("event", "issue", "metric_alert", "error")
# Subjects whose thread is that of their issue.
_OF_AN_ISSUE = frozenset({"event", "issue", "error", "comment"})
# Actions of a metric alert that are its level.
_LEVELS = frozenset({"critical", "warning"})
_FIRING = frozenset({"triggered", "created", "unresolved", "critical", "warning", "open", ""})


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read what happened to the hook's resource.

    The request id is not signed, so it cannot be the key: the body is, as every event has its own.
    """
    document = request.document
    if document.words:
        return [read_any(request)]
    data = child(document.tree, "data")
    subject, found = next(
        ((name, held) for name in _SUBJECTS if (held := child(data, name))),
        ("comment" if text(data, "comment_id") else "", data),
    )
    resource = request.headers.get("sentry-hook-resource", "").strip().lower() or _guess(subject, data)
    action = text(document.tree, "action")
    state = _state(resource, action)
    named = first_text(found, "issue_id", "id")
    thread = "\x1f".join(("issue" if subject in _OF_AN_ISSUE else subject, named)) if named else ""
    return [
        single(
            document,
            state,
            title=text(found, "title") or first_text(data, "description_title", "triggered_rule"),
            thread=thread,
            severity=text(found, "level") or (action if action in _LEVELS else ""),
            started_at=parse_time(first_text(found, "date_started", "firstSeen", "datetime")),
            follows=state == "event" and bool(thread),
            action=text(data, "activity", "type") or f"{subject or resource} {action}".strip(),
        )
    ]


def _guess(subject: str, data: object) -> str:
    """Return the resource of a hook without its header: an activity is none that fires, whatever its subject."""
    if child(data, "activity") is not None:
        return "activity"
    return next((resource for resource, name in _RESOURCES.items() if name == subject), "error")


def _state(resource: str, action: str) -> MemberState:
    """Return the state; a resource that is not known is an event, however much its data look like an alert."""
    if resource == "installation":
        return "test"
    if resource not in _RESOURCES or resource == "comment":
        return "event"
    if action == "resolved":
        return "resolved"
    return "firing" if action in _FIRING else "event"


SENDER = Sender("sentry", read, signature=SignatureForm("sentry-hook-signature"))
