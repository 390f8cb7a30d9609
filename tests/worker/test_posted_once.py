"""Work of which an earlier run may have posted something: what is there for all is found, and not posted again.

An earlier run has died after it posted, or another instance took the task: the run that follows remembers nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents.tasks.envelope import CommandEnvelope
from callevents_sandbox.slack import Posted


@pytest.fixture(name="share")
def _share(worker_env: Any, promise: Posted) -> Callable[..., CommandEnvelope]:
    def share(**changes: Any) -> CommandEnvelope:
        made: CommandEnvelope = worker_env.command(
            worker_env.job(),
            response_url=worker_env.response_url(promise),
            operation="share",
            replace=False,
            task=f"t_{1:064x}",
            queued_at=worker_env.clock(),
            **changes,
        )
        return made

    return share


def for_all(worker_env: Any) -> list[Posted]:
    return [each for each in worker_env.workspace.messages if not each.ephemeral_to]


def looks(worker_env: Any) -> int:
    """Return how often Slack was asked what a channel or a thread holds."""
    return len(worker_env.called("conversations.history")) + len(worker_env.called("conversations.replies"))


class TestShare:
    def test_a_retry_finds_what_was_posted(self, worker_env: Any, share: Any) -> None:
        envelope = share()
        worker_env.deliver(envelope)
        assert looks(worker_env) == 0
        worker_env.deliver(envelope, worker_env.new_worker(), retries=1)

        assert len(for_all(worker_env)) == 1

    def test_what_waited_for_long_may_have_run_before(self, worker_env: Any, share: Any) -> None:
        envelope = share()
        worker_env.deliver(envelope)
        worker_env.clock.sleep(10)
        worker_env.deliver(envelope, worker_env.new_worker())

        assert len(for_all(worker_env)) == 1

    @pytest.mark.parametrize(("since", "posted"), [(5.0, 1), (-5.0, 2)])
    def test_a_younger_instance_may_have_had_a_predecessor(
        self, worker_env: Any, share: Any, since: float, posted: int
    ) -> None:
        envelope = share()
        worker_env.deliver(envelope)
        worker_env.clock.sleep(6)
        began = envelope.queued_at + since
        worker_env.deliver(envelope, worker_env.new_worker(), retries=None, instance_since=began)

        assert len(for_all(worker_env)) == posted

    def test_the_same_instance_knows_that_it_failed(self, worker_env: Any, share: Any) -> None:
        envelope = share()
        worker_env.fail_slack("cut", match="in_channel")
        worker_env.fail_slack("server_error", match="conversations.history", times=4)
        with pytest.raises(NotDelivered):
            worker_env.deliver(envelope)
        worker_env.deliver(envelope)

        assert len(for_all(worker_env)) == 1

    @pytest.mark.parametrize("kind", ["server_error", "error"])
    def test_in_doubt_it_is_posted(self, worker_env: Any, share: Any, kind: str) -> None:
        worker_env.fail_slack(kind, match="conversations.history", times=None)
        worker_env.deliver(share(), retries=1)

        assert len(for_all(worker_env)) == 1

    def test_a_retry_of_which_nothing_is_there_posts_it(self, worker_env: Any, share: Any) -> None:
        worker_env.deliver(share(), retries=2)

        assert len(for_all(worker_env)) == 1


class TestAlert:
    @pytest.mark.parametrize("state", ["firing", "resolved"])
    def test_a_retry_finds_what_was_posted(self, worker_env: Any, state: str) -> None:
        alert = worker_env.alert(state=state)
        worker_env.deliver(alert)
        worker_env.deliver(alert, worker_env.new_worker(), retries=1)

        assert len(worker_env.workspace.messages) == 1

    @pytest.mark.parametrize(("retries", "cards"), [(None, 1), (0, 2)])
    def test_a_younger_instance_may_have_had_a_predecessor_where_the_platform_does_not_say(
        self, worker_env: Any, retries: int | None, cards: int
    ) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        worker_env.clock.sleep(2)
        began = worker_env.clock() - 1
        worker_env.deliver(alert, worker_env.new_worker(), retries=retries, instance_since=began)

        assert len(worker_env.cards) == cards

    def test_a_first_run_asks_nothing_more(self, worker_env: Any) -> None:
        worker_env.deliver(worker_env.alert(jobs=tuple(worker_env.job() for _ in range(3))))

        assert len(worker_env.workspace.messages) == 4
        assert looks(worker_env) == 0
        assert not worker_env.called("auth.test")

    def test_what_waited_for_long_may_have_run_before(self, worker_env: Any) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        worker_env.clock.sleep(10)
        worker_env.deliver(alert, worker_env.new_worker())

        assert len(worker_env.cards) == 1

    @pytest.mark.parametrize("posted", [1, 2, 3, 4])
    def test_of_many_calls_only_those_that_lack_are_posted(self, worker_env: Any, posted: int) -> None:
        alert = worker_env.alert(jobs=tuple(worker_env.job() for _ in range(4)))
        worker_env.fail_slack("server_error", match="chat.postMessage", after=posted, times=None)
        worker_env.fail_queue("internal")
        worker_env.deliver(alert)
        worker_env.workspace.faults.clear()
        assert len(worker_env.workspace.messages) == posted
        before = looks(worker_env)
        worker_env.deliver(alert, worker_env.new_worker(), retries=1)

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 4)
        assert looks(worker_env) - before == 2  # into the channel and into the thread

    def test_its_own_card_is_not_one_that_it_follows(self, worker_env: Any) -> None:
        alert = worker_env.alert(follows=True)
        worker_env.deliver(alert)
        worker_env.deliver(alert, worker_env.new_worker(), retries=1)

        assert len(worker_env.workspace.messages) == 1

    def test_a_line_in_the_thread_of_its_card_is_found_too(self, worker_env: Any) -> None:
        alert = worker_env.alert()
        worker_env.deliver(alert)
        line = alert.model_copy(update={"follows": True, "action": "acknowledged", "delivery": "second"})
        worker_env.deliver(line)
        worker_env.deliver(line, worker_env.new_worker(), retries=1)

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)

    def test_a_line_in_the_thread_of_another_alert_on_the_same_call_is_found_too(
        self, worker_env: Any
    ) -> None:
        first = worker_env.alert()
        worker_env.deliver(first)
        other = worker_env.alert(jobs=first.jobs)
        worker_env.deliver(other)
        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)
        worker_env.deliver(other, worker_env.new_worker(), retries=1)

        assert (len(worker_env.cards), len(worker_env.replies)) == (1, 1)

    @pytest.mark.parametrize("seconds", [0, 700])
    def test_a_retry_of_another_call_is_a_card(self, worker_env: Any, seconds: float) -> None:
        first = worker_env.alert()
        worker_env.deliver(first)
        worker_env.clock.sleep(seconds)
        jobs = first.jobs if seconds else (worker_env.job(),)
        worker_env.deliver(worker_env.alert(jobs=jobs), worker_env.new_worker(), retries=1)

        assert len(worker_env.cards) == 2

    def test_in_doubt_it_is_posted(self, worker_env: Any) -> None:
        worker_env.fail_slack("server_error", match="conversations", times=None)
        worker_env.deliver(worker_env.alert(), retries=1)

        assert len(worker_env.cards) == 1

    def test_what_fails_again_waits_in_the_queue(self, worker_env: Any) -> None:
        worker_env.fail_slack("server_error", match="chat.postMessage", times=None)
        worker_env.deliver(worker_env.alert(), retries=1)

        assert len(worker_env.queued) == 1
