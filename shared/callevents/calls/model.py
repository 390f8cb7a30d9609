"""The types of the call model: what goes in (records) and what comes out (a summary).

An `Instant` is a moment in nanoseconds since 1970-01-01T00:00:00Z.
"""

from typing import Literal, NamedTuple, TypeAlias

Instant: TypeAlias = int
SECOND = 1_000_000_000  # of an Instant
Side: TypeAlias = Literal["customer", "agent", "supervisor", "outside", "unknown"]
PhaseName: TypeAlias = Literal["hold", "talk", "ring", "queue", "ivr", "wait", "unknown"]
Source: TypeAlias = Literal["notifications", "detail_record"]
Outcome: TypeAlias = Literal[
    "no_records",
    "voicemail",
    "abandoned_in_ivr",
    "abandoned_in_queue",
    "abandoned_while_ringing",
    "answered",
    "in_progress",
    "queue_timeout",
    "queue_failed",
    "busy",
    "rejected",
    "unreachable",
    "no_answer",
    "failed",
    "ended_in_ivr",
    "unknown",
]
Party: TypeAlias = Literal["agent", "customer", "system"]
Warning_: TypeAlias = Literal["unreadable_record", "duplicates", "incomplete", "contradictory"]
SourceStatus: TypeAlias = Literal["found", "none", "refused", "failed", "late"]


class NotificationRecord(NamedTuple):
    """A record as ListNotificationRecords returns it; `content` is text that should hold a JSON object.

    Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
    """

    instance_id: str
    notification_key: str
    notification_type: str
    content: str


class Phrase(NamedTuple):
    """Our own English *words*, a message id, with a value from outside where they say `%s`."""

    words: str
    value: str = ""


class TimelineEvent(NamedTuple):
    """One event of a call as a reader sees it; `detail` says what matters beyond the type, in order."""

    at: Instant | None
    type: str
    label: str
    leg: Side | None
    agent: str | None
    detail: tuple[Phrase, ...] = ()


class Transfer(NamedTuple):
    """A transfer that was done."""

    at: Instant | None
    kind: Literal["blind", "attended"]
    from_: str | None
    to: str | None


class CallLeg(NamedTuple):
    """One leg; `talk_seconds` is its share of the conversation. What is not known is None."""

    side: Side
    agent: str | None
    began_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant | None
    ring_seconds: float | None
    talk_seconds: float | None


class JourneyPhase(NamedTuple):
    """A stretch of what the customer lived through; `seconds` is None for the last one while it goes on.

    `agents` are those who talk (also while the customer is on hold) or whose phone rings, in order of joining.
    """

    phase: PhaseName
    at: Instant
    seconds: float | None
    agents: tuple[str, ...]


class SecondSource(NamedTuple):
    """The state of the second source, the call detail record, beside the facts; none of it is in the JSON document.

    `status` says how asking for it went, None where it was not asked for: it was `found`, there is `none`, it was
    `refused` (the role may not ask) or `failed`, or it was `late` (no time was left); `row` says the same of the list
    of calls, which has the durations. `names` are the names that it has for ids of agents and groups; `recorded` is
    whether there is a recording of which no file is named.
    """

    status: SourceStatus | None = None
    row: SourceStatus | None = None
    names: tuple[tuple[str, str], ...] = ()
    recorded: bool = False


NOT_ASKED = SecondSource()


class CallSummary(NamedTuple):
    """The facts of one call, unmasked; durations in seconds with at most three decimals.

    The fields are in the order of the JSON document, but for the last, which is not in it.
    """

    job_id: str
    instance_id: str
    sources: tuple[Source, ...]
    direction: str | None
    media: str | None
    outcome: Outcome
    started_at: Instant | None
    answered_at: Instant | None
    answered_by: str | None
    ended_at: Instant | None
    queue_seconds: float | None
    ring_seconds: float | None
    talk_seconds: float | None
    hold_seconds: float | None
    ended_by: Party | None
    release_code: int | None
    release_text: str | None
    caller: str | None
    callee: str | None
    agents: tuple[str, ...]
    skill_groups: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    recordings: tuple[str, ...]
    legs: tuple[CallLeg, ...]
    journey: tuple[JourneyPhase, ...]
    complete: bool
    warnings: tuple[Warning_, ...]
    events: tuple[TimelineEvent, ...]
    second_source: SecondSource = NOT_ASKED
