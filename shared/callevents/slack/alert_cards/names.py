"""The names of senders, and of what they say happened, for people."""

import re
from typing import TYPE_CHECKING

from callevents.calls.records.event_types import EVENT_TYPES
from callevents.i18n import N_, gettext_for
from callevents.report.text import fill, label, masked_label
from callevents.report.viewer import Viewer

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

MAX_TITLE_CHARS = 110
_MAX_NAME_CHARS = 60
_UNTITLED = frozenset({"", "Alert"})
_SENDERS = {
    "alertmanager": "Alertmanager",
    "arms": "ARMS",
    "ccc": N_("the contact center"),
    "cloudmonitor": "CloudMonitor",
    "datadog": "Datadog",
    "eventbridge": "EventBridge",
    "generic": N_("another system"),
    "grafana": "Grafana",
    "opsgenie": "Opsgenie",
    "pagerduty": "PagerDuty",
    "sentry": "Sentry",
    "sls": "SLS",
}
# By the sender's own word, in lower case and without blanks. Another word is split where it is written together.
_ACTIONS = {
    "acknowledge": N_("acknowledged"),
    "acknowledged": N_("acknowledged"),
    "addnote": N_("note added"),
    "annotated": N_("note added"),
    "addresponder": N_("responder added"),
    "addtags": N_("tags added"),
    "assignownership": N_("assigned"),
    "conference_bridge.updated": N_("conference bridge changed"),
    "custom_field_values.updated": N_("custom field changed"),
    "delegated": N_("delegated"),
    "escalate": N_("escalated"),
    "escalated": N_("escalated"),
    "incident_type.changed": N_("type changed"),
    "insufficient_data": N_("no data"),
    "issue assigned": N_("assigned"),
    "nodata": N_("no data"),
    "no data": N_("no data"),
    "priority_updated": N_("priority changed"),
    "re-no data": N_("still no data"),
    "re-triggered": N_("still firing"),
    "re-warn": N_("still a warning"),
    "reassigned": N_("reassigned"),
    "renotify": N_("still firing"),
    "reopened": N_("reopened"),
    "responder.added": N_("responder added"),
    "responder.replied": N_("responder replied"),
    "service_updated": N_("service changed"),
    "snooze": N_("snoozed"),
    "status_update_published": N_("status update published"),
    "takeownership": N_("assigned"),
    "unacknowledge": N_("no longer acknowledged"),
    "unacknowledged": N_("no longer acknowledged"),
    "updatepriority": N_("priority changed"),
    "warn": N_("warning"),
}
_JOINTS = re.compile(r"[._\s]+|(?<=[a-z])(?=[A-Z])")


def sender_name(sender: str, viewer: Viewer) -> str:
    """Return the name of the sender of a route; the route itself if it is not known."""
    name = _SENDERS.get(sender)
    return label(sender, _MAX_NAME_CHARS) if name is None else gettext_for(viewer.language)(name)


def action_words(action: str, viewer: Viewer) -> str:
    """Return in words what happened to an alert; foreign text is cleaned."""
    words = _ACTIONS.get(action.strip().lower())
    if words is not None:
        return gettext_for(viewer.language)(words)
    return masked_label(_JOINTS.sub(" ", action).strip().lower(), viewer, _MAX_NAME_CHARS)


def alert_title(alert: "AlertEnvelope", viewer: Viewer) -> str:
    """Return the title of *alert*, cleaned; where it has none, who sent it; types of events in words."""
    title = alert.title if alert.sender != "ccc" else _event_words(alert.title, viewer)
    title = masked_label(title, viewer, MAX_TITLE_CHARS)
    if title not in _UNTITLED:
        return title
    words = gettext_for(viewer.language)(N_("Alert from %(sender)s"))
    return fill(words, {"sender": sender_name(alert.sender, viewer)})


def _event_words(types: str, viewer: Viewer) -> str:
    """Return the types of events that the contact center pushed in words, one that is not known as it is called."""
    _ = gettext_for(viewer.language)
    names = types.split(", ")
    return _(N_(", ")).join(_(EVENT_TYPES[name].label) if name in EVENT_TYPES else name for name in names)


def unnamed_jobs(alert: "AlertEnvelope", title: str) -> list[str]:
    """Return the ids of the calls of *alert*, without those that stand in its *title*."""
    shown = title.lower()
    return [job for job in dict.fromkeys([*alert.resolved_jobs, *alert.jobs]) if job.lower() not in shown]
