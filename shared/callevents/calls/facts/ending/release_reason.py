"""Why a leg ended: the `releaseReason` in all its spellings, the early media state, and what they mean."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from callevents.calls.model import Outcome
from callevents.calls.records.event import Event

_REASON = re.compile(r"(?:SIP(?:/2\.0)?[\s:/-]*)?([0-9]{3})(?![0-9])\s*[-:–—：]?\s*(.*)", re.IGNORECASE)  # noqa: RUF001
_FIRST_FAILURE = 300
_SUCCESS = range(200, 300)
_SERVER_FAILURE = range(500, 600)
_STATES: dict[str, Outcome] = {
    "busy": "busy",
    **dict.fromkeys(("notexist", "outofservice", "poweroff", "restricted"), "unreachable"),
    "noanswer": "no_answer",
}
_CODES: dict[int, Outcome] = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((403, 603), "rejected"),
    **dict.fromkeys((404, 410, 484), "unreachable"),
    **dict.fromkeys((408, 480, 487), "no_answer"),
}


class Reason(NamedTuple):
    """A release reason: the SIP status, and the words beside it."""

    code: int | None
    text: str | None


def reason_of(event: Event) -> Reason:
    """Return the reason that a Released gives; without a status, its words alone."""
    return _reason(event.text("releaseReason") or "")


def first_failure(releases: Iterable[Event]) -> Outcome | None:
    """Return what the first early media state with a meaning says, else the first code of 300 or more."""
    failure: Outcome | None = None
    for event in releases:
        state = _state(event)
        if state:
            return state
        code = reason_of(event).code
        if failure is None and code is not None and code >= _FIRST_FAILURE:
            failure = _CODES.get(code, "failed")
    return failure


def denies_connection(event: Event, *, customer: bool) -> bool:
    """Return whether a Released says that its leg was never connected.

    A server's failure (5xx) on another leg than the customer's may also break a connection.
    """
    code = reason_of(event).code
    if _state(event):
        return True
    return code is not None and code >= _FIRST_FAILURE and (customer or code not in _SERVER_FAILURE)


def is_success(event: Event) -> bool:
    """Return whether a Released has a 2xx code."""
    return reason_of(event).code in _SUCCESS


def _state(event: Event) -> Outcome | None:
    return _STATES.get((event.text("earlyMediaState") or "").lower())


@lru_cache(maxsize=64)  # a call has few different ones
def _reason(text: str) -> Reason:
    found = _REASON.fullmatch(text)
    if found is None:
        return Reason(None, text or None)
    return Reason(int(found[1]), found[2].strip() or None)
