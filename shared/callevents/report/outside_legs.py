"""The legs of numbers outside, which the phases of a journey do not name."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise
from math import inf

from callevents.calls.model import SECOND, CallLeg, Instant, JourneyPhase, PhaseName
from callevents.report.formatting import is_length


class OutsideLegs:
    """When numbers outside are on the line or called; sorted, so that each phase looks at the moments in it only."""

    def __init__(self, legs: Iterable[CallLeg]) -> None:
        """Take those of *legs* that are numbers' outside."""
        outside = [leg for leg in legs if leg.side == "outside"]
        self.exist = bool(outside)
        self._of_phases: dict[PhaseName, _Stretches] = {}
        if outside:  # few calls have one
            connected = _Stretches([(leg.connected_at, leg.ended_at) for leg in outside])
            ringing = _Stretches([(leg.began_at, leg.connected_at or leg.ended_at) for leg in outside])
            self._of_phases = {"talk": connected, "hold": connected, "ring": ringing}

    def split(self, phase: JourneyPhase) -> list[JourneyPhase]:
        """Return *phase* cut where one of the legs joins or leaves: its agents alone do not show that."""
        end = _end(phase)
        if not self.exist or end is None:
            return [phase]
        stretches = self._of_phases.get(phase.phase, _NONE)
        cuts = [phase.at, *stretches.moments_between(phase.at, end), end]
        return [
            JourneyPhase(phase.phase, start, (stop - start) / SECOND, phase.agents)
            for start, stop in pairwise(cuts)
        ]

    def are_in(self, phase: JourneyPhase) -> bool:
        """Say whether one of the legs takes part in *phase*."""
        return self.exist and self._of_phases.get(phase.phase, _NONE).overlap(phase.at, _end(phase))


class _Stretches:
    """From when to when legs do something; what begins and does not end goes on."""

    def __init__(self, found: list[tuple[Instant | None, Instant | None]]) -> None:
        self._moments = sorted({moment for stretch in found for moment in stretch if moment is not None})
        begun = sorted((begin, inf if stop is None else stop) for begin, stop in found if begin is not None)
        self._begins = [begin for begin, _ in begun]
        # Until when at most one of those goes on that began by then.
        self._stops = list(accumulate((stop for _, stop in begun), max))

    def moments_between(self, start: Instant, end: Instant) -> list[Instant]:
        """Return in order the moments after *start* and before *end* at which one begins or stops."""
        return self._moments[bisect_right(self._moments, start) : bisect_left(self._moments, end)]

    def overlap(self, start: Instant, end: Instant | None) -> bool:
        """Say whether one goes on between *start* and *end*, which is None while there is none."""
        begun = len(self._begins) if end is None else bisect_left(self._begins, end)
        return begun > 0 and self._stops[begun - 1] > start


_NONE = _Stretches([])


def _end(phase: JourneyPhase) -> Instant | None:
    return phase.at + round(phase.seconds * SECOND) if is_length(phase.seconds) else None
