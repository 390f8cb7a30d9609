"""Encodes what the front functions queue for the worker, without pydantic.

The models in callevents.tasks.envelope take a tenth of a second to load, and these run when time is up. The worker
validates every message with them, and the tests decode everything that is encoded here.
"""

import json
from typing import Final, NamedTuple

VERSION: Final = 1
# Before the thread key of a member that has ended, in a group of which others fire: an older worker passes it over.
ENDED: Final = "ended:"
MAX_MENTION_CHARS: Final = 3000
# Fields that have another name in the message. Queued tasks outlive a deployment, so a name on the wire never changes.
WIRE_NAMES: Final = {"requester": "asker", "operation": "deed", "alert_blocks": "kept", "attempts": "tries"}


class RequesterFields(NamedTuple):
    """The person who asked; see callevents.tasks.envelope.Requester."""

    user: str
    team: str
    enterprise: str
    channel: str
    language: str
    timezone: str | None
    belonging: str = "inside"


class CommandFields(NamedTuple):
    """A lookup and where its answer goes; see callevents.tasks.envelope.CommandEnvelope."""

    jobs: tuple[str, ...]
    instance: str
    requester: RequesterFields
    asked_at: float
    queued_at: float
    task: str
    response_url: str | None = None
    channel: str | None = None
    thread: str | None = None
    operation: str = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: str = ""
    alert_blocks: str = ""
    page: int = 0
    view: str = ""
    unchecked: bool = False
    mention: str | None = None
    maybe_posted: bool = False


class FindFields(NamedTuple):
    """A search for calls and where its answer goes; see callevents.tasks.envelope.FindEnvelope."""

    instance: str
    requester: RequesterFields
    asked_at: float
    queued_at: float
    task: str
    query_kind: str
    query_value: str
    since: int
    until: int
    page: int
    other_form: bool
    total: int | None
    sealed: str
    sought: str
    response_url: str | None = None
    channel: str | None = None
    replace: bool = True
    view: str = ""
    unchecked: bool = False

    def __repr__(self) -> str:
        """Leave out what is sought."""
        return f"FindFields(task={self.task!r})"


class AlertFields(NamedTuple):
    """An alert and the calls it names; see callevents.tasks.envelope.AlertEnvelope."""

    sender: str
    title: str
    severity: str | None
    state: str
    channel: str
    instance: str
    jobs: tuple[str, ...]
    resolved_jobs: tuple[str, ...]
    left_out: tuple[str, ...]
    left_out_count: int
    thread_key: str
    delivery: str
    ends_once: bool
    follows: bool
    action: str
    received_at: float
    started_at: float | None
    further_threads: tuple[str, ...] = ()


def encode_command(command: CommandFields) -> bytes:
    """Return *command* as the JSON of a CommandEnvelope."""
    members = command._asdict() | {"requester": command.requester._asdict()}
    if not command.unchecked:
        # A worker of the version before, which does not know these members, takes every other lookup as it did.
        del members["unchecked"], members["requester"]["belonging"]
    if command.mention is None:  # the same; it refuses this one, as it has no jobs
        del members["mention"]
    if not command.maybe_posted:  # the same
        del members["maybe_posted"]
    return _encode("command", members)


def encode_find(find: FindFields) -> bytes:
    """Return *find* as the JSON of a FindEnvelope."""
    return _encode("find", find._asdict() | {"requester": find.requester._asdict()})


def encode_alert(alert: AlertFields) -> bytes:
    """Return *alert* as the JSON of an AlertEnvelope, without what an older worker does not know where it is empty."""
    members = alert._asdict()
    if not alert.further_threads:
        del members["further_threads"]
    return _encode("alert", members)


def _encode(kind: str, members: dict[str, object]) -> bytes:
    on_the_wire = {WIRE_NAMES.get(name, name): value for name, value in members.items()}
    return json.dumps({"version": VERSION, "kind": kind, **on_the_wire}).encode()
