"""The message from the front functions to the worker: versioned, validated, without credentials."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from callevents.errors import NoEnvelope
from callevents.tasks.task_id import task_id

__all__ = ["AlertEnvelope", "Asker", "CommandEnvelope", "Envelope", "open_envelope", "task_id"]

VERSION: Literal[1] = 1
JobId = Annotated[str, Field(pattern=r"^job-[0-9A-Za-z-]{4,64}$")]
Line = Annotated[str, Field(max_length=300)]
Task = Annotated[str, Field(pattern=r"^(t_[0-9a-f]{64})?$")]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Asker(_Message):
    """Who asked, and how to talk to them; `timezone` is the person's own, where known."""

    user: Line
    team: Line
    enterprise: Line = ""
    channel: Line = ""
    language: Literal["en", "zh-CN"] = "en"
    timezone: Line | None = None


class CommandEnvelope(_Message):
    """A command whose answer goes to a response_url (or, for a mention or a shortcut in a thread, to a channel).

    `task` names the work in the log of whoever does a part of it.
    """

    version: Literal[1] = VERSION
    kind: Literal["command"] = "command"
    jobs: Annotated[tuple[JobId, ...], Field(min_length=1, max_length=10)]
    instance: Line
    asker: Asker
    asked_at: float
    queued_at: float | None = None
    task: Task = ""
    response_url: Annotated[str, Field(max_length=2000)] | None = None
    channel: Line | None = None
    thread: Line | None = None
    # What becomes of the calls, member by member as in callevents.slack.lookups.operation.Operation.
    deed: Literal["answer", "refresh", "share", "reveal", "events"] = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: Line = ""
    kept: Annotated[str, Field(max_length=20_000)] = ""
    page: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    view: Line = ""


class AlertEnvelope(_Message):
    """An alert and the calls it names; `thread_key` is the same for its firing and its resolved state.

    `delivery` is the same for the same request of its sender, and its task id. With `ends_once` nothing of its thread
    fires after its end, with `follows` something of it was told before; `action` is its sender's word for what happened
    now. With `parent_ts` its card is posted, and `jobs` are the calls whose details its thread still lacks. `tries`
    counts how often the worker has put it back into the queue, the last time to be deferred until `not_before`, in Unix
    seconds.
    """

    version: Literal[1] = VERSION
    kind: Literal["alert"] = "alert"
    sender: Line
    title: Line
    severity: Line | None = None
    state: Literal["firing", "resolved", "mixed", "event"]
    channel: Line
    instance: Line
    jobs: Annotated[tuple[JobId, ...], Field(max_length=10)] = ()
    resolved_jobs: Annotated[tuple[JobId, ...], Field(max_length=100)] = ()
    left_out: Annotated[tuple[JobId, ...], Field(max_length=100)] = ()
    left_out_count: int = 0
    thread_key: Line
    delivery: Line = ""
    ends_once: bool = False
    follows: bool = False
    action: Line = ""
    received_at: float
    started_at: float | None = None
    parent_ts: Annotated[str, Field(pattern=r"^[0-9]{1,16}\.[0-9]{1,9}$")] | None = None
    tries: Annotated[int, Field(ge=0, le=100)] = 0
    not_before: float | None = None


Envelope = Annotated[CommandEnvelope | AlertEnvelope, Field(discriminator="kind")]


def open_envelope(payload: bytes) -> CommandEnvelope | AlertEnvelope:
    """Return the message in *payload*; raise NoEnvelope, saying nothing of the content, for anything else."""
    adapter: TypeAdapter[CommandEnvelope | AlertEnvelope] = TypeAdapter(Envelope)
    try:
        return adapter.validate_json(payload)
    except (ValidationError, RecursionError) as error:
        raise NoEnvelope(type(error).__name__) from None
