"""Any other sender: JSON, a form, markup or text.

`job_id`, `status` (or `state`), `id`, `title` are read, none is needed.
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert
from callevents.webhook.json_path import items
from callevents.webhook.senders import alertmanager
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the whole document as one alert, or as a group if it has the shape of Alertmanager's or Prometheus's."""
    tree = request.document.tree
    grouped = any(isinstance(member, dict) and "labels" in member for member in items(tree, "alerts"))
    if grouped or alertmanager.is_array(tree):
        return alertmanager.read(request)
    return [read_any(request, unknown="event")]


SENDER = Sender("generic", read)
