"""Simple Log Service.

Source: https://help.aliyun.com/zh/sls/variables-in-original-alert-templates
"""

from collections.abc import Sequence

from callevents.webhook.alert import Alert, Member, group, identity, with_ends
from callevents.webhook.job_ids import MAX_MEMBERS_WITHOUT_CALL, job_ids, members_with_calls
from callevents.webhook.json_path import child, first_text, text, unwrap
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.senders.document import read_any
from callevents.webhook.states import state_of_word
from callevents.webhook.timestamps import parse_time

_SEVERITIES = {"2": "report", "4": "low", "6": "medium", "8": "high", "10": "critical"}


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read one alert, or the array that merged sending makes of several, as one alert."""
    tree = request.document.tree
    if isinstance(tree, list) and tree:
        members = [sls_member(member) for member in members_with_calls(tree)]
        silent = [member for each in tree[:MAX_MEMBERS_WITHOUT_CALL] if not (member := sls_member(each)).jobs]
        return with_ends(group(members), [*(member for member in members if member.jobs), *silent])
    if isinstance(tree, dict) and ("fingerprint" in tree or "alert_name" in tree):
        return [group([sls_member(tree)])]
    return [read_any(request)]


def sls_member(alert: object) -> Member:
    """Read one alert of the default template, or of a user's template as far as it can be."""
    alert = unwrap(alert)
    fired = text(alert, "fire_time")
    own = first_text(alert, "fingerprint", "alert_instance_id")
    named = own or "\x1d".join(job_ids(alert))
    annotations = child(alert, "annotations")
    severity = text(alert, "severity")
    return Member(
        state=state_of_word(text(alert, "status")),
        jobs=tuple(job_ids(alert)),
        identity=identity(named, fired),
        title=first_text(annotations, "title", "__title__", "desc") or first_text(alert, "alert_name"),
        severity=_SEVERITIES.get(severity, severity),
        started_at=parse_time(fired),
        has_identity=bool(own and fired),
    )


SENDER = Sender("sls", read)
