"""Tests for callevents.report.verdict: headline and sentence of every documented and field case, both languages."""

import re
from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, JourneyPhase, Phrase, TimelineEvent
from callevents.report.formatting import duration
from callevents.report.people import agent_name
from callevents.report.text import join_sentences
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from tests.report.cases import GLANCES, LANGUAGES, cases


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_the_first_two_lines(name: str, language: Any) -> None:
    found, expected = verdict(cases()[name], Viewer(language)), GLANCES[name][language]

    assert (found.title, join_sentences(found.rest, language)) == (expected["title"], expected["sentence"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_nothing_contradicts_the_facts(name: str, language: Any) -> None:
    summary = cases()[name]
    found = verdict(summary, Viewer(language))
    words = join_sentences(found.rest, language)

    assert (found.emoji == "✅") == (summary.outcome == "answered")
    assert (found.emoji == "❌") == (
        summary.answered_at is None
        and summary.outcome != "voicemail"
        and summary.outcome not in {"in_progress", "unknown", "no_records", "ended_in_ivr"}
    )
    if summary.outcome == "answered" and summary.talk_seconds is not None:
        assert duration(summary.talk_seconds, language) in words
    if summary.answered_by and summary.direction == "inbound":
        assert agent_name(summary.answered_by, summary, Viewer(language)) in found.headline
    others = {"agent": "customer hung", "customer": "agent hung", "system": "hung up"}
    if language == "en" and summary.ended_by:
        assert others[summary.ended_by] not in words
    assert not re.search(r"%[(sd]|None|\bnan\b", found.title + words)


@pytest.mark.parametrize("limit", [8, 24, 80])
@pytest.mark.parametrize("name", cases())
def test_names_and_reasons_keep_to_the_limit(name: str, limit: int) -> None:
    summary = cases()[name]
    long = "x" * 300 + "@ccc-test"
    legs = tuple(leg._replace(agent=long if leg.agent else None) for leg in summary.legs)
    journey = tuple(phase._replace(agents=(long,) * bool(phase.agents)) for phase in summary.journey)
    changed = summary._replace(legs=legs, journey=journey, release_text="y" * 300, release_code=599)
    found = verdict(changed, Viewer(), limit)

    assert not re.search(f"x{{{limit + 1}}}|y{{{limit + 1}}}", found.title + " ".join(found.rest))


HEADLINES = [
    ("inbound", "answered", "✅ Answered by alice", "✅ 已由坐席 alice 接听"),
    ("outbound", "answered", "✅ Customer answered, talked with alice", "✅ 客户已接听，与坐席 alice 通话"),
    ("predictive", "answered", "✅ Customer answered, talked with alice", "✅ 客户已接听，与坐席 alice 通话"),
    ("inbound", "in_progress", "⏳ In progress: answered by alice", "⏳ 通话中：已由坐席 alice 接听"),
    ("outbound", "in_progress", "⏳ In progress: customer answered, talked with alice",
     "⏳ 通话中：客户已接听，与坐席 alice 通话"),
]  # fmt: skip


@pytest.mark.parametrize(("direction", "outcome", "english", "chinese"), HEADLINES)
def test_who_is_said_to_have_answered(
    call: Any, direction: str, outcome: str, english: str, chinese: str
) -> None:
    summary = call(direction=direction, outcome=outcome)

    assert verdict(summary, Viewer()).title == english
    assert verdict(summary, Viewer("zh-CN")).title == chinese


@pytest.mark.parametrize(("direction", "who"), [("inbound", "caller"), ("predictive", "customer")])
def test_who_was_called_is_no_caller(call: Any, direction: str, who: str) -> None:
    summary = call(
        direction=direction,
        outcome="abandoned_in_queue",
        answered_at=None,
        queue_seconds=14.8,
        ring_seconds=8.0,
    )
    found = verdict(summary, Viewer())
    waits = ["Waited 14.8 s in the queue.", "Rang for 8 s."]

    assert found.headline == f"Not answered: the {who} gave up in the queue"
    assert list(found.rest) == (waits if direction == "inbound" else waits[::-1])
    assert verdict(summary, Viewer("zh-CN")).headline == "未接听：客户在排队中放弃"


def test_an_outbound_call_without_an_agent_on_the_line_names_none(call: Any) -> None:
    legs = tuple(leg for leg in call().legs if leg.side == "customer")
    found = verdict(call(legs=legs, journey=()), Viewer())

    assert found.title == "✅ Customer answered"
    assert "menu or a voice bot" in found.rest[0]


@pytest.mark.parametrize(
    ("outcome", "headline"), [("answered", "✅ Answered"), ("in_progress", "⏳ In progress: answered")]
)
def test_who_answered_is_not_said_where_somebody_may_have_before_them(
    call: Any, outcome: str, headline: str
) -> None:
    customer = CallLeg("customer", None, 0, 0, 9, None, None)
    leg = CallLeg("agent", "bob@ccc-test", 2, 3, 9, None, 6.0)
    talk = JourneyPhase("talk", 3, 6.0, ("bob@ccc-test",))
    found = call(
        direction="inbound",
        outcome=outcome,
        answered_at=None,
        answered_by=None,
        legs=(customer, leg),
        journey=(talk,),
    )

    assert verdict(found, Viewer()).title == headline


def test_many_who_talked_are_counted(call: Any) -> None:
    names = [f"agent{number}@ccc-test" for number in range(7)]
    legs = [
        CallLeg("agent", name, number * SECOND, number * SECOND, 90 * SECOND, None, 5.0)
        for number, name in enumerate(names)
    ]
    customer = CallLeg("customer", None, 0, 0, 90 * SECOND, None, 90.0)
    journey = (JourneyPhase("talk", 0, 90.0, tuple(names)),)
    summary = call(direction="inbound", legs=(customer, *legs), journey=journey)

    assert verdict(summary, Viewer()).headline == (
        "Answered by agent0, then agent1, then agent2, then agent3 and 3 more"
    )
    assert verdict(summary, Viewer("zh-CN")).headline == (
        "已由坐席 agent0 接听，随后为 agent1、agent2、agent3 及另外 3 方"
    )


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ([("talk", 30.0), ("queue", 12.0)], "after waiting 12 s in the queue"),
        ([("talk", 30.0), ("queue", 12.0), ("wait", 0.2)], "after waiting 12 s in the queue"),
        ([("talk", 30.0), ("ring", 9.0)], "while another phone rang, after 9 s"),
        ([("talk", 30.0), ("ring", 0.3)], "The customer hung up (200, normal end)."),
        ([("queue", 9.0), ("talk", 30.0)], "The customer hung up (200, normal end)."),
        ([("talk", 30.0), ("queue", 9.0), ("wait", 4.0)], "The customer hung up (200, normal end)."),
    ],
)
@pytest.mark.parametrize("ended_by", ["customer", "agent"])
def test_a_customer_who_was_passed_on_and_gave_up(
    call: Any, phases: list[tuple[Any, float]], said: str, ended_by: str
) -> None:
    journey = tuple(JourneyPhase(phase, 0, seconds, ()) for phase, seconds in phases)
    found = verdict(call(journey=journey, ended_by=ended_by), Viewer())

    assert (said in " ".join(found.rest)) is (ended_by == "customer")


