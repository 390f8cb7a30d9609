"""Tests for callevents.report.verdict: headline and sentence of every documented and field case, both languages."""

import re
from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, JourneyPhase, Phrase, TimelineEvent
from callevents.calls.summary import summarise
from callevents.report.formatting import duration
from callevents.report.people import agent_name
from callevents.report.text import join_sentences
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from tests.calls.conftest import INSTANCE, JOB, lines_to_records
from tests.report.cases import GLANCES, LANGUAGES, cases, with_blanks


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
    assert list(map(with_blanks, found.rest)) == (waits if direction == "inbound" else waits[::-1])
    assert verdict(summary, Viewer("zh-CN")).headline == "未接听：客户在排队中放弃"


def test_an_outbound_call_without_an_agent_on_the_line_names_none(call: Any) -> None:
    legs = tuple(leg for leg in call().legs if leg.side == "customer")
    found = verdict(call(legs=legs, journey=()), Viewer())

    assert found.title == "✅ Customer answered"
    assert "menu or a voice bot" in found.rest[0]


JOINING = [
    # Phases of the talk: seconds, who was on the line. "-" is a number outside.
    ("30 alice, 40 bob", "Answered by alice, then bob", "已由坐席 alice 接听，随后由 bob 接手"),
    ("30 alice, 20 alice bob, 9 bob", "Answered by alice, joined by bob", "已由坐席 alice 接听，bob 加入"),
    ("30 alice, 0.4 alice bob, 9 bob", "Answered by alice, then bob", "已由坐席 alice 接听，随后由 bob 接手"),
    ("30 alice, 9 alice -, 9 -", "Answered by alice, joined by an outside number",
     "已由坐席 alice 接听，外部号码加入"),
    ("30 -, 9 alice", "Answered by an outside number, then alice", "已由外部号码接听，随后由 alice 接手"),
    ("9 alice, 9 alice bob, 9 alice bob carol, 9 dave",
     "Answered by alice, joined by bob, carol, then dave",
     "已由坐席 alice 接听，bob、carol 加入，随后由 dave 接手"),
    ("9 alice, 9 bob, 9 carol", "Answered by alice, then bob, then carol",
     "已由坐席 alice 接听，随后由 bob、carol 接手"),
]  # fmt: skip


@pytest.mark.parametrize(("phases", "english", "chinese"), JOINING)
def test_who_joined_is_told_from_who_came_after(call: Any, phases: str, english: str, chinese: str) -> None:
    journey, at = [], 0
    spans: dict[str, tuple[int, int]] = {}
    for phase in phases.split(", "):
        seconds, *names = phase.split(" ")
        end = at + round(float(seconds) * SECOND)
        agents = tuple(f"{name}@ccc-test" for name in names if name != "-")
        journey.append(JourneyPhase("talk", at, float(seconds), agents))
        spans.update({name: (spans.get(name, (at, 0))[0], end) for name in names})
        at = end
    legs = [
        CallLeg("agent", f"{name}@ccc-test", begin, begin, end, None, 9.0)
        if name != "-"
        else CallLeg("outside", None, begin, begin, end, None, 9.0)
        for name, (begin, end) in spans.items()
    ]
    customer = CallLeg("customer", None, 0, 0, at, None, 60.0)
    summary = call(direction="inbound", legs=(customer, *legs), journey=tuple(journey))

    assert verdict(summary, Viewer()).headline == english
    assert verdict(summary, Viewer("zh-CN")).headline == chinese


@pytest.mark.parametrize(
    ("initiator", "sentence"),
    [
        ("13800000801", "The first party, 138******01, hung up (200, normal end)."),
        ("13800000802", "The second party, 138******02, hung up (200, normal end)."),
        ("sip:+8613800000802@10.0.0.1", "The second party, 138******02, hung up (200, normal end)."),
        (
            "138******02",
            "One of the two parties hung up (200, normal end).",
        ),  # masked by who wrote it: it could be another
        ("802", "One of the two parties hung up (200, normal end)."),
    ],
)
def test_of_two_called_parties_the_one_who_hung_up_is_named(initiator: str, sentence: str) -> None:
    summary = cases()["back-to-back"]
    events = tuple(
        event._replace(
            detail=tuple(
                phrase._replace(value=initiator) if phrase.words == "by %s" else phrase
                for phrase in event.detail
            )
        )
        for event in summary.events
    )

    assert verdict(summary._replace(events=events), Viewer()).rest[-1] == sentence


