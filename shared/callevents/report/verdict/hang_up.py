"""Who hung up and why, in a sentence."""

import re
from collections.abc import Sequence

from callevents.calls.model import SECOND, CallSummary, JourneyPhase, PhaseName, Phrase
from callevents.i18n import N_
from callevents.report.formatting import duration, is_length
from callevents.report.people import Talker, agent_name, calls_two, listed, phase_names, words_about
from callevents.report.text import fill, masked_label
from callevents.report.viewer import Viewer

_ENDED = {
    "agent": (N_("The agent hung up."), N_("The agent hung up (%(reason)s).")),
    "customer": (N_("The customer hung up."), N_("The customer hung up (%(reason)s).")),
    "system": (N_("The system ended the call."), N_("The system ended the call (%(reason)s).")),
}
_OUTSIDE_ENDED = (N_("The outside number hung up."), N_("The outside number hung up (%(reason)s)."))
_AGENT_ENDED = (N_("Agent %(agent)s hung up."), N_("Agent %(agent)s hung up (%(reason)s)."))
_SUPERVISOR_ENDED = (N_("Supervisor %(agent)s hung up."), N_("Supervisor %(agent)s hung up (%(reason)s)."))
_FIRST_ENDED = (
    N_("The first party, %(number)s, hung up."),
    N_("The first party, %(number)s, hung up (%(reason)s)."),
)
_SECOND_ENDED = (
    N_("The second party, %(number)s, hung up."),
    N_("The second party, %(number)s, hung up (%(reason)s)."),
)
_ONE_ENDED = (N_("One of the two parties hung up."), N_("One of the two parties hung up (%(reason)s)."))
_GAVE_UP_AT = N_("Then it rang for %(duration)s (%(names)s), and the customer hung up.")
_GAVE_UP_LATER: dict[PhaseName, str] = {
    "queue": N_("Then the customer waited %(duration)s in the queue and hung up."),
    "ring": N_("Then another phone rang for %(duration)s, and the customer hung up."),
}
_WHO_IS_NOT_KNOWN = N_("The records do not say who hung up.")
# A duration is given in milliseconds, so the end that it leads to may be that much late.
_MOMENT_NANOSECONDS = 1_000_000
_BY = "by %s"
_BY_THE_AGENT = "by the agent"
_TWO = 2  # agents
_NO_DIGIT = re.compile(r"[^0-9*]")  # a masked one has stars
_MIN_DIGITS = 7  # of a number without its codes
_FAILURE = 300  # a SIP code from here on says that it did not work
_CAUSES = {  # RFC 3261, section 21
    200: N_("normal end"),
    403: N_("refused"),
    404: N_("no such number"),
    408: N_("request timeout"),
    480: N_("temporarily unavailable"),
    486: N_("busy"),
    487: N_("cancelled before it was answered"),
    488: N_("no common codec"),
    500: N_("line fault"),
    503: N_("line fault"),
    600: N_("busy"),
    603: N_("declined"),
}


def _cause(summary: CallSummary, viewer: Viewer, limit: int = 80) -> str | None:
    """Return why the call ended: the code with its meaning, `486, busy`, or in the vendor's words if unknown."""
    text = (
        masked_label(summary.release_text, viewer, limit, summary.instance_id) if summary.release_text else ""
    )
    if summary.release_code is None:
        return text or None
    known = _CAUSES.get(summary.release_code)
    _ = words_about(summary, viewer)
    words = _(known) if known else text
    return (
        _("%(code)s, %(cause)s") % {"code": summary.release_code, "cause": words}
        if words
        else str(summary.release_code)
    )


def hang_up(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> list[str]:
    """Say who hung up and why; of a call nobody answered only what the headline leaves open.

    *talked* are those who talked with the customer.
    """
    _ = words_about(summary, viewer)
    answered = summary.answered_at is not None or summary.outcome == "answered"
    failed = summary.release_code is not None and summary.release_code >= _FAILURE
    reason = _cause(summary, viewer, limit) if answered or failed or summary.release_code is None else None
    gave_up = summary.outcome.startswith("abandoned") or (
        failed and not answered and summary.ended_by == "customer"
    )
    if later := _gave_up_later(summary, viewer, limit):
        return [later]
    who = None if gave_up else _who_hung_up(summary, viewer, limit, talked)
    if who is not None:
        (bare, with_reason), values = who
        return [fill(_(with_reason if reason else bare), {**values, "reason": reason})]
    if summary.outcome == "answered":
        words = _("The records do not say who hung up (%(reason)s).") if reason else _(_WHO_IS_NOT_KNOWN)
        return [words % {"reason": reason}]
    return [_("Reason for the hang-up: %(reason)s.") % {"reason": reason}] if reason else []


def _who_hung_up(
    summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]
) -> tuple[tuple[str, str], dict[str, object]] | None:
    """Return the words on who hung up, without and with the reason, and their values; None where it is not known."""
    answered = summary.answered_at is not None or summary.outcome == "answered"
    if answered and summary.ended_by == "agent" and (agent := _agent_who_hung_up(summary, talked)):
        sides = {leg.side for leg in summary.legs if leg.agent == agent}
        words = _SUPERVISOR_ENDED if sides == {"supervisor"} else _AGENT_ENDED
        return words, {"agent": agent_name(agent, summary, viewer, limit)}
    if summary.ended_by == "customer" and calls_two(summary):
        words, number = _party_who_hung_up(summary)
        return words, {"number": masked_label(number, viewer, limit, summary.instance_id)}
    if summary.ended_by is not None:
        return _ENDED[summary.ended_by], {}
    return (_OUTSIDE_ENDED, {}) if _outside_ended_first(summary) else None


