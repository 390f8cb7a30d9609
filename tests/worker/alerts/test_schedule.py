"""Tests for callevents.worker.alerts.schedule: Slack's one message a second, its longer waits, and the queue."""

from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents.tasks.envelope import AlertEnvelope, open_envelope


def test_in_a_storm_every_alert_appears(worker_env: Any) -> None:
    worker_env.workspace.rate_limited = True
    alerts = [worker_env.alert() for _ in range(50)]
    for alert in alerts:
        worker_env.deliver(alert)

    assert len(worker_env.cards) == 50
    assert all(any(alert.title in card.text for card in worker_env.cards) for alert in alerts)
    assert sum(worker_env.clock.slept) <= 50
    assert len(worker_env.called("chat.postMessage")) <= 100


@pytest.mark.parametrize("retry_after", [0, 1])
def test_a_short_pause_is_waited_for(worker_env: Any, retry_after: int) -> None:
    worker_env.fail_slack("ratelimited", retry_after=retry_after, times=2)
    worker_env.deliver(worker_env.alert())

    assert worker_env.clock.slept == [1.0, 1.0]
    assert len(worker_env.cards) == 1


@pytest.mark.parametrize("state", ["firing", "resolved", "mixed", "event"])
def test_a_long_pause_is_waited_in_the_queue(worker_env: Any, audit_outcomes: Any, state: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=60, match="chat.postMessage")
    alert = worker_env.alert(state=state)
    worker_env.deliver(alert)
    assert worker_env.clock.slept == []
    assert worker_env.delays == [60]
    assert audit_outcomes() == ["requeued: throttled"]
    (payload,) = worker_env.queued
    assert open_envelope(payload) == alert.model_copy(
        update={"attempts": 1, "not_before": worker_env.clock() + 60}
    )

    worker_env.clock.now += 60
    assert worker_env.drain() == 1
    assert len(worker_env.cards) == 1


def test_the_same_alert_twice_is_requeued_once(worker_env: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=60, times=2, match="chat.postMessage")
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.clock.now += 5
    worker_env.deliver(alert, worker_env.new_worker())

    assert worker_env.drain() == 1
    assert len(worker_env.cards) == 1


def test_what_was_requeued_and_posted_is_not_posted_again(worker_env: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=60)
    alert = worker_env.alert()
    worker_env.deliver(alert)
    worker_env.drain(worker_env.worker)
    worker_env.deliver(alert)

    assert len(worker_env.cards) == 1


def test_a_pause_of_an_hour_is_asked_for_again(worker_env: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=3600, times=4, match="chat.postMessage")
    worker_env.deliver(worker_env.alert())
    done = 0
    while len(worker_env.queued) > done:
        payload = worker_env.queued[done]
        done += 1
        worker_env.clock.now += 900
        worker_env.deliver(payload, worker_env.new_worker())

    assert worker_env.delays == [900] * 4
    assert worker_env.clock.slept == []
    assert len(worker_env.cards) == 1


def test_where_the_queue_does_not_wait_its_tries_last_for_minutes(worker_env: Any) -> None:
    """A platform that does not know the header runs at once what was deferred."""
    worker_env.fail_slack("ratelimited", retry_after=60, times=15, match="chat.postMessage")
    worker_env.deliver(worker_env.alert())
    worker_env.drain()

    assert len(worker_env.cards) == 1
    assert worker_env.clock.slept == [15.0] * 14


def test_if_others_are_always_first_it_queues_again(worker_env: Any, audit_outcomes: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=1, times=60)
    alert = worker_env.alert()
    worker_env.deliver(alert)

    assert worker_env.cards == []
    assert sum(worker_env.clock.slept) <= 3
    assert audit_outcomes() == ["requeued: throttled"]
    (payload,) = worker_env.queued
    again = open_envelope(payload)
    assert isinstance(again, AlertEnvelope)
    assert again == alert.model_copy(update={"attempts": 1, "not_before": again.not_before})
    assert [task.function for task in worker_env.platform.tasks.all] == ["callevents-worker"]

    # Where the queue does not wait, runs are as long as they may be.
    assert worker_env.drain() == 2
    assert len(worker_env.cards) == 1


def test_the_more_often_others_are_first_the_longer_it_waits(worker_env: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=1, times=None, match="chat.postMessage")
    worker_env.deliver(worker_env.alert())
    while len(worker_env.queued) < 7:
        worker_env.clock.now += worker_env.delays[-1]
        worker_env.deliver(worker_env.queued[-1], worker_env.new_worker())

    assert worker_env.delays == [5, 10, 20, 40, 60, 60, 60]
    assert sum(worker_env.clock.slept) <= 7 * 3


def test_without_a_queue_it_waits_as_long_as_it_can(worker_env: Any) -> None:
    worker_env.fail_queue("refuse")
    worker_env.fail_slack("ratelimited", retry_after=20, times=2)
    worker_env.deliver(worker_env.alert())

    assert len(worker_env.cards) == 1
    assert sum(worker_env.clock.slept) == 40


def test_it_does_not_queue_for_ever(worker_env: Any) -> None:
    worker_env.fail_slack("ratelimited", retry_after=1, times=None)
    with pytest.raises(NotDelivered, match="slack_throttled"):
        worker_env.deliver(worker_env.alert(attempts=20))

    assert worker_env.queued == []


