"""Tests for callevents.slack.alert_cards.refresh: a card whose calls are looked up again, by anybody in the channel."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.refresh import alert_blocks, refreshed_card
from callevents.slack.blocks.buttons import CONSOLE_URL
from callevents.tasks.envelope import AlertEnvelope
from callevents_sandbox.fixtures.samples import samples
from tests.examples import examples

JOBS = tuple(each.job_id for each in samples()[:10])


def post(
    workspace_env: Any, jobs: tuple[str, ...], settings: dict[str, Any] | None = None, **changes: Any
) -> Any:
    """Have the worker post the card of an alert; return the card."""
    given: dict[str, Any] = {
        "sender": "grafana",
        "title": "Calls <!channel> *dropped* in 13800000101",
        "severity": "critical",
        "state": "firing",
        "channel": "C0ALERTS",
        "instance": "ccc-test",
        "jobs": jobs,
        "thread_key": "k",
        "received_at": 1795334591.0,
        "started_at": 1795334500.0,
    }
    payload = AlertEnvelope(**(given | changes)).model_dump_json().encode()
    workspace_env.settle()
    workspace_env.slack_env.queue.payloads.append(payload)
    workspace_env.settle(**(settings or {}))
    return next(each for each in workspace_env.answers("U0MEI", "C0ALERTS") if each.thread_ts is None)


def names(message: Any) -> list[Any]:
    return [block.get("block_id") for block in message.blocks if "block_id" in block]


@pytest.mark.parametrize("jobs", [JOBS[:1], JOBS[:3], JOBS])
def test_the_alert_stays_and_its_calls_are_new(
    workspace_env: Any, jobs: tuple[str, ...], judges: Any
) -> None:
    message = post(workspace_env, jobs, left_out=(JOBS[0],), left_out_count=7)
    before = [block for block in message.blocks if "block_id" in block]
    workspace_env.press(message, "refresh", user="U0ZHANG")

    assert (message.versions, message.ephemeral_to) == (2, None)
    kept = [block for block in message.blocks if "block_id" in block]
    assert kept == before[: len(kept)]
    assert kept[0]["block_id"] == "alert_head"
    assert len(kept) >= 2
    assert all(job in message.text for job in jobs)
    assert "Updated <!date^" in json.dumps(message.blocks)
    assert "Share" not in json.dumps(message.blocks)
    judges.message(message)


def test_a_resolved_card_stays_resolved(workspace_env: Any) -> None:
    message = post(workspace_env, JOBS[:1])
    message.blocks = json.loads(
        json.dumps(message.blocks).replace("Firing", "Resolved").replace("alert_about", "alert_state")
    )
    workspace_env.press(message, "refresh")

    assert "alert_state" in names(message)
    assert "Resolved" in message.blocks[0]["text"]["text"]


def test_everything_else_on_a_card_is_for_the_clicker_alone(workspace_env: Any) -> None:
    message = post(workspace_env, JOBS[:2])
    for what in ("open_call_1", "Help"):
        workspace_env.press(message, what)

    replies = [each for each in workspace_env.answers() if each.ephemeral_to == "U0MEI"]
    assert len(replies) == 2
    assert all(each.thread_ts is None for each in replies)
    assert message.versions == 1


def test_the_worker_refreshes_a_card_that_takes_too_long(workspace_env: Any) -> None:
    workspace_env.build(worker="callevents-worker")
    message = post(workspace_env, JOBS[:1])
    head = message.blocks[0]
    workspace_env.slack_env.fail("unavailable")
    workspace_env.press(message, "refresh", age=1.5)
    workspace_env.slack_env.center.faults.clear()
    workspace_env.settle()

    assert message.versions == 2
    assert message.blocks[0] == head


def test_a_card_that_could_not_be_looked_up_is_made_whole(workspace_env: Any) -> None:
    workspace_env.slack_env.fail("not_json")
    message = post(workspace_env, JOBS[:1])
    workspace_env.slack_env.center.faults.clear()
    workspace_env.press(message, "refresh")

    assert JOBS[0] in message.text
    assert "Could not be looked up" not in json.dumps(message.blocks)


def test_a_reply_in_a_thread_of_a_card_is_refreshed_for_all(workspace_env: Any) -> None:
    card = post(workspace_env, JOBS[:2])
    reply = next(each for each in workspace_env.answers("U0MEI", "C0ALERTS") if each.thread_ts == card.ts)
    workspace_env.press(reply, "refresh")

    assert (reply.versions, reply.ephemeral_to, reply.thread_ts) == (2, None, card.ts)
    assert "Share" not in json.dumps(reply.blocks)


def test_numbers_are_revealed_on_a_card_to_who_may(workspace_env: Any) -> None:
    mei = {"full_numbers_users": frozenset({"U0MEI"})}
    workspace_env.build(**mei)
    message = post(workspace_env, JOBS[:1], settings=mei)
    workspace_env.press(message, "refresh", user="U0ZHANG")
    workspace_env.press(message, "Reveal numbers")

    (revealed,) = [each for each in workspace_env.answers() if each.ephemeral_to == "U0MEI"]
    assert "this was recorded" in json.dumps(revealed.blocks)
    assert message.ephemeral_to is None


def test_a_card_is_not_refreshed_for_people_of_another_organisation(workspace_env: Any) -> None:
    message = post(workspace_env, JOBS[:1])
    channels = workspace_env.workspace.channels
    channels["C0ALERTS"] = replace(channels["C0ALERTS"], shared=True)
    workspace_env.press(message, "refresh")

    assert message.versions == 1
    assert "outside your organisation" in workspace_env.answers()[-1].text


def test_a_card_keeps_the_language_of_its_channel(workspace_env: Any) -> None:
    chinese = {"channel_language": "zh-CN"}
    workspace_env.build(**chinese)
    message = post(workspace_env, JOBS[:1], settings=chinese)
    workspace_env.press(message, "refresh")

    assert message.versions == 2
    assert "\u901a\u8bdd" in message.text


HOSTILE: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "mrkdwn", "text": "<!channel> EVIL"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> EVIL"}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here> EVIL"}, {"type": "image"}]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!date^1^{date}^https://evil|EVIL>"}]},
    {"type": "rich_text", "elements": [{"elements": [{"type": "broadcast", "range": "channel"}]}]},
    {"type": "rich_text", "elements": [{"elements": [{"type": "link", "url": "https://evil/EVIL"}]}]},
    {"type": "actions", "elements": [{"type": "button", "action_id": "EVIL"}]},
    {"type": "image", "image_url": "https://evil/EVIL"},
]


@pytest.mark.parametrize("block", HOSTILE)
def test_nothing_foreign_comes_back_with_an_effect(block: dict[str, Any], call: Any, judges: Any) -> None:
    head = {"type": "header", "block_id": "alert_head", "text": {"type": "plain_text", "text": "x"}}
    kept = alert_blocks([head, {**block, "block_id": "alert_rest_0"}, {**block, "block_id": "alert_x"}])
    message = refreshed_card(kept, [call()], Viewer(), 1795334591.0)

    judges.message(message)
    own = f"{CONSOLE_URL}ccc-test"  # of the menu: no address but this one
    assert "https://" not in json.dumps(message.blocks).replace(own, "")


@pytest.mark.parametrize("blocks", [[], [{}], [{"block_id": "alert_about"}], [{"block_id": 7}]])
def test_what_is_no_card_is_none(blocks: Any) -> None:
    assert alert_blocks(blocks) == ""


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "style", "block_id"]), inner, max_size=5
        )
    ),
    max_leaves=10,
)


@examples(100)
@given(blocks=st.lists(st.dictionaries(st.sampled_from(["type", "text", "elements"]), JSONS), max_size=4))
def test_no_blocks_raise(blocks: Any) -> None:
    named = [{**block, "block_id": "alert_head"} for block in blocks]

    assert isinstance(alert_blocks(named), str)
