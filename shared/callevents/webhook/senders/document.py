"""Documents of no known form: title, state, severity and id are read where they usually stand.

That is at the top, or one level down: so Grafana OnCall, Uptime Kuma, Azure Monitor, Amazon SNS and templates are read.
Sources: https://grafana.com/docs/oncall/latest/configure/outgoing-webhooks/,
https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js,
https://learn.microsoft.com/en-us/azure/azure-monitor/alerts/alerts-common-schema,
https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html
"""

from collections.abc import Mapping, Sequence

from callevents.webhook.alert import Alert, identity, single
from callevents.webhook.formats.text_fields import title_words
from callevents.webhook.json_path import text, unwrap
from callevents.webhook.senders.base import AuthenticatedRequest
from callevents.webhook.states import MemberState, known_state, state_of_word
from callevents.webhook.timestamps import parse_time

# All names as `_plain` gives them, in the order in which they count.
_NESTED = (
    "alertgroup", "incident", "alert", "alarm", "monitor", "heartbeat", "check", "trigger", "problem", "issue", "event",
    "data", "commonannotations", "commonlabels", "labels", "annotations", "payload", "notification", "message",
)  # fmt: skip
_TITLES = (
    "title", "alarmname", "alertrule", "summary", "subject", "alertname", "rulename", "name", "text", "message", "msg",
    "description",
)  # fmt: skip
_STATES = ("status", "state", "alertstate", "alertstatus", "newstatevalue", "monitorcondition", "eventaction")
# What happened, where no state is given; it is one only where it says that it is over.
_HAPPENED = (
    "notificationtype",
    "eventtype",
    "transition",
    "currentstate",
    "newstate",
    "action",
    "event",
    "type",
)
_IS_OVER = frozenset({"resolved", "resolve", "recovered", "recovery", "recover", "cleared", "clear", "ok"})
_IDS = ("id", "alertid", "incidentid", "alertgroupid", "fingerprint", "dedupkey", "incidentkey", "alarmarn")
_SEVERITIES = ("severity", "level", "priority", "urgency")
_STARTS = ("startedat", "startsat", "createdat", "fireddatetime")
# Uptime Kuma's numbers: https://github.com/louislam/uptime-kuma/blob/master/src/util.ts
_HEARTBEATS: Mapping[str, MemberState] = {"0": "firing", "1": "resolved", "2": "event", "3": "event"}

_MAX_NAME_CHARS = 40

_Level = Mapping[str, object]


def read_any(
    request: AuthenticatedRequest, *, unknown: MemberState = "firing", absent: MemberState = "firing"
) -> Alert:
    """Read the document as one alert; its state is *unknown* for a word that is not known, *absent* without one."""
    levels = _levels(request.document.tree)
    word, state = _state(levels, unknown, absent)
    named = _first(levels, _IDS)
    # What is named so fires again and again: the moment belongs to the delivery.
    moment = _first(levels, ("statechangetime",)) or text(_inner(levels[0], "heartbeat"), "time")
    return single(
        request.document,
        state,
        title=_title(levels),
        key=identity(named, state, *filter(None, [moment])) if named else "",
        thread=named,
        severity=_first(levels, _SEVERITIES),
        started_at=parse_time(_first(levels, _STARTS)),
        follows=state == "event" and bool(named),
        action=word,
    )


def _title(levels: Sequence[_Level]) -> str:
    found = (text(level, name) for name in _TITLES for level in levels)
    return next((words for value in found if value and (words := title_words(value))), "")


def _state(levels: Sequence[_Level], unknown: MemberState, absent: MemberState) -> tuple[str, MemberState]:
    """Return the word for the state, and the state."""
    number = text(_inner(levels[0], "heartbeat"), "status")
    if number in _HEARTBEATS:
        return "", _HEARTBEATS[number]
    word = _first(levels, _STATES)
    if not word:
        word = text(_inner(levels[0], "event"), "type")
        word = word if known_state(word) else ""
    if not word:
        happened = (text(levels[0], name).rpartition(".")[2] for name in _HAPPENED)
        word = next((each for each in happened if each.lower() in _IS_OVER), "")
    return word, state_of_word(word, unknown) if word else absent


def _levels(tree: object) -> list[_Level]:
    top = _names(tree)
    nested = [inner for name in _NESTED if (inner := _inner(top, name))]
    essentials = _inner(_inner(top, "data"), "essentials")
    return [top, *nested, essentials]


def _inner(level: _Level, name: str) -> _Level:
    return _names(level.get(name))


def _names(value: object) -> _Level:
    """Return the members of an object, or of the first one in a list, by their plain names."""
    value = unwrap(value)
    if isinstance(value, list):
        value = next((unwrap(member) for member in value[:20] if isinstance(unwrap(member), dict)), None)
    if not isinstance(value, dict):
        return {}
    return {_plain(name): held for name, held in reversed(value.items())}


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower() if len(name) <= _MAX_NAME_CHARS else name


def _first(levels: Sequence[_Level], names: Sequence[str]) -> str:
    """Return the first of the *names* that has a text in any of the *levels*."""
    return next((found for name in names for level in levels if (found := text(level, name))), "")
