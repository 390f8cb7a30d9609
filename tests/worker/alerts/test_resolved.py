"""Tests for the end of an alert: in the thread of its card, whoever remembers it."""

import json
from typing import Any

import pytest

from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.slack import App


def end_of(scene: Any, alert: Any, **changes: Any) -> Any:
    facts = {
        "state": "resolved",
        "jobs": (),
        "resolved_jobs": alert.jobs,
        "received_at": alert.started_at + 935,
    }
    return alert.model_copy(update=facts | changes)


@pytest.mark.parametrize("same_instance", [True, False])
def test_it_goes_into_the_thread_and_the_card_shows_it(scene: Any, *, same_instance: bool) -> None:
    alert = scene.alert(title="Call dropped")
    scene.deliver(alert)
    scene.time.sleep(875)
    scene.deliver(end_of(scene, alert), scene.worker if same_instance else scene.new_worker())

    (card,), (line,) = scene.cards, scene.replies
    assert line.thread_ts == card.ts
    assert line.text == f"Resolved after 15 min 35 s: Call dropped {alert.jobs[0]}"
    assert card.versions == 2
    assert card.blocks[0]["text"]["text"] == "✅ Resolved after 15 min 35 s: Call dropped"
    pieces = card.blocks[1]["elements"][0]["elements"]
    assert [(piece["text"], piece.get("style")) for piece in pieces] == [
        ("🔥 ", None),
        ("Firing", {"strike": True}),
        (" → ✅ Resolved after 15 min 35 s: Call dropped", None),
    ]
    assert "gave up in the queue" in json.dumps(card.blocks)
    assert card.text.startswith("Resolved after 15 min 35 s: Call dropped\nFiring: Call dropped\n")
    assert len(scene.center.asked) == 1


def test_without_the_right_to_read_the_history_it_is_a_new_message(scene: Any, audited: Any) -> None:
    scene.workspace.app = App(scopes=frozenset({"chat:write"}))
    worker = scene.new_worker()
    first, second = scene.alert(), scene.alert()
    for alert in (first, second):
        scene.deliver(end_of(scene, alert), worker)

    assert len(scene.cards) == 2
    assert len(scene.called("conversations.history")) == 0  # refused before it is noted
    assert audited() == ["resolved, a new message"] * 2


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "ratelimited", "retry_after": 30}])
def test_a_history_that_cannot_be_read_holds_nothing_up(scene: Any, fault: dict[str, Any]) -> None:
    scene.fault(**fault, match="conversations.history", times=None)
    scene.deliver(end_of(scene, scene.alert()))

    assert len(scene.cards) == 1
    assert scene.time.slept == []


def test_a_card_far_back_is_found_within_bounds(scene: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    for number in range(250):
        scene.workspace.post("C0ALERTS", "U0MEI", f"chatter {number}")
    scene.deliver(end_of(scene, alert), scene.new_worker())

    assert [reply.thread_ts for reply in scene.replies] == [scene.cards[0].ts]
    assert len(scene.called("conversations.history")) == 2


def test_a_card_too_far_back_is_not_looked_for_for_ever(scene: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    for number in range(700):
        scene.workspace.post("C0ALERTS", "U0MEI", f"chatter {number}")
    scene.deliver(end_of(scene, alert), scene.new_worker())

    assert scene.replies == []
    assert len(scene.called("conversations.history")) == 3


def test_a_card_that_was_deleted_is_not_missed(scene: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    scene.workspace.messages.clear()
    scene.deliver(end_of(scene, alert))

    (line,) = scene.workspace.messages
    assert line.thread_ts is None
    assert line.text.startswith("Resolved")


@pytest.mark.parametrize("kind", ["server_error", "ratelimited"])
def test_a_card_that_cannot_be_changed_stays_as_it_was(scene: Any, kind: str, audited: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    scene.fault(kind, match="chat.update", times=None)
    scene.deliver(end_of(scene, alert))

    assert (len(scene.replies), scene.cards[0].versions) == (1, 1)
    assert audited()[-1] == "resolved, in the thread, the card not changed"


def test_after_the_end_the_same_call_is_worth_a_card_again(scene: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    scene.deliver(end_of(scene, alert))
    scene.deliver(scene.alert(jobs=alert.jobs))

    assert len(scene.cards) == 2


def test_the_end_of_an_alert_that_was_a_line_is_a_line_there(scene: Any) -> None:
    first = scene.alert()
    second = scene.alert(jobs=first.jobs)
    scene.deliver(first)
    scene.deliver(second)
    scene.deliver(end_of(scene, second))

    (card,) = scene.cards
    assert [reply.thread_ts for reply in scene.replies] == [card.ts] * 2
    assert card.versions == 1


def test_of_several_calls_ten_are_named(scene: Any) -> None:
    jobs = tuple(f"job-468a63a2-1111-4222-8333-{number:012x}" for number in range(100))
    scene.deliver(scene.alert(state="resolved", jobs=(), resolved_jobs=jobs))

    (line,) = scene.workspace.messages
    assert line.text.count("job-") == 10
    assert scene.center.asked == []


def test_resolved_twice_is_one_line(scene: Any) -> None:
    alert = scene.alert()
    scene.deliver(alert)
    scene.deliver(end_of(scene, alert))
    scene.deliver(end_of(scene, alert))

    assert len(scene.replies) == 1


def test_what_was_under_way_is_looked_up_once_more(scene: Any) -> None:
    job = "job-468a63a2-1111-4222-8333-00000000aaaa"
    records = under(sample("abandoned-in-queue"), job)
    scene.center.add(records[:-2])
    alert = scene.alert(jobs=(job,))
    scene.deliver(alert)
    assert "gave up" not in scene.cards[0].text
    scene.center.add(records[-2:])
    scene.deliver(end_of(scene, alert))

    assert "gave up in the queue" in scene.cards[0].text
    assert scene.cards[0].blocks[0]["text"]["text"].startswith("✅ Resolved")
    assert len(scene.center.asked) == 2


def test_what_could_not_be_looked_up_is_tried_once_more(scene: Any) -> None:
    alert = scene.alert()
    scene.center.permission = "ccc"
    scene.deliver(alert)
    scene.center.permission = "granted"
    scene.deliver(end_of(scene, alert))

    (card,) = scene.cards
    assert "Could not be looked up" not in json.dumps(card.blocks)
    assert "gave up in the queue" in card.text
