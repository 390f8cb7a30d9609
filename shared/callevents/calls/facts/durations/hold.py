"""How long the customer was on hold."""

from collections.abc import Callable
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

_TRANSFERS = ("BlindTransfer", "AttendedTransfer")
_CONNECTIONS = ("Established", "AgentTalk")
_SPEAKING = ("Muted", "Unmuted")
_OF_HOLDS = frozenset({"Held", "Retrieved", *_TRANSFERS, *_SPEAKING})


class Holds(NamedTuple):
    """The stretches in order during which a hold is open, and whether the beginning or end of one is missing."""

    spans: list[Span]
    incomplete: bool


def hold_seconds(lifecycle: Lifecycle, holds: Holds) -> float | None:
    """Return the time on hold of an answered call that is over; None where the records do not say."""
    if lifecycle.answer is None or not lifecycle.over or holds.incomplete:
        return None
    if holds.spans and holds.spans[-1].end == OPEN:
        return None
    return seconds(total(holds.spans))


def find_holds(call: Call, lifecycle: Lifecycle) -> Holds:
    """Return when a hold was open: up to the hang-up, `OPEN` where that is not known."""
    if not call.has("Held", "Retrieved"):
        return Holds([], incomplete=False)
    state = _HoldState(call)
    steps, end, held = state.steps, state.end, state.held
    spans: list[Span] = []
    since: Instant | None = None
    last = OPEN if lifecycle.hung_up_at is None else lifecycle.hung_up_at
    for event in _steps(call):
        at = event.at
        if at is None or at > last:
            break
        steps.get(event.type, end)(event)
        if held:
            since = at if since is None else since
        elif since is not None:
            spans.append(Span(since, at))
            since = None
    if since is not None:
        spans.append(Span(since, last))
    incomplete = state.incomplete or _is_end_missing(call, state, since)
    return Holds(spans, incomplete)


def _is_end_missing(call: Call, state: "_HoldState", since: Instant | None) -> bool:
    """Return whether a hold may have ended before its end: with a connection, or the end of a leg, that is missing.

    *since* is when the last one began, if it was never ended.
    """
    if state.outlived and any(leg.connection_unknown for leg in call.counterparts):
        return True
    if since is None:
        return False
    if call.customer and call.customer.ended_at is None:
        return True
    endless = {channel for channel in state.held if state.ends.get(channel, OPEN) == OPEN}
    return bool(endless) and any(
        leg.connected_at is not None and leg.connected_at > since and leg.channel not in endless
        for leg in call.counterparts
    )


class _HoldState:
    """The holds that are open at a moment.

    A hold outlives the leg that it happened on where nobody else is there to talk with the customer.
    """

    def __init__(self, call: Call) -> None:
        self.customer = call.customer.channel if call.customer else None
        self.ends = {leg.channel: leg.end for leg in call.legs}
        self.held: dict[str, set[str]] = {}  # by channel that holds: the channels that are held
        self.left: set[str] = set()  # channels that hold though their leg ended: nobody else was there
        self.connected: set[str] = set()
        self.retrievable: set[str] = set()  # channels with a Held since their last Retrieved
        self.incomplete = False
        self.outlived = False  # did a hold outlive the leg that it happened on?
        # What an event of each type does; any other ends a leg.
        self.steps: dict[str, Callable[[Event], None]] = {
            "Held": self._hold,
            "Retrieved": self._retrieve,
            **dict.fromkeys(_TRANSFERS, self._transfer),
            **dict.fromkeys(_CONNECTIONS, self._connect),
            **dict.fromkeys(_SPEAKING, self._speak),
        }

    def _hold(self, event: Event) -> None:
        """Put what a leg holds on hold, unless the leg has ended."""
        channel = event.channel
        if (event.at or 0) > self.ends.get(channel, OPEN):
            return
        # Nearly all hold the other party, and name none.
        target = (event.text("heldChannelId") or "") if "heldChannelId" in event.fields else ""
        held = self.held.get(channel)
        if held is None:
            self.held[channel] = {target}
        elif target in held:
            self.incomplete = True  # it was taken off hold in between
        else:
            held.add(target)
        self.retrievable.add(channel)

    def _transfer(self, _event: Event) -> None:
        self.held.clear()
        self.left.clear()

    def _connect(self, event: Event) -> None:
        self.connected.add(event.channel)
        self._end_left()

    def _retrieve(self, event: Event) -> None:
        """Take what was retrieved off hold: one of several channels that a leg holds, else all of them."""
        channel = event.channel
        if channel not in self.retrievable:
            self.incomplete = True
        targets = self.held.get(channel)
        if targets and "retrievedChannelId" in event.fields:
            target = event.text("retrievedChannelId")
            if target and target in targets:
                targets -= {target, ""}
                if targets:
                    return
        self.held.pop(channel, None)
        self.left.discard(channel)
        self.retrievable.discard(channel)

    def _speak(self, event: Event) -> None:
        """Note that who mutes their microphone is not holding: the end of a hold is missing."""
        if event.channel in self.held:
            self.incomplete = True

    def end(self, event: Event) -> None:
        """End a leg; the customer's own ends all waiting."""
        channel = event.channel
        self.connected.discard(channel)
        if channel in self.held:
            self.left.add(channel)
            self.outlived = True
        if self.connected or channel == self.customer:
            self._end_left()

    def _end_left(self) -> None:
        """End the holds of legs that ended."""
        for channel in self.left:
            self.held.pop(channel, None)
        self.left.clear()


def _steps(call: Call) -> list[Event]:
    """Return what opens and closes a hold, in order."""
    turns = {leg.connection for leg in call.counterparts} | {leg.release for leg in call.legs}
    return [event for event in call.events if event.type in _OF_HOLDS or event in turns]
