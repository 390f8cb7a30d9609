"""Bends a good answer: order, spelling, duplicates, and records that nobody expects."""

import json
import random
from collections.abc import Callable

from callevents_sandbox.fixtures.samples import Record
from callevents_sandbox.server.faults import Fault

Document = dict[str, object]


def shape_records(records: list[Record], fault: Fault) -> list[Record]:
    """Return *records* as *fault* makes them; unchanged if it is of another kind."""
    shape = _SHAPES.get(fault.kind)
    return shape(records, fault.count) if shape and records else records


def shape_document(document: Document, fault: Fault) -> Document:
    """Return the answer around the records as *fault* makes it; unchanged if it is of another kind."""
    if fault.kind in {"null_params", "null_data"}:
        name = "Params" if fault.kind == "null_params" else "Data"
        return {**document, name: None}
    if fault.kind in {"absent_params", "absent_data"}:
        absent = "Params" if fault.kind == "absent_params" else "Data"
        return {name: value for name, value in document.items() if name != absent}
    if fault.kind == "message_none":
        return {**document, "Message": "无", "Params": ["无"]}
    if fault.kind == "wrong_types":
        odd: Document = {
            "InstanceId": 1,
            "NotificationKey": None,
            "NotificationType": [],
            "Content": {"eventType": 1},
        }
        return {**document, "Data": [1, None, "x", odd]}
    return document


def event_time(record: Record) -> str:
    """Return the eventTime of *record*, or an empty text."""
    return str(_event(record).get("eventTime", ""))


def _event(record: Record) -> Document:
    try:
        event = json.loads(record.content)
    except ValueError:  # a sample of what cannot be read
        return {"content": record.content}
    return event if isinstance(event, dict) else {}


def _rewritten(change: Callable[[Record], Record]) -> Callable[[list[Record], int], list[Record]]:
    return lambda records, _: [change(record) for record in records]


def _with(record: Record, *, content: str | None = None, type_: str | None = None) -> Record:
    return Record(
        record.instance_id,
        record.notification_key,
        record.notification_type if type_ is None else type_,
        record.content if content is None else content,
    )


def _more(records: list[Record], events: list[Document]) -> list[Record]:
    """Put *events* in the middle of *records*, each with the common members of its neighbour."""
    middle = len(records) // 2
    neighbour = records[middle]
    common = _event(neighbour)
    kept = {
        name: common[name] for name in ("contactId", "channelId", "eventTime", "instanceId") if name in common
    }
    more = [
        _with(neighbour, type_=str(event["eventType"]), content=json.dumps({**kept, **event}))
        for event in events
    ]
    return [*records[:middle], *more, *records[middle:]]


def _text_stream(records: list[Record], count: int) -> list[Record]:
    pieces: list[Document] = [
        {"eventType": "TextStream", "channelType": "customer", "text": f"piece {number}", "finished": 1}
        for number in range(count or 1000)
    ]
    return _more(records, pieces)


def _very_long(records: list[Record], count: int) -> list[Record]:
    return _more(records, [{"eventType": "TextStream", "text": "long " * ((count or 1_000_000) // 5)}])


def _without_time(record: Record) -> Record:
    event = {name: value for name, value in _event(record).items() if name != "eventTime"}
    return _with(record, content=json.dumps(event))


def _unknown(record: Record) -> Record:
    type_ = f"New{record.notification_type}"
    return _with(record, type_=type_, content=json.dumps({**_event(record), "eventType": type_}))


def _shuffled(records: list[Record], seed: int) -> list[Record]:
    return random.Random(seed).sample(records, len(records))  # noqa: S311 - an order, no secret


def _other_call(records: list[Record]) -> list[Record]:
    first = records[0]
    return [Record(first.instance_id, f"{first.notification_key}-other", "Released", first.content), *records]


_SHAPES: dict[str, Callable[[list[Record], int], list[Record]]] = {
    "content_not_json": _rewritten(lambda record: _with(record, content="<not json>")),
    "content_deep": lambda records, count: [
        _with(each, content="[" * (count or 100_000)) for each in records
    ],
    "no_event_time": _rewritten(_without_time),
    "unknown_type": _rewritten(_unknown),
    "pretty": _rewritten(lambda record: _with(record, content=json.dumps(_event(record), indent=4))),
    "compact": _rewritten(
        lambda record: _with(record, content=json.dumps(_event(record), separators=(",", ":")))
    ),
    "text_stream": _text_stream,
    "very_long": _very_long,
    "by_time": lambda records, _: sorted(records, key=event_time),
    "reversed": lambda records, _: records[::-1],
    "shuffled": _shuffled,
    "duplicates": lambda records, _: [record for record in records for _ in (1, 2)],
    "other_key": lambda records, _: _other_call(records),
}
# Faults of notification records only.
RECORD_SHAPES = frozenset(_SHAPES) | {"wrong_types"}
