"""One alert during one invocation: the channel, the reader, the time there is, and what is remembered."""

from collections.abc import Sequence
from math import ceil, inf, isfinite

from callevents.clock import Deadline
from callevents.errors import HandOverFailed
from callevents.invocation import Invocation
from callevents.report.viewer import Viewer
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import AlertEnvelope
from callevents.tasks.task_id import task_id
from callevents.worker.alerts.channel import LONGEST_PAUSE, Channel
from callevents.worker.alerts.state import DeliveryState, Done

# The worker's own timeout is 60 s. Counted from the beginning: until when messages are posted, and until when what is
# left may be handed over.
POST_SECONDS = 50.0
HAND_OVER_SECONDS = 56.0
MOST_TRIES = 20
# How long what is put back waits in the queue: the more often, the longer, so that in a storm few are awake at once.
# A longer pause is asked for again: what waits longer may be too old for the queue.
FIRST_DEFERRAL = 10.0
USUAL_DEFERRAL = 120.0
LONGEST_DEFERRAL = 900.0
_PUNCTUAL = 2.0  # by which a deferred run may come too early


class DeliveryContext:
    """What everything that posts an alert needs."""

    def __init__(
        self, alert: AlertEnvelope, service: SlackResources, invocation: Invocation, memory: DeliveryState
    ) -> None:
        settings = service.settings
        if alert.started_at is not None and not isfinite(alert.started_at):
            alert = alert.model_copy(update={"started_at": None})
        self.alert = alert
        self.service = service
        self.invocation = invocation
        self.memory = memory
        self.viewer = Viewer("zh-CN" if settings.language == "zh-CN" else "en", settings.timezone)
        self.deadline = Deadline(invocation.started_at + POST_SECONDS, invocation.clocks.monotonic)
        self.channel = Channel(
            service.slack(invocation.request_log),
            alert.channel,
            invocation.clocks,
            service.random,
            self.deadline,
        )
        if self._is_early():
            self.channel.patience = inf
        # The same for the same work, whenever the alert came in, and however often it was put back.
        same = alert.model_copy(update={"received_at": 0.0, "attempts": 0, "not_before": None})
        self.work = task_id("work", same.model_dump_json())

    @property
    def now(self) -> float:
        """The monotonic time, in seconds."""
        return self.deadline.clock()

    def done(self) -> Done | None:
        """Return what an earlier run in this instance delivered of the same work."""
        return self.memory.done.get(self.work, self.now)

    def note(self, ts: str, left: Sequence[str] = ()) -> None:
        """Remember what is delivered, and the calls whose details are not."""
        self.memory.done.put(self.work, Done(ts, tuple(left)), self.now)

    def failed_before(self) -> bool:
        """Say whether the same work failed in this instance before; remember that it does now."""
        before = self.memory.troubled.get(self.work, self.now) is not None
        self.memory.troubled.put(self.work, True, self.now)
        return before or self.alert.attempts > 0

    @property
    def maybe_posted(self) -> bool:
        """Whether an earlier run may have posted what it did not hear of."""
        return self.alert.attempts > 0 or self.memory.troubled.get(self.work, self.now) is not None

    def requeue(self, jobs: Sequence[str] = (), parent_ts: str = "", *, pause: float = 0.0) -> None:
        """Queue the alert once more, or with *parent_ts* the details of *jobs* for the thread of its card.

        It waits in the queue, for nothing: as long as Slack asks to (*pause*, in seconds), and so long that others go
        first. The task id says what is to be done, so the same rest is queued once. Raises HandOverFailed, also after
        MOST_TRIES.
        """
        if self.alert.attempts >= MOST_TRIES:
            raise HandOverFailed(reason="put back too often")
        change: dict[str, object] = {"attempts": self.alert.attempts + 1, "not_before": None}
        if parent_ts:
            change |= {"jobs": tuple(jobs), "parent_ts": parent_ts}
        again = self.alert.model_copy(update=change)
        name = task_id("again", again.model_dump_json())
        if self._is_early():
            # The queue does not wait, so we do, a little: the tries would be used up in a moment.
            self.invocation.clocks.sleep(min(pause, LONGEST_PAUSE, self.deadline.remaining()))
        usual = min(FIRST_DEFERRAL * 2**self.alert.attempts, USUAL_DEFERRAL) * (1 + self.service.random()) / 2
        delay = ceil(min(max(pause, usual), LONGEST_DEFERRAL))
        again = again.model_copy(update={"not_before": self.invocation.clocks.wall() + delay})
        deadline = Deadline(self.invocation.started_at + HAND_OVER_SECONDS, self.deadline.clock)
        queue = self.service.own_queue(self.invocation)
        queue.hand_over(again.model_dump_json().encode(), name, deadline, delay=delay)

    def _is_early(self) -> bool:
        """Say whether the queue did not wait, as it was asked to."""
        not_before = self.alert.not_before
        return not_before is not None and self.invocation.arrived_at < not_before - _PUNCTUAL
