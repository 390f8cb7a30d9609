"""When a leg dialled, rang, was connected and ended."""

from collections.abc import Iterable, Sequence

from callevents.calls.facts.legs.channels import ChannelEvents
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import Role
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

# What stands in for a missing event on an agent's leg.
_STAND_INS = {
    "Dialing": "AgentDialing",
    "Ringing": "AgentRinging",
    "Established": "AgentTalk",
    "Released": "AgentRelease",
}
_BEGINNINGS = ("Dialing", "Ringing", "Established")


def read_leg(channel: str, role: Role, events: ChannelEvents) -> Leg:
    """Return the leg that the *events* of a channel describe, whoever the customer is."""
    release = _find_end(role, events)
    end = None if release is None else release.at
    dialing, ringing, connection = (_first_step(role, events, type_, end) for type_ in _BEGINNINGS)
    begin = min(
        (step for step in (dialing, ringing, connection) if step),
        key=lambda step: step.position,
        default=None,
    )
    connections = _steps(role, events, "Established")
    return Leg(
        channel=channel,
        side=role.side,
        supervisor=role.supervisor,
        listens=role.listens,
        agent=(connection and connection.agent) or events.agent,
        first=events.first,
        begin=begin,
        dialing=dialing,
        ringing=ringing,
        connection=connection,
        release=release,
        ringing_timeout=next(iter(events.timed("RingingTimeout")), None),
        releases=events.by_type.get("Released") or ([release] if release else []),
        began_at=begin.at if begin else None,
        connected_at=connection.at if connection else None,
        ended_at=end,
        begins_untimed=begin is None and any(_is_untimed(role, events, type_) for type_ in _BEGINNINGS),
        connection_unknown=False,
        connected_after_end=bool(end is not None and connections and _at(connections[-1]) > end),
    )


def has_connection(leg: Leg, events: ChannelEvents) -> bool:
    """Return whether there is an Established of *leg* at a known moment, be it after its end."""
    return bool(events.timed("Established") or (leg.side == "agent" and events.timed("AgentTalk")))


def has_untimed_connection(leg: Leg, events: ChannelEvents) -> bool:
    """Return whether *leg* was connected at a moment that cannot be read."""
    return not has_connection(leg, events) and (
        "Established" in events.by_type or (leg.side == "agent" and "AgentTalk" in events.by_type)
    )


def _steps(role: Role, events: ChannelEvents, type_: str) -> Sequence[Event]:
    """Return the events of *type_*, or those that stand in for them on an agent's leg."""
    return events.timed(type_) or (events.timed(_STAND_INS[type_]) if role.side == "agent" else ())


def _find_end(role: Role, events: ChannelEvents) -> Event | None:
    """Return the first Released that is not before the last Established, else the first."""
    releases = _steps(role, events, "Released")
    connections = _steps(role, events, "Established")
    if not connections:
        return releases[0] if releases else None
    last = _at(connections[-1])
    return next((each for each in releases if _at(each) >= last), releases[0] if releases else None)


def _first_step(role: Role, events: ChannelEvents, type_: str, end: Instant | None) -> Event | None:
    """Return the first event of *type_* that is not after the leg's end, else of what stands in for it."""
    step = _not_after(end, events.timed(type_))
    if step is None and role.side == "agent":
        step = _not_after(end, events.timed(_STAND_INS[type_]))
    return step


def _not_after(end: Instant | None, events: Iterable[Event]) -> Event | None:
    first = next(iter(events), None)
    return None if first is None or (end is not None and _at(first) > end) else first


def _is_untimed(role: Role, events: ChannelEvents, type_: str) -> bool:
    types = [type_, _STAND_INS[type_]] if role.side == "agent" else [type_]
    return any(event.at is None for each in types for event in events.by_type.get(each, ()))


def _at(event: Event) -> Instant:
    return event.at or 0