def test_a_long_wait_and_a_customer_left_behind_are_said(call: Any) -> None:
    """Two lines must be enough: 40 minutes in a queue, or 48 seconds alone on the line, are what was wrong."""
    journey = (
        JourneyPhase("queue", 0, 2400.0, ()),
        JourneyPhase("talk", 2400 * SECOND, 20.0, ("alice@ccc-test",)),
        JourneyPhase("wait", 2420 * SECOND, 48.0, ()),
    )
    times = {"started_at": 0, "answered_at": 2400 * SECOND, "ended_at": 2468 * SECOND}
    summary = call(direction="inbound", journey=journey, talk_seconds=20.0, ended_by="agent", **times)

    assert verdict(summary, Viewer()).rest == (
        "They talked for 20 s.",
        "Answered after 40 min.",
        "The agent hung up (200, normal end).",
        "The customer stayed on the line for 48 s more.",
    )


def test_the_end_by_a_number_outside_is_known_by_its_leg(call: Any) -> None:
    legs = (
        CallLeg("customer", None, 0, 0, 100 * SECOND, None, 60.0),
        CallLeg("outside", None, 30 * SECOND, 40 * SECOND, 99 * SECOND, 10.0, 59.0),
    )

    assert verdict(call(legs=legs, ended_by=None), Viewer()).rest[-1] == (
        "The outside number hung up (200, normal end)."
    )


