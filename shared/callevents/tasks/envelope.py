"""The messages from the front functions to the worker, validated: versioned, and without credentials.

Loading pydantic takes a tenth of a second, so only the worker imports this module; the front functions encode the same
messages with callevents.tasks.encoding.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from callevents.calls.job_ids import JOB_ID
from callevents.errors import NoEnvelope
from callevents.tasks.encoding import MAX_MENTION_CHARS, VERSION, WIRE_NAMES

JobId = Annotated[str, Field(pattern=rf"^{JOB_ID}$")]
Line = Annotated[str, Field(max_length=300)]
Task = Annotated[str, Field(pattern=r"^(t_[0-9a-f]{64})?$")]


def _is_empty(value: tuple[str, ...]) -> bool:
    return not value


def _is_none(value: str | None) -> bool:
    return value is None


def _wire_name(field: str) -> str:
    return WIRE_NAMES.get(field, field)


class _Message(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=_wire_name,
        validate_by_name=True,
        serialize_by_alias=True,
    )


class Requester(_Message):
    """The person who asked, and how to write to them; `timezone` is their own, if known, `belonging` as in Actor."""

    user: Line
    team: Line
    enterprise: Line = ""
    channel: Line = ""
    language: Literal["en", "zh-CN"] = "en"
    timezone: Line | None = None
    belonging: Annotated[
        Literal["inside", "elsewhere", "outside", "unknown"],
        Field(exclude_if=lambda value: value == "inside"),
    ] = "inside"


class CommandEnvelope(_Message):
    """A lookup whose answer goes to a response_url, to `thread` in `channel`, or into the window `view`.

    `task` identifies the work in the log of every function. `operation` and the fields after it say what is done with
    the calls, as in callevents.slack.lookups.operation.Operation. With `unchecked` Slack has yet to say whether the
    requester may ask. With `mention`, the words of a mention in a thread, `jobs` are yet to be read from the thread's
    first message. With `maybe_posted` the answer may be there already. Times are in Unix seconds.
    """

    version: Literal[1] = VERSION
    kind: Literal["command"] = "command"
    jobs: Annotated[tuple[JobId, ...], Field(max_length=10)]
    instance: Line
    requester: Requester
    asked_at: float
    queued_at: float | None = None
    task: Task = ""
    response_url: Annotated[str, Field(max_length=2000)] | None = None
    channel: Line | None = None
    thread: Line | None = None
    operation: Literal["answer", "refresh", "share", "reveal", "events"] = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: Line = ""
    alert_blocks: Annotated[str, Field(max_length=20_000)] = ""
    page: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    view: Line = ""
    unchecked: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    mention: Annotated[str | None, Field(max_length=MAX_MENTION_CHARS, exclude_if=_is_none)] = None
    maybe_posted: Annotated[bool, Field(exclude_if=lambda value: not value)] = False

    @model_validator(mode="after")
    def _names_calls(self) -> "CommandEnvelope":
        if not self.jobs and not (self.mention is not None and self.channel and self.thread):
            raise ValueError("no calls, and no thread to read them from")
        return self


class FindEnvelope(_Message):
    """A search for calls whose answer goes to a response_url, to `channel`, or into the window `view`.

    `query_kind`, `query_value`, `since` and `until` (in nanoseconds) are what is sought: what is queued is never
    logged. `sealed` is the same for the buttons of the answer, `sought` for the audit trail; the worker has no key for
    either. The other members are as in CommandEnvelope.
    """

    version: Literal[1] = VERSION
    kind: Literal["find"] = "find"
    instance: Line
    requester: Requester
    asked_at: float
    queued_at: float | None = None
    task: Task = ""
    query_kind: Literal["number", "agent", "missed", "mine"]
    query_value: Annotated[Line, Field(repr=False)]
    since: int
    until: int
    page: Annotated[int, Field(ge=1, le=999)] = 1
    other_form: bool = False
    total: Annotated[int, Field(ge=0)] | None = None
    sealed: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,1000}$")] = ""
    sought: Line = ""
    response_url: Annotated[str, Field(max_length=2000)] | None = None
    channel: Line | None = None
    replace: bool = True
    view: Line = ""
    unchecked: bool = False


class AlertEnvelope(_Message):
    """An alert and the calls it names; `thread_key` is the same while it fires and when it is resolved.

    `delivery` is its task id: the same when its sender repeats the request. `ends_once` means that nothing of its
    thread fires after its end, `follows` that something of it was posted before; `action` is its sender's word for what
    happened now. With `parent_ts` its card is posted, and `jobs` are the calls whose details its thread still lacks.
    `further_threads` are keys of other cards that its end may belong to, or of members of what fires, whose ends are
    its end (with `ended:` before those of members that have ended); an end without calls only closes cards.
    `attempts` counts how often the worker requeued it, the last time until `not_before`. Times are in Unix seconds.
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
    attempts: Annotated[int, Field(ge=0, le=100)] = 0
    not_before: float | None = None
    # Left out where it is empty: an older worker rejects members that it does not know.
    further_threads: Annotated[tuple[Line, ...], Field(max_length=40, exclude_if=_is_empty)] = ()


AnyEnvelope: TypeAlias = CommandEnvelope | FindEnvelope | AlertEnvelope
Envelope = Annotated[AnyEnvelope, Field(discriminator="kind")]


def open_envelope(payload: bytes) -> AnyEnvelope:
    """Decode and validate a message; raise NoEnvelope, with nothing of the content in it, for anything else."""
    adapter: TypeAdapter[AnyEnvelope] = TypeAdapter(Envelope)
    try:
        return adapter.validate_json(payload, by_alias=True, by_name=False)
    except (ValidationError, RecursionError) as error:
        raise NoEnvelope(type(error).__name__) from None