def test_two_called_parties_with_the_same_number_are_not_told_apart() -> None:
    summary = cases()["back-to-back"]._replace(caller="13800000802")

    assert verdict(summary, Viewer()).rest[-1] == "One of the two parties hung up (200, normal end)."


@pytest.mark.parametrize(
    ("connected", "headline"),
    [
        ([True, False], "Not answered: the first party picked up, the second did not"),
        ([False, True], "Not answered: the second party picked up, the first did not"),
        ([True], "Not answered: only one of the two parties picked up"),
        ([False, False], "Not answered: nobody picked up"),
        ([], "Not answered: nobody picked up"),
    ],
)
def test_of_two_called_parties_it_is_said_who_picked_up(
    call: Any, connected: list[bool], headline: str
) -> None:
    legs = tuple(CallLeg("customer", None, 0, 0 if each else None, SECOND, None, None) for each in connected)
    summary = call(direction="back2back", outcome="no_answer", answered_at=None, legs=legs)

    assert verdict(summary, Viewer()).headline == headline


@pytest.mark.parametrize(
    ("rang", "sides", "headline"),
    [
        ([None, 5.0], ["agent", "agent"], "Answered by bob, called by alice"),
        ([5.0, 5.0], ["agent", "agent"], "Answered by bob"),  # both phones rang: who called is not known
        ([None, 5.0], ["supervisor", "agent"], "Answered by bob"),
        ([None, 5.0, None], ["agent", "agent", "agent"], "Answered by bob"),
    ],
)
def test_between_two_agents_it_is_said_who_called(
    call: Any, rang: list[float | None], sides: list[Any], headline: str
) -> None:
    names = ["alice@ccc-test", "bob@ccc-test", "carol@ccc-test"]
    legs = tuple(
        CallLeg(side, name, 0, SECOND, 90 * SECOND, seconds, 9.0)
        for side, name, seconds in zip(sides, names, rang, strict=False)
    )
    summary = call(direction="internal", answered_by="bob@ccc-test", legs=legs, journey=(), events=())

    assert verdict(summary, Viewer()).headline == headline


def test_time_on_hold_inside_the_talk_is_said() -> None:
    found = verdict(cases()["hold-and-mute"], Viewer())

    assert with_blanks(found.rest[0]) == "They talked for 1 min 46 s, 42.6 s of it on hold."


def test_time_on_hold_with_nobody_on_the_line_is_no_talk(call: Any) -> None:
    journey = (JourneyPhase("talk", 0, 30.0, ("alice@ccc-test",)), JourneyPhase("hold", 30 * SECOND, 9.0, ()))

    assert "hold" not in verdict(call(journey=journey), Viewer()).rest[0]


@pytest.mark.parametrize("name", cases())
def test_a_contradiction_is_said_in_the_first_two_lines(name: str) -> None:
    summary = cases()[name]
    contradicts = "Some records contradict each other." in verdict(summary, Viewer()).rest

    assert contradicts == ("contradictory" in summary.warnings)


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
        "Answered by agent0, joined by agent1, agent2, agent3 and 3 more"
    )
    assert verdict(summary, Viewer("zh-CN")).headline == (
        "已由坐席 agent0 接听，agent1、agent2、agent3 加入，另有 3 人"
    )


@pytest.mark.parametrize(
    ("phases", "sentence"),
    [
        ([("talk", 30.0), ("queue", 12.0)], "Then the customer waited 12 s in the queue and hung up."),
        ([("talk", 30.0), ("queue", 12.0), ("wait", 0.2)], "Then the customer waited 12 s in the queue"),
        ([("talk", 30.0), ("ring", 9.0)], "Then another phone rang for 9 s, and the customer hung up."),
        ([("talk", 30.0), ("ring", 0.3)], "The customer hung up (200, normal end)."),
        ([("queue", 9.0), ("talk", 30.0)], "The customer hung up (200, normal end)."),
        ([("talk", 30.0), ("queue", 9.0), ("wait", 4.0)], "The customer hung up (200, normal end)."),
    ],
)
@pytest.mark.parametrize("ended_by", ["customer", "agent"])
def test_a_customer_who_was_passed_on_and_gave_up(
    call: Any, phases: list[tuple[Any, float]], sentence: str, ended_by: str
) -> None:
    journey = tuple(JourneyPhase(phase, 0, seconds, ()) for phase, seconds in phases)
    found = verdict(call(journey=journey, ended_by=ended_by), Viewer())

    assert (sentence in with_blanks(" ".join(found.rest))) is (ended_by == "customer")