def _outside_ended_first(summary: CallSummary) -> bool:
    """Say whether the last party that talked was a number outside, and its leg ended before the customer's."""
    ends = [leg for leg in summary.legs if leg.connected_at is not None and leg.ended_at is not None]
    customer = next((leg.ended_at for leg in ends if leg.side == "customer"), None)
    last = max(
        (leg for leg in ends if leg.side != "customer"), key=lambda leg: leg.ended_at or 0, default=None
    )
    if customer is None or last is None or last.ended_at is None:
        return False
    return summary.outcome == "answered" and last.side == "outside" and last.ended_at < customer


def _gave_up_later(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Say that the customer was passed on, nobody came, and they hung up; "" where it was otherwise."""
    talked = any(phase.phase in {"talk", "hold"} for phase in summary.journey)
    if summary.answered_at is None or summary.ended_by != "customer" or not talked:
        return ""
    lasting = (phase for phase in reversed(summary.journey) if phase.phase != "wait" or _lasts(phase))
    last = next(lasting, None)
    words = _GAVE_UP_LATER.get(last.phase) if last is not None and _lasts(last) else None
    if last is None or words is None:
        return ""
    length = duration(last.seconds or 0.0, viewer.language)
    names = phase_names(last, summary, viewer, limit) if last.phase == "ring" else []
    words = words_about(summary, viewer)(_GAVE_UP_AT if names else words)
    return fill(words, {"duration": length, "names": listed(names, viewer)})


def _lasts(phase: JourneyPhase) -> bool:
    return is_length(phase.seconds) and phase.seconds >= 1


def _party_who_hung_up(summary: CallSummary) -> tuple[tuple[str, str], str]:
    """Return the words on which of two called parties hung up, and its number; "" where it is not known which.

    The caller is the one who is called first.
    """
    named = {phrase.value for phrase in _initiators(summary) if phrase.words == _BY}
    parties = ((_FIRST_ENDED, summary.caller), (_SECOND_ENDED, summary.callee))
    found = [
        (words, number)
        for words, number in parties
        if number and any(_is_same(name, number) for name in named)
    ]
    return found[0] if len(found) == 1 else (_ONE_ENDED, "")


def _is_same(one: str, other: str) -> bool:
    """Say whether two texts are the same number, one of them perhaps with the code of a country or an area."""
    texts = [_NO_DIGIT.sub("", text.partition("@")[0]).lstrip("0") for text in (one, other)]
    short, long = sorted(texts, key=len)
    return short == long != "" or (len(short) >= _MIN_DIGITS and long.endswith(short))


def _agent_who_hung_up(summary: CallSummary, talked: Sequence[Talker]) -> str | None:
    """Return the agent whom the ends of legs name from the end of the talk on, in a call that an agent ended.

    None where they name several or nobody, and where one agent was on the call: there is nothing to tell apart.
    """
    if summary.direction != "internal" and len(talked) < _TWO:
        return None
    ids = {agent.casefold(): agent for agent in summary.agents}
    named = {
        ids.get(phrase.value.casefold())
        for phrase in _initiators(summary)
        if phrase.words == _BY_THE_AGENT
        # Elsewhere than between agents, whoever is none of them did not end it: an agent did.
        or (phrase.words == _BY and (summary.direction == "internal" or phrase.value.casefold() in ids))
    }
    return named.pop() if len(named) == 1 else None


def _initiators(summary: CallSummary) -> list[Phrase]:
    """Return who ended a leg, as the ends of legs from the end of the talk on have it; nothing without a talk."""
    talks = [phase for phase in summary.journey if phase.phase in {"talk", "hold"}]
    if not talks or not is_length(talks[-1].seconds):
        return []
    end = talks[-1].at + round(talks[-1].seconds * SECOND)
    return [
        phrase
        for event in summary.events
        if event.type == "Released" and event.at is not None and event.at >= end - _MOMENT_NANOSECONDS
        for phrase in event.detail
        if phrase.words in {_BY, _BY_THE_AGENT}
    ]
