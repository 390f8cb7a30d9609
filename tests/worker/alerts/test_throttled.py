"""Tests for storms: Slack's one message a second, its longer pauses, and what goes back into the queue."""

from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents.tasks.envelope import AlertEnvelope, open_envelope


def test_in_a_storm_every_alert_appears(scene: Any) -> None:
    scene.workspace.rate_limited = True
    alerts = [scene.alert() for _ in range(50)]
    for alert in alerts:
        scene.deliver(alert)

    assert len(scene.cards) == 50
    assert all(any(alert.title in card.text for card in scene.cards) for alert in alerts)
    assert sum(scene.time.slept) <= 50
    assert len(scene.called("chat.postMessage")) <= 100


@pytest.mark.parametrize("retry_after", [0, 1])
def test_a_short_pause_is_waited_for(scene: Any, retry_after: int) -> None:
    scene.fault("ratelimited", retry_after=retry_after, times=2)
    scene.deliver(scene.alert())

    assert scene.time.slept == [1.0, 1.0]
    assert len(scene.cards) == 1


@pytest.mark.parametrize("state", ["firing", "resolved", "mixed", "event"])
def test_a_long_pause_is_waited_in_the_queue(scene: Any, audited: Any, state: Any) -> None:
    scene.fault("ratelimited", retry_after=60, match="chat.postMessage")
    alert = scene.alert(state=state)
    scene.deliver(alert)
    assert scene.time.slept == []
    assert scene.queue.delays == [60]
    assert audited() == ["put back: throttled"]
    (payload,) = scene.queue.tasks.values()
    assert open_envelope(payload) == alert.model_copy(update={"attempts": 1, "not_before": scene.time() + 60})

    scene.time.now += 60
    assert scene.drain() == 1
    assert len(scene.cards) == 1


def test_the_same_alert_twice_is_put_back_once(scene: Any) -> None:
    scene.fault("ratelimited", retry_after=60, times=2, match="chat.postMessage")
    alert = scene.alert()
    scene.deliver(alert)
    scene.time.now += 5
    scene.deliver(alert, scene.new_worker())

    assert scene.drain() == 1
    assert len(scene.cards) == 1


def test_what_was_put_back_and_told_is_not_told_again(scene: Any) -> None:
    scene.fault("ratelimited", retry_after=60)
    alert = scene.alert()
    scene.deliver(alert)
    scene.drain(scene.worker)
    scene.deliver(alert)

    assert len(scene.cards) == 1


def test_a_pause_of_an_hour_is_asked_for_again(scene: Any) -> None:
    scene.fault("ratelimited", retry_after=3600, times=4, match="chat.postMessage")
    scene.deliver(scene.alert())
    done = 0
    while len(scene.queue.tasks) > done:
        payload = list(scene.queue.tasks.values())[done]
        done += 1
        scene.time.now += 900
        scene.deliver(payload, scene.new_worker())

    assert scene.queue.delays == [900] * 4
    assert scene.time.slept == []
    assert len(scene.cards) == 1


def test_where_the_queue_does_not_wait_its_tries_last_for_minutes(scene: Any) -> None:
    """A platform that does not know the header runs at once what was deferred."""
    scene.fault("ratelimited", retry_after=60, times=15, match="chat.postMessage")
    scene.deliver(scene.alert())
    scene.drain()

    assert len(scene.cards) == 1
    assert scene.time.slept == [15.0] * 14


def test_if_others_are_always_first_it_queues_again(scene: Any, audited: Any) -> None:
    scene.fault("ratelimited", retry_after=1, times=60)
    alert = scene.alert()
    scene.deliver(alert)

    assert scene.cards == []
    assert sum(scene.time.slept) <= 3
    assert audited() == ["put back: throttled"]
    (payload,) = scene.queue.tasks.values()
    again = open_envelope(payload)
    assert isinstance(again, AlertEnvelope)
    assert again == alert.model_copy(update={"attempts": 1, "not_before": again.not_before})
    assert scene.queue.asked == ["/2023-03-30/functions/callevents-worker/invocations"]

    # Where the queue does not wait, runs are as long as they may be.
    assert scene.drain() == 2
    assert len(scene.cards) == 1


def test_the_more_often_others_are_first_the_longer_it_waits(scene: Any) -> None:
    scene.fault("ratelimited", retry_after=1, times=None, match="chat.postMessage")
    scene.deliver(scene.alert())
    while len(scene.queue.tasks) < 7:
        scene.time.now += scene.queue.delays[-1]
        scene.deliver(list(scene.queue.tasks.values())[-1], scene.new_worker())

    assert scene.queue.delays == [5, 10, 20, 40, 60, 60, 60]
    assert sum(scene.time.slept) <= 7 * 3


def test_without_a_queue_it_waits_as_long_as_it_can(scene: Any) -> None:
    scene.queue.status = 403
    scene.fault("ratelimited", retry_after=20, times=2)
    scene.deliver(scene.alert())

    assert len(scene.cards) == 1
    assert sum(scene.time.slept) == 40


