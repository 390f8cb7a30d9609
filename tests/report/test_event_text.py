"""Tests for callevents.report.event_text: one event in words, in both languages."""

import json
from typing import Any

import pytest

from callevents.calls.model import SECOND, CallLeg, NotificationRecord, Phrase, TimelineEvent
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.calls.summary import summarise
from callevents.report.event_text import EventText
from callevents.report.viewer import Viewer
from tests.report.cases import INSTANCE, LANGUAGES, cases

AL, BO, SU = "alice@ccc-test", "bob@ccc-test", "carol@ccc-test"


def text(call: Any, row: tuple[Any, ...], language: Any, **viewer: Any) -> str:
    type_, leg, agent, *detail = row
    event = TimelineEvent(
        50 * SECOND, type_, EVENT_TYPES[type_].label if type_ in EVENT_TYPES else type_, leg, agent
    )
    phrases = tuple(Phrase(*each) if isinstance(each, tuple) else Phrase(each) for each in detail)
    return EventText(call(), Viewer(language, **viewer)).of(event._replace(detail=phrases))


TEXTS: list[tuple[tuple[Any, ...], str, str]] = [
    (("Released", "customer", None, ("%s", "200 Okay"), ("by %s", "13800000101")),
     "Hung up · customer · 200 Okay · by 138******01", "挂断 · 客户 · 200 Okay · 挂断方 138******01"),
    (("Released", "agent", AL, ("%s", "200 Okay"), ("by %s", AL)),
     "Hung up · agent alice · 200 Okay · by alice", "挂断 · 坐席 alice · 200 Okay · 挂断方 alice"),
    (("Released", "customer", None, "by the system", "probably busy"),
     "Hung up · customer · by the system · probably busy", "挂断 · 客户 · 系统挂断 · 可能忙线"),
    (("Released", "outside", BO), "Hung up · outside number", "挂断 · 外部号码"),
    (("AgentRelease", "agent", AL, ("passed on to %s", BO)),
     "Off the call · agent alice · passed on to bob", "结束通话 · 坐席 alice · 转给 bob"),
    (("AgentRelease", None, AL, ("passed on to %s", BO)),
     "Agent off the call · alice · passed on to bob", "坐席结束通话 · alice · 转给 bob"),
    (("AgentDialing", "supervisor", SU), "Dialling · supervisor carol", "外拨 · 班长 carol"),
    (("StartMonitor", "supervisor", AL, ("supervisor %s", SU)),
     "Supervisor carol starts to listen to alice", "班长 carol 开始监听 alice"),
    (("StopMonitor", "supervisor", AL, ("supervisor %s", SU)),
     "Supervisor carol stops listening to alice", "班长 carol 停止监听 alice"),
    (("StartCoach", "supervisor", SU, ("with %s", AL)),
     "Supervisor carol starts to coach alice", "班长 carol 开始辅导 alice"),
    (("BargeIn", "supervisor", SU, ("with %s", AL)),
     "Supervisor carol joins the call of alice", "班长 carol 强插了 alice 的通话"),
    (("Intercept", "supervisor", SU, ("agent %s", AL)),
     "Supervisor carol takes over the call of alice", "班长 carol 拦截了 alice 的通话"),
    (("Intercept", "supervisor", SU),
     "Supervisor carol takes over the call", "班长 carol 拦截了通话"),
    (("BlindTransfer", None, None, ("from %s", "80010011"), ("to %s", "80010022")),
     "Blind transfer · 800***11 → 800***22", "直接转接 · 从 800***11 转至 800***22"),
    (("BlindTransfer", None, None, ("to %s", "80010022")),
     "Blind transfer · to 800***22", "直接转接 · 转至 800***22"),
    (("SatisfactionSurveyResponse", None, AL, ("rating %s", "5"), "by SMS"),
     "Survey answered · alice · rating 5 · by SMS", "客户已完成满意度评价 · alice · 评分 5 · 短信"),
    (("CDRReady", None, None, "success"), "Call detail record ready · success", "话单已生成 · 成功"),
    (("Route2IVR", "customer", None, "main flow"), "Entered the IVR · main flow", "进入 IVR · 主流程"),
    (("Enqueue", "customer", None, ("skill group %s", "support@ccc-test")),
     "Entered the queue · skill group support", "进入排队 · 技能组 support"),
    (("Held", "agent", AL, "customer's leg"),
     "Put on hold · agent alice · customer's leg", "保持 · 坐席 alice · 客户侧"),
    (("NewType", None, AL), "NewType · alice", "NewType · alice"),
    (("Dialing", "unknown", None), "Dialling", "外拨"),
    (("Ringing", "unknown", None), "Ringing · unknown party", "振铃 · 未知方"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "english", "chinese"), TEXTS, ids=lambda each: str(each)[:40])
