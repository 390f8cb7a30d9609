"""EventBridge: CloudEvents of any source, also after a template.

Source: https://www.alibabacloud.com/help/en/eventbridge/user-guide/route-events-to-https-endpoints
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import child, first_text, text
from callevents.webhook.senders.alibabacloud.sls import sls_member
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState

_SLS_STATES: dict[str, MemberState] = {"firing": "firing", "resolved": "resolved"}


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the event as an alert. Only events of SLS have states, named in their type."""
    tree = request.document.tree
    kind = text(tree, "type")
    key = identity(text(tree, "source"), text(tree, "id"))
    if request.document.words:
        return [read_any(request, unknown="event", absent="event")]
    if kind.startswith("sls:AlertEvent:"):
        member = sls_member(child(tree, "data"))
        return [
            single(
                request.document,
                _SLS_STATES.get(kind.rpartition(":")[2].lower(), "firing"),
                title=member.title,
                key=key,
                # The firing and the resolving event have ids of their own.
                thread=member.identity if member.has_identity else "",
                severity=member.severity,
                started_at=member.started_at,
                ends_once=member.started_at is not None,
            )
        ]
    return [
        single(
            request.document,
            "event",
            title=first_text(child(tree, "data"), "title", "name")
            or first_text(tree, "type", "subject", "title"),
            key=key,
            severity=first_text(child(tree, "data"), "severity", "level"),
        )
    ]


SENDER = Sender(
    "eventbridge",
    read,
    token_header="x-eventbridge-signature-token",  # noqa: S106 - a header's name
    certificate=True,
)