def test_it_does_not_queue_for_ever(scene: Any) -> None:
    scene.fault("ratelimited", retry_after=1, times=None)
    with pytest.raises(NotDelivered, match="slack_throttled"):
        scene.deliver(scene.alert(attempts=20))

    assert scene.queue.tasks == {}


@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("retry_after", [1, 60])
def test_if_it_cannot_queue_the_platform_tries_again(scene: Any, status: int, retry_after: int) -> None:
    scene.queue.status = status
    scene.fault("ratelimited", retry_after=retry_after, times=None)
    with pytest.raises(NotDelivered, match="slack_throttled"):
        scene.deliver(scene.alert())


class TestThread:
    def test_what_slack_asks_a_long_pause_for_is_queued(self, scene: Any, audited: Any) -> None:
        jobs = tuple(scene.job() for _ in range(10))
        scene.fault("ratelimited", retry_after=60, after=4, match="chat.postMessage")
        scene.deliver(scene.alert(jobs=jobs))

        (card,) = scene.cards
        assert len(scene.replies) == 3
        assert audited() == ["posted, 7 put back: throttled"]
        (payload,) = scene.queue.tasks.values()
        rest = open_envelope(payload)
        assert isinstance(rest, AlertEnvelope)
        assert (rest.jobs, rest.parent_ts, rest.attempts) == (jobs[3:], card.ts, 1)
        assert scene.queue.delays == [60]

        assert scene.drain() == 1
        assert len(scene.cards) == 1
        assert [reply.thread_ts for reply in scene.replies] == [card.ts] * 10
        assert [sum(job in reply.text for reply in scene.replies) for job in jobs] == [1] * 10

    def test_what_does_not_fit_the_time_is_queued(self, scene: Any) -> None:
        """Slack takes one message in nine seconds: no run is longer than its time, and all arrives."""
        jobs = tuple(scene.job() for _ in range(10))
        for number in range(1, 11):
            scene.fault("ratelimited", retry_after=9, after=number, match="chat.postMessage")
        scene.deliver(scene.alert(jobs=jobs))
        assert sum(scene.time.slept) <= 50
        scene.drain()

        assert (len(scene.cards), len(scene.replies)) == (1, 10)
        assert [sum(job in reply.text for reply in scene.replies) for job in jobs] == [1] * 10

    def test_a_rest_that_slack_does_not_take_yet_is_queued_again(self, scene: Any) -> None:
        rest = scene.alert(parent_ts=scene.workspace.post("C0ALERTS", "U0CALLEVENTS", "card").ts)
        scene.fault("ratelimited", retry_after=60)
        scene.deliver(rest)

        assert scene.drain() == 1
        assert (len(scene.cards), len(scene.replies)) == (1, 1)

    def test_a_rest_of_a_run_that_ended_early_is_queued_without_its_card(self, scene: Any) -> None:
        """The first run is killed after a detail; its retry, in the same instance, is asked for a long pause."""
        jobs = tuple(scene.job() for _ in range(3))
        alert = scene.alert(jobs=jobs)
        sleep, naps = scene.time.sleep, iter([1, 0])

        def killed_at_the_second_nap(seconds: float) -> None:
            sleep(seconds / next(naps))

        scene.time.sleep = killed_at_the_second_nap
        with pytest.raises(NotDelivered):
            scene.deliver(alert)
        scene.time.sleep = sleep
        scene.fault("ratelimited", retry_after=60)
        scene.deliver(alert)

        assert scene.drain() == 1
        assert len(scene.cards) == 1
        assert [sum(job in reply.text for reply in scene.replies) for job in jobs] == [1] * 3

    def test_a_rest_whose_calls_cannot_be_looked_up_says_so_once(self, scene: Any) -> None:
        jobs = (scene.job(), scene.job())
        parent = scene.workspace.post("C0ALERTS", "U0CALLEVENTS", "card")
        scene.deliver(scene.alert(jobs=jobs, parent_ts=parent.ts), scene.new_worker(wrong=("CCC_ENDPOINT",)))

        (reply,) = scene.replies
        assert "CCC_ENDPOINT" in reply.text

    def test_if_it_cannot_queue_it_waits_as_long_as_it_can(self, scene: Any) -> None:
        scene.queue.status = 403
        scene.fault("ratelimited", retry_after=30, after=2, match="chat.postMessage")
        scene.deliver(scene.alert(jobs=(scene.job(), scene.job(), scene.job())))

        assert len(scene.replies) == 3
        assert 30.0 in scene.time.slept

    def test_the_same_rest_twice_is_told_once(self, scene: Any) -> None:
        parent = scene.workspace.post("C0ALERTS", "U0CALLEVENTS", "card")
        rest = scene.alert(jobs=(scene.job(), scene.job()), parent_ts=parent.ts)
        scene.deliver(rest)
        scene.deliver(rest)

        assert len(scene.replies) == 2
