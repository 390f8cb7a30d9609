"""Reads the answers of GetCallDetailRecord and ListCallDetailRecordsV2.

An answer is read field by field, so that what is not asked for (private numbers of staff, addresses, notes, links,
judgements of emotion) goes no further. Numbers may come as text, anything may be absent, null or unknown.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from callevents.alibabacloud.ccc.call_search import DetailRecordPage
from callevents.alibabacloud.rpc_response import RpcResponse
from callevents.calls.model import Instant
from callevents.calls.records.detail_record import (
    AgentSequence,
    CallFields,
    CustomerSequence,
    DetailRecord,
    DetailRow,
    IvrSequence,
    QueueSequence,
    RecordedEvent,
)
from callevents.calls.records.event import text_of
from callevents.errors import CccUnreadable

_MILLISECOND: Final = 1_000_000  # in an Instant
# No call centre kept older calls than those of the year 2000: such a time is a mistake, perhaps in seconds.
_MIN_MILLISECONDS: Final = 946_684_800_000
# The end of the year 9999, the last that a time can be written in.
_MAX_MILLISECONDS: Final = 253_402_300_800_000
# No call lasts a year.
_MAX_SECONDS: Final = 366 * 86_400
_MAX_DIGITS: Final = 32
# No name, number or reason is as long; each is cleaned and masked in many places, and of most a few words are shown.
MAX_TEXT_CHARS: Final = 300
_PERSONAL_QUEUE: Final = 2
# What stands in the place of `Data` where there is none: which of these the service gives is not documented.
_NOTHING: Final[tuple[object, ...]] = (None, "", [])
T = TypeVar("T")


def read_detail_record(response: RpcResponse, job_id: str) -> DetailRecord | None:
    """Return the record of *job_id*, None where there is none: null, empty, nothing in it, or another call's.

    Raises CccUnreadable where `Data` is something else than an object.
    """
    data = response.data
    if data in _NOTHING:
        return None
    if not isinstance(data, dict):
        raise CccUnreadable(request_id=response.request_id, reason="Data is no object")
    record = DetailRecord(
        _call(data),
        _sequences(data, "AgentEvents", _agent_sequence),
        _sequences(data, "CustomerEvents", _customer_sequence),
        _sequences(data, "QueueEvents", _queue_sequence),
        _sequences(data, "IvrEvents", _ivr_sequence),
    )
    named = record.call.job_id
    nothing = record == DetailRecord(CallFields(job_id=named))
    return None if nothing or named not in {None, job_id} else record


def read_page(response: RpcResponse, page: int) -> DetailRecordPage:
    """Return the rows of a page, in the service's order, none where there is nothing; what is no object is dropped.

    Raises CccUnreadable where `Data` or its list is of another kind, or no entry is a row.
    """
    data = {} if response.data in _NOTHING else response.data
    rows = (data.get("List") or []) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(rows, list):
        raise CccUnreadable(request_id=response.request_id, reason="Data holds no list")
    found = tuple(_row(each) for each in rows if isinstance(each, dict))
    if rows and not found:
        raise CccUnreadable(request_id=response.request_id, reason="the list holds no rows")
    total = _whole(data.get("TotalCount")) if page == 1 else None
    return DetailRecordPage(found, None if total is None or total < len(found) else total)


def _call(data: Mapping[str, object]) -> CallFields:
    return CallFields(
        job_id=_text(data.get("ContactId")),
        contact_type=_text(data.get("ContactType")),
        disposition=_text(data.get("ContactDisposition")),
        early_media_state=_text(data.get("EarlyMediaState")),
        started_at=_instant(data.get("StartTime")),
        established_at=_instant(data.get("EstablishedTime")),
        released_at=_instant(data.get("ReleaseTime")),
        release_initiator=_text(data.get("ReleaseInitiator")),
        release_reason=_text(data.get("ReleaseReason")),
        outside_release_reason=_text(data.get("OutsideNumberReleaseReason")),
        caller=_text(data.get("CallingNumber")),
        callee=_text(data.get("CalledNumber")),
        agents=_ids(data.get("AgentIds")),
        skill_groups=_ids(data.get("SkillGroupIds")),
        recording_ready=_boolean(data.get("RecordingReady")),
    )


def _row(data: Mapping[str, object]) -> DetailRow:
    call = _call(data)
    return DetailRow(
        call,
        media=_text(data.get("MediaType")),
        call_seconds=_seconds(data.get("CallDuration")),
        ivr_seconds=_seconds(data.get("IvrTime")),
        queue_seconds=_seconds(data.get("QueueTime")),
        ring_seconds=_seconds(data.get("RingTime")),
        talk_seconds=_seconds(data.get("TalkTime")),
        held_seconds=_seconds(data.get("HeldTime")),
        transfers=_whole(data.get("TransferCount")),
        instance=_text(data.get("InstanceId")),
        agent_name=_text(data.get("AgentNames")) if len(call.agents) == 1 else None,
    )


def _sequences(
    data: Mapping[str, object], name: str, read: Callable[[Mapping[str, object]], T | None]
) -> tuple[T, ...]:
    """Return the sequences in the list *name*; what is no object, or says nothing, is none."""
    found = data.get(name)
    objects = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return tuple(each for each in map(read, objects) if each is not None)


def _agent_sequence(data: Mapping[str, object]) -> AgentSequence | None:
    agent, events = _text(data.get("AgentId")), _events(data)
    if not events and agent is None:
        return None
    return AgentSequence(agent, _text(data.get("AgentName")), _text(data.get("SkillGroupId")), events)


def _customer_sequence(data: Mapping[str, object]) -> CustomerSequence | None:
    events = _events(data)
    return CustomerSequence(_text(data.get("CustomerId")), events) if events else None


def _queue_sequence(data: Mapping[str, object]) -> QueueSequence | None:
    queue, events = _text(data.get("QueueId")), _events(data)
    if not events and queue is None:
        return None
    personal = _whole(data.get("QueueType")) == _PERSONAL_QUEUE
    return QueueSequence(queue, _text(data.get("QueueName")), personal, events)


def _ivr_sequence(data: Mapping[str, object]) -> IvrSequence | None:
    events = _events(data)
    return IvrSequence(_text(data.get("FlowType")), events) if events else None


def _events(data: Mapping[str, object]) -> tuple[RecordedEvent, ...]:
    found = data.get("EventSequence")
    return tuple(
        RecordedEvent(type_, _instant(each.get("EventTime")), _seconds(each.get("Duration")))
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, dict) and (type_ := _text(each.get("Event")))
    )


def _ids(value: object) -> tuple[str, ...]:
    """Return the ids in a list with commas (or, tolerated, a list of JSON), each once."""
    found = value if isinstance(value, list) else (text_of(value) or "").split(",")
    texts = (_text(each) for each in found if isinstance(each, str))
    return tuple(dict.fromkeys(text for text in texts if text))


def _text(value: object) -> str | None:
    """Return a value as one clean line of at most MAX_TEXT_CHARS characters, None where there is none."""
    text = text_of(value)
    return None if text is None else text[:MAX_TEXT_CHARS]


def _instant(value: object) -> Instant | None:
    """Return the moment that Unix milliseconds name; nothing, 0 and what is no time of a call name none."""
    milliseconds = _number(value)
    if milliseconds is None or not _MIN_MILLISECONDS <= milliseconds < _MAX_MILLISECONDS:
        return None
    return int(milliseconds) * _MILLISECOND


def _seconds(value: object) -> float | None:
    number = _number(value)
    if number is None or not 0 <= number <= _MAX_SECONDS:
        return None
    return int(number) if number == int(number) else round(number, 3)


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _number(value: object) -> float | None:
    """Return a number, given as one or as text; no other text, no infinity, nothing too large to compute with."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _MAX_DIGITS or not text.isascii() or not text.replace(".", "", 1).isdigit():
            return None
        value = float(text) if "." in text else int(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_MAX_MILLISECONDS <= value <= _MAX_MILLISECONDS else None


def _boolean(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None