@pytest.mark.parametrize("fault", ["refuse", "internal"])
@pytest.mark.parametrize("retry_after", [1, 60])
def test_if_it_cannot_queue_the_platform_tries_again(worker_env: Any, fault: str, retry_after: int) -> None:
    worker_env.fail_queue(fault)
    worker_env.fail_slack("ratelimited", retry_after=retry_after, times=None)
    with pytest.raises(NotDelivered, match="slack_throttled"):
        worker_env.deliver(worker_env.alert())


class TestThread:
    def test_what_slack_asks_a_long_pause_for_is_queued(self, worker_env: Any, audit_outcomes: Any) -> None:
        jobs = tuple(worker_env.job() for _ in range(10))
        worker_env.fail_slack("ratelimited", retry_after=60, after=4, match="chat.postMessage")
        worker_env.deliver(worker_env.alert(jobs=jobs))

        (card,) = worker_env.cards
        assert len(worker_env.replies) == 3
        assert audit_outcomes() == ["posted, 7 requeued: throttled"]
        (payload,) = worker_env.queued
        rest = open_envelope(payload)
        assert isinstance(rest, AlertEnvelope)
        assert (rest.jobs, rest.parent_ts, rest.attempts) == (jobs[3:], card.ts, 1)
        assert worker_env.delays == [60]

        assert worker_env.drain() == 1
        assert len(worker_env.cards) == 1
        assert [reply.thread_ts for reply in worker_env.replies] == [card.ts] * 10
        assert [sum(job in reply.text for reply in worker_env.replies) for job in jobs] == [1] * 10

    def test_what_does_not_fit_the_time_is_queued(self, worker_env: Any) -> None:
        """Slack takes one message in nine seconds: no run is longer than its time, and all arrives."""
        jobs = tuple(worker_env.job() for _ in range(10))
        for number in range(1, 11):
            worker_env.fail_slack("ratelimited", retry_after=9, after=number, match="chat.postMessage")
        worker_env.deliver(worker_env.alert(jobs=jobs))
        assert sum(worker_env.clock.slept) <= 50
        worker_env.drain()

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 10)
        assert [sum(job in reply.text for reply in worker_env.replies) for job in jobs] == [1] * 10

    def test_a_rest_that_slack_does_not_take_yet_is_queued_again(self, worker_env: Any) -> None:
        rest = worker_env.alert(parent_ts=worker_env.workspace.post("C0ALERTS", "U0CALLEVENTS", "card").ts)
        worker_env.fail_slack("ratelimited", retry_after=60)
        worker_env.deliver(rest)

        assert worker_env.drain() == 1
        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)

    def test_a_rest_of_a_run_that_ended_early_is_queued_without_its_card(self, worker_env: Any) -> None:
        """The first run is killed after a detail; its retry, in the same instance, is asked for a long pause."""
        jobs = tuple(worker_env.job() for _ in range(3))
        alert = worker_env.alert(jobs=jobs)
        sleep, naps = worker_env.clock.sleep, iter([1, 0])

        def killed_at_the_second_nap(seconds: float) -> None:
            sleep(seconds / next(naps))

        worker_env.clock.sleep = killed_at_the_second_nap
        with pytest.raises(NotDelivered):
            worker_env.deliver(alert)
        worker_env.clock.sleep = sleep
        worker_env.fail_slack("ratelimited", retry_after=60)
        worker_env.deliver(alert)

        assert worker_env.drain() == 1
        assert len(worker_env.cards) == 1
        assert [sum(job in reply.text for reply in worker_env.replies) for job in jobs] == [1] * 3

    def test_a_rest_whose_calls_cannot_be_looked_up_says_so_once(self, worker_env: Any) -> None:
        jobs = (worker_env.job(), worker_env.job())
        parent = worker_env.workspace.post("C0ALERTS", "U0CALLEVENTS", "card")
        worker_env.deliver(
            worker_env.alert(jobs=jobs, parent_ts=parent.ts), worker_env.new_worker(wrong=("CCC_ENDPOINT",))
        )

        (reply,) = worker_env.replies
        assert "CCC_ENDPOINT" in reply.text

    def test_if_it_cannot_queue_it_waits_as_long_as_it_can(
        self, worker_env: Any, audit_outcomes: Any
    ) -> None:
        worker_env.fail_queue("refuse")
        worker_env.fail_slack("ratelimited", retry_after=30, after=2, match="chat.postMessage")
        worker_env.deliver(worker_env.alert(jobs=(worker_env.job(), worker_env.job(), worker_env.job())))

        assert len(worker_env.replies) == 3
        assert 30.0 in worker_env.clock.slept
        assert audit_outcomes() == ["posted, 3 in the thread"]

    def test_the_same_rest_twice_is_posted_once(self, worker_env: Any) -> None:
        parent = worker_env.workspace.post("C0ALERTS", "U0CALLEVENTS", "card")
        rest = worker_env.alert(jobs=(worker_env.job(), worker_env.job()), parent_ts=parent.ts)
        worker_env.deliver(rest)
        worker_env.deliver(rest)

        assert len(worker_env.replies) == 2
