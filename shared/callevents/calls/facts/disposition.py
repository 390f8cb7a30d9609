"""Reads what a call's detail record files it as, as an outcome."""

from typing import Final

from callevents.calls.facts.ending.release_reason import first_failure
from callevents.calls.model import Outcome
from callevents.calls.records.detail_fields import initiator
from callevents.calls.records.detail_record import CallFields, DetailRow
from callevents.calls.records.event import Event

_ANSWERED: Final = "success"
_NO_ANSWER: Final = "noanswer"
# Left as they are: the call went to a number outside, and whether somebody answered there is not filed.
_UNKNOWN: Final = "forwardtooutsidenumber"
_IN_IVR: Final = frozenset({"abandonedinivr", "abandonedinvoicenavigator", "abandonedincontactflow"})
_OUTCOMES: Final[dict[str, Outcome]] = {
    "reject": "rejected",
    **dict.fromkeys(_IN_IVR, "abandoned_in_ivr"),
    "abandonedinqueue": "abandoned_in_queue",
    **dict.fromkeys(("abandonedinring", "abandonedring"), "abandoned_while_ringing"),
    "queuingtimeout": "queue_timeout",
    **dict.fromkeys(("queuingfailed", "queuingoverflow"), "queue_failed"),
    "voicemail": "voicemail",
    "ivrexception": "failed",
}
# Of a caller whom nobody spoke with although they waited for somebody, as the service spells it today.
MISSED: Final = ("AbandonedInQueue", "AbandonedInRing")
_MISSED: Final[frozenset[Outcome]] = frozenset({"abandoned_in_queue", "abandoned_while_ringing"})


def is_filed_as_answered(call: CallFields) -> bool:
    """Return whether the call is filed as answered."""
    return _word(call) == _ANSWERED


def is_filed_as_unanswered(call: CallFields) -> bool:
    """Return whether the call is filed as one that nobody answered."""
    return _word(call) == _NO_ANSWER or _word(call) in _OUTCOMES


def is_filed_otherwise(call: CallFields) -> bool:
    """Return whether the call is filed as something else than missed; a word that is not known says nothing."""
    word = _word(call)
    known = _OUTCOMES.keys() | {_ANSWERED, _NO_ANSWER, _UNKNOWN}
    return word in known and _OUTCOMES.get(word) not in _MISSED


def is_filed_as_over(call: CallFields) -> bool:
    """Return whether the call is known to be over: a word for an answer or for none so far does not say."""
    return call.released_at is not None or _word(call) in _OUTCOMES


def is_past_ivr(call: CallFields, row: DetailRow | None) -> bool:
    """Return whether the fields of a call name an agent or a wait, as those of one that ended in the IVR do not."""
    return bool(call.agents or (row is not None and (row.queue_seconds or row.ring_seconds)))


def filed_outcome(call: CallFields, *, established: bool, past_ivr: bool) -> Outcome | None:
    """Return what the call is filed as, None where nothing follows from it.

    *established* is whether the record has a time for the answer, *past_ivr* whether an event shows that the caller
    came further than the IVR: the centre files what its flow has no node for as given up in the IVR.
    """
    word = _word(call)
    if word == _ANSWERED:
        return "answered" if established else "unknown"
    if word == _NO_ANSWER:
        return _unreached(call)
    if word in _IN_IVR:
        if past_ivr:
            return None
        return "abandoned_in_ivr" if initiator(call) == "customer" else "ended_in_ivr"
    return "unknown" if word == _UNKNOWN else _OUTCOMES.get(word)


def _unreached(call: CallFields) -> Outcome:
    """Return why nobody answered, as what the network announced and the SIP code say."""
    fields = {"earlyMediaState": call.early_media_state, "releaseReason": call.release_reason}
    return first_failure([Event("Released", "", fields)]) or "no_answer"


def _word(call: CallFields) -> str:
    return "".join(filter(str.isalnum, call.disposition or "")).lower()
