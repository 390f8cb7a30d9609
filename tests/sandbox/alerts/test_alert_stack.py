"""Alerts all the way: an HTTP request to the webhook's process, the queue, the worker's process, Slack."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import WEBHOOK_TOKEN, Stack, open_stack


@pytest.fixture(scope="module", name="one_stack")
def _one_stack() -> Iterator[Stack]:
    # What is deferred by minutes is deferred by a moment.
    with open_stack(change=lambda deployment: replace(deployment, max_delay=0.2), ack_timeout=30.0) as stack:
        yield stack


@pytest.fixture(name="stack")
def _stack(one_stack: Stack) -> Stack:
    """The same stack, swept: every test speaks of calls of its own."""
    for listed in (one_stack.workspace.messages, one_stack.center.asked, one_stack.platform.tasks.all):
        listed.clear()
    one_stack.workspace.rate_limited, one_stack.center.permission = False, "granted"
    for faults in (one_stack.workspace.faults, one_stack.center.faults):
        faults.clear()
    return one_stack


def send(stack: Stack, **document: Any) -> dict[str, Any]:
    answer = httpx.post(
        f"{stack.webhook_url}/generic",
        content=json.dumps(document),
        headers={"authorization": f"Bearer {WEBHOOK_TOKEN}", "content-type": "application/json"},
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


def job(number: int) -> str:
    return f"job-468a63a2-1111-4222-8333-{number:012x}"


def test_firing_twice_then_resolved_is_one_card_and_one_line(stack: Stack) -> None:
    assert stack.alert("grafana-firing-hmac").json()["status"] == "accepted"
    stack.settle()
    assert stack.alert("grafana-firing-hmac").json()["status"] == "duplicate"
    assert stack.alert("grafana-resolved-put").json()["status"] == "accepted"
    stack.settle()

    card, line = stack.workspace.messages
    assert (card.channel, card.thread_ts, card.versions) == ("C0ALERTS", None, 2)
    assert line.thread_ts == card.ts
    assert "esolved" in line.text
    assert len(stack.center.asked) == 1


def test_in_a_storm_nothing_is_lost_and_nothing_told_twice(stack: Stack) -> None:
    stack.workspace.rate_limited = True
    for number in range(3):
        send(stack, id=f"a{number}", status="firing", title=f"Storm {number}", job=job(number))
    stack.settle(60)

    titles = sorted(card.text.split("\n")[0] for card in stack.workspace.messages)
    assert titles == [f"Firing: Storm {number}" for number in range(3)]
    assert stack.platform.tasks.failed == []


def test_a_long_pause_is_not_paid_for(stack: Stack) -> None:
    stack.workspace.faults.add(Fault("ratelimited", retry_after=600))
    send(stack, id="b", status="firing", title="Once", job=job(11))
    stack.settle()

    assert len(stack.workspace.messages) == 1
    assert [(task.status, task.delay) for task in stack.platform.tasks.all] == [
        ("succeeded", 0),
        ("succeeded", 600),
    ]
    assert all(len(task.attempts) == 1 for task in stack.platform.tasks.all)


def test_resolved_before_it_fired_is_one_card(stack: Stack) -> None:
    for name in ("grafana-resolved-put", "grafana-firing-hmac"):
        assert stack.alert(name, query="channel=C0SUPPORT").json()["status"] == "accepted"
        stack.settle()

    (card,) = stack.workspace.messages
    assert "✅ Resolved" in json.dumps(card.blocks[0], ensure_ascii=False)
    assert "gave up in the queue" in card.text


def test_what_is_left_goes_back_to_the_workers_own_queue(stack: Stack) -> None:
    stack.workspace.faults.add(Fault("ratelimited", retry_after=600, match="chat.postMessage", after=1))
    send(stack, id="c", status="firing", title="Twice", text=f"{job(21)} {job(22)}")
    stack.settle()

    card, *replies = stack.workspace.messages
    assert [reply.thread_ts for reply in replies] == [card.ts] * 2
    assert [task.status for task in stack.platform.tasks.all] == ["succeeded"] * 2


def test_with_a_contact_center_that_refuses_the_alert_is_told(stack: Stack) -> None:
    stack.center.permission = "ccc"
    send(stack, id="d", status="firing", title="Dark", job=job(31))
    stack.settle()

    (card,) = stack.workspace.messages
    assert card.text.startswith("Firing: Dark")
    assert "Could not be looked up:" in json.dumps(card.blocks)
