"""What happened on a call, read from its notification records: without doubles, in order of time."""

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import NamedTuple

from callevents_sandbox.fixtures.samples import Record


class Event(NamedTuple):
    """One thing that happened at `at` (Unix milliseconds); absent members are empty texts."""

    at: int
    type: str
    channel: str
    fields: dict[str, object]

    def text(self, name: str) -> str:
        """Return the member called *name*, empty where it is no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    @property
    def agent(self) -> str:
        """The agent it is about."""
        return self.text("agentId")


def read_events(records: Iterable[Record]) -> tuple[Event, ...]:
    """Return the events in *records*, in order of time; the centre's own bookkeeping has no damaged entries."""
    found = {
        (each.type, json.dumps(each.fields, sort_keys=True)): each for each in map(_event, records) if each
    }
    return tuple(sorted(found.values(), key=lambda each: each.at))


def _event(record: Record) -> Event | None:
    try:
        fields = json.loads(record.content)
        at = milliseconds(fields["eventTime"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    channel = fields.get("channelId")
    return Event(at, record.notification_type, channel if isinstance(channel, str) else "", fields)


def milliseconds(time: str) -> int:
    """Return an ISO 8601 time as Unix milliseconds; raise ValueError or TypeError if it is none."""
    moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)
