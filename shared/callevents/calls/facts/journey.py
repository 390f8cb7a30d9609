"""The customer's journey, as consecutive phases."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Literal, TypeAlias

from callevents.calls.facts.call import Call
from callevents.calls.facts.durations.queue import Wait
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, intersection, seconds
from callevents.calls.model import Instant, JourneyPhase, PhaseName

_Layer: TypeAlias = Literal[
    "talk", "uncertain talk", "ring", "uncertain ring", "queue", "uncertain queue", "ivr", "connected"
]
_Part: TypeAlias = tuple[_Layer, Span, "str | None"]  # a stretch of one layer, with the agent whose leg it is
_Agents: TypeAlias = tuple[str, ...]
_Phase: TypeAlias = tuple[PhaseName, _Agents]
_Opened: TypeAlias = dict[int, "str | None"]  # of one layer, the agents of the parts that are open, by number
_Change: TypeAlias = tuple[Instant, _Phase, _Agents]  # the phase from a moment on, and who is connected then

_MAX_AGENTS = 100  # of one phase: else many legs at once would make a journey of quadratic size
# The first layer that is open at a moment is its phase.
_PHASES: tuple[tuple[_Layer, PhaseName], ...] = (
    ("talk", "talk"),
    ("uncertain talk", "unknown"),
    ("ring", "ring"),
    ("uncertain ring", "unknown"),
    ("queue", "queue"),
    ("uncertain queue", "unknown"),
    ("ivr", "ivr"),
)
_FIRST = itemgetter(0)
_AT_AND_PHASE: Callable[[_Change], tuple[Instant, _Phase]] = itemgetter(0, 1)
_NEW = partial(tuple.__new__, JourneyPhase)  # made of its values without a step in Python


def find_journey(
    call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait], *, outcome_unknown: bool
) -> tuple[JourneyPhase, ...]:
    """Return the phases from the start to the customer's end; the last is open while that is not known."""
    start, end = call.started_at, lifecycle.end
    if start is None:
        return ()
    has_gaps = _has_gaps(call, lifecycle)
    gaps: PhaseName = "unknown" if outcome_unknown or has_gaps else "wait"
    holds = [span for span in holds if span.start < span.end]
    parts = _parts(call, lifecycle, holds, waits, has_gaps=has_gaps)
    changes = list(_changes(parts, gaps, start))
    phases = _with_holds(changes, holds) if holds else map(_AT_AND_PHASE, changes)
    journey: list[JourneyPhase] = []
    since = start
    current: _Phase | None = None
    for at, phase in phases:
        if at >= end:
            break
        if phase != current:
            if current is not None and at > since:
                journey.append(_NEW((current[0], since, seconds(at - since), current[1])))
            since, current = at, phase
    if current is not None and end > since:
        length = None if end == OPEN else seconds(end - since)
        journey.append(JourneyPhase(current[0], since, length, current[1]))
    return tuple(journey)


def _has_gaps(call: Call, lifecycle: Lifecycle) -> bool:
    """Return whether connections may be missing from the records."""
    if lifecycle.answer is None:
        return lifecycle.answer_unknown
    return any(leg.connection_unknown for leg in call.parties)


def _parts(
    call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait], *, has_gaps: bool
) -> list[_Part]:
    parts: list[_Part] = [("talk", span, None) for span in lifecycle.conversation]
    if call.doubtful_since is not None:
        parts.append(("uncertain talk", Span(call.doubtful_since, OPEN), None))
    parts += _ringing(call, lifecycle, has_gaps=has_gaps)
    parts += [("queue" if wait.counts else "uncertain queue", wait.span, None) for wait in waits]
    if call.has("Route2IVR"):
        parts += _menus(call, [*(span.start for _, span, _ in parts), *(span.start for span in holds)])
    joined = sorted((leg for leg in call.parties if leg.connected), key=attrgetter("joined"))
    parts += [("connected", span, leg.agent) for leg in joined if (span := leg.connected)]
    return parts


def _ringing(call: Call, lifecycle: Lifecycle, *, has_gaps: bool) -> Iterator[_Part]:
    """Yield when the customer's phone rings, or a counterpart's while the customer is connected."""
    rang = [(leg.ringing.position, leg) for leg in call.parties if leg.ringing]
    for _, leg in sorted(rang, key=_FIRST):
        span = leg.rings
        if span and call.customer is not None and leg is not call.customer:
            span = intersection(span, call.customer_span) if call.customer_span else None
        if span and leg.connected_at is None:
            span = _until_talk(span, lifecycle.conversation)
        if span:
            yield "uncertain ring" if has_gaps and leg.connection_unknown else "ring", span, leg.agent


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
            yield "ivr", Span(event.at, ends[following] if following < len(ends) else OPEN), None


def _with_holds(changes: list[_Change], holds: list[Span]) -> Iterator[tuple[Instant, _Phase]]:
    """Yield the phase from each moment on, with *holds*, which are in order, laid over *changes*."""
    number = 0
    ends = [*(at for at, _, _ in changes[1:]), OPEN]
    for (at, phase, connected), until in zip(changes, ends, strict=True):
        since = at
        hold: _Phase = ("hold", connected)
        while number < len(holds) and holds[number].start < until:
            start, end = holds[number]
            if start > since:
                yield since, phase
                since = start
            yield since, hold
            if end > until:
                since = until
                break
            since = end
            number += 1
        if since < until:
            yield since, phase


def _changes(parts: list[_Part], gaps: PhaseName, start: Instant) -> Iterator[_Change]:
    """Yield what changes but for holds; *gaps* is the phase where no part is open."""
    layers: dict[_Layer, _Opened] = {layer: {} for layer, _, _ in parts}
    phases = [(layers[layer], phase) for layer, phase in _PHASES if layer in layers]
    connected = layers.get("connected")
    steps = [(span.start, layers[layer], number, True) for number, (layer, span, _) in enumerate(parts)]
    steps += [(span.end, layers[layer], number, False) for number, (layer, span, _) in enumerate(parts)]
    steps.sort(key=_FIRST)
    at = start
    agents: _Agents = ()  # who is connected
    for until, opened, number, begins in steps:
        if until != at:
            yield at, _phase(phases, gaps, agents), agents
            at = until
        if at == OPEN:
            return
        if begins:
            opened[number] = parts[number][2]
        else:
            opened.pop(number, None)
        if opened is connected:
            agents = _names(opened)
    yield at, _phase(phases, gaps, agents), agents


def _phase(phases: list[tuple[_Opened, PhaseName]], gaps: PhaseName, agents: _Agents) -> _Phase:
    """Return the phase that is open, and the *agents* who talk or those whose phones ring."""
    for opened, phase in phases:
        if opened:
            if phase == "talk":
                return phase, agents
            return phase, _names(opened) if phase == "ring" else ()
    return gaps, ()


def _names(opened: _Opened) -> _Agents:
    """Return the agents of a layer, each once."""
    if not opened:
        return ()
    return tuple(dict.fromkeys(filter(None, islice(opened.values(), _MAX_AGENTS))))
