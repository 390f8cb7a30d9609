"""The words for states: over, firing, neither, unknown; on a route that only sends alerts, and elsewhere."""

import json

import pytest

from callevents.webhook.states import known_state, state_of_word
from tests.webhook.builders import make_request, make_webhook

A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
OVER = (
    "resolved",
    "resolve",
    "RESOLVED",
    "ok",
    "OK",
    "Okay",
    "normal",
    "clear",
    "CLEAR",
    "Cleared",
    "recovered",
    "Up",
    "UP",
    "closed",
    "fixed",
    "success",
    "Succeeded",
    "green",
    "inactive",
    "auto-resolved",
    "back to normal",
    "healthy",
    " Resolved. ",
    "Resolved at 10:00",
    "ok ✅",
    "已恢复",
    "恢复正常",
    "告警已恢复",
    "已恢复正常",
    "恢复通知",
    "故障恢复",
    "解除告警",
    "Alert cleared",
    "Problem resolved",
    "ALARM -> OK",
    "alarm→ok",
    "CRITICAL to OK",
    "NORMAL (was ALARM)",
)
FIRES = (
    "firing",
    "FIRING",
    "alerting",
    "ALARM",
    "Triggered",
    "active",
    "open",
    "problem",
    "critical",
    "DOWN",
    "failed",
    "unresolved",
    "not_ok",
    "In alarm",
    "Fired",
    "Alert",
    "alert opened",
    "OK -> ALARM",
    "OK to CRITICAL",
    "未恢复",
    "触发",
    "",
)
NEITHER = ("acknowledged", "ack", "no data", "NoData", "no_data", "INSUFFICIENT_DATA", "无数据")
UNKNOWN = (
    "sleeping",
    "in progress",
    "uploaded",
    "okapi",
    "not resolved",
    "resolvable",
    "silenced",
    "é",
    "恢复失败",
    "尚未解除",
)


@pytest.mark.parametrize("word", OVER)
def test_an_end_is_an_end_in_any_case(word: str) -> None:
    assert known_state(word) == "resolved"


@pytest.mark.parametrize("route", ["grafana", "alertmanager", "arms", "sls", "generic"])
def test_a_word_has_its_state_through_the_front_door(route: str) -> None:
    expected = [("resolved", OVER), ("firing", FIRES), ("event", NEITHER)]
    expected.append(("event" if route == "generic" else "firing", UNKNOWN))
    for state, words in expected:
        for word in words:
            webhook = make_webhook()
            webhook.post(make_request(f"/{route}", json.dumps({"state": word, "call": A})))
            [envelope] = webhook.queue.envelopes
            assert (word, envelope.state) == (word, state)


@pytest.mark.parametrize("word", ["200", "??", " ", "-"])
def test_what_is_no_word_says_nothing(word: str) -> None:
    assert known_state(word) is None
    assert state_of_word(word, "event") == "firing"
