"""How long the customer was on hold."""

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

_TRANSFERS = ("BlindTransfer", "AttendedTransfer")
_CONNECTIONS = ("Established", "AgentTalk")


class Holds(NamedTuple):
    """The stretches in order during which a hold is open, and whether the beginning of one is missing."""

    spans: list[Span]
    begin_missing: bool


def hold_seconds(lifecycle: Lifecycle, holds: Holds) -> float | None:
    """Return the time on hold of an answered call that is over; None where the records do not say."""
    if lifecycle.answer is None or not lifecycle.over or holds.begin_missing:
        return None
    if holds.spans and holds.spans[-1].end == OPEN:
        return None
    return seconds(total(holds.spans))


def find_holds(call: Call, lifecycle: Lifecycle) -> Holds:
    """Return when a hold was open: up to the hang-up, `OPEN` where that is not known."""
    if not call.has("Held", "Retrieved"):
        return Holds([], begin_missing=False)
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
    return Holds(spans, state.begin_missing)


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
        self.begin_missing = False
        # What an event of each type does; any other ends a leg.
        self.steps: dict[str, Callable[[Event], None]] = {
            "Held": self._hold,
            "Retrieved": self._retrieve,
            **dict.fromkeys(_TRANSFERS, self._transfer),
            **dict.fromkeys(_CONNECTIONS, self._connect),
        }

    def _hold(self, event: Event) -> None:
        """Put what a leg holds on hold, unless the leg has ended."""
        channel = event.channel
        if (event.at or 0) <= self.ends.get(channel, OPEN):
            self.held.setdefault(channel, set()).add(event.text("heldChannelId") or "")
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
            self.begin_missing = True
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

    def end(self, event: Event) -> None:
        """End a leg; the customer's own ends all waiting."""
        channel = event.channel
        self.connected.discard(channel)
        if channel in self.held:
            self.left.add(channel)
        if self.connected or channel == self.customer:
            self._end_left()

    def _end_left(self) -> None:
        """End the holds of legs that ended."""
        for channel in self.left:
            self.held.pop(channel, None)
        self.left.clear()


def _steps(call: Call) -> list[Event]:
    """Return what opens and closes a hold, in order."""
    steps = call.timed("Held", "Retrieved", *_TRANSFERS)
    steps += [leg.connection for leg in call.counterparts if leg.connection]
    steps += [leg.release for leg in call.legs if leg.release]
    return sorted(steps, key=attrgetter("position"))
