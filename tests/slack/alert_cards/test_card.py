"""Tests for callevents.slack.alert_cards.card."""

import json
from typing import Any

import pytest

from callevents.errors import CccTimedOut
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import card, head, resolved
from callevents.slack.requests.action_value import ActionValue, decode
from tests.report.cases import with_blanks
from tests.slack.alert_cards.builders import JOB, an_alert

OTHER = "job-0683418e-84da-44e2-9d6c-c0e48f2942e2"


def rendered(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("state", ["firing", "resolved", "mixed", "event"])
def test_one_call_is_told_in_the_card(call: Any, judges: Any, language: Any, state: str) -> None:
    """What the alert says, then the same answer as to a command; nothing in the thread."""
    shown = card(an_alert(state=state), [call()], Viewer(language))
    judges.message(shown.parent)
    kinds = [block["type"] for block in shown.parent.blocks]
    assert kinds[:4] == ["header", "context", "header", "rich_text"]
    assert JOB in shown.parent.text
    assert not shown.thread


def test_the_head_has_state_title_sender_and_severity(call: Any) -> None:
    """Emoji with a word."""
    blocks: list[Any] = card(an_alert(), [call()], Viewer()).parent.blocks
    assert blocks[0]["text"]["text"] == "🔥 Firing: Call dropped"
    assert [element["text"] for element in blocks[1]["elements"]] == [
        "From Grafana",
        "Severity: critical",
        "Since <!date^1772619065^{date_num} {time_secs}|2026-03-04 18:11:05 UTC+08:00>",
    ]


def test_several_calls_are_counted_and_told_in_the_thread(call: Any, judges: Any) -> None:
    """The parent has the table, the thread the details of each."""
    shown = card(an_alert(), [call(), call(job_id=OTHER)], Viewer())
    judges.message(shown.parent)
    assert any(block["type"] == "table" for block in shown.parent.blocks)
    assert "2 calls: 2 answered" in shown.parent.text
    assert [JOB in shown.thread[0].text, OTHER in shown.thread[1].text] == [True, True]
    last: Any = shown.parent.blocks[-1]
    assert [decode(button["value"]) for button in last["elements"]] == [
        ActionValue("open_call", (JOB,), "ccc-test"),
        ActionValue("open_call", (OTHER,), "ccc-test"),
    ]


def test_what_could_not_be_looked_up_is_named_with_its_reason(call: Any) -> None:
    """One failure does not hide the other calls."""
    shown = card(an_alert(), [call()], Viewer(), failures={OTHER: CccTimedOut()})
    assert OTHER in rendered(shown.parent.blocks)
    assert "did not answer in time" in rendered(shown.parent.blocks)
    assert f"Call {OTHER}: The contact center did not answer in time." in shown.parent.text


def test_an_alert_without_an_answer_is_still_a_card(judges: Any) -> None:
    """All calls failed: the alert and the reason."""
    shown = card(an_alert(), [], Viewer(), failures={JOB: CccTimedOut()})
    judges.message(shown.parent)
    assert not shown.thread


def test_calls_that_were_too_many_come_with_the_command(call: Any) -> None:
    """Nobody has to type the ids."""
    shown = card(an_alert(left_out=(OTHER,), left_out_count=7), [call()], Viewer())
    assert "7 more calls were not looked up." in rendered(shown.parent.blocks)
    assert f"/callevents {OTHER}" in rendered(shown.parent.blocks)


@pytest.mark.parametrize(
    ("known", "count", "expected"),
    [
        (10, 10, (1, 0)),
        (15, 15, (2, 0)),
        (30, 30, (3, 0)),
        (31, 31, (3, 1)),
        (100, 990, (3, 960)),
        (1, 7, (1, 6)),
    ],
)
def test_a_command_takes_ten_and_there_are_three_at_most(
    call: Any, judges: Any, known: int, count: int, expected: tuple[int, int]
) -> None:
    """Every call that was left out stands in a command, or is counted."""
    left_out = tuple(f"job-468a63a2-1111-4222-8333-{number:012x}" for number in range(known))
    shown = card(an_alert(left_out=left_out, left_out_count=count), [call()], Viewer())
    judges.message(shown.parent)
    words = rendered(shown.parent.blocks)
    commands, unnamed = expected
    assert words.count("/callevents job-") == commands
    assert all(job in words for job in left_out[: 10 * commands])
    assert (f"… {unnamed} more call" in words) is (unnamed > 0)


def test_of_a_mixed_alert_the_resolved_calls_are_named(call: Any) -> None:
    """Only the firing ones are looked up."""
    shown = card(an_alert(state="mixed", resolved_jobs=(OTHER,)), [call()], Viewer())
    assert "Resolved, not looked up:" in rendered(shown.parent.blocks)
    assert OTHER in rendered(shown.parent.blocks)


def test_a_number_in_a_title_is_masked(call: Any) -> None:
    """Alert text is foreign text."""
    shown = card(an_alert(title="Dropped: 13800000101"), [call()], Viewer())
    assert "13800000101" not in shown.parent.text + rendered(shown.parent.blocks)


@pytest.mark.parametrize(
    ("title", "english", "chinese"),
    [
        ("Abandoned", "🔔 Event: Caller gave up", "🔔 事件：客户放弃"),
        (
            "Abandoned, QueueingTimeout",
            "🔔 Event: Caller gave up, Waited too long in the queue",
            "🔔 事件：客户放弃、排队超时",
        ),
        ("SomethingNew", "🔔 Event: SomethingNew", "🔔 事件：SomethingNew"),
        ("", "🔔 Event: Alert from the contact center", "🔔 事件：来自云联络中心的告警"),
    ],
)
def test_what_the_contact_center_pushed_is_named_in_words(title: str, english: str, chinese: str) -> None:
    alert = an_alert(sender="ccc", state="event", title=title)
    titles: list[Any] = [head(alert, viewer)[0][0]["text"] for viewer in (Viewer(), Viewer("zh-CN"))]
    assert [each["text"] for each in titles] == [english, chinese]


@pytest.mark.parametrize(
    ("language", "started_at", "expected"),
    [
        ("en", 1772619065.0, f"Resolved after 15 min 35 s: Call dropped {JOB}"),
        ("en", None, f"Resolved: Call dropped {JOB}"),
        ("en", 1772629065.0, f"Resolved: Call dropped {JOB}"),
        ("zh-CN", 1772619065.0, f"已恢复（历时 15 分 35 秒）：Call dropped {JOB}"),
    ],
)
def test_a_resolved_alert_is_one_line(
    judges: Any, language: Any, started_at: float | None, expected: str
) -> None:
    """After how long, where both times are known and in order."""
    message = resolved(an_alert(state="resolved", started_at=started_at), Viewer(language))
    judges.message(message)
    assert with_blanks(message.text) == expected
