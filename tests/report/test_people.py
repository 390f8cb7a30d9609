"""Tests for callevents.report.people: who talked, in what order, for how long, and by which name."""

from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, CallSummary, JourneyPhase, SecondSource
from callevents.report.facts import facts
from callevents.report.people import Talker, agent_name, phase_names, talkers, transfer_agents, with_own_names
from callevents.report.viewer import Viewer
from tests.report.cases import LANGUAGES, cases
from tests.scaling import LINEAR, growth

TALKED: dict[str, list[tuple[str, float | None]]] = {
    "agent-outbound": [("alice", 63.35)],
    "abandoned-in-queue": [],
    "abandoned-while-ringing": [],
    "agent-no-answer": [],
    "blind-transfer": [("alice", 55.333), ("bob", 73.42)],
    "monitor": [("alice", 89.369)],
    "coach": [("alice", 108.0)],
    "barge-in": [("alice", None), ("supervisor carol", None)],
    "intercept": [("alice", None), ("supervisor carol", None)],
    "passed-on-outside-in-the-same-millisecond": [("alice", 30.0), ("outside number", 55.0)],
    "forwarded-to-a-number-outside": [("outside number", 90.0)],
    "connected-after-the-caller-left": [],
    "a-ringing-colleague-is-cancelled": [("alice", 45.0)],
    "a-journey-through-queue-hold-and-transfer": [("alice", 35.0), ("bob", 34.0)],
    "a-journey-that-is-not-over": [],
}


@pytest.mark.parametrize("name", TALKED)
def test_everybody_who_talked_in_order_of_joining(name: str) -> None:
    found = talkers(cases()[name], Viewer())

    assert [talker.name for talker in found] == [who for who, _ in TALKED[name]]
    for talker, (_, seconds) in zip(found, TALKED[name], strict=True):
        assert seconds is None or talker.seconds == pytest.approx(seconds, abs=0.8)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_nobody_is_named_who_is_not_on_the_call(name: str, language: Any) -> None:
    summary, viewer = cases()[name], Viewer(language)
    names = {agent_name(leg.agent, summary, viewer) for leg in summary.legs if leg.agent}
    for talker in talkers(summary, viewer):
        assert talker.is_outside or any(talker.name.endswith(each) for each in names)
        assert talker.seconds is None or 0 < talker.seconds <= (summary.talk_seconds or 0) + 0.001


@pytest.mark.parametrize(
    ("agent", "limit", "shown"),
    [
        ("alice@ccc-test", 80, "alice"),
        ("alice@ccc-other", 80, "alice@ccc-other"),
        ("alice", 80, "alice"),
        ("@ccc-test", 80, "@ccc-test"),
        ("13800000101@ccc-test", 80, "138******01"),
        ("a" * 90 + "@ccc-test", 8, "aaaaaaa…"),
        ("al\u202eice@ccc-test", 80, "al ice"),
    ],
)
def test_a_name_is_short_clean_and_masked(call: Any, agent: str, limit: int, shown: str) -> None:
    assert agent_name(agent, call(), Viewer(), limit) == shown


def leg(side: Any, agent: str | None, *at: int | None, talk: float | None = 5.0) -> CallLeg:
    began, connected, ended = (None if each is None else each * SECOND for each in at)
    return CallLeg(side, agent, began, connected, ended, None, talk)


def test_two_legs_of_one_agent_are_one_person(call: Any) -> None:
    legs = (leg("agent", "al@i", 0, 1, 5), leg("agent", "bo@i", 5, 6, 8), leg("agent", "al@i", 8, 9, 12))
    journey = (JourneyPhase("talk", SECOND, 5.0, ("al@i",)), JourneyPhase("talk", 6 * SECOND, 6.0, ("bo@i",)))

    assert talkers(call(legs=legs, journey=journey), Viewer()) == [Talker("al@i", 10.0), Talker("bo@i", 5.0)]


