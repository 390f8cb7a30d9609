"""What the customer lived through, as phases one after the other."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import customer_span
from callevents.calls.facts.durations.queue import Wait
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, intersection, seconds
from callevents.calls.model import Instant, JourneyPhase, PhaseName

_Layer: TypeAlias = Literal[
    "hold", "talk", "ring", "untold ring", "queue", "uncertain queue", "ivr", "connected"
]

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


class _Part(NamedTuple):
    """A stretch of one layer, with the agent whose leg it is."""

    layer: _Layer
    span: Span
    agent: str | None = None


class _Segment(NamedTuple):
    """A phase that begins at a moment and lasts until the next begins."""

    at: Instant
    phase: PhaseName
    agents: tuple[str, ...]


def find_journey(
    call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait], *, outcome_unknown: bool
) -> tuple[JourneyPhase, ...]:
    """Return the phases from the start to the customer's end; the last is open while that is not known."""
    start, end = call.started_at, _end(call, lifecycle)
    if start is None:
        return ()
    gaps: PhaseName = "unknown" if outcome_unknown or _has_gaps(call, lifecycle) else "wait"
    parts = _parts(call, lifecycle, holds, waits)
    segments = [found for found in _segments(parts, gaps, start) if found.at < end]
    phases = [next(same) for _, same in groupby(segments, itemgetter(1, 2))]
    ends = [phase.at for phase in phases[1:]] + [end]
    return tuple(
        JourneyPhase(phase, at, None if ends_at == OPEN else seconds(ends_at - at), agents)
        for (at, phase, agents), ends_at in zip(phases, ends, strict=True)
        if ends_at > at
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


def _segments(parts: list[_Part], gaps: PhaseName, start: Instant) -> Iterator[_Segment]:
    """Yield the phase from each moment on at which one of *parts* begins or ends."""
    steps: list[tuple[Instant, bool, int]] = [(start, False, -1)]
    for number, part in enumerate(parts):
        steps += [(max(part.span.start, start), False, number), (max(part.span.end, start), True, number)]
    steps.sort()
    layers: dict[_Layer, dict[int, str | None]] = {layer: {} for layer, _ in _PHASES}
    layers["connected"] = {}
    for at, group in groupby(steps, itemgetter(0)):
        if at == OPEN:
            return
        for _, ends, number in group:
            if number < 0:
                continue
            layer = layers[parts[number].layer]
            if ends:
                layer.pop(number, None)
            else:
                layer[number] = parts[number].agent
        yield _segment(at, layers, gaps)


def _segment(at: Instant, layers: dict[_Layer, dict[int, str | None]], gaps: PhaseName) -> _Segment:
    phase = next((phase for layer, phase in _PHASES if layers[layer]), gaps)
    agents: Iterable[str | None] = ()
    if phase in {"talk", "hold"}:
        agents = layers["connected"].values()
    elif phase == "ring":
        agents = layers["ring"].values()
    known = dict.fromkeys(agent for agent in islice(agents, _MAX_AGENTS) if agent)
    return _Segment(at, phase, tuple(known))
