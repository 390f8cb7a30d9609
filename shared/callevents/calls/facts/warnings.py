"""What a reader must know about the records of a call."""

from callevents.calls.facts.call import Call
from callevents.calls.facts.ending.release_reason import reason_of
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.model import Warning_


def find_warnings(call: Call, *, duplicates: bool, complete: bool) -> tuple[Warning_, ...]:
    """Return the warnings about a call, in the order of the contract."""
    found: dict[Warning_, bool] = {
        "unreadable_record": bool(call.events) and call.events[-1].at is None,
        "duplicates": duplicates,
        "incomplete": not complete,
        "contradictory": _is_contradictory(call),
    }
    return tuple(warning for warning, holds in found.items() if holds)


def _is_contradictory(call: Call) -> bool:
    if any(leg.connected_after_end or _codes_differ(leg) for leg in call.legs):
        return True
    return call.customer is not None and any(
        leg.connected_at is not None and leg.connected_at > call.customer.end for leg in call.counterparts
    )


def _codes_differ(leg: Leg) -> bool:
    releases = leg.releases
    return len(releases) > 1 and len({reason_of(event).code for event in releases} - {None}) > 1
