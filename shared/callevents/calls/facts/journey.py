"""The customer's journey, as consecutive phases."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Literal, TypeAlias, get_args

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import customer_span
from callevents.calls.facts.durations.queue import Wait
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, intersection, seconds
from callevents.calls.model import Instant, JourneyPhase, PhaseName

_Layer: TypeAlias = Literal["talk", "ring", "uncertain ring", "queue", "uncertain queue", "ivr", "connected"]
_Part: TypeAlias = tuple[_Layer, Span, "str | None"]  # a stretch of one layer, with the agent whose leg it is
_Agents: TypeAlias = tuple[str, ...]
_Phase: TypeAlias = tuple[PhaseName, _Agents]
_Change: TypeAlias = tuple[Instant, _Phase, _Agents]  # the phase from a moment on, and who is connected then

_LAYERS: tuple[_Layer, ...] = get_args(_Layer)
_MAX_AGENTS = 100  # of one phase: else many legs at once would make a journey of quadratic size
# The first layer that is open at a moment is its phase; beside it, the layer whose agents are named.
_PHASES: tuple[tuple[_Layer, PhaseName, _Layer | None], ...] = (
    ("talk", "talk", "connected"),
    ("ring", "ring", "ring"),
    ("uncertain ring", "unknown", None),
    ("queue", "queue", None),
    ("uncertain queue", "unknown", None),
    ("ivr", "ivr", None),
)
_FIRST = itemgetter(0)
_NEW = partial(tuple.__new__, JourneyPhase)  # made of its values without a step in Python


def find_journey(
    call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait], *, outcome_unknown: bool
) -> tuple[JourneyPhase, ...]:
    """Return the phases from the start to the customer's end; the last is open while that is not known."""
    start, end = call.started_at, lifecycle.end
    if start is None:
        return ()
    gaps: PhaseName = "unknown" if outcome_unknown or _has_gaps(call, lifecycle) else "wait"
    holds = [span for span in holds if span.start < span.end]
    changes = list(_changes(_parts(call, lifecycle, holds, waits), gaps, start))
    journey: list[JourneyPhase] = []
    since, current = start, None
    for at, phase in chain(_with_holds(changes, holds), [(end, None)]):
        if phase != current:
            until = min(end, at)
            if current is not None and until > since:
                length = None if until == OPEN else seconds(until - since)
                journey.append(_NEW((current[0], since, length, current[1])))
            since, current = at, phase
    return tuple(journey)


def _has_gaps(call: Call, lifecycle: Lifecycle) -> bool:
    """Return whether connections may be missing from the records."""
    if lifecycle.answer is None:
        return lifecycle.answer_unknown
    return any(leg.connection_unknown for leg in call.parties)


def _parts(call: Call, lifecycle: Lifecycle, holds: Iterable[Span], waits: Iterable[Wait]) -> list[_Part]:
    parts: list[_Part] = [("talk", span, None) for span in lifecycle.conversation]
    parts += _ringing(call, lifecycle)
    parts += [("queue" if wait.counts else "uncertain queue", wait.span, None) for wait in waits]
    parts += _menus(call, [*(span.start for _, span, _ in parts), *(span.start for span in holds)])
    joined = sorted(call.parties, key=lambda leg: leg.joined)
    parts += [("connected", span, leg.agent) for leg in joined if (span := leg.connected)]
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
        while number < len(holds) and holds[number].start < until:
            start, end = holds[number]
            if start > since:
                yield since, phase
                since = start
            yield since, ("hold", connected)
            since = min(until, end)
            if end > until:
                break
            number += 1
        if since < until:
            yield since, phase


def _changes(parts: list[_Part], gaps: PhaseName, start: Instant) -> Iterator[_Change]:
    """Yield what changes but for holds; *gaps* is the phase where no part is open."""
    steps = [(span.start, True, number) for number, (_, span, _) in enumerate(parts)]
    steps += [(span.end, False, number) for number, (_, span, _) in enumerate(parts)]
    steps.sort(key=_FIRST)
    opened = _OpenParts(parts, gaps)
    at = start
    for until, begins, number in [*steps, (OPEN, False, 0)]:
        if until != at:
            yield at, opened.phase(), opened.agents["connected"]
            at = until
        if at == OPEN:
            return
        opened.change(number, begins=begins)


class _OpenParts:
    """The parts that are open at one moment: of each layer in order of their beginning."""

    def __init__(self, parts: list[_Part], gaps: PhaseName) -> None:
        self.parts = parts
        self.gaps: _Phase = (gaps, ())
        self.layers: dict[_Layer, dict[int, str | None]] = {layer: {} for layer in _LAYERS}
        self.agents: dict[_Layer, _Agents] = {"connected": (), "ring": ()}  # who is named in a phase
        self.order = [(self.layers[layer], phase, named) for layer, phase, named in _PHASES]

    def change(self, number: int, *, begins: bool) -> None:
        """Open or close the part of this number."""
        layer, _, agent = self.parts[number]
        opened = self.layers[layer]
        if begins:
            opened[number] = agent
        else:
            opened.pop(number, None)
        if layer in self.agents:
            first = islice(opened.values(), _MAX_AGENTS)
            self.agents[layer] = tuple(dict.fromkeys(name for name in first if name))

    def phase(self) -> _Phase:
        """Return the phase, and the agents who talk or whose phones ring."""
        for opened, phase, named in self.order:
            if opened:
                return phase, self.agents[named] if named else ()
        return self.gaps
