"""Tests for callevents.report.outside_legs: the numbers outside in the phases of a journey."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.model import SECOND, CallLeg, CallSummary, JourneyPhase
from callevents.report.journey import shown_phases
from callevents.report.outside_legs import OutsideLegs
from callevents.report.people import held_in_talk
from tests.examples import examples
from tests.scaling import LINEAR, growth

MOMENTS = st.one_of(st.none(), st.integers(0, 8).map(lambda second: second * SECOND))
LEGS = st.lists(
    st.builds(
        CallLeg,
        st.sampled_from(["outside", "outside", "agent"]),
        st.none(),
        MOMENTS,
        MOMENTS,
        MOMENTS,
        st.none(),
        st.none(),
    ),
    max_size=6,
)
PHASES = st.builds(
    JourneyPhase,
    st.sampled_from(["talk", "hold", "ring", "queue"]),
    st.integers(0, 8).map(lambda second: second * SECOND),
    st.one_of(st.none(), st.integers(0, 8).map(float)),
    st.just(("alice",)),
)


def taken(leg: CallLeg, phase: JourneyPhase) -> tuple[int | None, int | None]:
    """Return from when to when *leg* does what *phase* is about."""
    if phase.phase == "ring":
        return leg.began_at, leg.connected_at or leg.ended_at
    return (leg.connected_at, leg.ended_at) if phase.phase in {"talk", "hold"} else (None, None)


@given(LEGS, PHASES)
@examples(300)
def test_each_leg_counts(legs: list[CallLeg], phase: JourneyPhase) -> None:
    stretches = [taken(leg, phase) for leg in legs if leg.side == "outside"]
    end = None if phase.seconds is None else phase.at + int(phase.seconds * SECOND)
    found = OutsideLegs(legs)

    assert found.are_in(phase) == any(
        begin is not None and (end is None or begin < end) and (stop is None or stop > phase.at)
        for begin, stop in stretches
    )
    parts = found.split(phase)
    if end is None or not stretches:
        assert parts == [phase]
        return
    inside = {at for stretch in stretches for at in stretch if at is not None and phase.at < at < end}
    assert [part.at for part in parts] == [phase.at, *sorted(inside)]
    assert [part.seconds for part in parts] == [
        (stop - start) / SECOND for start, stop in pairwise([phase.at, *sorted(inside), end])
    ]


def test_the_time_grows_with_legs_and_phases(call: Any) -> None:
    def make(count: int) -> CallSummary:
        legs = tuple(
            CallLeg("outside", None, at, at, at + SECOND, None, 1.0)
            for at in range(0, 2 * count * SECOND, 2 * SECOND)
        )
        journey = tuple(
            JourneyPhase("hold" if at % 2 else "talk", at * SECOND, 1.0, ()) for at in range(2 * count)
        )
        summary: CallSummary = call(legs=legs, journey=journey)
        return summary

    assert growth(lambda summary: (shown_phases(summary), held_in_talk(summary)), make, 1000) < LINEAR
