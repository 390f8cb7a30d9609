"""The events worth a line: what an agent's desk reports beside its leg is folded into the leg's own event."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from typing import NamedTuple

from callevents.calls.model import Instant, TimelineEvent

COUNTED = frozenset({"TextStream", "IvrTracking"})
STATUS = frozenset({"AgentReady", "AgentBreak", "AgentCheckIn", "AgentCheckOut"})
# What an agent's desk reports, and the event of the leg that says the same.
_TWINS = {
    "AgentDialing": "Dialing",
    "AgentRinging": "Ringing",
    "AgentTalk": "Established",
    "AgentRelease": "Released",
}
_TWIN_NANOSECONDS = 2_000_000_000  # both are written within two seconds
_UNLISTED = COUNTED | STATUS
_AGENTS_LEGS = frozenset({"agent", "supervisor"})
_MAX_NEIGHBOURS = 12  # looked at on either side, so that folding stays linear


class Folded(NamedTuple):
    """The events to list, in order, and how many of each kind are not."""

    events: tuple[TimelineEvent, ...]
    transcript_pieces: int
    ivr_steps: int
    status_changes: int
    desk_reports: int


def fold(events: Sequence[TimelineEvent]) -> Folded:
    """Return *events* without what repeats, counts or concerns the agents' desks only; nothing unique is lost."""
    listed = [event for event in events if event.type not in _UNLISTED]
    unlisted = [event.type for event in events if event.type in _UNLISTED]
    shown = _without_desk_reports(listed)
    return Folded(
        tuple(shown),
        transcript_pieces=unlisted.count("TextStream"),
        ivr_steps=unlisted.count("IvrTracking"),
        status_changes=sum([type_ in STATUS for type_ in unlisted]),
        desk_reports=len(listed) - len(shown),
    )


def _without_desk_reports(events: Sequence[TimelineEvent]) -> Collection[TimelineEvent]:
    """Return *events* with each report of an agent's desk merged into the leg's event that says the same."""
    reports = [
        (place, event, event.at)
        for place, event in enumerate(events)
        if event.type in _TWINS and event.at is not None
    ]
    if not reports:
        return events
    of_legs = _events_of_legs(events)
    shown: list[TimelineEvent | None] = [*events]
    taken: set[int] = set()
    for place, event, at in reports:
        twin = _twin(events, place, at, of_legs[_TWINS[event.type]], taken)
        if twin is not None:
            taken.add(twin)
            shown[twin] = _merged(events[twin], event)
            shown[place] = None
    return [event for event in shown if event is not None]


def _events_of_legs(events: Sequence[TimelineEvent]) -> dict[str, list[int]]:
    """Return the places of the events of agents' legs that an agent's desk may report too, by type."""
    places: dict[str, list[int]] = {type_: [] for type_ in _TWINS.values()}
    for place, event in enumerate(events):
        if event.type in places and event.leg in _AGENTS_LEGS and event.at is not None:
            places[event.type].append(place)
    return places


def _twin(
    events: Sequence[TimelineEvent], place: int, at: Instant, candidates: Sequence[int], taken: set[int]
) -> int | None:
    """Return the place of the leg's event, among *candidates*, that says what the desk's event at *place* says."""
    agent = events[place].agent
    first, end = (
        bisect_left(candidates, place - _MAX_NEIGHBOURS),
        bisect_right(candidates, place + _MAX_NEIGHBOURS),
    )
    found = [
        (away, candidate)
        for candidate in candidates[first:end]
        if candidate not in taken
        and events[candidate].agent in {agent, None}
        and (away := abs((events[candidate].at or 0) - at)) <= _TWIN_NANOSECONDS
    ]
    return min(found)[1] if found else None


def _merged(event: TimelineEvent, desk: TimelineEvent) -> TimelineEvent:
    new = tuple([phrase for phrase in desk.detail if phrase not in event.detail])
    if event.agent and not new:
        return event
    return event._replace(agent=event.agent or desk.agent, detail=(*event.detail, *new))
