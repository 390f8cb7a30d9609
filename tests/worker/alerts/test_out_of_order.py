"""Tests for alerts that come out of order or follow on one another: one card, whatever comes when."""

import json
from typing import Any

import pytest

from callevents_sandbox.slack import App
from tests.report.cases import with_blanks
from tests.worker.conftest import end_of


class TestLate:
    def test_what_fires_after_its_end_is_the_card_of_that_end(
        self, worker_env: Any, audit_outcomes: Any
    ) -> None:
        alert = worker_env.alert(title="Call dropped", ends_once=True)
        worker_env.deliver(end_of(alert))
        worker_env.clock.sleep(30)
        worker_env.deliver(alert.model_copy(update={"received_at": alert.started_at + 940}))

        (card,) = worker_env.workspace.messages
        assert card.versions == 2
        assert with_blanks(card.blocks[0]["text"]["text"]) == "✅ Resolved after 15 min 35 s: Call dropped"
        assert "gave up in the queue" in card.text
        assert json.dumps(card.blocks).count('"action_id": "refresh"') == 1
        assert audit_outcomes() == ["resolved, a new message", "posted"]

    def test_several_calls_are_posted_in_its_thread(self, worker_env: Any) -> None:
        alert = worker_env.alert(jobs=(worker_env.job(), worker_env.job()), ends_once=True)
        worker_env.deliver(end_of(alert))
        worker_env.deliver(alert)

        (card,) = worker_env.cards
        assert [reply.thread_ts for reply in worker_env.replies] == [card.ts] * 2

    def test_what_may_fire_again_is_a_card_of_its_own(self, worker_env: Any) -> None:
        alert = worker_env.alert(received_at=worker_env.clock() + 5)
        worker_env.deliver(end_of(alert, received_at=worker_env.clock()))
        worker_env.deliver(alert)

        first, second = worker_env.cards
        assert first.text.startswith("Resolved")
        assert second.text.startswith("Firing")

    def test_what_was_overtaken_while_it_waited_is_found_by_any_instance(self, worker_env: Any) -> None:
        alert = worker_env.alert()
        worker_env.fail_slack("ratelimited", retry_after=60)
        worker_env.deliver(alert)
        worker_env.clock.sleep(30)
        worker_env.deliver(end_of(alert, received_at=worker_env.clock()), worker_env.new_worker())
        worker_env.clock.sleep(30)
        worker_env.drain()

        (card,) = worker_env.workspace.messages
        assert card.blocks[0]["text"]["text"].startswith("✅ Resolved after")
        assert "gave up in the queue" in card.text

    def test_an_end_that_is_gone_is_not_missed(self, worker_env: Any) -> None:
        alert = worker_env.alert(ends_once=True)
        worker_env.deliver(end_of(alert))
        worker_env.workspace.messages.clear()
        worker_env.deliver(alert)

        (card,) = worker_env.cards
        assert card.blocks[0]["text"]["text"].startswith("✅ Resolved after")

    def test_a_further_end_goes_into_the_thread(self, worker_env: Any) -> None:
        alert = worker_env.alert(ends_once=True)
        worker_env.deliver(end_of(alert))
        worker_env.deliver(alert)
        worker_env.deliver(end_of(alert, delivery="another"))

        (card,), (line,) = worker_env.cards, worker_env.replies
        assert line.thread_ts == card.ts

    def test_without_the_right_to_read_the_history_it_is_posted_all_the_same(self, worker_env: Any) -> None:
        worker_env.workspace.app = App(scopes=frozenset({"chat:write"}))
        worker_env.deliver(worker_env.alert(received_at=worker_env.clock() - 60), worker_env.new_worker())

        assert len(worker_env.cards) == 1


@pytest.mark.parametrize("kind", ["cut", "server_error"])
def test_a_lost_answer_does_not_make_a_second_end(worker_env: Any, kind: str) -> None:
    worker_env.fail_slack(kind, match="chat.postMessage")
    worker_env.deliver(end_of(worker_env.alert()))

    assert len(worker_env.workspace.messages) == 1


class TestAgain:
    def test_what_fires_anew_after_its_end_is_a_new_card(self, worker_env: Any) -> None:
        """PagerDuty reopens an incident: the same thread, title and call."""
        alert = worker_env.alert(delivery="triggered")
        worker_env.deliver(alert)
        worker_env.deliver(end_of(alert))
        worker_env.deliver(alert.model_copy(update={"delivery": "reopened"}))

        assert [card.text.split(":")[0].split()[0] for card in worker_env.cards] == ["Resolved", "Firing"]

    @pytest.mark.parametrize("hours", [2, 23])
    def test_the_same_delivery_hours_later_is_the_same(self, worker_env: Any, hours: int) -> None:
        alert = worker_env.alert(delivery="one")
        worker_env.deliver(alert)
        worker_env.clock.sleep(hours * 3600)
        worker_env.deliver(alert.model_copy(update={"received_at": worker_env.clock()}))

        assert len(worker_env.workspace.messages) == 1


class TestFollowing:
    @pytest.mark.parametrize("same_instance", [True, False])
    def test_it_is_a_line_in_the_thread_of_the_card(
        self, worker_env: Any, *, same_instance: bool, audit_outcomes: Any
    ) -> None:
        alert = worker_env.alert(title="Call dropped", jobs=(worker_env.job(), worker_env.job()))
        worker_env.deliver(alert)
        worker_env.clock.sleep(3600)
        for action in ("acknowledged", "escalated"):
            following = alert.model_copy(
                update={"state": "event", "follows": True, "delivery": action, "action": action}
            )
            worker_env.deliver(following, worker_env.worker if same_instance else worker_env.new_worker())

        (card,) = worker_env.cards
        assert [reply.thread_ts for reply in worker_env.replies] == [card.ts] * 4
        assert worker_env.replies[-1].text.startswith("Event: Call dropped")
        assert '"escalated"' in json.dumps(worker_env.replies[-1].blocks)
        assert card.versions == 1
        assert len(worker_env.center.asked) == 1
        assert audit_outcomes()[1:] == ["in the thread of its card"] * 2

    def test_a_call_that_the_card_does_not_name_is_posted(self, worker_env: Any) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        note = alert.model_copy(
            update={
                "state": "event",
                "follows": True,
                "jobs": (*alert.jobs, worker_env.job()),
                "delivery": "note",
            }
        )
        worker_env.deliver(note)

        assert len(worker_env.cards) == 2
        assert len(worker_env.center.asked) == 2

    def test_without_a_card_it_is_one(self, worker_env: Any) -> None:
        worker_env.deliver(worker_env.alert(state="event", follows=True))

        (card,) = worker_env.cards
        assert "gave up in the queue" in json.dumps(card.blocks)
