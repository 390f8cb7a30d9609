"""The verdict: was the call answered, by whom, who talked for how long, who hung up and why, in sentences."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from callevents.calls.model import SECOND, CallSummary, JourneyPhase, Outcome, PhaseName
from callevents.i18n import N_, Language, gettext_for, ngettext_for
from callevents.report.formatting import duration, is_length
from callevents.report.people import (
    Talker,
    agent_name,
    agent_who_hung_up,
    listed,
    medium_words,
    phase_names,
    talkers,
    with_own_names,
)
from callevents.report.text import beside, fill, masked_label
from callevents.report.viewer import Viewer

_HEADLINES: dict[Outcome, tuple[str, str]] = {
    "answered": ("✅", N_("Answered")),
    "in_progress": ("⏳", N_("In progress: not answered so far")),
    "abandoned_in_ivr": ("❌", N_("Not answered: the caller gave up in the IVR")),
    "abandoned_in_queue": ("❌", N_("Not answered: the caller gave up in the queue")),
    "abandoned_while_ringing": ("❌", N_("Not answered: the caller gave up while the agent's phone rang")),
    "voicemail": ("📨", N_("Not answered: the caller left a voicemail")),
    "queue_timeout": ("❌", N_("Not answered: the wait in the queue reached its limit")),
    "queue_failed": ("❌", N_("Not answered: the queue could not serve the call")),
    "busy": ("❌", N_("Not answered: the line was busy")),
    "rejected": ("❌", N_("Not answered: the call was rejected")),
    "unreachable": ("❌", N_("Not answered: the number cannot be reached")),
    "no_answer": ("❌", N_("Not answered: nobody picked up")),
    "failed": ("❌", N_("Not answered: the call failed")),
    "ended_in_ivr": ("🤖", N_("Ended in the IVR: no agent was asked for")),
    "no_records": ("🔎", N_("No records found")),
    "unknown": ("❔", N_("Unclear: the records do not say whether the call was answered")),
}
# Who was called and gave up is no caller.
_GAVE_UP: dict[Outcome, str] = {
    "abandoned_in_ivr": N_("Not answered: the customer gave up in the IVR"),
    "abandoned_in_queue": N_("Not answered: the customer gave up in the queue"),
    "abandoned_while_ringing": N_("Not answered: the customer gave up while the agent's phone rang"),
}
_ENDED = {
    "agent": (N_("The agent hung up."), N_("The agent hung up (%(reason)s).")),
    "customer": (N_("The customer hung up."), N_("The customer hung up (%(reason)s).")),
    "system": (N_("The system ended the call."), N_("The system ended the call (%(reason)s).")),
}
_AGENT_ENDED = (N_("Agent %(agent)s hung up."), N_("Agent %(agent)s hung up (%(reason)s)."))
_GAVE_UP_AT = N_("The customer hung up after it rang for %(duration)s at %(names)s.")
_GAVE_UP_LATER: dict[PhaseName, str] = {
    "queue": N_("The customer hung up after waiting %(duration)s in the queue."),
    "ring": N_("The customer hung up while another phone rang, after %(duration)s."),
}
_WHO_IS_NOT_KNOWN = N_("The records do not say who hung up.")
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
_MAX_NAMES = 4
_TWO = 2  # parties make a conversation
_LONG_WAIT_SECONDS = 60.0
_LEFT_BEHIND_SECONDS = 5.0
_AN_OUTSIDE_NUMBER = N_("an outside number")


class _Headlines(NamedTuple):
    """The headline of an answered call: nobody is known to have talked, one agent, several, a number outside first."""

    nobody: str
    one: str
    several: str
    outside: str


_ANSWERED = _Headlines(
    N_("Answered"),
    N_("Answered by %(agent)s"),
    N_("Answered by %(agent)s, then %(others)s"),
    N_("Answered by %(people)s"),
)
# The customer was called: it is they who answered, whoever of the agents was on the line.
_CALLED = _Headlines(
    N_("Customer answered"),
    N_("Customer answered, talked with %(agent)s"),
    N_("Customer answered, talked with %(agent)s, then %(others)s"),
    N_("Customer answered, talked with %(people)s"),
)
_ANSWERED_SO_FAR = _Headlines(
    N_("In progress: answered"),
    N_("In progress: answered by %(agent)s"),
    N_("In progress: answered by %(agent)s, then %(others)s"),
    N_("In progress: answered by %(people)s"),
)
_CALLED_SO_FAR = _Headlines(
    N_("In progress: customer answered"),
    N_("In progress: customer answered, talked with %(agent)s"),
    N_("In progress: customer answered, talked with %(agent)s, then %(others)s"),
    N_("In progress: customer answered, talked with %(people)s"),
)
_CUSTOMER_CALLED = frozenset({"outbound", "predictive"})


class Verdict(NamedTuple):
    """An emoji, its words, and the sentences that follow; foreign text in them is clean but not escaped."""

    emoji: str
    headline: str
    rest: tuple[str, ...]

    @property
    def title(self) -> str:
        """The emoji with its words."""
        return f"{self.emoji} {self.headline}"


def verdict(summary: CallSummary, viewer: Viewer, limit: int = 80) -> Verdict:
    """Return the verdict on one call; names and reasons are cut to *limit* characters."""
    people = _talkers(summary, viewer, limit)
    emoji, headline = _headline(summary, viewer, limit, people)
    return Verdict(emoji, headline, tuple(_sentences(summary, viewer, limit, people)))


def title(summary: CallSummary, viewer: Viewer, limit: int = 80) -> str:
    """Return the title of the verdict on one call alone."""
    return Verdict(*_headline(summary, viewer, limit, _talkers(summary, viewer, limit)), ()).title


def _talkers(summary: CallSummary, viewer: Viewer, limit: int) -> list[Talker]:
    """Return everybody who talked with the customer, where the verdict may name them."""
    if summary.answered_at is None and summary.outcome != "answered":
        return []
    return talkers(summary, viewer, limit)


def _headline(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> tuple[str, str]:
    """Return the emoji and its words."""
    _ = _words_of(summary, viewer)
    emoji, words = _HEADLINES.get(summary.outcome, _HEADLINES["unknown"])
    called = summary.direction in _CUSTOMER_CALLED
    headline = _(_GAVE_UP.get(summary.outcome, words) if called else words)
    if (
        called
        and summary.outcome == "no_answer"
        and any(leg.side == "customer" and leg.connected_at is not None for leg in summary.legs)
    ):
        headline = _(N_("Not answered: the customer picked up, but no agent took the call"))
    if summary.outcome == "answered" or (
        summary.outcome == "in_progress" and summary.answered_at is not None
    ):
        headline = _answered(summary, viewer, limit, talked)
    return emoji, headline


def _words_of(summary: CallSummary, viewer: Viewer) -> Callable[[str], str]:
    """Return what translates words about *summary*, without those of a telephone for a chat."""
    gettext = gettext_for(viewer.language)
    return lambda words: gettext(medium_words(words, summary))


def cause(summary: CallSummary, viewer: Viewer, limit: int = 80) -> str | None:
    """Return why the call ended: the code with its meaning, `486, busy`, or in the vendor's words if unknown."""
    text = (
        masked_label(summary.release_text, viewer, limit, summary.instance_id) if summary.release_text else ""
    )
    if summary.release_code is None:
        return text or None
    known = _CAUSES.get(summary.release_code)
    _ = _words_of(summary, viewer)
    words = _(known) if known else text
    return (
        _("%(code)s, %(cause)s") % {"code": summary.release_code, "cause": words}
        if words
        else str(summary.release_code)
    )


