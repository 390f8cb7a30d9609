"""A detail record as events: its sequences, each on a leg of its own, as if the legs had reported them.

The record names no channels, so each entry of an agent or a customer is one; an agent who is called again has another.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from callevents.calls.model import SECOND, Instant
from callevents.calls.records.detail_fields import RecordTimes, contact_type, initiator
from callevents.calls.records.detail_record import AgentSequence, CallFields, DetailRecord, RecordedEvent
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.calls.records.ordering import put_in_order
from callevents.calls.records.timestamps import iso

_KNOWN_TYPES: Final = {name.lower(): name for name in EVENT_TYPES}
_SUPERVISING: Final = frozenset({"Monitoring", "Coaching", "Barging", "Intercepting"})
_CALLING: Final = frozenset({"Dialing", "Ringing"})
_SETTLED: Final = frozenset({"Established", "Released"})
_CALLED: Final = frozenset({"OUTBOUND", "PREDICTIVE"})
_NOTHING: Final[Mapping[str, object]] = {}


class DetailEvents(NamedTuple):
    """The events of a record in order; the `hidden` ones among them stand for a field, and no sequence has them."""

    all: list[Event]
    hidden: frozenset[Event]


def read_detail_events(
    record: DetailRecord, times: RecordTimes, *, answered: bool, over: bool
) -> DetailEvents:
    """Return the events of *record*; *answered* and *over* are whether its fields say that the call was.

    What only a field says of a leg that a sequence names becomes a hidden event of that leg: that the customer was
    reached, or left, or that the one agent answered.
    """
    own = {
        "callType": contact_type(record.call),
        "caller": record.call.caller,
        "callee": record.call.callee,
    }
    write = _Writer(record.call, {name: value for name, value in own.items() if value}, _last_release(record))
    # Of agents who are called at one moment the order in the list says nothing.
    entries = sorted(record.agents, key=lambda entry: entry.agent or "")
    agents = [list(write.agent_legs(number, entry)) for number, entry in enumerate(entries)]
    legs = [leg for entry in agents for leg in entry]
    customers = [
        write.events(entry.events, f"ch-customer-{number}") for number, entry in enumerate(record.customers)
    ]
    events = [event for leg in (*legs, *customers) for event in leg]
    for queue in record.queues:
        group = {"skillGroupId": queue.queue} if queue.queue and not queue.personal else _NOTHING
        events += write.events(queue.events, "", fields=group)
    for ivr in record.ivrs:
        events += write.events(
            ivr.events, "", fields={"contactFlowType": ivr.flow_type} if ivr.flow_type else _NOTHING
        )
    hidden = list(_hidden(write, legs, customers, times, answered=answered)) if events else []
    if over:
        hidden.append(_filed(write, record.call, events, times))
    return DetailEvents(put_in_order([*events, *hidden]), frozenset(hidden))


def _last_release(record: DetailRecord) -> Instant | None:
    sequences = [entry.events for entry in record.agents] + [entry.events for entry in record.customers]
    ends = (event.at for events in sequences for event in events if event.type == "Released")
    return max((at for at in ends if at is not None), default=None)


class _Writer:
    """Writes the events of one call; each says what the record says of the call as a whole."""

    def __init__(self, call: CallFields, own: Mapping[str, object], ended_at: Instant | None) -> None:
        self.type = contact_type(call)
        self.own = own
        who = initiator(call)
        # Who ended the call did not end the legs that were over long before.
        self._ending_from = None if ended_at is None else ended_at - 2 * SECOND
        self._release: Mapping[str, object] = {"releaseInitiator": who} if who else {}
        # Why the call ended, or was not answered, is said of the customer's leg: of an agent's it may be untrue.
        why = {"releaseReason": call.release_reason, "earlyMediaState": call.early_media_state}
        self._reason: Mapping[str, object] = {name: value for name, value in why.items() if value}

    def event(
        self,
        type_: str,
        at: Instant | None,
        channel: str,
        agent: str | None = None,
        fields: Mapping[str, object] = _NOTHING,
    ) -> Event:
        """Return one event; a Released has the record's words on who ended the call and why."""
        type_ = _KNOWN_TYPES.get(type_.lower(), type_)
        if type_ == "Released":
            reason = self._reason if channel.startswith("ch-customer") else _NOTHING
            ends = at is None or self._ending_from is None or at >= self._ending_from
            fields = {**fields, **(self._release if ends else _NOTHING), **reason}
        return Event(type_, "", {**self.own, **fields}, at, channel, agent)

    def events(
        self,
        sequence: Sequence[RecordedEvent],
        channel: str,
        agent: str | None = None,
        fields: Mapping[str, object] = _NOTHING,
    ) -> list[Event]:
        """Return the events of *sequence* in order, each once."""
        return put_in_order(
            self.event(each.type, each.at, channel, agent, fields) for each in dict.fromkeys(sequence)
        )

    def agent_legs(self, number: int, entry: AgentSequence) -> Iterator[list[Event]]:
        """Yield the legs of an agent's entry: one that is called after it ended, and answers or ends, is another."""
        group = {"skillGroupId": entry.skill_group} if entry.skill_group else {}
        events = self.events(entry.events, "", entry.agent, group)
        last = max((here for here, event in enumerate(events) if event.type in _SETTLED), default=0)
        ended = [False]
        for event in events:
            ended.append(event.type == "Released" or (ended[-1] and event.type not in _CALLING))
        starts = [
            here
            for here, event in enumerate(events)
            if ended[here] and event.type in _CALLING and event.at is not None and here < last
        ]
        for part, (start, end) in enumerate(pairwise([0, *starts, len(events)])):
            leg = events[start:end]
            if not leg:
                return
            tasks = [event.type.upper() for event in leg if event.type in _SUPERVISING]
            for each, event in enumerate(leg):
                event.channel = f"ch-user-{number}-{part}"
                if tasks:
                    event.fields = {**event.fields, "scenario": tasks[min(each, len(tasks) - 1)]}
            yield leg


