"""How long the customer was on hold."""

from operator import itemgetter
from typing import NamedTuple, TypeAlias

from callevents.calls.facts.call import Call
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

_Step: TypeAlias = tuple[int, Event, str]  # its position, the event, and what it does


class Holds(NamedTuple):
    """The stretches in order during which a hold is open, and whether the beginning of one is missing."""

    spans: list[Span]
    begin_missing: bool


def hold_seconds(lifecycle: Lifecycle, holds: Holds) -> float | None:
    """Return the time on hold of an answered call that is over; None where the records do not tell it."""
    if lifecycle.answer is None or not lifecycle.over or holds.begin_missing:
        return None
    if holds.spans and holds.spans[-1].end == OPEN:
        return None
    return seconds(total(holds.spans))


def find_holds(call: Call, lifecycle: Lifecycle) -> Holds:
    """Return when a hold was open: up to the hang-up, `OPEN` where that is not known."""
    if not call.has("Held", "Retrieved"):
        return Holds([], begin_missing=False)
    state = _HoldState()
    spans: list[Span] = []
    since: Instant | None = None
    last = OPEN if lifecycle.hung_up_at is None else lifecycle.hung_up_at
    for _, event, step in _steps(call):
        at = event.at
        if at is None or at > last:
            break
        state.take(event, step)
        if state.held or state.left_alone:
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

    def __init__(self) -> None:
        self.held: dict[str, set[str]] = {}  # by channel that holds: the channels that are held
        self.left_alone = False
        self.connected: set[str] = set()
        self.retrievable: set[str] = set()  # channels with a Held since their last Retrieved
        self.begin_missing = False

    def take(self, event: Event, step: str) -> None:
        """Go on to the next *step*."""
        channel = event.channel
        if step == "Held":
            self.held.setdefault(channel, set()).add(event.text("heldChannelId") or "")
            self.retrievable.add(channel)
        elif step == "Retrieved":
            self._retrieve(channel, event.text("retrievedChannelId") or "")
        elif step == "transfer":
            self.held.clear()
            self.left_alone = False
        elif step == "connection":
            self.connected.add(channel)
            self.left_alone = False
        else:
            self.connected.discard(channel)
            if self.held.pop(channel, None) is not None and not self.connected:
                self.left_alone = step == "end"

    def _retrieve(self, channel: str, target: str) -> None:
        """Take what was retrieved off hold: one of several channels that a leg holds, else all of them."""
        if channel not in self.retrievable:
            self.begin_missing = True
        targets = self.held.get(channel, set())
        if target and target in targets:
            targets -= {target, ""}
        else:
            targets.clear()
        if not targets:
            self.held.pop(channel, None)
            self.retrievable.discard(channel)


def _steps(call: Call) -> list[_Step]:
    """Return what opens and closes a hold, in order."""
    ends = {leg.channel: leg.end for leg in call.legs}
    steps: list[_Step] = [
        (event.position, event, "Held")
        for event in call.timed("Held")
        if (event.at or 0) <= ends.get(event.channel, OPEN)
    ]
    steps += [(event.position, event, "Retrieved") for event in call.timed("Retrieved")]
    steps += [
        (event.position, event, "transfer") for event in call.timed("BlindTransfer", "AttendedTransfer")
    ]
    steps += [
        (leg.connection.position, leg.connection, "connection") for leg in call.counterparts if leg.connection
    ]
    steps += [
        (leg.release.position, leg.release, "customer's end" if leg is call.customer else "end")
        for leg in call.legs
        if leg.release
    ]
    steps.sort(key=itemgetter(0))
    return steps
