"""Tests for callevents.report.journey: the line, and the bar to scale, of every documented and every field case."""

from itertools import groupby
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callevents.calls.model import SECOND, CallLeg, JourneyPhase, PhaseName
from callevents.report.formatting import duration
from callevents.report.journey import BAR_CELLS, journey_bar, journey_line, shown_phases
from callevents.report.viewer import Viewer
from tests.report.cases import GLANCES, LANGUAGES, cases, with_blanks
from tests.support.made_calls import make_call

SHADES = {"ivr": "░", "queue": "▒", "ring": "▓", "talk": "█▇", "hold": "▂", "wait": "·", "unknown": "?"}
PHASES: Any = st.sampled_from(sorted(SHADES))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_the_line_and_the_bar(name: str, language: Any) -> None:
    summary, expected = cases()[name], GLANCES[name][language]

    assert journey_line(summary, Viewer(language)) == expected["journey"]
    assert journey_bar(summary) == expected["bar"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_the_line_is_the_journey_of_the_facts(name: str, language: Any) -> None:
    summary = cases()[name]
    shown = shown_phases(summary)
    words = journey_line(summary, Viewer(language)).split(" → ") if shown else []

    assert [phase.phase for phase in shown if is_lasting(phase)] == [
        phase.phase for phase in summary.journey if is_lasting(phase)
    ]
    for phase, text in zip(shown, words, strict=True):
        assert phase.seconds is None or text.endswith(duration(phase.seconds, language))


def is_lasting(phase: JourneyPhase) -> bool:
    return phase.seconds is None or phase.seconds >= 1


@pytest.mark.parametrize("cells", [BAR_CELLS, 64])
@pytest.mark.parametrize("name", cases())
def test_the_bar_is_to_scale_and_in_order(name: str, cells: int) -> None:
    summary = cases()[name]
    bar = journey_bar(summary, cells)
    if bar:
        scaled(
            bar,
            [(phase.phase, phase.seconds) for phase in shown_phases(summary)],
            cells,
        )


@given(st.lists(st.tuples(PHASES, st.floats(1.0, 7200.0)), min_size=2, max_size=12))
def test_any_bar_is_to_scale_and_in_order(phases: list[tuple[Any, float]]) -> None:
    phases = [
        each for before, each in zip([(None, 0), *phases], phases, strict=False) if before[0] != each[0]
    ]
    assume(len(phases) > 1)
    journey = tuple(JourneyPhase(phase, 0, seconds, ()) for phase, seconds in phases)
    scaled(journey_bar(make_call(journey=journey)), list(phases), BAR_CELLS)


def scaled(bar: str, phases: list[tuple[Any, float | None]], cells: int) -> None:
    """Check the length, the order of the shades, and that a phase is off by no more than rounding and one cell cost."""
    is_open = phases[-1][1] is None
    assert len(bar.removesuffix("…")) == cells
    assert bar.endswith("…") == is_open
    drawn = ["".join(shade) for _, shade in groupby(bar.removesuffix("…"))]
    assert len(drawn) == len(phases)
    total = sum(seconds or 0.0 for _, seconds in phases)
    for part, (phase, seconds) in zip(drawn, phases, strict=True):
        assert part[0] in SHADES[phase]
        if seconds is not None:
            exact = seconds / total * cells
            assert exact - len(phases) - 2 <= len(part) <= max(1.0, exact) + 1


def test_two_of_a_kind_side_by_side_are_told_apart(call: Any) -> None:
    journey = tuple(JourneyPhase("talk", 0, 10.0, (name,)) for name in ("al@i", "bo@i", "cy@i"))

    assert [shade for shade, _ in groupby(journey_bar(call(journey=journey)))] == ["█", "▇", "█"]


@pytest.mark.parametrize("count", [0, 1])
def test_no_bar_where_it_would_say_nothing(call: Any, count: int) -> None:
    journey = tuple(JourneyPhase("ivr" if number % 2 else "queue", 0, 5.0, ()) for number in range(count))

    assert journey_bar(call(journey=journey)) == ""


@pytest.mark.parametrize("count", [15, 16, 31, 200, 5000])
def test_the_bar_of_a_long_journey_is_to_scale(call: Any, count: int) -> None:
    short = tuple(JourneyPhase("ring" if number % 2 else "queue", 0, 1.0, ()) for number in range(count))
    bar = journey_bar(call(journey=(JourneyPhase("ivr", 0, float(count), ()), *short)))

    assert (len(bar), set(bar)) == (BAR_CELLS, set("░▒▓"))
    assert BAR_CELLS // 2 - 1 <= bar.count("░") <= BAR_CELLS // 2
    assert bar.startswith("░" * bar.count("░"))


@given(st.lists(st.floats(0.1, 10_000), min_size=2, max_size=80))
def test_a_bar_is_as_long_as_its_line(lengths: list[float]) -> None:
    kinds: tuple[PhaseName, ...] = ("ivr", "queue", "ring")
    journey = tuple(JourneyPhase(kinds[number % 3], 0, length, ()) for number, length in enumerate(lengths))

    assert len(journey_bar(make_call(journey=journey))) == BAR_CELLS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_middle_of_a_long_journey_is_counted(call: Any, language: Any) -> None:
    journey = tuple(JourneyPhase("ivr" if number % 2 else "queue", 0, 5.0, ()) for number in range(40))
    line = journey_line(call(journey=journey), Viewer(language))

    assert line.count(" → ") == 10
    assert {"en": "… 30 more steps …", "zh-CN": "… 另有 30 段 …"}[language] in line


@pytest.mark.parametrize(
    ("direction", "word"),
    [
        ("inbound", "waited"),
        (None, "waited"),
        ("outbound", "dialling"),
        ("internal", "dialling"),
        ("back2back", "dialling"),
    ],
)
def test_before_a_phone_rings_a_number_is_dialled(call: Any, direction: str | None, word: str) -> None:
    phases: Any = ("wait", "ring", "wait")
    journey = tuple(JourneyPhase(phase, at * 5 * SECOND, 5.0, ()) for at, phase in enumerate(phases))

    line = journey_line(call(direction=direction, journey=journey), Viewer())
    assert with_blanks(line) == f"{word} 5 s → rang 5 s → waited 5 s"


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_length_that_no_call_has_is_a_dash(call: Any, seconds: float) -> None:
    journey = (JourneyPhase("ivr", 0, 5.0, ()), JourneyPhase("talk", 0, seconds, ()))

    assert len(journey_line(call(journey=journey), Viewer())) < 60
    assert len(journey_bar(call(journey=journey))) <= BAR_CELLS + 1


def test_a_number_outside_that_joins_for_a_while_is_named_for_that_while(call: Any) -> None:
    legs = (
        CallLeg("customer", None, 0, 0, 120 * SECOND, None, 120.0),
        CallLeg("agent", "alice@ccc-test", 0, 0, 120 * SECOND, None, 120.0),
        CallLeg("outside", None, 30 * SECOND, 40 * SECOND, 90 * SECOND, 10.0, 50.0),
    )
    journey = (JourneyPhase("talk", 0, 120.0, ("alice@ccc-test",)),)
    summary = call(legs=legs, journey=journey)

    assert (
        with_blanks(journey_line(summary, Viewer())) == "alice 40 s → alice, outside number 50 s → alice 30 s"
    )
    assert [shade for shade, _ in groupby(journey_bar(summary))] == ["█", "▇", "█"]


def test_phones_that_begin_to_ring_one_after_the_other_ring_as_one(call: Any) -> None:
    names = tuple(f"a{number}@ccc-test" for number in range(12))
    journey = tuple(
        JourneyPhase("ring", number * SECOND // 20, 10.0 if number == 11 else 0.05, names[: number + 1])
        for number in range(12)
    )

    line = with_blanks(journey_line(call(journey=journey), Viewer()))
    assert line == "rang (a0, a1, a2, a3 and 8 more) 10.6 s"


def test_a_menu_that_answers_does_not_talk(call: Any) -> None:
    legs = (CallLeg("customer", None, 0, 2 * SECOND, 38 * SECOND, 2.0, 36.0),)
    journey = (JourneyPhase("ring", 0, 2.0, ()), JourneyPhase("talk", 2 * SECOND, 36.0, ()))
    summary = call(legs=legs, journey=journey)

    assert with_blanks(journey_line(summary, Viewer())) == "rang 2 s → menu or voice bot 36 s"
    assert journey_bar(summary).startswith("▓░")


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("answered", "alice 20 s"),
        ("in_progress", "alice 20 s → waited so far"),
    ],
)
def test_a_call_that_is_over_does_not_wait_on(outcome: Any, line: str) -> None:
    """Where the end of the customer's leg is missing and only the detail record tells that the call is over."""
    journey = (
        JourneyPhase("talk", 0, 20.0, ("alice@ccc-test",)),
        JourneyPhase("wait", 20 * SECOND, None, ()),
    )

    assert with_blanks(journey_line(make_call(outcome=outcome, journey=journey), Viewer())) == line


