"""Prometheus Alertmanager, and all that send its shape; also the array that Prometheus itself sends.

Sources: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config,
https://prometheus.io/docs/alerting/latest/alerts_api/
"""

from collections.abc import Sequence
from dataclasses import replace

from callevents.webhook.alert import Alert, Member, group, identity, with_ends
from callevents.webhook.job_ids import MAX_MEMBERS_WITHOUT_CALL, job_ids, members_with_calls
from callevents.webhook.json_path import child, first_text, items, text, without
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import MemberState, state_of_word
from callevents.webhook.timestamps import parse_time

# What Grafana calls an alert whose query failed; the rule's own name stands in another label.
_OF_THE_QUERY = frozenset({"DatasourceNoData", "DatasourceError"})
MAX_ALONE = 20


def is_array(tree: object) -> bool:
    """Return whether *tree* is the array of alerts that Prometheus sends to Alertmanager."""
    return isinstance(tree, list) and any(isinstance(member, dict) and "labels" in member for member in tree)


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read the group as one alert, each member with its own status: the group's is firing if any member fires."""
    tree = request.document.tree
    if is_array(tree):
        return _read_array(request)
    listed = [member for member in items(tree, "alerts") if member]
    if not listed:
        return [read_any(request)]
    members = [_member(member) for member in members_with_calls(listed)]
    if not any(member.jobs for member in members):
        # The texts of a group mix its firing and its resolved members: they count only if no member names a call.
        jobs = tuple(job_ids(*without(tree, "alerts")))
        state = state_of_word(text(tree, "status"))
        if jobs:
            members = [replace(member, state=state, jobs=jobs) for member in members]
    title = _common_title(tree) if len(listed) > 1 else ""
    return with_ends(group(members, title=title), [*members, *_silent_ends(listed, members)], title=title)


def _silent_ends(listed: Sequence[object], members: Sequence[Member]) -> list[Member]:
    """Return the resolved ones of *listed* that name no call, where others do."""
    if not any(member.jobs for member in members):
        return []
    ended = (each for each in listed if state_of_word(text(each, "status")) == "resolved")
    read_ends = (_member(each) for each, _ in zip(ended, range(MAX_MEMBERS_WITHOUT_CALL), strict=False))
    return [member for member in read_ends if not member.jobs]


def _read_array(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read each alert by itself: what Prometheus sends together changes with each request."""
    members = [
        replace(_member(member), state=_array_state(member, request.arrived_at))
        for member in members_with_calls(items(request.document.tree))
    ]
    if len(members) > MAX_ALONE:
        return [group(members)]
    return [group([member]) for member in members]


def _array_state(member: object, now: float) -> MemberState:
    """Return the state: what is over has ended, what fires will end later if it is not sent again."""
    ends = parse_time(text(member, "endsAt"))
    return "resolved" if ends is not None and ends <= now else "firing"


def _member(member: object) -> Member:
    labels, annotations = child(member, "labels"), child(member, "annotations")
    starts = text(member, "startsAt")
    own = text(member, "fingerprint") or _label_key(labels)
    summary = first_text(annotations, "summary", "message", "description")
    return Member(
        state=state_of_word(text(member, "status")),
        jobs=tuple(job_ids(member)),
        identity=identity(own, starts),
        title=_title(_name(labels), summary),
        severity=text(labels, "severity"),
        started_at=parse_time(starts),
        has_identity=bool(own and starts),
    )


def _label_key(labels: object) -> str:
    if not isinstance(labels, dict):
        return ""
    return "\x1d".join(sorted(f"{name}={text(value)}" for name, value in labels.items()))


def _common_title(tree: object) -> str:
    name = _name(child(tree, "commonLabels"))
    return _title(name, text(tree, "commonAnnotations", "summary")) if name else ""


def _name(labels: object) -> str:
    name, rule = text(labels, "alertname"), text(labels, "rulename")
    return f"{rule} ({name})" if rule and name in _OF_THE_QUERY else name


def _title(name: str, summary: str) -> str:
    return ": ".join(part for part in (name, summary) if part)


SENDER = Sender("alertmanager", read)