def test_a_long_wait_and_a_customer_left_behind_are_said(call: Any) -> None:
    """Two lines must be enough: 40 minutes in a queue, or 48 seconds alone on the line, are what was wrong."""
    journey = (
        JourneyPhase("queue", 0, 2400.0, ()),
        JourneyPhase("talk", 2400 * SECOND, 20.0, ("alice@ccc-test",)),
        JourneyPhase("wait", 2420 * SECOND, 48.0, ()),
    )
    times = {"started_at": 0, "answered_at": 2400 * SECOND, "ended_at": 2468 * SECOND}
    summary = call(direction="inbound", journey=journey, talk_seconds=20.0, ended_by="agent", **times)

    assert tuple(map(with_blanks, verdict(summary, Viewer()).rest)) == (
        "They talked for 20 s.",
        "Answered after 40 min.",
        "The agent hung up (200, normal end).",
        "The customer stayed on the line for 48 s more.",
    )
    assert with_blanks(verdict(summary, Viewer("zh-CN")).rest[1]) == "等待 40 分钟后接听。"


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
    ("ends", "sentence", "chinese"),
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
    call: Any, ends: list[tuple[int, str, str]], sentence: str, chinese: str
) -> None:
    events = tuple(
        TimelineEvent(at * SECOND, "Released", "Hung up", "agent", None, (Phrase(words, value),))
        for at, words, value in ends
    )
    agents = ("alice@ccc-test", "bob@ccc-test")
    summary = call(
        legs=BOTH, journey=TALKED, events=events, agents=agents, ended_by="agent", talk_seconds=50.0
    )

    assert verdict(summary, Viewer()).rest[-1].startswith(sentence)
    assert verdict(summary, Viewer("zh-CN")).rest[-1].startswith(chinese)


def test_the_phone_at_which_a_customer_gave_up_is_named(call: Any) -> None:
    journey = (*TALKED[:1], JourneyPhase("ring", 30 * SECOND, 9.0, ("bob@ccc-test",)))
    summary = call(journey=journey, ended_by="customer")

    english, chinese = (with_blanks(verdict(summary, Viewer(each)).rest[-1]) for each in LANGUAGES)
    assert english == "Then it rang for 9 s (bob), and the customer hung up."
    assert chinese == "随后 bob 振铃 9 秒，客户挂断。"


