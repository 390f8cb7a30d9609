"""Decides whether the records show that a leg without a connection was not connected."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from callevents.calls.facts.ending.release_reason import denies_connection, is_success
from callevents.calls.facts.legs.channels import ChannelEvents, Groups, events_of
from callevents.calls.facts.legs.intervals import has_connection, has_untimed_connection
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import WITH_CUSTOMER
from callevents.calls.facts.spans import OPEN
from callevents.calls.model import SECOND, Instant
from callevents.calls.records.event import Event

# What happens on a leg only if it was connected. The second kind means nothing after its end.
_OF_CONNECTED = frozenset(
    {"BlindTransfer", "AttendedTransfer", "InitiateConsultant", "StartConsultant", "StartConference"}
)
_UNTIL_END: tuple[str, ...] = ("Held", "Retrieved", "Muted", "Unmuted")
_OF_CALLED = ("Route2IVR", "Enqueue")  # who is called is sent to a menu or a queue once they answered
_HANDLING = (*_OF_CONNECTED, "Held", "Retrieved")  # what agents do with a customer who is connected
_JOINING = ("BargeIn", "Intercept")  # how supervisors come into a talk, on their own legs
_SUPERVISING = ("StartMonitor", "StartCoach", *_JOINING)  # what supervisors do with an agent who talks
_TOGETHER: Instant = 2 * SECOND  # phones that ring at once begin within so much, and the legs of a call end


class Connections:
    """What the records of a call say about connections as a whole.

    What shows that a connection is missing is gathered when a leg without one asks: few calls have such a leg.
    """

    def __init__(
        self,
        events: Sequence[Event],
        groups: Groups,
        direction: str | None,
        legs: Sequence[Leg],
        *,
        complete: bool,
    ) -> None:
        """Read *events*, of which *groups* are the readable ones by type, and the *legs* that they describe."""
        abandoned = next(iter(groups.get("Abandoned", ())), None)
        self.established = complete or "Established" in groups  # Established is among the records
        self.talked = "AgentTalk" in groups
        self.lost = bool(events) and events[-1].at is None and any(map(_is_lost, events))  # one is unreadable
        self.complete = complete  # it is known that none is missing
        # The position of the first Abandoned.
        self.abandoned = None if abandoned is None or abandoned.at is None else abandoned.position
        self.called = direction in {"outbound", "predictive"}  # the customer is
        self._groups = groups
        self._legs = legs if direction in WITH_CUSTOMER else ()  # whose phones ring at once is one answer

    @cached_property
    def held(self) -> AbstractSet[str | None]:
        """The channels that another leg put on hold or took off hold."""
        names = ("heldChannelId", "retrievedChannelId")
        return {event.text(name) for event in events_of(self._groups, _HANDLING) for name in names}

    @cached_property
    def handled(self) -> Sequence[Instant]:
        """In order, when agents did what they do with a customer who is connected."""
        return sorted(event.at for event in events_of(self._groups, _HANDLING) if event.at is not None)

    @cached_property
    def picked_up(self) -> Sequence[tuple[Instant, Instant]]:
        """In order, when an agent's phone was picked up, and since when it rang."""
        return sorted(
            (leg.connected_at, leg.ringing.at)
            for leg in self._legs
            if leg.side == "agent" and leg.ringing and leg.ringing.at and leg.connected_at is not None
        )

    def is_answered_elsewhere(self, leg: Leg) -> bool:
        """Return whether *leg* rang together with another agent's, and still did when that was picked up."""
        since = leg.ringing.at if leg.ringing else None
        if since is None:
            return False
        following = bisect_left(self.picked_up, (since, 0))
        if following == len(self.picked_up):
            return False
        at, rang = self.picked_up[following]
        return at <= leg.end and abs(rang - since) <= _TOGETHER

    @cached_property
    def supervised(self) -> Mapping[str, Sequence[Instant]]:
        """By agent in order, when supervisors did what they do with an agent who talks."""
        moments: defaultdict[str, list[Instant]] = defaultdict(list)
        for event in events_of(self._groups, _SUPERVISING):
            for agent in {event.agent, event.text("counterparty")}:
                if agent is not None and event.at is not None:
                    moments[agent].append(event.at)
        return {agent: sorted(found) for agent, found in moments.items()}

    @cached_property
    def hung_up(self) -> Mapping[str, Sequence[Instant]]:
        """By who it was in order, when a customer's leg was ended."""
        moments: defaultdict[str, list[Instant]] = defaultdict(list)
        for event in (event for leg in self._legs if leg.side == "customer" for event in leg.releases):
            if event.at is not None:
                moments[event.text("releaseInitiator") or ""].append(event.at)
        return {initiator: sorted(found) for initiator, found in moments.items()}


