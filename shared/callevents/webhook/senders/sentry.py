"""Sentry's integration platform. The legacy webhook plugin signs nothing and is rejected.

Source: https://docs.sentry.io/integrations/integration-platform/webhooks/
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, MemberState, single
from callevents.webhook.hmac_signature import SignatureForm
from callevents.webhook.json_path import child, first_text, text
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.timestamps import parse_time

# Resources that end with their issue.
_OF_AN_ISSUE = frozenset({"event", "issue", "error", "comment"})
# Actions of a metric alert that are its level.
_LEVELS = frozenset({"critical", "warning"})
_FIRING = frozenset({"triggered", "created", "unresolved", "critical", "warning", "open", ""})


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read what happened to the hook's resource.

    The request id is not signed, so it cannot be the key: the body is, as every event has its own.
    """
    document = request.document
    data = child(document.tree, "data")
    resource, found = next(
        ((name, held) for name in ("event", "issue", "metric_alert", "error") if (held := child(data, name))),
        ("comment" if text(data, "comment_id") else request.headers.get("sentry-hook-resource", ""), data),
    )
    action = text(document.tree, "action")
    state = _state(resource, action)
    named = first_text(found, "issue_id", "id")
    thread = "\x1f".join(("issue" if resource in _OF_AN_ISSUE else resource, named)) if named else ""
    return [
        single(
            document,
            state,
            title=text(found, "title") or first_text(data, "description_title", "triggered_rule"),
            thread=thread,
            severity=text(found, "level") or (action if action in _LEVELS else ""),
            started_at=parse_time(first_text(found, "date_started", "firstSeen", "datetime")),
            follows=state == "event" and bool(thread),
            action=f"{resource} {action}".strip(),
        )
    ]


def _state(resource: str, action: str) -> MemberState:
    if resource == "installation":
        return "test"
    if action == "resolved":
        return "resolved"
    return "firing" if action in _FIRING and resource != "comment" else "event"


SENDER = Sender("sentry", read, signature=SignatureForm("sentry-hook-signature"))