# Calls in the lines of tests/calls/conftest.py, and what the answer says of them.
TOLD = {
    "a supervisor who took over is called one": (
        "INBOUND",
        (
            "0 Route2IVR c / 5 Ringing a agentId=al@ccc-test / 8 Established a agentId=al@ccc-test / "
            "20 Released a / 20.2 Dialing s scenario=INTERCEPTING agentId=su@ccc-test / "
            "21 Established s scenario=INTERCEPTING agentId=su@ccc-test / "
            "50 Released s releaseInitiator=su@ccc-test / 50.2 Released c releaseInitiator=su@ccc-test"
        ),
        "✅ Answered by al, then supervisor su",
        "Supervisor su hung up.",
        "班长 su 挂断。",
    ),
    "between agents, who came later is named": (
        "INTERNAL",
        (
            "0 Dialing a agentId=al@ccc-test / 1 Ringing b agentId=bo@ccc-test / 5 Established a / 5 Established b / "
            "20 Released b / 21 Ringing s agentId=ed@ccc-test / 24 Established s / 50 Released s / 50 Released a"
        ),
        "✅ Answered by bo, then ed",
        "They talked for 41 s.",
        "通话 41 秒。",
    ),
    "in a conference, too": (
        "CONFERENCE",
        (
            "0 Established a agentId=al@ccc-test / 1 Ringing b agentId=bo@ccc-test / 4 Established b / "
            "5 Ringing s agentId=ed@ccc-test / 6 Established s / 30 Released s / 31 Released b / 31 Released a"
        ),
        "✅ Answered by bo, joined by ed",
        "They talked for 27 s.",
        "通话 27 秒。",
    ),
    "it is the customer's phone that rang before they were queued": (
        "PREDICTIVE",
        (
            "1 Ringing c / 6 Established c / 7 Enqueue c / 7 AssignAgent c / 7 Ringing a agentId=al@ccc-test / "
            "12 Abandoned c abandonPhase=Ringing / 12 Released c / 12.1 Released a releaseReason=487"
        ),
        "❌ Not answered: the customer gave up while the agent's phone rang",
        "Rang for 5 s.",
        "振铃 5 秒。",
    ),
    "a supervisor who takes the call from an agent's ringing phone picked it up": (
        "INBOUND",
        (
            "0 Route2IVR c / 5 Ringing a agentId=al@ccc-test / 8 Released a releaseReason=487 / "
            "8.2 Dialing s scenario=INTERCEPTING agentId=su@ccc-test / "
            "9 Established s scenario=INTERCEPTING agentId=su@ccc-test / "
            "50 Released c releaseInitiator=customer / 50.1 Released s"
        ),
        "❌ Not answered by an agent: supervisor su took the call",
        "The customer hung up.",
        "客户挂断。",
    ),
    "an agent's own phone that nobody picks up is no customer's": (
        "OUTBOUND",
        "0 Dialing a agentId=al@ccc-test / 1 Ringing a / 20 Released a releaseReason=480 releaseInitiator=system",
        "❌ Not answered: the agent's own phone was not picked up",
        "The system ended the call (480, temporarily unavailable).",
        "系统挂断（480，暂时无法接通）。",
    ),
    "at which phones it rang before somebody answered, and for how long": (
        "INBOUND",
        (
            "0 Route2IVR c / 5 Ringing a agentId=al@ccc-test / 35 RingingTimeout a agentId=al@ccc-test / "
            "35 Released a releaseReason=480 / 36 Ringing b agentId=bo@ccc-test / 40 Established b / "
            "70 Released c releaseInitiator=customer / 70 Released b"
        ),
        "✅ Answered by bo",
        "Before that, it rang in vain: al 30 s.",
        "此前振铃未接：al 30 秒。",
    ),
    "at which phones it rang where nobody answered": (
        "INBOUND",
        (
            "0 Route2IVR c / 5 Ringing a agentId=al@ccc-test / 35 RingingTimeout a agentId=al@ccc-test / "
            "35 Released a releaseReason=480 / 36 Ringing b agentId=bo@ccc-test / "
            "48 Abandoned c abandonPhase=Ringing / 48 Released c / 48 Released b releaseReason=487"
        ),
        "❌ Not answered: the caller gave up while the agent's phone rang",
        "Rang for 42 s: al 30 s, bo 12 s.",
        "振铃 42 秒：al 30 秒、bo 12 秒。",
    ),
    "who hung up as the phone was picked up did not give up": (
        "INBOUND",
        (
            "0 Route2IVR c / 5 Ringing a agentId=al@ccc-test / 8 Established a agentId=al@ccc-test / "
            "8 Released c releaseInitiator=customer / 8 Released a"
        ),
        "✅ Answered by al",
        "The customer hung up.",
        "客户挂断。",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_said_of(name: str) -> None:
    call_type, lines, headline, english, chinese = TOLD[name]
    summary = summarise(JOB, INSTANCE, lines_to_records(lines.split(" / "), call_type))
    found = verdict(summary, Viewer())

    assert found.title == headline
    assert english in map(with_blanks, found.rest)
    assert chinese in map(with_blanks, verdict(summary, Viewer("zh-CN")).rest)


@pytest.mark.parametrize("seconds", [0.0, 0.04])
def test_a_length_of_none_is_not_counted_in_seconds(call: Any, seconds: float) -> None:
    at_once = verdict(call(talk_seconds=seconds), Viewer())
    gave_up = verdict(call(outcome="abandoned_in_queue", answered_at=None, queue_seconds=seconds), Viewer())

    assert at_once.rest[0] == "It ended as soon as it was answered."
    assert "queue" not in " ".join(gave_up.rest)


TALK = ("0 Route2IVR c", "2 Ringing a agentId=al", "5 Established a agentId=al")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("0 Route2IVR c",), "Now in the IVR."),
        (("0 Route2IVR c", "2 Enqueue c"), "Now waiting in the queue."),
        (TALK[:2], "Now ringing."),
        (TALK, ""),
        ((*TALK, "9 Held a"), "Now on hold."),
        ((*TALK, "9 Enqueue c", "9.1 Released a"), "Now waiting in the queue."),
        ((*TALK, "9 Released a", "9.1 Released c"), None),
        (("0 Route2IVR c mediaType=CHAT",), "Now in the menu."),
        (("0 Ringing a agentId=al mediaType=CHAT",), "Now offered to an agent."),
    ],
)
def test_a_call_that_goes_on_says_where_the_customer_is(lines: tuple[str, ...], words: str | None) -> None:
    found = verdict(summarise(JOB, INSTANCE, lines_to_records(lines, "INBOUND")), Viewer())

    assert [each for each in found.rest if each.startswith("Now ")] == ([words] if words else [])
    assert words is None or found.emoji == "⏳"
