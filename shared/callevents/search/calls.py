"""The calls that were found, read from their rows in the contact center's list. Pure."""

from typing import NamedTuple

from callevents.calls.facts.disposition import filed_outcome, is_past_ivr
from callevents.calls.masking import mask
from callevents.calls.model import Instant, Outcome
from callevents.calls.records.detail_fields import contact_type
from callevents.calls.records.detail_record import DetailRow
from callevents.calls.records.timestamps import iso
from callevents.search.query import CallQuery


class FoundCall(NamedTuple):
    """A call in a list: when, which way, with which outcome, who, and how long.

    `seconds` is its length: from the IVR for one that came in, from the connection for one that went out.
    """

    job_id: str
    started_at: Instant | None
    direction: str | None
    outcome: Outcome
    caller: str | None
    callee: str | None
    agents: tuple[str, ...]
    skill_groups: tuple[str, ...]
    seconds: float | None
    talk_seconds: float | None


class FoundCalls(NamedTuple):
    """A page of the calls that a query found, the newest first.

    `query` is the one that found them: perhaps with the other form of the number. `total` counts the calls of all
    pages, None where that is not known; `is_last` says that no page follows. `names` are the agents' display
    names, by id.
    """

    query: CallQuery
    instance: str
    calls: tuple[FoundCall, ...]
    page: int
    total: int | None
    is_last: bool
    page_size: int = 20
    names: tuple[tuple[str, str], ...] = ()


def found_call(row: DetailRow) -> FoundCall | None:
    """Return the call of *row*, None for a row that names none."""
    call = row.call
    if not call.job_id:
        return None
    return FoundCall(
        job_id=call.job_id,
        started_at=call.started_at,
        direction=contact_type(call).lower() or None,
        outcome=_outcome(row),
        caller=call.caller,
        callee=call.callee,
        agents=call.agents,
        skill_groups=call.skill_groups,
        seconds=row.call_seconds,
        talk_seconds=row.talk_seconds,
    )


def masked(call: FoundCall, instance: str) -> FoundCall:
    """Return *call* with its numbers masked, wherever they stand; job ids and *instance* stay.

    A row's own id stays for what it looks like alone: nobody asked for it, and a number may stand in its place.
    """

    def hide(text: str) -> str:
        return mask(text, *filter(None, [instance]))

    def hide_any(text: str | None) -> str | None:
        return None if text is None else hide(text)

    return call._replace(
        job_id=hide(call.job_id),
        direction=hide_any(call.direction),
        caller=hide_any(call.caller),
        callee=hide_any(call.callee),
        agents=tuple(map(hide, call.agents)),
        skill_groups=tuple(map(hide, call.skill_groups)),
    )


def to_document(call: FoundCall, instance: str) -> dict[str, object]:
    """Return *call* as a JSON object, with the keys of `callevents lookup --json` for what both know."""
    return {
        "job_id": call.job_id,
        "instance_id": instance,
        "direction": call.direction,
        "outcome": call.outcome,
        "started_at": None if call.started_at is None else iso(call.started_at),
        "caller": call.caller,
        "callee": call.callee,
        "agents": list(call.agents),
        "skill_groups": list(call.skill_groups),
        "talk_seconds": call.talk_seconds,
        "call_seconds": call.seconds,
    }


def _outcome(row: DetailRow) -> Outcome:
    """Return what became of the call, as far as the row shows it: a row has no events."""
    established = row.call.established_at is not None
    past_ivr = is_past_ivr(row.call, row)
    return filed_outcome(row.call, established=established, past_ivr=past_ivr) or "unknown"
