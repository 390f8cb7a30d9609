"""Who ended a call, and why: `releaseInitiator` and `releaseReason` of the hang-up, in all their spellings."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.model import Party
from callevents.calls.records.event import Event

_REASON = re.compile(r"(?:SIP(?:/2\.0)?[\s:/-]*)?([0-9]{3})(?![0-9])\s*[-:–—：]?\s*(.*)", re.IGNORECASE)  # noqa: RUF001
_NAME = re.compile(r"[^@\s]+@[^@\s]+")
_NUMBER = re.compile(r"\+?[0-9*]*[0-9][0-9*]*")
_DRESS = re.compile(r"[\s().\-‐-―−]+")  # noqa: RUF001 - hyphens and dashes
_PARTIES: dict[str, Party] = {"agent": "agent", "customer": "customer", "system": "system"}


class Reason(NamedTuple):
    """A release reason: the SIP status, and the words beside it."""

    code: int | None
    text: str | None


def reason_of(event: Event) -> Reason:
    """Return the reason that a Released gives; without a status, its words alone."""
    return _reason(event.text("releaseReason") or "")


@lru_cache(maxsize=64)  # a call has few different ones
def _reason(said: str) -> Reason:
    found = _REASON.fullmatch(said)
    if found is None:
        return Reason(None, said or None)
    return Reason(int(found[1]), found[2].strip() or None)


def ended_by(call: Call, hang_up: Event, agents: Iterable[str]) -> Party | None:
    """Return the side that hung up; *agents* are all agents of the call. None where the records do not say."""
    initiator = hang_up.text("releaseInitiator")
    if initiator is None:
        return None
    party = _PARTIES.get(initiator.lower())
    if party:
        return party
    if _NAME.fullmatch(initiator) or initiator in agents or call.direction == "internal":
        return "agent"
    number = _number(initiator)
    if number is None:
        return "system"
    return "customer" if number in map(_number, _customers(call)) else None


def _customers(call: Call) -> list[str]:
    """Return the numbers that are a customer's."""
    numbers = {
        "inbound": [call.caller],
        "outbound": [call.callee],
        "predictive": [call.callee],
        "back2back": [call.caller, call.callee],
    }
    return [number for number in numbers.get(call.direction or "", []) if number]


def _number(text: str) -> str | None:
    """Return a telephone number without what is written before or within it, None where *text* is none."""
    if not text.isascii():
        import unicodedata  # large, and seldom needed

        text = unicodedata.normalize("NFKC", text)
    plain = _DRESS.sub("", text)
    if not _NUMBER.fullmatch(plain):
        return None
    for prefix in ("+86", "0086", "+"):
        plain = plain.removeprefix(prefix) if plain.startswith(prefix) else plain
    return plain.lstrip("0") or "0"
