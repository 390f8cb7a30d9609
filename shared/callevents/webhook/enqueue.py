"""From an alert to the worker: the envelope, its task id, and the time that it may take."""

import hashlib
from dataclasses import dataclass

from callevents.clock import Deadline
from callevents.errors import HandOverFailed
from callevents.tasks.encoding import AlertFields, encode_alert
from callevents.tasks.queue import WorkerQueue
from callevents.tasks.task_id import task_id
from callevents.webhook.alert import Alert

VERSION = "1"
MOST_JOBS = 10
MOST_NAMED = 100
TITLE = 150
SEVERITY = 40
UNTITLED = "Alert"
# A wait that ends at half time may end so much before it.
_PUNCTUAL = 0.05


@dataclass(frozen=True, slots=True)
class Task:
    """An alert, ready for the worker; `jobs` are the ids that are looked up, or named where nothing is."""

    payload: bytes
    task_id: str
    jobs: tuple[str, ...]
    left_out: int


def task_of(alert: Alert, *, route: str, channel: str, instance: str, received_at: float) -> Task:
    """Return the task that *alert* is for the worker: the same for the same alert, whoever gets it when.

    At most MOST_JOBS calls are looked up, and only firing ones where there are any; *received_at* is in Unix seconds.
    """
    looked_up, further = alert.firing[:MOST_JOBS], alert.firing[MOST_JOBS:]
    resolved = alert.resolved[:MOST_NAMED]
    left_out = (*further, *alert.resolved[MOST_NAMED:])
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
        title=line(alert.title, TITLE) or UNTITLED,
        severity=line(alert.severity, SEVERITY) or None,
        state=alert.state,
        channel=channel,
        instance=instance,
        jobs=looked_up,
        resolved_jobs=resolved,
        left_out=left_out[:MOST_NAMED],
        left_out_count=len(left_out),
        thread_key=_thread_key(route, channel, alert.thread),
        delivery=delivery,
        ends_once=alert.ends_once,
        follows=alert.follows,
        action=line(alert.action, SEVERITY),
        received_at=received_at,
        started_at=alert.started_at,
    )
    return Task(
        payload=encode_alert(fields),
        task_id=delivery,
        jobs=looked_up or resolved,
        left_out=len(left_out),
    )


def _thread_key(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def line(text: str, longest: int) -> str:
    """Return one harmless line of at most *longest* characters, phone numbers masked."""
    from callevents.calls.masking import mask
    from callevents.calls.sanitize import clean

    # A title of a megabyte is not worth cleaning to its end.
    text = mask(" ".join(clean(text[: longest * 20]).split()))
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def hand_over(task: Task, queue: WorkerQueue, deadline: Deadline) -> bool:
    """Queue *task*; say whether it is newly queued. Raises HandOverFailed.

    The queue itself tries again what fails at once; what has not answered by half time is asked for once more.
    """
    half_time = deadline.earlier_by(deadline.remaining() / 2)
    try:
        return queue.hand_over(task.payload, task.task_id, half_time)
    except HandOverFailed:
        if half_time.remaining() > _PUNCTUAL:
            raise
    # If it was queued all the same, and only the answer was lost, this finds it there already.
    queue.hand_over(task.payload, task.task_id, deadline)
    return True