def is_connection_unknown(
    leg: Leg, events: ChannelEvents, connections: Connections, *, left_at: Instant = OPEN
) -> bool:
    """Return whether *leg* ended and the records do not say whether it was connected.

    *left_at* is when the customer left; where none is known, when the last of all legs ended.
    """
    if leg.release is None or leg.connected_at is not None or has_connection(leg, events):
        return False
    if _is_denied(leg, connections):
        return False
    if has_untimed_connection(leg, events) or connections.lost:
        return True
    if not (connections.established or (leg.side == "agent" and connections.talked)):
        return True
    if leg.side in {"customer", "unknown"} and any(map(is_success, leg.releases)):
        return True
    return not connections.complete and _is_connection_missing(leg, events, connections, left_at)


def _is_connection_missing(
    leg: Leg, events: ChannelEvents, connections: Connections, left_at: Instant
) -> bool:
    """Return whether something shows that *leg* was connected, so that the record of it is missing."""
    has_joined = leg.supervisor and not events.by_type.keys().isdisjoint(_JOINING)
    if has_joined or leg.channel in connections.held or _is_handling(leg, events):
        return True
    succeeded, stayed = any(map(is_success, leg.releases)), leg.end > left_at - _TOGETHER
    if leg.side == "outside" and (succeeded or (stayed and not leg.began)):
        return True
    if leg.side == "agent" and _has_agent_talked(leg, connections, succeeded=succeeded, stayed=stayed):
        return True
    types = _UNTIL_END
    if leg.side == "customer" and connections.called:
        following = bisect_left(connections.handled, leg.first.at or 0)
        if following < len(connections.handled) and connections.handled[following] <= leg.end:
            return True
        types = (*_UNTIL_END, *_OF_CALLED)
    return any(
        event.at is not None and event.at <= leg.end for type_ in types for event in events.timed(type_)
    )


def _has_agent_talked(leg: Leg, connections: Connections, *, succeeded: bool, stayed: bool) -> bool:
    """Return whether the agent of *leg* was listened to or hung up, or *leg* ended as one that was connected.

    A phone that rings on when the customer leaves, or that nobody picks up, is cancelled, which has a code of its own.
    But where all phones ring, those that another agent's answer stops may have any. Where connections are told twice,
    two records would be missing.
    """
    if not leg.supervisor and _has_moment(leg, connections.supervised):
        return True
    if leg.ringing and _has_moment(leg, connections.hung_up):
        return True
    told_twice = connections.established and connections.talked
    if not succeeded or told_twice or connections.is_answered_elsewhere(leg):
        return False
    return stayed or (leg.ringing is not None and _is_left_by_agent(leg))


def _is_left_by_agent(leg: Leg) -> bool:
    """Return whether the agent of *leg* hung up, who then had picked up."""
    return leg.agent is not None and any(
        event.text("releaseInitiator") == leg.agent and is_success(event) for event in leg.releases
    )


def _is_handling(leg: Leg, events: ChannelEvents) -> bool:
    """Return whether the agent of *leg* passed the customer on, or asked a colleague.

    Before the leg began, it is they who are passed the customer, or asked.
    """
    if events.by_type.keys().isdisjoint(_OF_CONNECTED):
        return False
    since = leg.begin.position if leg.begin else 0
    return any(event.position > since for type_ in _OF_CONNECTED for event in events.by_type.get(type_, ()))


def _has_moment(leg: Leg, by_agent: Mapping[str, Sequence[Instant]]) -> bool:
    """Return whether one of the moments of its agent is that of *leg*: while it lasted or just after it."""
    moments = by_agent.get(leg.agent, ()) if leg.agent else ()
    following = bisect_left(moments, leg.first.at or 0)
    return following < len(moments) and moments[following] <= leg.end + _TOGETHER


def _is_denied(leg: Leg, connections: Connections) -> bool:
    """Return whether the records say that *leg* was not connected."""
    customer = leg.side == "customer"
    if leg.ringing_timeouts or any(denies_connection(each, customer=customer) for each in leg.releases):
        return True
    abandoned = connections.abandoned
    return (
        not customer
        and abandoned is not None
        and leg.release is not None
        and abandoned < leg.release.position
    )


def _is_lost(event: Event) -> bool:
    return not event.readable and event.type in {"Established", "AgentTalk"}
