"""The contact center's detail record of a call, and its row in the list of calls, as types.

They hold only what is shown or computed with: private numbers of staff, addresses, notes, links and judgements of
emotion are not among them, so that they are gone once an answer is read.
Facts: the responses of GetCallDetailRecord and ListCallDetailRecordsV2, API version 2020-07-01.
"""

from typing import NamedTuple

from callevents.calls.model import Instant


class CallFields(NamedTuple):
    """What both know of a call, as the contact center words it; None where it says nothing.

    `agents` and `skill_groups` are ids. Words that are not documented are kept as they are.
    """

    job_id: str | None = None
    contact_type: str | None = None
    disposition: str | None = None
    early_media_state: str | None = None
    started_at: Instant | None = None
    established_at: Instant | None = None
    released_at: Instant | None = None
    release_initiator: str | None = None
    release_reason: str | None = None
    outside_release_reason: str | None = None
    caller: str | None = None
    callee: str | None = None
    agents: tuple[str, ...] = ()
    skill_groups: tuple[str, ...] = ()
    recording_ready: bool | None = None


class RecordedEvent(NamedTuple):
    """An event of a sequence; `seconds` is how long the state lasted that it began (agents' events only)."""

    type: str
    at: Instant | None
    seconds: float | None = None


class AgentSequence(NamedTuple):
    """What one agent lived through on the call."""

    agent: str | None
    name: str | None
    skill_group: str | None
    events: tuple[RecordedEvent, ...]


class CustomerSequence(NamedTuple):
    """One customer's part of a call; `customer` is usually the number."""

    customer: str | None
    events: tuple[RecordedEvent, ...]


class QueueSequence(NamedTuple):
    """One stay in a queue: `queue` is a skill group, or an agent whose personal queue it is (`personal`)."""

    queue: str | None
    name: str | None
    personal: bool
    events: tuple[RecordedEvent, ...]


class IvrSequence(NamedTuple):
    """What happened in one flow of the IVR."""

    flow_type: str | None
    events: tuple[RecordedEvent, ...]


class DetailRecord(NamedTuple):
    """A call as GetCallDetailRecord returns it."""

    call: CallFields
    agents: tuple[AgentSequence, ...] = ()
    customers: tuple[CustomerSequence, ...] = ()
    queues: tuple[QueueSequence, ...] = ()
    ivrs: tuple[IvrSequence, ...] = ()


class DetailRow(NamedTuple):
    """A call as a row of ListCallDetailRecordsV2; durations in seconds.

    `call_seconds` begins with the IVR in an inbound call, with the connection in an outbound one. `agent_name` is the
    display name of the only agent: the names of several stand in one text, and any of them may hold a comma.
    """

    call: CallFields
    media: str | None = None
    call_seconds: float | None = None
    ivr_seconds: float | None = None
    queue_seconds: float | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    held_seconds: float | None = None
    transfers: int | None = None
    instance: str | None = None
    agent_name: str | None = None
