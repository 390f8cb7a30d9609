"""Tests for callevents.slack.alert_cards.updates, and for the buttons of a card."""

from typing import Any

import pytest

from callevents.errors import CccTimedOut
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import card
from callevents.slack.alert_cards.updates import follow_up, resolved_card
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.action_value import ActionValue, decode
from tests.slack.alert_cards.builders import JOB, an_alert

HOSTILE = "<!channel> *EVIL* https://evil.example 13800000101 " * 6


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("calls", [1, 10])
@pytest.mark.parametrize("title", ["Call dropped", HOSTILE[:300]])
def test_a_settled_card_is_one_that_slack_takes(
    call: Any, judges: Any, language: Any, calls: int, title: str
) -> None:
    alert = an_alert(title=title)
    summaries = [call(job_id=f"{JOB[:-2]}{number:02}") for number in range(calls)]
    posted = card(alert, summaries, Viewer(language)).parent
    changed = resolved_card(posted, an_alert(title=title, state="resolved"), Viewer(language))
    assert changed is not None
    judges.message(changed)
    again = resolved_card(changed, an_alert(title=title, state="resolved"), Viewer(language))
    assert again is not None
    assert len(again.blocks) == len(changed.blocks)


def test_a_message_that_is_no_card_is_left_alone() -> None:
    assert resolved_card(Message("x", [{"type": "divider"}]), an_alert(), Viewer()) is None


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("state", ["firing", "mixed", "event"])
def test_a_further_alert_is_one_that_slack_takes(judges: Any, language: Any, state: str) -> None:
    judges.message(
        follow_up(an_alert(title=HOSTILE[:300], state=state, resolved_jobs=(JOB,)), Viewer(language))
    )


def actions_of(message: Message) -> list[str]:
    rows: list[Any] = [block for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


def test_the_buttons_are_those_of_an_answer_but_for_share(call: Any) -> None:
    assert actions_of(card(an_alert(), [call()], Viewer()).parent) == ["refresh", "more"]
    two = card(an_alert(), [call(), call(job_id=f"{JOB[:-2]}ff")], Viewer()).parent
    assert actions_of(two) == ["refresh", "more", "open_call_1", "open_call_2"]


def test_where_nothing_was_found_out_one_button_tries_again(judges: Any) -> None:
    shown = card(an_alert(), [], Viewer(), failures={JOB: CccTimedOut()}).parent
    judges.message(shown)
    last: Any = shown.blocks[-1]
    assert [decode(each["value"]) for each in last["elements"]] == [
        ActionValue("refresh", (JOB,), "ccc-test")
    ]
