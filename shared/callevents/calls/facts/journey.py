"""What the customer lived through, as phases one after the other."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias, get_args

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import customer_span
from callevents.calls.facts.durations.queue import Wait
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, intersection, seconds
from callevents.calls.model import Instant, JourneyPhase, PhaseName

_Layer: TypeAlias = Literal[
    "hold", "talk", "ring", "untold ring", "queue", "uncertain queue", "ivr", "connected"
]

_LAYERS: tuple[_Layer, ...] = get_args(_Layer)
_Phase: TypeAlias = tuple[PhaseName, tuple[str, ...]]

_MAX_AGENTS = 100  # of one phase: else many legs at once would make a journey of quadratic size
# The first layer that is open at a moment is its phase.
_PHASES: tuple[tuple[_Layer, PhaseName], ...] = (
    ("hold", "hold"),
    ("talk", "talk"),
    ("ring", "ring"),
    ("untold ring", "unknown"),
    ("queue", "queue"),
    ("uncertain queue", "unknown"),
    ("ivr", "ivr"),
)
_NAMED_BY: dict[_Layer, _Layer] = {"hold": "connected", "talk": "connected", "ring": "ring"}
_FIRST = itemgetter(0)


class _Part(NamedTuple):
    """A stretch of one layer, with the agent whose leg it is."""

    layer: _Layer
    span: Span
    agent: str | None = None


def find_journey(
    call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait], *, outcome_unknown: bool
) -> tuple[JourneyPhase, ...]:
    """Return the phases from the start to the customer's end; the last is open while that is not known."""
    start, end = call.started_at, _end(call, lifecycle)
    if start is None:
        return ()
    gaps: PhaseName = "unknown" if outcome_unknown or _has_gaps(call, lifecycle) else "wait"
    parts = _parts(call, lifecycle, holds, waits)
    changes = [change for change in _changes(parts, gaps, start) if change[0] < end]
    ends = [*(at for at, _ in changes[1:]), end]
    return tuple(
        JourneyPhase(phase, at, None if until == OPEN else seconds(until - at), agents)
        for (at, (phase, agents)), until in zip(changes, ends, strict=False)
    )


def _end(call: Call, lifecycle: Lifecycle) -> Instant:
    if not lifecycle.over:
        return OPEN
    if call.customer is not None and call.customer.ended_at is not None:
        return call.customer.ended_at
    return OPEN if lifecycle.ended_at is None else lifecycle.ended_at


def _has_gaps(call: Call, lifecycle: Lifecycle) -> bool:
    """Return whether connections may be missing from the records."""
    if lifecycle.answer is None:
        return lifecycle.answer_untold
    return any(leg.connection_untold for leg in call.parties)


def _parts(call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait]) -> list[_Part]:
    parts = [_Part("hold", span) for span in holds]
    parts += [_Part("talk", span) for span in lifecycle.conversation]
    parts += _ringing(call, lifecycle)
    parts += [_Part("queue" if wait.counts else "uncertain queue", wait.span) for wait in waits]
    parts += _menus(call, [part.span.start for part in parts])
    joined = sorted(call.parties, key=lambda leg: leg.joined)
    parts += [_Part("connected", span, leg.agent) for leg in joined if (span := leg.connected)]
    return parts


def _ringing(call: Call, lifecycle: Lifecycle) -> Iterator[_Part]:
    """Yield when the customer's phone rings, or a counterpart's while the customer is connected."""
    has_gaps = _has_gaps(call, lifecycle)
    caller = customer_span(call)
    for leg in sorted(call.parties, key=lambda leg: leg.ringing.position if leg.ringing else -1):
        span = leg.rings
        if span and call.customer is not None and leg is not call.customer:
            span = intersection(span, caller) if caller else None
        if span and leg.connected_at is None:
            span = _until_talk(span, lifecycle.conversation)
        if span:
            yield _Part("untold ring" if has_gaps and leg.connection_untold else "ring", span, leg.agent)


def _until_talk(span: Span, conversation: list[Span]) -> Span:
    """Return *span* up to the next stretch of the conversation: a phone that rings on then is of no matter."""
    following = bisect_left(conversation, (span.start, span.start))
    if following == len(conversation):
        return span
    return Span(span.start, min(span.end, conversation[following].start))


def _menus(call: Call, beginnings: list[Instant]) -> Iterator[_Part]:
    """Yield the stretches from each Route2IVR to whatever begins next."""
    queued = (event.at for event in call.timed("Enqueue", "AssignAgent"))
    ends = sorted([*beginnings, *(at for at in queued if at is not None)])
    for event in call.timed("Route2IVR"):
        if event.at is not None:
            following = bisect_left(ends, event.at)
            yield _Part("ivr", Span(event.at, ends[following] if following < len(ends) else OPEN))


def _changes(parts: list[_Part], gaps: PhaseName, start: Instant) -> Iterator[tuple[Instant, _Phase]]:
    """Yield the moments at which the phase becomes another; *gaps* is the one where no part is open."""
    steps = [(max(part.span.start, start), True, number) for number, part in enumerate(parts)]
    steps += [(max(part.span.end, start), False, number) for number, part in enumerate(parts)]
    steps.sort(key=_FIRST)
    layers = _Layers(gaps)
    last: _Phase | None = None
    at = start
    for until, begins, number in [*steps, (OPEN, False, 0)]:
        if until != at:
            phase = layers.phase()
            if phase != last:
                yield at, phase
                last = phase
            at = until
        if at == OPEN:
            return
        layer, _, agent = parts[number]
        layers.change(layer, number, agent, begins=begins)


class _Layers:
    """The parts that are open at one moment, by layer in order of their beginning."""

    def __init__(self, gaps: PhaseName) -> None:
        self.gaps: _Phase = (gaps, ())
        self.parts: dict[_Layer, dict[int, str | None]] = {layer: {} for layer in _LAYERS}
        self.agents: dict[_Layer, tuple[str, ...]] = {}  # of the layers that have not changed since

    def change(self, layer: _Layer, number: int, agent: str | None, *, begins: bool) -> None:
        """Open or close the part of this number."""
        if begins:
            self.parts[layer][number] = agent
        else:
            self.parts[layer].pop(number, None)
        self.agents.pop(layer, None)

    def phase(self) -> _Phase:
        """Return the phase, and the agents who talk or whose phones ring."""
        for layer, phase in _PHASES:
            if self.parts[layer]:
                return phase, self._agents(_NAMED_BY[layer]) if layer in _NAMED_BY else ()
        return self.gaps

    def _agents(self, layer: _Layer) -> tuple[str, ...]:
        known = self.agents.get(layer)
        if known is None:
            first = islice(self.parts[layer].values(), _MAX_AGENTS)
            known = self.agents[layer] = tuple(dict.fromkeys(agent for agent in first if agent))
        return known