def join_sentences(sentences: tuple[str, ...] | list[str], language: Language) -> str:
    """Return sentences one after the other, as the language sets them."""
    return ("" if language == "zh-CN" else " ").join(sentences)


def _answered(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> str:
    """Return the headline of an answered call, with everybody who talked in order of joining."""
    _ = _words_of(summary, viewer)
    over = summary.outcome == "answered"
    if summary.direction in _CUSTOMER_CALLED:
        words = _CALLED if over else _CALLED_SO_FAR
        people = talked
    else:
        words = _ANSWERED if over else _ANSWERED_SO_FAR
        people = _people(summary, viewer, limit, talked)
    if not people:
        return _(words.nobody)
    people = with_own_names(people, summary, viewer, limit)
    first, others = people[0], people[1:]
    if first.is_outside:
        return fill(_(words.outside), {"people": _in_turn(_names(people, viewer), viewer)})
    if not others:
        return fill(_(words.one), {"agent": first.name})
    more = len(people) - _MAX_NAMES
    listed = _in_turn(_names(others[: _MAX_NAMES - 1], viewer), viewer)
    if more > 0:
        ngettext = ngettext_for(viewer.language)
        counted = ngettext("%(people)s and %(count)d more", "%(people)s and %(count)d more", more)
        listed = fill(counted, {"people": listed, "count": more})
    return fill(_(words.several), {"agent": first.name, "others": listed})


def _in_turn(names: Sequence[str], viewer: Viewer) -> str:
    """Return *names* as those who talked one after the other."""
    then = gettext_for(viewer.language)(N_(", then "))
    text = ""
    for name in names:
        apart = beside(text + then.rstrip(), name) if then.endswith(" ") else text + then + name
        text = apart if text else name
    return text


def _people(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> Sequence[Talker]:
    """Return everybody who talked with the customer; between agents only who picked up."""
    if talked and any(leg.side == "customer" for leg in summary.legs):
        return talked
    name = _who_picked_up(summary)
    return [Talker(agent_name(name, summary, viewer, limit), None)] if name else []


def _names(people: Sequence[Talker], viewer: Viewer) -> list[str]:
    outside = gettext_for(viewer.language)(_AN_OUTSIDE_NUMBER)
    return [outside if talker.is_outside else talker.name for talker in people[:_MAX_NAMES]]


def _who_picked_up(summary: CallSummary) -> str | None:
    """Return the agent who answered; of two agents only one whose phone rang, as the caller's may be connected last."""
    name = summary.answered_by
    if name and summary.direction == "internal":
        rang = {leg.agent for leg in summary.legs if leg.ring_seconds is not None}
        rang |= {event.agent for event in summary.events if event.type in {"Ringing", "AgentRinging"}}
        return name if name in rang else None
    return name


def _sentences(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> list[str]:
    _ = _words_of(summary, viewer)
    if summary.outcome == "no_records":
        return [_("An empty result does not prove that there was no such call.")]
    if summary.outcome == "answered" and summary.talk_seconds is not None:
        lead = [_talk(summary, viewer, talked), *_long_wait(summary, viewer)]
    elif summary.answered_at is None:
        lead = _waits(summary, viewer, limit)
    else:
        lead = []
    return lead + _hang_up(summary, viewer, _, limit, talked) + _left_behind(summary, viewer)


def _talk(summary: CallSummary, viewer: Viewer, talked: Sequence[Talker]) -> str:
    """Say how long the talk was, and with whom how long where there were several."""
    _ = _words_of(summary, viewer)
    length = duration(summary.talk_seconds or 0.0, viewer.language)
    connected = sum(leg.connected_at is not None for leg in summary.legs)
    if connected < _TWO and not (summary.agents and "detail_record" in summary.sources):
        return _("Connected for %(duration)s to a menu or a voice bot; no agent was on the line.") % {
            "duration": length
        }
    customer = any(leg.side == "customer" for leg in summary.legs)
    shares = talked if customer else []
    if len(shares) < _TWO or any(share.seconds is None for share in shares):
        return _("They talked for %(duration)s.") % {"duration": length}
    return _("They talked for %(duration)s: %(shares)s.") % {
        "duration": length,
        "shares": listed([_share(share, viewer.language) for share in shares], viewer),
    }


def _long_wait(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say after how long a caller was answered where it was a minute or more."""
    if summary.direction in _CUSTOMER_CALLED or summary.answered_at is None or summary.started_at is None:
        return []
    waited = (summary.answered_at - summary.started_at) / SECOND
    if waited < _LONG_WAIT_SECONDS:
        return []
    return [
        _words_of(summary, viewer)(N_("Answered after %(duration)s."))
        % {"duration": duration(waited, viewer.language)}
    ]


def _left_behind(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say that the customer stayed on the line after whoever ended the talk."""
    last = summary.journey[-1] if summary.journey else None
    if summary.outcome != "answered" or summary.ended_by == "customer" or last is None:
        return []
    if (
        last.phase in {"talk", "ivr", "unknown"}
        or not is_length(last.seconds)
        or last.seconds < _LEFT_BEHIND_SECONDS
    ):
        return []
    words = _words_of(summary, viewer)(N_("The customer stayed on the line for %(duration)s more."))
    return [words % {"duration": duration(last.seconds, viewer.language)}]


def _share(share: Talker, language: Language) -> str:
    return beside(share.name, duration(share.seconds or 0.0, language))


def _waits(summary: CallSummary, viewer: Viewer, limit: int) -> list[str]:
    _ = _words_of(summary, viewer)
    in_ivr = sum(phase.seconds or 0.0 for phase in summary.journey if phase.phase == "ivr")
    only_ivr = summary.outcome in {"abandoned_in_ivr", "ended_in_ivr"} and in_ivr > 0
    ringing = [phase for phase in summary.journey if phase.phase == "ring"][:_TWO]
    rung = list(
        dict.fromkeys(name for phase in ringing for name in phase_names(phase, summary, viewer, limit))
    )
    # The time is that of the first phone: of several none is named, and the journey says more.
    rung = rung if len(rung) == 1 else []
    waits = (
        (N_("In the IVR for %(duration)s."), in_ivr if only_ivr else None),
        (N_("Waited %(duration)s in the queue."), summary.queue_seconds),
        (
            N_("Rang for %(duration)s at %(names)s.") if rung else N_("Rang for %(duration)s."),
            summary.ring_seconds,
        ),
    )
    if summary.direction in _CUSTOMER_CALLED:  # whose phone rang before they waited
        waits = (waits[0], *reversed(waits[1:]))
    return [
        fill(_(words), {"duration": duration(seconds, viewer.language), "names": listed(rung, viewer)})
        for words, seconds in waits
        if seconds is not None
    ]


def _hang_up(
    summary: CallSummary, viewer: Viewer, _: Callable[[str], str], limit: int, talked: Sequence[Talker]
) -> list[str]:
    """Say who hung up and why; of a call nobody answered only what the headline leaves open."""
    answered = summary.answered_at is not None or summary.outcome == "answered"
    failed = summary.release_code is not None and summary.release_code >= _FAILURE
    reason = cause(summary, viewer, limit) if answered or failed or summary.release_code is None else None
    gave_up = summary.outcome.startswith("abandoned") or (
        failed and not answered and summary.ended_by == "customer"
    )
    if later := _gave_up_later(summary, viewer, limit):
        return [later]
    several = answered and (len(talked) > 1 or summary.direction == "internal")
    if several and summary.ended_by == "agent" and (agent := agent_who_hung_up(summary)):
        bare, with_reason = _AGENT_ENDED
        values = {"agent": agent_name(agent, summary, viewer, limit), "reason": reason}
        return [fill(_(with_reason if reason else bare), values)]
    if summary.ended_by in _ENDED and not gave_up:
        bare, with_reason = _ENDED[summary.ended_by]
        return [_(with_reason) % {"reason": reason} if reason else _(bare)]
    if summary.outcome == "answered" and _outside_ended_first(summary):
        words = (
            _(N_("The outside number hung up (%(reason)s)."))
            if reason
            else _(N_("The outside number hung up."))
        )
        return [words % {"reason": reason} if reason else words]
    if summary.outcome == "answered":
        words = _("The records do not say who hung up (%(reason)s).") if reason else _(_WHO_IS_NOT_KNOWN)
        return [words % {"reason": reason}]
    return [_("Reason for the hang-up: %(reason)s.") % {"reason": reason}] if reason else []


def _outside_ended_first(summary: CallSummary) -> bool:
    """Say whether the last party that talked was a number outside, and its leg ended before the customer's."""
    ends = [leg for leg in summary.legs if leg.connected_at is not None and leg.ended_at is not None]
    customer = next((leg.ended_at for leg in ends if leg.side == "customer"), None)
    last = max(
        (leg for leg in ends if leg.side != "customer"), key=lambda leg: leg.ended_at or 0, default=None
    )
    if customer is None or last is None or last.ended_at is None:
        return False
    return summary.ended_by is None and last.side == "outside" and last.ended_at < customer


def _gave_up_later(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Say that the customer was passed on, nobody came, and they hung up; "" where it was otherwise."""
    if summary.answered_at is None or summary.ended_by != "customer":
        return ""
    lasting = (phase for phase in reversed(summary.journey) if phase.phase != "wait" or _lasts(phase))
    last = next(lasting, None)
    words = _GAVE_UP_LATER.get(last.phase) if last is not None and _lasts(last) else None
    if last is None or words is None:
        return ""
    length = duration(last.seconds or 0.0, viewer.language)
    names = phase_names(last, summary, viewer, limit) if last.phase == "ring" else []
    words = _words_of(summary, viewer)(_GAVE_UP_AT if names else words)
    return fill(words, {"duration": length, "names": listed(names, viewer)})


def _lasts(phase: JourneyPhase) -> bool:
    return is_length(phase.seconds) and phase.seconds >= 1