def _hidden(
    write: _Writer,
    agents: Sequence[Sequence[Event]],
    customers: Sequence[Sequence[Event]],
    times: RecordTimes,
    *,
    answered: bool,
) -> Iterator[Event]:
    """Yield the hidden events that the fields give for the customer's leg, and for the only agent's."""
    of_customers = {event.type for leg in customers for event in leg}
    if (
        times.released_at is not None
        and "Released" not in of_customers
        and write.type in {"INBOUND", *_CALLED}
    ):
        yield write.event("Released", times.released_at, "ch-customer-0")
    at = times.established_at if answered else None
    if at is None:
        return
    ends = [
        event.at for leg in customers for event in leg if event.type == "Released" and event.at is not None
    ]
    if write.type in _CALLED and "Established" not in of_customers and all(at <= end for end in ends):
        yield write.event("Established", at, "ch-customer-0")
    if (
        write.type == "INBOUND"
        and len(agents) == 1
        and len(customers) <= 1
        and _may_have_answered(agents[0], at)
    ):
        yield write.event("Established", at, agents[0][0].channel, agents[0][0].agent)


def _may_have_answered(leg: Sequence[Event], at: Instant) -> bool:
    """Return whether an agent's leg rang before *at* and ended after it, and does not say itself when it answered."""
    types = {event.type for event in leg}
    if "Established" in types or types & _SUPERVISING:
        return False
    rang = [event.at for event in leg if event.type in _CALLING and event.at is not None]
    ended = [event.at for event in leg if event.type == "Released" and event.at is not None]
    return bool(rang) and min(rang) <= at and all(at <= end for end in ended)


def _filed(write: _Writer, call: CallFields, events: Sequence[Event], times: RecordTimes) -> Event:
    """Return the event of a record that was written after the call, with what such an event may fill."""
    moments = [event.at for event in events if event.at is not None]
    known = [at for at in (*moments, *times) if at is not None]
    fields: dict[str, object] = {
        **write.own,
        "agentIds": list(call.agents),
        "skillGroupIds": list(call.skill_groups),
    }
    for name, at in (("startTime", times.started_at), ("endTime", times.released_at)):
        if at is not None:
            fields[name] = iso(at)
    return Event("CDRReady", "", fields, max(known, default=0))
