"""Legs whose end is missing from the records, though the customer was passed on."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from callevents.calls.facts.legs.channels import Groups, events_of
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.spans import Span
from callevents.calls.model import SECOND, Instant

_TOGETHER: Instant = 2 * SECOND  # what lies closer may have come in another order
TRANSFERRED = ("BlindTransfer", "AttendedTransfer")
_RELIEVED = "Intercept"  # on the leg of the supervisor: the counterparty leaves
PASSED_ON = (*TRANSFERRED, "Enqueue", "AssignAgent", "Route2IVR")


def cut_missing_ends(
    legs: Sequence[Leg], customer: Leg | None, groups: Groups
) -> tuple[Sequence[Leg], Instant | None]:
    """Return *legs*, those without an end connected only until the customer was passed on, and since when that is so.

    A party that passes the customer on mostly leaves, so that the records do not show whether they talked after it.
    """
    if customer is None:
        return legs, None
    over = customer.ended_at is not None or "CDRReady" in groups
    endless = [leg for leg in legs if leg.ended_at is None and leg is not customer and not leg.listens]
    # Of a call that goes on only who transferred it leaves: a queue may be asked for a colleague.
    types = PASSED_ON if over else TRANSFERRED
    moments = _moments_of_passing_on(legs, customer, groups, types) if endless else {}
    ends: dict[str, Instant] = {}
    for leg in endless:
        if leg.connected_at is None:
            continue
        since = leg.connected_at + _TOGETHER
        names = [leg.channel]
        if over:
            names.append("")
        if leg.agent and not leg.supervisor:
            names.append(leg.agent)
        later = [at for name in names if (at := _first_after(since, moments.get(name, ())))]
        if later and min(later) <= customer.end:
            ends[leg.channel] = min(later)
    if not ends:
        return legs, None
    cut = [
        leg._replace(connected=Span(leg.connected_at, ends[leg.channel]))
        if leg.connected_at is not None and leg.channel in ends
        else leg
        for leg in legs
    ]
    return cut, min(ends.values())


def _moments_of_passing_on(
    legs: Sequence[Leg], customer: Leg, groups: Groups, types: Sequence[str]
) -> dict[str, list[Instant]]:
    """Return in order when the customer was passed on, by the channel of who left; "" where the records do not say.

    By the agent where a supervisor relieved them. A transfer that another does is no reason to leave: it may be to this
    leg.
    """
    others = {leg.channel for leg in legs if leg is not customer}
    moments: dict[str, list[Instant]] = {}
    events = [event for event in events_of(groups, (*types, _RELIEVED)) if event.at is not None]
    for event in sorted(events, key=attrgetter("at")):
        name = event.channel if event.channel in others else ""
        if event.type == _RELIEVED:
            name = event.text("counterparty") or _RELIEVED  # nobody
        moments.setdefault(name, []).append(event.at or 0)
    return moments


def _first_after(since: Instant, moments: Sequence[Instant]) -> Instant | None:
    following = bisect_right(moments, since)
    return moments[following] if following < len(moments) else None
