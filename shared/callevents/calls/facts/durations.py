"""How long a call talked, was on hold, rang and queued: seconds with at most three decimals, never negative."""

from itertools import chain
from operator import itemgetter

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs import Moment
from callevents.calls.facts.lifecycle import Answer
from callevents.calls.model import Instant

_SECOND = 1_000_000_000
_TRANSFERS = ("BlindTransfer", "AttendedTransfer")


def talk_seconds(answer: Answer | None, hang_up: Moment | None) -> float | None:
    """Return the time from the answer to the hang-up, holds included."""
    return None if answer is None or hang_up is None else _between(answer.at, hang_up.at)


def hold_seconds(call: Call, answer: Answer | None, hang_up: Moment | None) -> float | None:
    """Return the time during which at least one Held was open; None if never answered, or one is open still."""
    if answer is None:
        return None
    total = 0
    since: Instant | None = None
    held: dict[str, set[str]] = {}
    for at, _, type_, channel, target in _hold_steps(call):
        if hang_up is not None and at >= hang_up.at:
            break
        if type_ == "Held":
            held.setdefault(channel, set()).add(target)
            since = at if since is None else since
        elif type_ == "Retrieved" and channel:
            _retrieve(held, channel, target)
        elif type_ == "Released":
            held.pop(channel, None)
        else:
            held.clear()
        if since is not None and not held:
            total += at - since
            since = None
    if since is not None:
        if hang_up is None:
            return None
        total += hang_up.at - since
    return _seconds(total)


def ring_seconds(call: Call, answer: Answer | None) -> float | None:
    """Return how long the phone rang that decides: the customer's on calls out, else the first agent's."""
    if call.direction in {"outbound", "predictive"}:
        return _customer_rang(call)
    if call.direction not in {"inbound", "internal"}:
        return None
    rang = [(leg.ringing, leg.released) for leg in call.agents if leg.ringing]
    if not rang:
        return None
    (since, *_), released = min(rang, key=itemgetter(0))
    if answer is not None and answer.at < since:
        return None
    ends = [
        answer.at if answer else None,
        released.at if released else None,
        *call.at("Abandoned", "RingingTimeout"),
    ]
    return _between(since, min((at for at in ends if at is not None and at >= since), default=None))


def queue_seconds(call: Call, hang_up: Moment | None) -> float | None:
    """Return the sum of the stretches in a queue; None if there is none, or one is open still."""
    ends = {type_ for type_ in call.groups if type_.startswith("Queueing") and type_ != "QueueingRerouted"}
    rang = (leg.ringing.at for leg in call.agents if leg.ringing)
    left = chain(call.at("AssignAgent", "Abandoned", *sorted(ends)), rang, [hang_up.at] if hang_up else [])
    entered = call.at("Enqueue")
    if not entered:
        return None
    total = 0
    since: Instant | None = None
    for at, leaves in sorted([*((at, False) for at in entered), *((at, True) for at in left)]):
        if not leaves:
            since = at if since is None else since
        elif since is not None:
            total += at - since
            since = None
    return None if since is not None else _seconds(total)


def _hold_steps(call: Call) -> list[tuple[Instant, int, str, str, str]]:
    """Return what opens and closes a hold, in order: moment, rank, type, channel and the channel that is held."""
    if not call.has("Held"):
        return []
    steps = [
        (event.at, rank, type_, event.channel, (target in event.fields and event.text(target)) or "")
        for rank, (type_, target) in enumerate(
            (("Held", "heldChannelId"), ("Retrieved", "retrievedChannelId"))
        )
        for event in call.groups.get(type_, ())
        if event.at is not None
    ]
    steps += [(at, 2, "Transfer", "", "") for at in call.at(*_TRANSFERS)]
    steps += [(leg.released.at, 3, "Released", leg.channel, "") for leg in call.legs.values() if leg.released]
    return sorted(steps)


def _retrieve(held: dict[str, set[str]], channel: str, target: str) -> None:
    """Take what was retrieved off hold: one of several channels that a leg holds, else all of them."""
    targets = held.get(channel, set())
    if target in targets and target:
        targets -= {target, ""}
    else:
        targets.clear()
    if not targets:
        held.pop(channel, None)


def _customer_rang(call: Call) -> float | None:
    """Return how long the customer's phone rang; of several, that which was connected, else the first to ring."""
    connected = [(leg.established, leg.ringing) for leg in call.customers if leg.established and leg.ringing]
    if connected:
        end, since = min(connected)
        return _between(since.at, end.at)
    rang = [(leg.ringing, leg.released) for leg in call.customers if leg.ringing]
    if not rang:
        return None
    since, released = min(rang, key=itemgetter(0))
    return _between(since.at, released.at if released else None)


def _between(start: Instant, end: Instant | None) -> float | None:
    """Return the time between two moments, None where records contradict each other and the end is before the start."""
    return None if end is None or end < start else _seconds(end - start)


def _seconds(nanoseconds: int) -> float:
    return round(nanoseconds / _SECOND, 3)
