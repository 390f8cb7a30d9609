"""One lookup that one person asked for: what, who, and where the answer goes."""

from typing import Literal, NamedTuple, TypeAlias

from callevents.actor import Actor
from callevents.slack.lookups.rendering import ANSWER, Operation
from callevents.slack.messages.answer import Message
from callevents.tasks.task_id import task_id

Outcome: TypeAlias = Literal["answered", "handed_over", "refused", "failed"]


class LookupRequest(NamedTuple):
    """What is asked: calls of one instance.

    `entry` is the way in (command, refresh, shortcut, mention, …). `unique` is what makes the request unique, for the
    task id: a trigger id, an event id, or stamp and signature. Where the lookup is handed over, the answer goes to
    `response_url`, or else into `thread` of `channel`; `deed` says what becomes of the calls.
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
    deed: Operation = ANSWER

    @property
    def task(self) -> str:
        """The task id: the same for the same request, in the log of every function that works on it."""
        return task_id(*self.idempotency_key)

    def __repr__(self) -> str:
        """Leave out what is a secret."""
        return f"LookupRequest(jobs={self.jobs!r}, instance={self.instance!r}, actor={self.actor!r})"


class Reply(NamedTuple):
    """What the person is told at once, and what became of the lookup."""

    message: Message
    outcome: Outcome
