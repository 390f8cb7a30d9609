"""Prometheus Alertmanager, and all that send its shape.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Sequence
from dataclasses import replace

from callevents.webhook.alert import Alert, Member, group, identity, single
from callevents.webhook.job_ids import job_ids, members_with_calls
from callevents.webhook.json_path import child, first_text, items, text, without
from callevents.webhook.senders.base import AuthenticatedRequest, Sender, state_of_word
from callevents.webhook.timestamps import parse_time


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the group as one alert, each member with its own status: the group's is firing if any member fires."""
    tree = request.document.tree
    listed = [member for member in items(tree, "alerts") if member]
    if not listed:
        return [read_custom(request)]
    members = [_member(member) for member in members_with_calls(listed)]
    if not any(member.jobs for member in members):
        # The texts of a group mix its firing and its resolved members: they count only if no member names a call.
        jobs = tuple(job_ids(*without(tree, "alerts")))
        state = state_of_word(text(tree, "status"))
        members = [replace(member, state=state, jobs=jobs) for member in members]
    name = text(tree, "commonLabels", "alertname") if len(listed) > 1 else ""
    return [group(members, title=_title(name, text(tree, "commonAnnotations", "summary")) if name else "")]


def _member(member: object) -> Member:
    labels, annotations = child(member, "labels"), child(member, "annotations")
    starts = text(member, "startsAt")
    name = identity(text(member, "fingerprint") or _label_key(labels), starts)
    summary = first_text(annotations, "summary", "message", "description")
    return Member(
        state=state_of_word(text(member, "status")),
        jobs=tuple(job_ids(member)),
        identity=name,
        title=_title(text(labels, "alertname"), summary),
        severity=text(labels, "severity"),
        started_at=parse_time(starts),
    )


def _label_key(labels: object) -> str:
    if not isinstance(labels, dict):
        return ""
    return "\x1d".join(sorted(f"{name}={text(value)}" for name, value in labels.items()))


def _title(name: str, summary: str) -> str:
    return ": ".join(part for part in (name, summary) if part)


def read_custom(request: AuthenticatedRequest) -> Alert:
    """Read a document of the user's own template."""
    tree = request.document.tree
    return single(
        request.document,
        state_of_word(first_text(tree, "status", "state")),
        title=first_text(tree, "title", "summary", "text", "message", "alertname"),
        severity=first_text(tree, "severity", "level", "priority"),
    )


SENDER = Sender("alertmanager", read)
