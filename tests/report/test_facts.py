"""Tests for callevents.report.facts: the lines beside verdict and journey, in both languages."""

from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, JourneyPhase, Transfer
from callevents.report.facts import facts
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from tests.report.cases import GLANCES, LANGUAGES, cases, with_blanks


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_the_lines(name: str, language: Any) -> None:
    found, expected = facts(cases()[name], Viewer(language)), GLANCES[name][language]

    assert (" · ".join(found.call), " · ".join(found.others)) == (expected["call"], expected["others"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_no_number_is_whole_and_nothing_unknown_is_said(name: str, language: Any) -> None:
    summary = cases()[name]
    found = facts(summary, Viewer(language))
    shown = " ".join([*found.call, *found.others])

    assert not [
        number
        for number in (summary.caller, summary.callee)
        if number and number.isdecimal() and number in shown
    ]
    assert "None" not in shown


@pytest.mark.parametrize("limit", [24, 80, 300])
def test_however_much_there_is_a_line_stays_short(call: Any, limit: int) -> None:
    many = tuple(f"{'x' * 100}{number}" for number in range(200))
    transfers = tuple(Transfer(0, "blind", f"{number}", "y" * 100) for number in range(100))
    found = facts(call(agents=many, skill_groups=many, recordings=many, transfers=transfers), Viewer(), limit)

    assert all(len(each) <= 2 * limit + 40 for each in [*found.call, *found.others])
    assert any("more" in each for each in found.others)
    assert len(found.others) <= limit // 60 + 8


@pytest.mark.parametrize(("own", "there"), [(None, True), ("Asia/Shanghai", False), ("Europe/Berlin", True)])
def test_the_readers_own_time_is_there_where_it_is_another(call: Any, own: str | None, there: bool) -> None:
    assert (facts(call(), Viewer(own_zone=own)).started_at is not None) is there


def test_the_agents_of_a_call_that_nobody_answered_are_named(call: Any) -> None:
    journey = (JourneyPhase("ring", 0, 45.0, ()),)
    found = facts(call(outcome="no_answer", journey=journey, legs=()), Viewer())

    assert "Agents: alice@ccc-test" in found.others


@pytest.mark.parametrize(
    ("kind", "english", "chinese"),
    [
        ("blind", "Blind transfer: alice → bob", "直接转接：alice → bob"),
        ("attended", "Attended transfer: alice → bob", "咨询转接：alice → bob"),
    ],
)
def test_a_transfer_names_the_agents_in_place_of_extensions(
    call: Any, kind: Any, english: str, chinese: str
) -> None:
    at = 50 * SECOND
    legs = (
        CallLeg("customer", None, 0, 0, 90 * SECOND, None, None),
        CallLeg("agent", "alice@ccc-test", 0, 0, at, None, None),
        CallLeg("agent", "bob@ccc-test", at, at + SECOND, 90 * SECOND, None, None),
    )
    summary = call(legs=legs, transfers=(Transfer(at, kind, "80010011", "80010022"),))

    assert english in facts(summary, Viewer()).others
    assert chinese in facts(summary, Viewer("zh-CN")).others


@pytest.mark.parametrize(
    ("to", "expected"), [(None, "alice → outside number"), ("13900000002", "alice → 139******02")]
)
def test_a_transfer_to_a_number_outside_says_so(call: Any, to: str | None, expected: str) -> None:
    at = 50 * SECOND
    legs = (
        CallLeg("customer", None, 0, 0, 90 * SECOND, None, 80.0),
        CallLeg("agent", "alice@ccc-test", 5 * SECOND, 9 * SECOND, at, 4.0, 41.0),
        CallLeg("outside", None, at + SECOND, at + 3 * SECOND, 90 * SECOND, 2.0, 37.0),
    )
    summary = call(legs=legs, transfers=(Transfer(at, "blind", "80010011", to),))

    assert f"Blind transfer: {expected}" in facts(summary, Viewer()).others


@pytest.mark.parametrize(("alone", "shown"), [(0.0, ""), (30.0, "On hold for 45 s in all")])
def test_time_on_hold_is_not_said_twice(call: Any, alone: float, shown: str) -> None:
    """The verdict has what belongs to the talk; while nobody was on the line is known here only."""
    journey = (
        JourneyPhase("talk", 0, 30.0, ("alice@ccc-test",)),
        JourneyPhase("hold", 30 * SECOND, 15.0, ("alice@ccc-test",)),
        *([JourneyPhase("hold", 45 * SECOND, alone, ())] if alone else []),
    )
    summary = call(journey=journey, talk_seconds=45.0, hold_seconds=15.0 + alone)
    others = [with_blanks(each) for each in facts(summary, Viewer()).others if "hold" in each]

    assert "".join(others) == shown
    assert "15\xa0s of it on hold" in verdict(summary, Viewer()).rest[0]


@pytest.mark.parametrize(("language", "words"), [("en", "withheld number"), ("zh-CN", "匿名号码")])
def test_a_number_that_is_withheld_is_called_so(call: Any, language: Any, words: str) -> None:
    found = facts(call(direction="inbound", caller="Anonymous", callee=None), Viewer(language))

    assert found.call[1] == f"{words} → ?"
