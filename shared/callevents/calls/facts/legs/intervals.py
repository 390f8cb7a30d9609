"""When a leg dialled, rang, was connected and ended."""

from collections.abc import Sequence

from callevents.calls.facts.legs.channels import ChannelEvents
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import Role
from callevents.calls.facts.spans import OPEN, Span
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
_NONE: frozenset[str] = frozenset()


def read_leg(channel: str, role: Role, events: ChannelEvents) -> Leg:
    """Return the leg that the *events* of a channel describe, for any customer."""
    connections = _steps(role, events, "Established")
    last = _at(connections[-1]) if connections else None
    release = _find_end(_steps(role, events, "Released"), last)
    end = None if release is None else release.at
    dialings, ringings = (
        _steps_until(end, role, events, "Dialing"),
        _steps_until(end, role, events, "Ringing"),
    )
    after_end = end is not None and last is not None and last > end
    connected = _steps_until(end, role, events, "Established") if after_end else connections
    connection = connected[0] if connected else None
    begin = connection
    for steps in (ringings, dialings):
        if steps and (begin is None or steps[0].position < begin.position):
            begin = steps[0]
    connected_at = connection.at if connection else None
    known_end = OPEN if end is None else end
    return Leg(
        channel=channel,
        side=role.side,
        supervisor=role.supervisor,
        listens=role.listens,
        agent=(connection and connection.agent) or events.agent,
        first=events.first,
        begin=begin,
        dialings=dialings,
        ringings=ringings,
        ringing=ringings[0] if ringings else None,
        connection=connection,
        release=release,
        ringing_timeouts=events.timed("RingingTimeout"),
        releases=events.by_type.get("Released") or ([release] if release else ()),
        began_at=begin.at if begin else None,
        connected_at=connected_at,
        ended_at=end,
        end=known_end,
        connected=None if connected_at is None else Span(connected_at, known_end),
        untimed=_untimed(role, events) if events.untimed else _NONE,
        connection_unknown=False,
        connected_after_end=after_end,
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


def _find_end(releases: Sequence[Event], last: Instant | None) -> Event | None:
    """Return the first of *releases* that is not before the *last* connection, else the first."""
    if last is not None:
        for release in releases:
            if _at(release) >= last:
                return release
    return releases[0] if releases else None


def _steps_until(end: Instant | None, role: Role, events: ChannelEvents, type_: str) -> Sequence[Event]:
    """Return the events of *type_* that are not after the leg's end, else of what stands in for them."""
    steps = _not_after(end, events.timed(type_))
    if not steps and role.side == "agent":
        steps = _not_after(end, events.timed(_STAND_INS[type_]))
    return steps


def _not_after(end: Instant | None, events: Sequence[Event]) -> Sequence[Event]:
    if end is None or not events or _at(events[-1]) <= end:
        return events
    return [event for event in events if _at(event) <= end]


def _untimed(role: Role, events: ChannelEvents) -> frozenset[str]:
    """Return which of a leg's beginnings happened at a moment that cannot be read."""
    return frozenset(type_ for type_ in _BEGINNINGS if _is_untimed(role, events, type_))


def _is_untimed(role: Role, events: ChannelEvents, type_: str) -> bool:
    types = [type_, _STAND_INS[type_]] if role.side == "agent" else [type_]
    return any(event.at is None for each in types for event in events.by_type.get(each, ()))


def _at(event: Event) -> Instant:
    return event.at or 0
