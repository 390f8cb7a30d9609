"""What a detail record's own fields say: what kind of call it was, who ended it, and its times."""

from typing import Final, NamedTuple

from callevents.calls.model import SECOND, Instant
from callevents.calls.records.detail_record import CallFields, DetailRecord

_UNMARKED: Final = {"PRIVACYDIAL": "PRIVACY_DIAL"}  # as it was spelt in 2021
_INITIATORS: Final = frozenset({"agent", "customer"})


class RecordTimes(NamedTuple):
    """The times in a record's own fields, but for those that contradict its events or one another."""

    started_at: Instant | None
    established_at: Instant | None
    released_at: Instant | None


def contact_type(call: CallFields) -> str:
    """Return the type of a call in upper case, in whatever spelling it came; "" where there is none."""
    name = (call.contact_type or "").upper().replace("-", "_").replace(" ", "_")
    return _UNMARKED.get(name, name)


def initiator(call: CallFields) -> str | None:
    """Return who ended the call, `agent` or `customer`; None for any other word, as none is documented."""
    word = (call.release_initiator or "").lower()
    return word if word in _INITIATORS else None


def moments_of(record: DetailRecord) -> list[Instant]:
    """Return the moments of all events of *record*, in no order."""
    events = [event for agent in record.agents for event in agent.events]
    events += [event for customer in record.customers for event in customer.events]
    events += [event for queue in record.queues for event in queue.events]
    events += [event for ivr in record.ivrs for event in ivr.events]
    return [event.at for event in events if event.at is not None]


def record_times(record: DetailRecord) -> RecordTimes:
    """Return the times of *record* that can be: no start after the first event, no end before the last."""
    moments = moments_of(record)
    start, end = record.call.started_at, record.call.released_at
    if start is not None and moments and start > min(moments) + SECOND:
        start = None
    if end is not None and moments and end < max(moments) - SECOND:
        end = None
    if start is not None and end is not None and end < start:
        start, end = None, None  # which of them is wrong, nobody can say
    established = record.call.established_at
    if established is not None and not (start or 0) - SECOND <= established <= (end or established) + SECOND:
        established = None
    return RecordTimes(start, established, end)
