"""The request for a lookup: which calls, who asks, and where the answer goes."""

from typing import NamedTuple

from callevents.actor import Actor
from callevents.slack.lookups.operation import ANSWER, Operation
from callevents.slack.requests.command_text import NOTHING_LEFT_OUT, LeftOut
from callevents.tasks.task_id import task_id


class LookupRequest(NamedTuple):
    """Calls of one instance that one person asks for.

    `source` is how they ask (command, refresh, shortcut, mention, …), for the log. `idempotency_key` identifies the
    request: a trigger id, an event id, or timestamp and signature. The worker's answer goes to `response_url`, or else
    into `thread` of `channel`. `left_out` is what the request names beside its calls; the worker does not repeat it.
    `unchecked` says that Slack has yet to say whether the person may ask. With `mention`, the words of a mention in a
    thread, `jobs` are yet to be read from the thread's first message. With `maybe_posted` Slack may show the answer
    already, and has not confirmed it.
    """

    jobs: tuple[str, ...]
    instance: str
    actor: Actor
    source: str
    idempotency_key: tuple[str, ...]
    asked_at: float
    response_url: str = ""
    channel: str = ""
    thread: str = ""
    operation: Operation = ANSWER
    unchecked: bool = False
    left_out: LeftOut = NOTHING_LEFT_OUT
    mention: str | None = None
    maybe_posted: bool = False

    @property
    def task(self) -> str:
        """The task id: the same for the same request, in the log of every function that works on it."""
        return task_id(*self.idempotency_key)

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"LookupRequest(jobs={self.jobs!r}, instance={self.instance!r}, actor={self.actor!r})"
