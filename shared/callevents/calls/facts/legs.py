"""The legs of a call: whose each is, and when it dialled, rang, was connected and ended."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from callevents.calls.model import Instant, Side as Leg
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES

Side: TypeAlias = Literal["customer", "agent", "unknown"]
Groups: TypeAlias = Mapping[str, Sequence[Event]]
Step: TypeAlias = Literal["Dialing", "Ringing", "Established"]

OFF_CALL = frozenset({"AgentCheckIn", "AgentReady", "AgentBreak", "AgentCheckOut"})
_OF_AGENTS = ("AgentDialing", "AgentRinging", "AgentTalk", "AgentRelease", "AgentRingingTimeout")
_OF_CUSTOMERS = ("Route2IVR", "Enqueue", "Abandoned")
_ON_LEGS = (*(known.name for known in EVENT_TYPES.values() if known.class_ == "channel"), *_OF_AGENTS)
_ON_CALL = tuple(
    known.name
    for known in EVENT_TYPES.values()
    if known.class_ not in {"record", "survey", "campaign"} and known.name not in OFF_CALL
)
_STEPS: tuple[tuple[Step, str], ...] = (
    ("Dialing", "AgentDialing"),
    ("Ringing", "AgentRinging"),
    ("Established", "AgentTalk"),
)
# What a supervisor does, as scenario or as callType: is it only to listen?
_SUPERVISING = {
    **dict.fromkeys(("MONITORING", "COACHING", "MONITOR", "COACH"), True),
    **dict.fromkeys(("BARGING", "INTERCEPTING", "BARGE", "INTERCEPT"), False),
}
_WITH_CUSTOMER = frozenset({"inbound", "outbound", "predictive"})


class Moment(NamedTuple):
    """A known moment and the event that tells it; comparing two tells which came first in the order of events."""

    at: Instant
    position: int
    event: Event


class CallLeg:
    """One leg with its first Dialing, Ringing and Established and its last Released.

    `supervisor` legs are agents' legs that do not answer a call; those that only listen do not hold it either.
    `dialled` and `reached` (it rang or was connected) are also true where it happened at an unknown moment.
    """

    __slots__ = (
        "agent", "channel", "dialing", "dialled", "established", "listens", "reached", "released", "ringing", "side",
        "supervisor",
    )  # fmt: skip

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.side: Side = side_of(channel)
        self.supervisor = self.listens = self.dialled = self.reached = False
        self.agent: str | None = None
        self.dialing: Moment | None = None
        self.ringing: Moment | None = None
        self.established: Moment | None = None
        self.released: Moment | None = None

    @property
    def counts(self) -> bool:
        """Say whether the leg dialled, rang or was connected, or ended (its beginning may be cut off)."""
        return self.dialled or self.reached or self.released is not None

    @property
    def opened_at(self) -> Instant | None:
        """Return the moment of the first thing known of the leg."""
        known = (self.dialing, self.ringing, self.established)
        return min((moment.at for moment in known if moment), default=None)

    @property
    def label(self) -> Leg:
        """Return whose leg it is, as the timeline says it."""
        return "supervisor" if self.supervisor else self.side


def side_of(channel: str) -> Side:
    """Return whose leg the name of a channel shows, which old names (a uuid) do not."""
    if channel.startswith(("ch-customer", "ch:customer")):
        return "customer"
    return "agent" if channel.startswith(("ch-user", "ch:user")) else "unknown"


def legs_of(groups: Groups, direction: str | None) -> dict[str, CallLeg]:
    """Return the legs by channel; *groups* are a call's events in order by type."""
    legs = {channel: CallLeg(channel) for channel in _channels(groups, _ON_CALL)}
    agents = set(_channels(groups, _OF_AGENTS))
    customers = set(_channels(groups, _OF_CUSTOMERS))
    for leg in legs.values():
        if leg.side == "unknown":
            leg.side = (
                "agent" if leg.channel in agents else "customer" if leg.channel in customers else "unknown"
            )
    _tell_supervisors(legs, groups)
    if direction in _WITH_CUSTOMER:
        _tell_customer(list(legs.values()))
    _tell_moments(legs, groups)
    return legs


def _channels(groups: Groups, types: Iterable[str]) -> list[str]:
    found = [event.channel for type_ in types if type_ in groups for event in groups[type_]]
    return [channel for channel in dict.fromkeys(found) if channel]


def _tell_supervisors(legs: Mapping[str, CallLeg], groups: Groups) -> None:
    takes_part: set[str] = set()
    told: set[str] = set()  # channels of which nothing is left to learn but that they are a supervisor's
    usual: object = None  # a callType that says nothing of supervisors; nearly all events of a call have it
    for type_ in [name for name in _ON_LEGS if name in groups]:
        for event in groups[type_]:
            fields = event.fields
            if event.channel in told and fields.get("callType") == usual and not fields.get("scenario"):
                continue
            leg = legs.get(event.channel)
            if leg is None:
                continue
            leg.agent = leg.agent or event.agent
            if leg.agent:
                told.add(leg.channel)
            found = [] if leg.side == "customer" else _supervising(event)
            if found:
                leg.side = "agent"
                leg.supervisor = leg.listens = True
                if not all(found):
                    takes_part.add(leg.channel)
            elif leg.side != "customer":
                usual = fields.get("callType")
    for channel in takes_part:
        legs[channel].listens = False


def _supervising(event: Event) -> list[bool]:
    """Return, for each field of *event* that tells of a supervisor, whether they only listen."""
    marks = event.text("scenario"), event.text("callType")
    return [_SUPERVISING[mark.upper()] for mark in marks if mark and mark.upper() in _SUPERVISING]


def _tell_customer(legs: Sequence[CallLeg]) -> None:
    """Where an agent's leg is known and the customer's is not, the one leg left over is the customer's."""
    left_over = [leg for leg in legs if leg.side == "unknown"]
    sides = {leg.side for leg in legs}
    if len(left_over) == 1 and "agent" in sides and "customer" not in sides:
        left_over[0].side = "customer"


def _tell_moments(legs: Mapping[str, CallLeg], groups: Groups) -> None:
    for step, stand_in in _STEPS:
        first = _first(groups.get(step, ()))
        first_of_agent = _first(groups.get(stand_in, ()))
        for leg in legs.values():
            found = [first.get(leg.channel), first_of_agent.get(leg.channel) if leg.side == "agent" else None]
            if any(found):
                leg.dialled |= step == "Dialing"
                leg.reached |= step != "Dialing"
                _tell_step(leg, step, _moment(found[0]) or _moment(found[1]))
    last = _last(groups.get("Released", ()))
    last_of_agent = _last(groups.get("AgentRelease", ()))
    for leg in legs.values():
        stand_in_for_last = last_of_agent.get(leg.channel) if leg.side == "agent" else None
        leg.released = _moment(last.get(leg.channel)) or _moment(stand_in_for_last)


def _tell_step(leg: CallLeg, step: Step, moment: Moment | None) -> None:
    if step == "Dialing":
        leg.dialing = moment
    elif step == "Ringing":
        leg.ringing = moment
    elif moment:
        leg.established = moment
        leg.agent = moment.event.agent or leg.agent


def _moment(event: Event | None) -> Moment | None:
    return None if event is None or event.at is None else Moment(event.at, event.position, event)


def _first(events: Sequence[Event]) -> dict[str, Event]:
    return {event.channel: event for event in reversed(events)}


def _last(events: Sequence[Event]) -> dict[str, Event]:
    return {event.channel: event for event in events if event.at is not None}