def test_a_share_that_is_not_known_is_not_added_up(call: Any) -> None:
    legs = (leg("agent", "al@i", 0, 1, 5), leg("agent", "al@i", 8, 9, 12, talk=None))
    journey = (JourneyPhase("talk", SECOND, 11.0, ("al@i",)),)

    assert talkers(call(legs=legs, journey=journey), Viewer()) == [Talker("al@i", None)]


TRANSFERS = [
    # alice leaves as bob's phone begins to ring
    ([leg("agent", "al@i", 0, 1, 50), leg("agent", "bo@i", 51, 56, 90)], ("al@i", "bo@i")),
    # a consulted colleague is connected already
    ([leg("agent", "al@i", 0, 1, 50), leg("agent", "bo@i", 30, 35, 90)], ("al@i", "bo@i")),
    # to a number outside
    ([leg("agent", "al@i", 0, 1, 50), leg("outside", None, 51, 56, 90)], ("al@i", None)),
    # nobody came
    ([leg("agent", "al@i", 0, 1, 50)], ("al@i", None)),
    # a supervisor who listens passes nothing on
    ([leg("agent", "al@i", 0, 1, 50), leg("supervisor", "su@i", 20, 21, 90)], ("al@i", None)),
    ([], (None, None)),
]


@pytest.mark.parametrize(("legs", "expected"), TRANSFERS)
def test_a_transfer_is_from_who_left_to_who_went_on(call: Any, legs: list[CallLeg], expected: Any) -> None:
    summary = call(legs=(leg("customer", None, 0, 0, 90), *legs))

    assert transfer_agents(summary, 50 * SECOND) == expected
    assert transfer_agents(summary, None) == (None, None)


@pytest.mark.parametrize(
    ("phase", "names"),
    [
        (JourneyPhase("talk", SECOND, 5.0, ("al@i",)), ["al@i"]),
        (JourneyPhase("talk", 20 * SECOND, 5.0, ("al@i",)), ["al@i", "outside number"]),
        (JourneyPhase("talk", 20 * SECOND, None, ()), ["outside number"]),
        (JourneyPhase("ring", 10 * SECOND, 5.0, ()), ["outside number"]),
        (JourneyPhase("queue", 20 * SECOND, 5.0, ()), []),
    ],
)
def test_a_number_outside_is_named_where_it_is_on_the_line(
    call: Any, phase: JourneyPhase, names: list[str]
) -> None:
    legs = (leg("agent", "al@i", 0, 1, 90), leg("outside", None, 10, 15, 60))

    assert phase_names(phase, call(legs=legs), Viewer()) == names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Alice Wang", "alice (Alice Wang)"),
        ("alice", "alice"),
        ("ALICE", "alice"),
        ("alice@ccc-test", "alice"),
        ("", "alice"),
        ("Alice 13800000101", "alice (Alice 138******01)"),
        ("A" * 300, f"alice ({'A' * 29}…)"),
    ],
)
def test_a_name_stands_behind_the_id_where_it_says_more(call: Any, name: str, expected: str) -> None:
    summary = call(second_source=SecondSource("found", names=(("alice@ccc-test", name),)))
    people = [Talker("alice", 1.0), Talker("supervisor alice", 2.0), Talker("bob", None)]
    named = with_own_names(people, summary, Viewer(), 30)
    assert [talker.name for talker in named] == [
        expected,
        expected.replace("alice", "supervisor alice", 1),
        "bob",
    ]
    assert with_own_names(people, call(), Viewer()) is people


def test_the_time_grows_with_the_people_who_are_named(call: Any) -> None:
    def make(count: int) -> CallSummary:
        agents = tuple(f"{number}@ccc-test" for number in range(count))
        names = tuple((agent, f"Alice {agent}") for agent in agents)
        second = SecondSource("found", names=names)
        summary: CallSummary = call(agents=agents, skill_groups=agents, second_source=second)
        return summary

    def show(summary: CallSummary) -> None:
        people = [Talker(agent.removesuffix("@ccc-test"), 1.0) for agent in summary.agents]
        named = with_own_names(people, summary, Viewer())
        assert named[-1].name == f"{people[-1].name} (Alice {people[-1].name}@ccc-test)"
        facts(summary, Viewer())

    assert growth(show, make, 2000) < LINEAR
