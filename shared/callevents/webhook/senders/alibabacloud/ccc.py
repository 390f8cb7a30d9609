"""The contact center's own event push: a stream of events, of which only some types are posted.

The request's form is not documented: the event itself, a record that holds it as a string, or an array of either is
read. A subscription has no field for a header or a signature, hence the token in the URL.
Source: https://help.aliyun.com/en/ccs/developer-reference/api-ccc-2020-07-01-updatesubscription
"""

from collections.abc import Sequence
from dataclasses import replace

from callevents.webhook.alert import Alert, Member, group, identity
from callevents.webhook.job_ids import job_ids
from callevents.webhook.json_path import first_text, text, unwrap
from callevents.webhook.senders.base import AuthenticatedRequest, Sender
from callevents.webhook.timestamps import parse_time

# In lower case.
_ENVELOPES = ("content", "messagebody", "message", "event", "body", "payload", "data")
_LISTS = ("data", "events", "records", "messages")


def read(request: AuthenticatedRequest) -> Sequence[Alert]:
    """Read one alert for each allowed instance that has an event of a wanted type."""
    members: dict[str, list[Member]] = {}
    for value in _events(request.document.tree):
        event = _event(value)
        if event is None:
            continue
        instance = _instance(event)
        if instance in request.instances and _type(event) in request.wanted:
            members.setdefault(instance, []).append(_member(event))
    return [_alert(instance, of_instance) for instance, of_instance in members.items()]


def _events(tree: object) -> list[object]:
    if isinstance(tree, dict):
        named = {key.lower(): held for key, held in tree.items()}
        tree = next((held for name in _LISTS if isinstance(held := unwrap(named.get(name)), list)), [tree])
    return tree if isinstance(tree, list) else []


def _event(value: object) -> dict[str, object] | None:
    """Return the event, taken out of the record around it; the record's other members are kept."""
    value = unwrap(value)
    if not isinstance(value, dict):
        return None
    named = {key.lower(): key for key in value}
    for name in _ENVELOPES:
        key = named.get(name, "")
        inner = unwrap(value.get(key))
        if isinstance(inner, dict):
            around = {other: held for other, held in value.items() if other != key}
            return {**around, **inner}
    return value


def _instance(event: object) -> str:
    """Return the instance named by the event and the record around it, an empty string if none or two are named."""
    named = {name for key in ("instanceId", "InstanceId") if (name := text(event, key))}
    return named.pop() if len(named) == 1 else ""


def _type(event: object) -> str:
    return first_text(event, "eventType", "EventType", "NotificationType", "notificationType")


def _member(event: object) -> Member:
    happened = text(event, "eventTime")
    contact = first_text(event, "contactId", "NotificationKey")
    return Member(
        state="event",
        jobs=tuple(job_ids(event)),
        identity=identity(_type(event), contact, text(event, "channelId"), happened),
        title=_type(event),
        started_at=parse_time(happened),
    )


def _alert(instance: str, members: Sequence[Member]) -> Alert:
    alert = group(members)
    kinds = dict.fromkeys(member.title for member in members if member.jobs)
    return replace(alert, instance=instance, title=", ".join(kinds) or alert.title)


SENDER = Sender("ccc", read, url_token=True)
