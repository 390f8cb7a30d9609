"""Datadog's webhooks: the body is a template, by default without a state and without the cycle of its alert.

Source: https://docs.datadoghq.com/integrations/webhooks/
"""

import re
from collections.abc import Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.json_path import first_text, text
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState, known_state

# A monitor's title begins with "[P2] [Triggered on {queue:sales}] …", the priority if it has one; other brackets are
# the monitor's own words. Source: https://github.com/grafana-cold-storage/oncall/issues/3158
_TRANSITION = re.compile(
    r"(?:\[(?P<priority>P[1-5])\]\s*)?"
    r"\[(?P<word>(?:re-?)?(?:triggered|warn|no data|notify)|(?:(?:warn|no data) )?recovered(?: from (?:warn|no data))?)"
    r"(?: on \{[^\]]*)?\]\s*",
    re.IGNORECASE,
)

_FIRING = frozenset({"triggered", "renotify", "notify"})


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the transition of a monitor."""
    tree = request.document.tree
    if request.document.words:
        return [read_any(request)]
    title = text(tree, "title")
    begin = _TRANSITION.match(title)
    transition = _filled_in(tree, "alert_transition") or (begin["word"] if begin else "")
    cycle, event = _filled_in(tree, "alert_cycle_key"), text(tree, "id")
    state = _state(transition.lower(), first_text(tree, "status", "state"))
    return [
        single(
            request.document,
            state,
            title=(title[begin.end() :] if begin else title) or title,
            key=identity(cycle, transition) if cycle else event,
            thread=cycle,
            severity=text(tree, "alert_priority")
            or (begin["priority"] if begin else None)
            or first_text(tree, "priority", "severity", "alert_type"),
            action=transition,
            ends_once=bool(cycle),
            follows=bool(cycle)
            and (state == "event" or (transition.lower().startswith("re") and state != "resolved")),
        )
    ]


def _filled_in(tree: object, name: str) -> str:
    """Return a value of the template, an empty string if its variable was not replaced."""
    value = text(tree, name)
    return "" if value.startswith("$") else value


def _state(transition: str, word: str) -> MemberState:
    """Return the state after *transition*, or where the template has none, that of its own *word*."""
    if not transition:
        return known_state(word) or "firing"
    if transition.startswith("recovered") or transition.endswith("recovered"):
        return "resolved"
    # The others neither begin nor end an alert; a monitor may pass through them on its way to either.
    return "firing" if transition.removeprefix("re-") in _FIRING else "event"


SENDER = Sender("datadog", read)
