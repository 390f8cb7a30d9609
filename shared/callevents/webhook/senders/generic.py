"""Anything else: JSON, a form or text. `job_id`, `status` (or `state`), `id`, `title` are honoured, none is needed."""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import first_text, items, text
from callevents.webhook.senders import alertmanager
from callevents.webhook.senders.base import AuthenticatedRequest, Sender, state_of_word
from callevents.webhook.timestamps import parse_time


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Return the alert that the whole document is, or the group where it has Alertmanager's shape."""
    tree = request.document.tree
    if any(isinstance(member, dict) and "labels" in member for member in items(tree, "alerts")):
        return alertmanager.read(request)
    status, named = first_text(tree, "status", "state"), text(tree, "id")
    return [
        single(
            request.document,
            state_of_word(status),
            title=first_text(tree, "title", "summary", "subject", "name", "text", "message"),
            key=identity(named, state_of_word(status)) if named else "",
            thread=named,
            severity=first_text(tree, "severity", "level", "priority"),
            started_at=parse_time(first_text(tree, "started_at", "startsAt")),
        )
    ]


SENDER = Sender("generic", read)