def test_an_event_in_words(call: Any, row: tuple[Any, ...], english: str, chinese: str) -> None:
    bare = lambda **changes: call(legs=(), **changes)  # noqa: E731
    assert text(bare, row, "en") == english
    assert text(bare, row, "zh-CN") == chinese


FIELDS: list[tuple[str, dict[str, object], str, str]] = [
    ("Released", {"releaseInitiator": "System", "earlyMediaState": "PowerOff"},
     "Hung up · by the system · probably switched off", "挂断 · 系统挂断 · 可能已关机"),
    ("Released", {"earlyMediaState": "Odd"}, "Hung up · announcement Odd", "挂断 · 网络提示 Odd"),
    ("CDRReady", {"dispositionCode": "AbandonedRing"},
     "Call detail record ready · given up while ringing", "话单已生成 · 振铃时放弃"),
    ("CDRReady", {"dispositionCode": "AbandonedInContactFlow"},
     "Call detail record ready · given up in the IVR", "话单已生成 · IVR 中放弃"),
    ("CDRReady", {"dispositionCode": "Odd"}, "Call detail record ready · Odd", "话单已生成 · Odd"),
    ("SatisfactionSurveyOffer", {"surveyChannel": "IVR"},
     "Survey offered · by IVR", "已发出满意度调查 · IVR"),
    ("SatisfactionSurveyOffer", {"surveyChannel": "FAX"},
     "Survey offered · channel FAX", "已发出满意度调查 · 渠道 FAX"),
    ("Route2IVR", {"contactFlowType": "SURVEY_FLOW"},
     "Entered the IVR · survey flow", "进入 IVR · 满意度流程"),
    ("AgentRelease", {"transferee": "bob@ccc-test"},
     "Agent off the call · passed on to bob", "坐席结束通话 · 转给 bob"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "fields", "english", "chinese"), FIELDS)
def test_fields_in_words(type_: str, fields: dict[str, object], english: str, chinese: str) -> None:
    content = json.dumps({"eventTime": "2026-03-04T10:00:00.000Z", **fields})
    summary = summarise("job-1", INSTANCE, [NotificationRecord(INSTANCE, "job-1", type_, content)])

    assert EventText(summary, Viewer()).of(summary.events[0]) == english
    assert EventText(summary, Viewer("zh-CN")).of(summary.events[0]) == chinese


def test_a_transfer_names_the_agents_where_they_are_known(call: Any) -> None:
    legs = (
        CallLeg("agent", AL, 0, SECOND, 50 * SECOND, None, None),
        CallLeg("agent", BO, 51 * SECOND, 55 * SECOND, 90 * SECOND, None, None),
    )
    row = ("BlindTransfer", None, None, ("from %s", "80010011"), ("to %s", "80010022"))
    known = lambda **changes: call(legs=legs, **changes)  # noqa: E731

    assert text(known, row, "en") == "Blind transfer · alice → bob"
    assert text(known, row, "zh-CN") == "直接转接 · 从 alice 转至 bob"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases())
def test_no_line_is_long_or_half_translated(name: str, language: Any) -> None:
    summary = cases()[name]
    words = EventText(summary, Viewer(language))
    for event in summary.events:
        line = words.of(event)
        assert 0 < len(line) < 200
        assert "%s" not in line
        assert "\n" not in line


def test_full_numbers_are_for_who_may_see_them(call: Any) -> None:
    row = ("Released", "customer", None, ("by %s", "13800000101"))

    assert text(call, row, "en", full_numbers=True).endswith("by 13800000101")


def test_a_long_name_is_cut(call: Any) -> None:
    assert len(text(call, ("Released", "agent", "x" * 500), "en")) < 120
