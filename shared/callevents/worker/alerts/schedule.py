"""When an alert is posted: after a wait in this run, which is paid by the second, or in a later run, which is not.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

import logging
from collections.abc import Sequence
from enum import Enum, auto
from math import ceil, inf

from callevents.clock import Deadline
from callevents.errors import HandOverFailed, SlackError, SlackThrottled
from callevents.invocation import Invocation
from callevents.retry import Backoff
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import AlertEnvelope
from callevents.tasks.task_id import task_id

# The worker's own timeout is 60 s. Counted from the beginning of the run: until when messages are posted, and until
# when the rest may be requeued.
POST_UNTIL_SECONDS = 50.0
REQUEUE_SECONDS = 56.0
# Slack takes one message a second in a channel.
SECONDS_PER_MESSAGE = 1.0
# How long one run waits in all because Slack throttles. What Slack delays for longer is requeued.
MAX_THROTTLE_SECONDS = 3.0
# Others may wait for the same second: the more often it was too soon, the wider the waits are spread.
MAX_SPREAD_SECONDS = 4
MAX_REQUEUES = 20
# How long a requeued alert waits: the more often, the longer, so that in a storm few run at once. What has to wait for
# longer than MAX_DELAY_SECONDS is requeued again then: the queue drops what is too old.
REQUEUE_BACKOFF = Backoff(10.0, 120.0)
MAX_DELAY_SECONDS = 900.0
# How long a run that came too early waits itself, and how early is too early.
MAX_EARLY_WAIT_SECONDS = 15.0
_PUNCTUAL_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Postponed(Enum):
    """How a post that Slack did not take goes on: in a later run, or in this one, which has waited for it."""

    REQUEUED = auto()
    WAITED = auto()


class DeliverySchedule:
    """Waits within one run until its `deadline`, and requeues what has to wait for longer."""

    def __init__(self, alert: AlertEnvelope, resources: SlackResources, invocation: Invocation) -> None:
        self._alert = alert
        self._resources = resources
        self._invocation = invocation
        self._clocks = invocation.clocks
        self.deadline = Deadline(invocation.started_at + POST_UNTIL_SECONDS, self._clocks.monotonic)
        # The queue ignored the delay, so this run waits itself, for as long as it can.
        not_before = alert.not_before
        self._is_early = not_before is not None and invocation.arrived_at < not_before - _PUNCTUAL_SECONDS
        self._throttle_seconds = inf if self._is_early else MAX_THROTTLE_SECONDS

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        self._clocks.sleep(seconds)

    def wait(self, seconds: float, error: SlackError) -> None:
        """Wait for *seconds*; raise *error* if the deadline comes before."""
        if seconds >= self.deadline.remaining():
            raise error
        self.sleep(seconds)

    def throttle_wait(self, error: SlackThrottled, throttled: int) -> float | None:
        """Return the wait after *error*, which *throttled* others preceded; None if it is too long for a run."""
        spread = self._resources.random() * min(throttled, MAX_SPREAD_SECONDS)
        seconds = max(SECONDS_PER_MESSAGE, error.retry_after) + spread
        if seconds > self._throttle_seconds:
            return None
        self._throttle_seconds -= seconds
        return seconds

    def requeue_or_wait(self, error: SlackError, jobs: Sequence[str] = (), parent_ts: str = "") -> Postponed:
        """Requeue the alert, or the details of *jobs* for the thread *parent_ts*, or wait.

        This run waits only if nothing can be queued and Slack throttles; from then on it waits for as long as it takes.
        Raises HandOverFailed if it can do neither.
        """
        pause = error.retry_after if isinstance(error, SlackThrottled) else 0.0
        try:
            self._requeue(jobs, parent_ts, pause)
        except HandOverFailed as failed:
            _log.error("requeueing failed: %s", failed, extra={"code": failed.code})
            wait = max(SECONDS_PER_MESSAGE, pause)
            if not isinstance(error, SlackThrottled) or wait >= self.deadline.remaining():
                raise
            self._throttle_seconds = inf
            self.sleep(wait)
            return Postponed.WAITED
        return Postponed.REQUEUED

    def _requeue(self, jobs: Sequence[str], parent_ts: str, pause: float) -> None:
        """Queue the alert once more, to run in *pause* seconds or later; raise HandOverFailed.

        The task id is made of what is left to do, so the same rest is queued once.
        """
        attempts = self._alert.attempts
        if attempts >= MAX_REQUEUES:
            raise HandOverFailed(reason="requeued too often")
        change: dict[str, object] = {"attempts": attempts + 1, "not_before": None}
        if parent_ts:
            change |= {"jobs": tuple(jobs), "parent_ts": parent_ts}
        rest = self._alert.model_copy(update=change)
        name = task_id("again", rest.model_dump_json())
        if self._is_early:
            # Else all attempts are used up in a moment.
            self.sleep(min(pause, MAX_EARLY_WAIT_SECONDS, self.deadline.remaining()))
        backoff = REQUEUE_BACKOFF.seconds(attempts + 1, self._resources.random)
        usual = backoff * (1 + self._resources.random()) / 2
        delay = ceil(min(max(pause, usual), MAX_DELAY_SECONDS))
        rest = rest.model_copy(update={"not_before": self._clocks.wall() + delay})
        deadline = Deadline(self._invocation.started_at + REQUEUE_SECONDS, self._clocks.monotonic)
        queue = self._resources.own_queue(self._invocation)
        queue.hand_over(rest.model_dump_json().encode(), name, deadline, delay=delay)
