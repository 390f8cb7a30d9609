"""Tests for what comes out of order, and for what follows on an alert: one card, whatever comes when."""

import json
from typing import Any

import pytest

from callevents_sandbox.slack import App


def end_of(alert: Any, **changes: Any) -> Any:
    facts = {
        "state": "resolved",
        "jobs": (),
        "resolved_jobs": alert.jobs,
        "delivery": "end",
        "received_at": alert.started_at + 935,
    }
    return alert.model_copy(update=facts | changes)


class TestLate:
    def test_what_fires_after_its_end_is_the_card_of_that_end(self, scene: Any, audited: Any) -> None:
        alert = scene.alert(title="Call dropped", ends_once=True)
        scene.deliver(end_of(alert))
        scene.time.sleep(30)
        scene.deliver(alert.model_copy(update={"received_at": alert.started_at + 940}))

        (card,) = scene.workspace.messages
        assert card.versions == 2
        assert card.blocks[0]["text"]["text"] == "✅ Resolved after 15 min 35 s: Call dropped"
        assert "gave up in the queue" in card.text
        assert json.dumps(card.blocks).count('"action_id": "refresh"') == 1
        assert audited() == ["resolved, a new message", "posted"]

    def test_several_calls_are_told_in_its_thread(self, scene: Any) -> None:
        alert = scene.alert(jobs=(scene.job(), scene.job()), ends_once=True)
        scene.deliver(end_of(alert))
        scene.deliver(alert)

        (card,) = scene.cards
        assert [reply.thread_ts for reply in scene.replies] == [card.ts] * 2

    def test_what_may_fire_again_is_a_card_of_its_own(self, scene: Any) -> None:
        alert = scene.alert(received_at=scene.time() + 5)
        scene.deliver(end_of(alert, received_at=scene.time()))
        scene.deliver(alert)

        first, second = scene.cards
        assert first.text.startswith("Resolved")
        assert second.text.startswith("Firing")

    def test_what_was_overtaken_while_it_waited_is_found_by_any_instance(self, scene: Any) -> None:
        alert = scene.alert()
        scene.fault("ratelimited", retry_after=60)
        scene.deliver(alert)
        scene.time.sleep(30)
        scene.deliver(end_of(alert, received_at=scene.time()), scene.new_worker())
        scene.time.sleep(30)
        scene.drain()

        (card,) = scene.workspace.messages
        assert card.blocks[0]["text"]["text"].startswith("✅ Resolved after")
        assert "gave up in the queue" in card.text

    def test_an_end_that_is_gone_is_not_missed(self, scene: Any) -> None:
        alert = scene.alert(ends_once=True)
        scene.deliver(end_of(alert))
        scene.workspace.messages.clear()
        scene.deliver(alert)

        (card,) = scene.cards
        assert card.blocks[0]["text"]["text"].startswith("✅ Resolved after")

    def test_a_further_end_goes_into_the_thread(self, scene: Any) -> None:
        alert = scene.alert(ends_once=True)
        scene.deliver(end_of(alert))
        scene.deliver(alert)
        scene.deliver(end_of(alert, delivery="another"))

        (card,), (line,) = scene.cards, scene.replies
        assert line.thread_ts == card.ts

    def test_without_the_right_to_read_the_history_it_is_told_all_the_same(self, scene: Any) -> None:
        scene.workspace.app = App(scopes=frozenset({"chat:write"}))
        scene.deliver(scene.alert(received_at=scene.time() - 60), scene.new_worker())

        assert len(scene.cards) == 1


@pytest.mark.parametrize("kind", ["cut", "server_error"])
def test_a_lost_answer_does_not_make_a_second_end(scene: Any, kind: str) -> None:
    scene.fault(kind, match="chat.postMessage")
    scene.deliver(end_of(scene.alert()))

    assert len(scene.workspace.messages) == 1


class TestAgain:
    def test_what_fires_anew_after_its_end_is_a_new_card(self, scene: Any) -> None:
        """PagerDuty reopens an incident: the same thread, title and call."""
        alert = scene.alert(delivery="triggered")
        scene.deliver(alert)
        scene.deliver(end_of(alert))
        scene.deliver(alert.model_copy(update={"delivery": "reopened"}))

        assert [card.text.split(":")[0].split()[0] for card in scene.cards] == ["Resolved", "Firing"]

    @pytest.mark.parametrize("hours", [2, 23])
    def test_the_same_delivery_hours_later_is_the_same(self, scene: Any, hours: int) -> None:
        alert = scene.alert(delivery="one")
        scene.deliver(alert)
        scene.time.sleep(hours * 3600)
        scene.deliver(alert.model_copy(update={"received_at": scene.time()}))

        assert len(scene.workspace.messages) == 1


class TestFollowing:
    @pytest.mark.parametrize("same_instance", [True, False])
    def test_it_is_a_line_in_the_thread_of_the_card(
        self, scene: Any, *, same_instance: bool, audited: Any
    ) -> None:
        alert = scene.alert(title="Call dropped", jobs=(scene.job(), scene.job()))
        scene.deliver(alert)
        scene.time.sleep(3600)
        for action in ("acknowledged", "escalated"):
            following = alert.model_copy(
                update={"state": "event", "follows": True, "delivery": action, "action": action}
            )
            scene.deliver(following, scene.worker if same_instance else scene.new_worker())

        (card,) = scene.cards
        assert [reply.thread_ts for reply in scene.replies] == [card.ts] * 4
        assert scene.replies[-1].text.startswith("Event: Call dropped")
        assert '"escalated"' in json.dumps(scene.replies[-1].blocks)
        assert card.versions == 1
        assert len(scene.center.asked) == 1
        assert audited()[1:] == ["in the thread of its card"] * 2

    def test_a_call_that_the_card_does_not_name_is_told(self, scene: Any) -> None:
        alert = scene.alert()
        scene.deliver(alert)
        note = alert.model_copy(
            update={"state": "event", "follows": True, "jobs": (*alert.jobs, scene.job()), "delivery": "note"}
        )
        scene.deliver(note)

        assert len(scene.cards) == 2
        assert len(scene.center.asked) == 2

    def test_without_a_card_it_is_one(self, scene: Any) -> None:
        scene.deliver(scene.alert(state="event", follows=True))

        (card,) = scene.cards
        assert "gave up in the queue" in json.dumps(card.blocks)