BOTH = (
    CallLeg("customer", None, 0, 0, 60 * SECOND, None, 50.0),
    CallLeg("agent", "alice@ccc-test", 0, 10 * SECOND, 30 * SECOND, None, 20.0),
    CallLeg("agent", "bob@ccc-test", 30 * SECOND, 30 * SECOND, 60 * SECOND, None, 30.0),
)
TALKED = (
    JourneyPhase("talk", 10 * SECOND, 20.0, ("alice@ccc-test",)),
    JourneyPhase("talk", 30 * SECOND, 30.0, ("bob@ccc-test",)),
)


@pytest.mark.parametrize(
    ("ends", "said", "chinese"),
    [
        (
            [(60, "by %s", "bob@ccc-test")],
            "Agent bob hung up (200, normal end).",
            "坐席 bob 挂断（200，正常结束）。",
        ),
        (
            [(30, "by %s", "alice@ccc-test"), (60, "by %s", "BOB@ccc-test")],
            "Agent bob hung up",
            "坐席 bob 挂断",
        ),
        ([(60, "by %s", "bob@ccc-test"), (61, "by %s", "13800000101")], "Agent bob hung up", "坐席 bob 挂断"),
        ([(60, "by the agent", "")], "The agent hung up", "坐席挂断"),
        ([(60, "by %s", "bob@ccc-test"), (60, "by the agent", "")], "The agent hung up", "坐席挂断"),
        ([(60, "by %s", "bob@ccc-test"), (61, "by %s", "alice@ccc-test")], "The agent hung up", "坐席挂断"),
        ([(60, "by %s", "eve@ccc-test")], "The agent hung up", "坐席挂断"),
        ([(30, "by %s", "alice@ccc-test")], "The agent hung up", "坐席挂断"),
        ([], "The agent hung up", "坐席挂断"),
    ],
)
def test_of_several_agents_the_one_who_hung_up_is_named(
    call: Any, ends: list[tuple[int, str, str]], said: str, chinese: str
) -> None:
    events = tuple(
        TimelineEvent(at * SECOND, "Released", "Hung up", "agent", None, (Phrase(words, value),))
        for at, words, value in ends
    )
    agents = ("alice@ccc-test", "bob@ccc-test")
    summary = call(
        legs=BOTH, journey=TALKED, events=events, agents=agents, ended_by="agent", talk_seconds=50.0
    )

    assert verdict(summary, Viewer()).rest[-1].startswith(said)
    assert verdict(summary, Viewer("zh-CN")).rest[-1].startswith(chinese)


def test_the_phone_at_which_a_customer_gave_up_is_named(call: Any) -> None:
    journey = (*TALKED[:1], JourneyPhase("ring", 30 * SECOND, 9.0, ("bob@ccc-test",)))
    summary = call(journey=journey, ended_by="customer")

    assert verdict(summary, Viewer()).rest[-1] == "The customer hung up after it rang for 9 s at bob."
    assert verdict(summary, Viewer("zh-CN")).rest[-1] == "bob 振铃 9 秒后，客户挂断。"
