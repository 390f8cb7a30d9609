"""How long the parts of a call took, in whole seconds, as a row of ListCallDetailRecordsV2 has them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from callevents_sandbox.ccc.details.calls.call import Call
from callevents_sandbox.ccc.details.calls.legs import Leg

Span = tuple[int, int]
_QUEUE_ENDS = (
    "AssignAgent",
    "Abandoned",
    "QueueingTimeout",
    "QueueingOverflow",
    "QueueingFailure",
    "Ringing",
)
_TRANSFERS = ("BlindTransfer", "AttendedTransfer")


class Durations(NamedTuple):
    """Seconds, each under the vendor's definition."""

    call: int
    ivr: int
    queue: int
    ring: int
    wait: int
    dialing: int
    talk: int
    held: int
    transfers: int


def durations(call: Call) -> Durations:
    """Return the durations of *call*, which is over."""
    end = call.released_at or call.started_at
    established = call.established_at
    begin = call.started_at if call.kind == "INBOUND" else established
    queue, ring = _length(_queue_spans(call, end)), _ring(call, end)
    return Durations(
        call=0 if begin is None else _seconds(end - begin),
        ivr=_ivr(call, end),
        queue=queue,
        ring=ring,
        wait=0 if call.first("Abandoned") else queue + ring,
        dialing=_dialing(call),
        talk=_length(_talk_spans(call, end)),
        held=_length(_held_spans(call, end)) if established else 0,
        transfers=sum(each.type in _TRANSFERS for each in call.events),
    )


def _ivr(call: Call, end: int) -> int:
    entry = call.first("Route2IVR")
    if entry is None:
        return 0
    left = call.first("Enqueue", "Abandoned")
    first_leg = min((each.events[0].at for each in call.legs if each is not call.customer), default=end)
    return _seconds((left.at if left else first_leg) - entry.at)


def _queue_spans(call: Call, end: int) -> Iterator[Span]:
    since: int | None = None
    for each in call.events:
        if each.type == "Enqueue" and since is None:
            since = each.at
        elif each.type in _QUEUE_ENDS and since is not None:
            yield since, each.at
            since = None
    if since is not None:
        yield since, end


def _ring(call: Call, end: int) -> int:
    """Return how long the phone of who answered rang, else the last phone that rang."""
    if call.kind not in {"INBOUND", "PREDICTIVE", "INTERNAL"}:
        return 0
    rang = [each for each in call.agents if not each.supervising and each.first("Ringing") is not None]
    answered = [each for each in rang if each.first("Established") is not None]
    if not rang:
        return 0
    leg = answered[0] if answered else rang[-1]
    abandoned = call.first("Abandoned")
    stops = (leg.first("Established"), abandoned.at if abandoned else None, leg.ended_at, end)
    return _seconds(next(at for at in stops if at is not None) - (leg.first("Ringing") or 0))


def _dialing(call: Call) -> int:
    if call.kind not in {"OUTBOUND", "PREDICTIVE"} or call.customer is None:
        return 0
    stop = call.customer.first("Established") or call.customer.ended_at or call.started_at
    return _seconds(stop - call.started_at)


def _connected(leg: Leg, end: int, since: int | None = None) -> Span | None:
    begin = leg.first("Established") if since is None else since
    return None if begin is None else (begin, leg.ended_at or end)


def _talk_spans(call: Call, end: int) -> Iterator[Span]:
    """Return when the customer and somebody else were connected; between agents, when two of them were."""
    if call.established_at is None:
        return
    others = [each for each in call.legs if each is not call.customer and not each.listening]
    if call.customer is None:
        yield call.established_at, min(each.ended_at or end for each in others)
        return
    customer = _connected(call.customer, end, call.started_at if call.kind == "INBOUND" else None)
    for span in _union(_connected(each, end) for each in others):
        if customer and min(span[1], customer[1]) > max(span[0], customer[0]):
            yield max(span[0], customer[0]), min(span[1], customer[1])


def _held_spans(call: Call, end: int) -> Iterator[Span]:
    since: int | None = None
    for each in call.own:
        agent_takes = each.type == "Established" and not each.text("scenario")
        if each.type == "Held":
            since = each.at if since is None else since
        elif since is not None and (each.type in {"Retrieved", *_TRANSFERS} or agent_takes):
            yield since, each.at
            since = None
    if since is not None:
        yield since, end


def _union(spans: Iterable[Span | None]) -> Iterator[Span]:
    merged: list[Span] = []
    for begin, end in sorted(filter(None, spans)):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    yield from merged


def _length(spans: Iterable[Span]) -> int:
    return _seconds(sum(end - begin for begin, end in spans))


def _seconds(milliseconds: int) -> int:
    return round(milliseconds / 1000)
