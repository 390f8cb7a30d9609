"""Tests for callevents.worker.alerts.resolution: the end goes into the thread of its card, whoever remembers it."""

import json
from typing import Any

import pytest

from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.slack import App
from tests.report.cases import with_blanks
from tests.worker.conftest import end_of


@pytest.mark.parametrize("same_instance", [True, False])
def test_it_goes_into_the_thread_and_the_card_shows_it(worker_env: Any, *, same_instance: bool) -> None:
    alert = worker_env.alert(title="Call dropped")
    worker_env.deliver(alert)
    worker_env.clock.sleep(875)
    worker_env.deliver(end_of(alert), worker_env.worker if same_instance else worker_env.new_worker())

    (card,), (line,) = worker_env.cards, worker_env.replies
    assert line.thread_ts == card.ts
    assert with_blanks(line.text) == f"Resolved after 15 min 35 s: Call dropped {alert.jobs[0]}"
    assert card.versions == 2
    assert with_blanks(card.blocks[0]["text"]["text"]) == "✅ Resolved after 15 min 35 s: Call dropped"
    pieces = card.blocks[1]["elements"][0]["elements"]
    assert [(with_blanks(piece["text"]), piece.get("style")) for piece in pieces] == [
        ("🔥 ", None),
        ("Firing", {"strike": True}),
        (" → ✅ Resolved after 15 min 35 s: Call dropped", None),
    ]
    assert "gave up in the queue" in json.dumps(card.blocks)
    assert with_blanks(card.text).startswith(
        "Resolved after 15 min 35 s: Call dropped\nFiring: Call dropped\n"
    )
    assert len(worker_env.center.asked) == 1


def test_without_the_right_to_read_the_history_it_is_a_new_message(
    worker_env: Any, audit_outcomes: Any
) -> None:
    worker_env.workspace.app = App(scopes=frozenset({"chat:write"}))
    worker = worker_env.new_worker()
    first, second = worker_env.alert(), worker_env.alert()
    for alert in (first, second):
        worker_env.deliver(end_of(alert), worker)

    assert len(worker_env.cards) == 2
    assert len(worker_env.called("conversations.history")) == 0  # refused before it is noted
    assert audit_outcomes() == ["resolved, a new message"] * 2


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "ratelimited", "retry_after": 30}])
def test_a_history_that_cannot_be_read_holds_nothing_up(worker_env: Any, fault: dict[str, Any]) -> None:
    worker_env.fail_slack(**fault, match="conversations.history", times=None)
    worker_env.deliver(end_of(worker_env.alert()))

    assert len(worker_env.cards) == 1
    assert worker_env.clock.slept == []


def test_a_card_far_back_is_found_within_bounds(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    for number in range(250):
        worker_env.workspace.post("C0ALERTS", "U0MEI", f"chatter {number}")
    worker_env.deliver(end_of(alert), worker_env.new_worker())

    assert [reply.thread_ts for reply in worker_env.replies] == [worker_env.cards[0].ts]
    assert len(worker_env.called("conversations.history")) == 2


def test_a_card_too_far_back_is_not_looked_for_for_ever(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    for number in range(700):
        worker_env.workspace.post("C0ALERTS", "U0MEI", f"chatter {number}")
    worker_env.deliver(end_of(alert), worker_env.new_worker())

    assert worker_env.replies == []
    assert len(worker_env.called("conversations.history")) == 3


def test_a_card_that_was_deleted_is_not_missed(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.workspace.messages.clear()
    worker_env.deliver(end_of(alert))

    (line,) = worker_env.workspace.messages
    assert line.thread_ts is None
    assert line.text.startswith("Resolved")


@pytest.mark.parametrize("kind", ["server_error", "ratelimited"])
def test_a_card_that_cannot_be_changed_stays_as_it_was(
    worker_env: Any, kind: str, audit_outcomes: Any
) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.fail_slack(kind, match="chat.update", times=None)
    worker_env.deliver(end_of(alert))

    assert (len(worker_env.replies), worker_env.cards[0].versions) == (1, 1)
    assert audit_outcomes()[-1] == "resolved, in the thread, the card not changed"


def test_after_the_end_the_same_call_is_worth_a_card_again(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.deliver(end_of(alert))
    worker_env.deliver(worker_env.alert(jobs=alert.jobs))

    assert len(worker_env.cards) == 2


def test_the_end_of_an_alert_that_was_a_line_is_a_line_there(worker_env: Any) -> None:
    first = worker_env.alert()
    second = worker_env.alert(jobs=first.jobs)
    worker_env.deliver(first)
    worker_env.deliver(second)
    worker_env.deliver(end_of(second))

    (card,) = worker_env.cards
    assert [reply.thread_ts for reply in worker_env.replies] == [card.ts] * 2
    assert card.versions == 1


def test_of_several_calls_ten_are_named(worker_env: Any) -> None:
    jobs = tuple(f"job-468a63a2-1111-4222-8333-{number:012x}" for number in range(100))
    worker_env.deliver(worker_env.alert(state="resolved", jobs=(), resolved_jobs=jobs))

    (line,) = worker_env.workspace.messages
    assert line.text.count("job-") == 10
    assert worker_env.center.asked == []


def test_resolved_twice_is_one_line(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.deliver(end_of(alert))
    worker_env.deliver(end_of(alert))

    assert len(worker_env.replies) == 1


def test_what_was_under_way_is_looked_up_once_more(worker_env: Any) -> None:
    job = "job-468a63a2-1111-4222-8333-00000000aaaa"
    records = under(sample("abandoned-in-queue"), job)
    worker_env.center.add(records[:-2])
    alert = worker_env.alert(jobs=(job,))
    worker_env.deliver(alert)
    assert "gave up" not in worker_env.cards[0].text
    worker_env.center.add(records[-2:])
    worker_env.deliver(end_of(alert))

    assert "gave up in the queue" in worker_env.cards[0].text
    assert worker_env.cards[0].blocks[0]["text"]["text"].startswith("✅ Resolved")
    assert len(worker_env.center.asked) == 2


def test_what_could_not_be_looked_up_is_tried_once_more(worker_env: Any) -> None:
    alert = worker_env.alert()
    worker_env.center.permission = "ccc"
    worker_env.deliver(alert)
    worker_env.center.permission = "granted"
    worker_env.deliver(end_of(alert))

    (card,) = worker_env.cards
    assert "Could not be looked up" not in json.dumps(card.blocks)
    assert "gave up in the queue" in card.text
