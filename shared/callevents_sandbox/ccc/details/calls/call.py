"""One call as the contact center remembers it: who was on the line, from when to when."""

from dataclasses import dataclass
from functools import cached_property

from callevents_sandbox.ccc.details.calls.events import Event, read_events
from callevents_sandbox.ccc.details.calls.legs import Leg, read_legs
from callevents_sandbox.fixtures.samples import Record

_KINDS = ("INBOUND", "OUTBOUND", "INTERNAL", "BACK2BACK", "PREDICTIVE", "CONFERENCE")
_CALLED = {"OUTBOUND", "PREDICTIVE"}
# What agents do before and after, and what is known only later, are no part of the call.
_BESIDE = {"AgentCheckIn", "AgentReady", "AgentBreak", "AgentCheckOut"}
_AFTERWARDS = ("Recording", "DualTrack", "Voicemail", "CDR", "Satisfaction", "VnRecording")


@dataclass(frozen=True)
class Call:
    """The call under `job_id`: what happened, and its lines."""

    job_id: str
    instance_id: str
    kind: str
    events: tuple[Event, ...]
    legs: tuple[Leg, ...]

    @cached_property
    def own(self) -> tuple[Event, ...]:
        """The events of the call itself."""
        return tuple(
            each for each in self.events if each.type not in _BESIDE and not each.type.startswith(_AFTERWARDS)
        )

    def first(self, *types: str) -> Event | None:
        """Return the first event of one of *types*."""
        return next((each for each in self.events if each.type in types), None)

    def named(self, name: str) -> str:
        """Return the first text called *name* on an event of the call's own kind."""
        kinds = (each.text(name) for each in self.events if each.text("callType") == self.kind)
        return next(filter(None, kinds), "")

    @property
    def agents(self) -> tuple[Leg, ...]:
        """The agents' lines, supervisors' included."""
        return tuple(each for each in self.legs if each.side == "agent")

    @property
    def customer(self) -> Leg | None:
        """The customer's line; None between agents."""
        return next((each for each in self.legs if each.side == "customer"), None)

    @property
    def others(self) -> tuple[Leg, ...]:
        """The customers' lines and those to numbers outside."""
        return tuple(each for each in self.legs if each.side != "agent")

    @property
    def started_at(self) -> int:
        """When it began."""
        return self.own[0].at

    @cached_property
    def established_at(self) -> int | None:
        """When the two sides were connected."""
        if self.kind == "INBOUND":
            called = [each for each in self.legs if each is not self.customer and not each.supervising]
            answered = [each.first("Established") for each in called]
            return min((at for at in answered if at is not None), default=None)
        if self.kind in _CALLED:
            return self.customer.first("Established") if self.customer else None
        times = sorted(at for each in self.legs if (at := each.first("Established")) is not None)
        return times[1] if len(times) > 1 else None

    @property
    def over(self) -> bool:
        """True once everybody has hung up."""
        needed = (self.customer,) if self.customer else self.agents
        return bool(needed) and all(each is not None and each.released for each in needed)

    @property
    def released_at(self) -> int | None:
        """When the last one hung up."""
        return max((each.ended_at for each in self.legs if each.ended_at is not None), default=None)

    @property
    def last_release(self) -> Event | None:
        """The hang-up that ended it."""
        if self.customer and self.kind != "BACK2BACK":
            return self.customer.released
        ends = [each.released for each in self.legs if each.released]
        return min(ends, key=lambda each: each.at, default=None)


def read_call(records: tuple[Record, ...]) -> Call | None:
    """Return the call that *records* are about; None if they name none."""
    events = read_events(records)
    kind = next((each.text("callType") for each in events if each.text("callType") in _KINDS), "")
    if not records or not kind:
        return None
    first = records[0]
    call = Call(first.notification_key, first.instance_id, kind, events, read_legs(events, kind))
    return call if call.own and call.legs else None
