"""Tests for callevents.report.folding: what the timeline lists, and that nothing unique is lost."""

from typing import Any

import pytest

from callevents.calls.model import Phrase
from callevents.report.folding import COUNTED, STATUS, fold
from tests.report.cases import cases

DESK = {"AgentDialing", "AgentRinging", "AgentTalk", "AgentRelease"}


@pytest.mark.parametrize("name", cases())
def test_every_event_is_listed_or_counted(name: str) -> None:
    events = cases()[name].events
    folded = fold(events)

    assert len(events) == len(folded.events) + sum(folded[1:])
    assert not {event.type for event in folded.events} & (COUNTED | STATUS)
    assert [event.at for event in folded.events] == sorted(
        (event.at for event in folded.events), key=lambda at: (at is None, at or 0)
    )
    kept = [event.type for event in folded.events if event.type not in DESK]
    assert kept == [event.type for event in events if event.type not in DESK | COUNTED | STATUS]


@pytest.mark.parametrize("name", cases())
def test_what_the_workbench_alone_tells_is_kept(name: str) -> None:
    """Each agent, each detail of a folded event stands on the leg's own event."""
    events = cases()[name].events
    folded = fold(events)
    phrases = {phrase for event in events if event.type in DESK for phrase in event.detail}

    assert phrases <= {phrase for event in folded.events for phrase in event.detail}
    agents = {event.agent for event in events if event.type in DESK}
    assert agents <= {event.agent for event in folded.events}


TWINS = [
    # desk's event, leg's event, seconds between them, agents of both, folded
    ("AgentRinging", "Ringing", 0.01, ("al@i", "al@i"), True),
    ("AgentRinging", "Ringing", -0.5, ("al@i", "al@i"), True),
    ("AgentRinging", "Ringing", 2.0, ("al@i", None), True),
    ("AgentRinging", "Ringing", 2.1, ("al@i", "al@i"), False),
    ("AgentRinging", "Ringing", 0.01, ("al@i", "bo@i"), False),
    ("AgentTalk", "Ringing", 0.01, ("al@i", "al@i"), False),
    ("AgentTalk", "Established", 0.01, ("al@i", "al@i"), True),
    ("AgentRelease", "Released", 0.01, ("al@i", "al@i"), True),
    ("AgentDialing", "Dialing", 0.01, ("al@i", "al@i"), True),
]


@pytest.mark.parametrize("twin", TWINS)
def test_a_report_beside_its_leg_is_folded(event: Any, twin: tuple[str, str, float, Any, bool]) -> None:
    desk, leg, after, agents, folded = twin
    events = sorted(
        [
            event(10.0, desk, leg="agent", agent=agents[0], detail="passed on"),
            event(10.0 + after, leg, leg="agent", agent=agents[1]),
        ],
        key=lambda each: each.at,
    )
    found = fold(events)

    assert len(found.events) == 2 - folded
    assert found.desk_reports == folded
    if folded:
        assert found.events[0].type == leg
        assert found.events[0].agent == "al@i"
        assert Phrase("%s", "passed on") in found.events[0].detail


def test_a_leg_takes_one_report_only(event: Any) -> None:
    events = [event(1.0, "Ringing", leg="agent", agent="al@i")]
    events += [event(1.0 + number / 10, "AgentRinging", leg="agent", agent="al@i") for number in range(3)]

    assert [each.type for each in fold(events).events] == ["Ringing", "AgentRinging", "AgentRinging"]


@pytest.mark.parametrize("side", ["customer", "outside", "unknown", None])
def test_the_customers_leg_is_no_twin(event: Any, side: Any) -> None:
    events = [event(1.0, "Ringing", leg=side, agent="al@i"), event(1.0, "AgentRinging", agent="al@i")]

    assert len(fold(events).events) == 2


def test_an_event_without_a_time_is_not_folded(event: Any) -> None:
    events = [event(1.0, "Ringing", leg="agent"), event(None, "AgentRinging", leg="agent", agent="al@i")]

    assert len(fold(events).events) == 2


def test_what_is_counted(event: Any) -> None:
    types = ["TextStream"] * 3 + ["IvrTracking"] * 2 + ["AgentReady", "AgentBreak"]
    found = fold([event(number, type_) for number, type_ in enumerate(types)])

    assert found[1:] == (3, 2, 2, 0)
    assert found.events == ()
