"""The events worth a line: what an agent's desk reports beside its leg is folded into the leg's own event."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.model import TimelineEvent

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
    shown = {index: event for index, event in enumerate(events) if event.type not in _UNLISTED}
    unlisted = [event.type for event in events if event.type in _UNLISTED]
    order = list(shown)
    twins: set[int] = set()
    desk_reports = 0
    for place, index in enumerate(order):
        event = events[index]
        if event.type in _TWINS and (twin := _twin(events, order, place, twins)) is not None:
            twins.add(twin)
            shown[twin] = _merged(shown[twin], event)
            del shown[index]
            desk_reports += 1
    return Folded(
        tuple(shown.values()),
        transcript_pieces=unlisted.count("TextStream"),
        ivr_steps=unlisted.count("IvrTracking"),
        status_changes=sum(type_ in STATUS for type_ in unlisted),
        desk_reports=desk_reports,
    )


def _twin(events: Sequence[TimelineEvent], order: Sequence[int], place: int, taken: set[int]) -> int | None:
    """Return the index of the leg's event that says what the desk's event at *place* says."""
    event = events[order[place]]
    if event.at is None:
        return None
    says_the_same = _TWINS[event.type]
    nearby = order[max(0, place - _MAX_NEIGHBOURS) : place + _MAX_NEIGHBOURS + 1]
    found = [
        (abs(at - event.at), index)
        for index in nearby
        if events[index].type == says_the_same
        and index not in taken
        and (at := events[index].at) is not None
        and abs(at - event.at) <= _TWIN_NANOSECONDS
        and events[index].leg in {"agent", "supervisor"}
        and events[index].agent in {event.agent, None}
    ]
    return min(found)[1] if found else None


def _merged(event: TimelineEvent, desk: TimelineEvent) -> TimelineEvent:
    new = tuple(phrase for phrase in desk.detail if phrase not in event.detail)
    return event._replace(agent=event.agent or desk.agent, detail=(*event.detail, *new))
