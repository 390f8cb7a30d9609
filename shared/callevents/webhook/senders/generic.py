"""Any other sender: JSON, a form or text. `job_id`, `status` (or `state`), `id`, `title` are read, none is needed."""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import first_text, items, text
from callevents.webhook.senders import alertmanager
from callevents.webhook.senders.base import AuthenticatedRequest, Sender, state_of_word
from callevents.webhook.timestamps import parse_time


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the whole document as one alert, or as a group if it has Alertmanager's shape."""
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
