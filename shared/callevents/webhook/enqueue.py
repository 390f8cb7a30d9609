"""Queues an alert for the worker: its envelope, its task id, and the time that queueing may take."""

import hashlib
from dataclasses import dataclass

from callevents.clock import Deadline
from callevents.errors import HandOverFailed
from callevents.tasks.encoding import ENDED, AlertFields, encode_alert
from callevents.tasks.queue import WorkerQueue
from callevents.tasks.task_id import task_id
from callevents.webhook.alert import Alert
from callevents.webhook.formats.text_fields import title_words

VERSION = "1"
MAX_LOOKUPS = 10
MAX_NAMED_JOBS = 100
MAX_TITLE_CHARS = 150
MAX_SEVERITY_CHARS = 40
# The worker then names the sender.
UNTITLED = "Alert"
# A wait that lasts until half time may end so much before it.
_TIMER_TOLERANCE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class AlertTask:
    """An alert, ready for the worker; `jobs` are the ids that are looked up, or named where none is."""

    payload: bytes
    task_id: str
    jobs: tuple[str, ...]
    left_out: int


def alert_task(alert: Alert, *, route: str, channel: str, instance: str, received_at: float) -> AlertTask:
    """Return the worker's task for *alert*: the same task id for the same alert, whenever it is received.

    At most MAX_LOOKUPS calls are looked up, and only firing ones; *received_at* is in Unix seconds.
    """
    looked_up, further = alert.firing[:MAX_LOOKUPS], alert.firing[MAX_LOOKUPS:]
    resolved = alert.resolved[:MAX_NAMED_JOBS]
    left_out = (*further, *alert.resolved[MAX_NAMED_JOBS:])
    delivery = task_id(
        VERSION,
        route,
        channel,
        alert.key,
        alert.state,
        " ".join(sorted(alert.firing)),
        " ".join(sorted(alert.resolved)),
    )
    fields = AlertFields(
        sender=route,
        title=one_line(title_words(alert.title), MAX_TITLE_CHARS) or UNTITLED,
        severity=one_line(alert.severity, MAX_SEVERITY_CHARS) or None,
        state=alert.state,
        channel=channel,
        instance=instance,
        jobs=looked_up,
        resolved_jobs=resolved,
        left_out=left_out[:MAX_NAMED_JOBS],
        left_out_count=len(left_out),
        thread_key=_thread_key(route, channel, alert.thread),
        delivery=delivery,
        ends_once=alert.ends_once,
        follows=alert.follows,
        action=one_line(alert.action, MAX_SEVERITY_CHARS),
        received_at=received_at,
        started_at=alert.started_at,
        further_threads=(
            *(_thread_key(route, channel, thread) for thread in alert.further_threads),
            *(f"{ENDED}{_thread_key(route, channel, thread)}" for thread in alert.ended_threads),
        ),
    )
    return AlertTask(
        payload=encode_alert(fields),
        task_id=delivery,
        jobs=looked_up or resolved,
        left_out=len(left_out),
    )


def enqueue_within(task: AlertTask, queue: WorkerQueue, deadline: Deadline) -> bool:
    """Queue *task*; return whether it is new. Raises HandOverFailed.

    The queue itself retries what fails at once; a request that has no answer by half time is sent once more.
    """
    half_time = deadline.earlier_by(deadline.remaining() / 2)
    try:
        return queue.hand_over(task.payload, task.task_id, half_time)
    except HandOverFailed:
        if half_time.remaining() > _TIMER_TOLERANCE_SECONDS:
            raise
    # If it was queued and only the answer was lost, this finds it queued already: it is new all the same.
    queue.hand_over(task.payload, task.task_id, deadline)
    return True


def _thread_key(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def one_line(text: str, max_chars: int) -> str:
    """Return *text* sanitized, as one line of at most *max_chars* characters, phone numbers masked."""
    from callevents.calls.masking import mask
    from callevents.calls.sanitize import clean

    # Cleaning a title of a megabyte to its end would be wasted.
    text = mask(" ".join(clean(text[: max_chars * 20]).split()))
    return text if len(text) <= max_chars else f"{text[: max_chars - 1].rstrip()}…"