@pytest.mark.parametrize(
    ("language", "line"), [("en", "alice talking for an unknown time"), ("zh-CN", "alice 通话时长不明")]
)
def test_the_last_phase_of_a_call_that_is_over_has_no_so_far(language: Any, line: str) -> None:
    journey = (JourneyPhase("talk", 0, None, ("alice@ccc-test",)),)

    shown = journey_line(make_call(outcome="answered", journey=journey), Viewer(language))
    assert with_blanks(shown) == line


@pytest.mark.parametrize(("language", "crowd"), [("en", "6 people 30 s"), ("zh-CN", "6 人 30 秒")])
def test_a_crowd_that_talks_is_counted(call: Any, language: Any, crowd: str) -> None:
    """A list of six would hide how long they talked: "… and 2 more 30 s"."""
    names = tuple(f"a{number}@ccc-test" for number in range(6))
    journey = (JourneyPhase("talk", 0, 20.0, names[:4]), JourneyPhase("talk", 20 * SECOND, 30.0, names))
    line = with_blanks(journey_line(call(journey=journey), Viewer(language)))

    assert line.rpartition(" → ")[2] == crowd
    assert "a3" in line


def test_a_step_of_the_journey_ends_no_line_before_its_length(call: Any) -> None:
    journey = (
        JourneyPhase("queue", 0, 75.0, ()),
        JourneyPhase("talk", 75 * SECOND, None, ("alice@ccc-test",)),
    )
    line = journey_line(call(outcome="in_progress", journey=journey), Viewer())

    assert line.split(" ") == ["queue\xa01\xa0min\xa015\xa0s", "→", "alice", "talking\xa0so\xa0far"]
