"""The verdict: was the call answered, by whom, who talked for how long, who hung up and why, in sentences."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from callevents.calls.model import SECOND, CallSummary, PhaseName
from callevents.i18n import N_, Language
from callevents.report.formatting import duration, is_lasting, is_length
from callevents.report.people import (
    Talker,
    agent_name,
    held_in_talk,
    listed,
    phase_names,
    rang_in_vain,
    talkers,
    words_about,
)
from callevents.report.text import NO_BREAK, beside, fill
from callevents.report.verdict.hang_up import hang_up
from callevents.report.verdict.headline import CUSTOMER_CALLED, headline_of
from callevents.report.viewer import Viewer

_TWO = 2  # parties make a conversation
_LONG_WAIT_SECONDS = 60.0
_LEFT_BEHIND_SECONDS = 5.0
_NOW: Mapping[PhaseName, str] = {
    "ivr": N_("Now in the IVR."),
    "queue": N_("Now waiting in the queue."),
    "ring": N_("Now ringing."),
    "hold": N_("Now on hold."),
}


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
    emoji, headline = headline_of(summary, viewer, limit, people)
    return Verdict(emoji, headline, tuple(_sentences(summary, viewer, limit, people)))


def title(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return the title of the verdict on one call alone."""
    return Verdict(*headline_of(summary, viewer, limit, _talkers(summary, viewer, limit)), ()).title


def _talkers(summary: CallSummary, viewer: Viewer, limit: int) -> list[Talker]:
    """Return everybody who talked with the customer, where the verdict may name them."""
    if summary.answered_at is None and summary.outcome != "answered":
        return []
    return talkers(summary, viewer, limit)


def _sentences(summary: CallSummary, viewer: Viewer, limit: int, talked: Sequence[Talker]) -> list[str]:
    _ = words_about(summary, viewer)
    if summary.outcome == "no_records":
        return [_("An empty result does not prove that there was no such call.")]
    if summary.outcome == "answered" and summary.talk_seconds is not None:
        lead = [
            _talk(summary, viewer, talked),
            *_long_wait(summary, viewer),
            *_rang_before(summary, viewer, limit),
        ]
    elif summary.answered_at is None:
        lead = _waits(summary, viewer, limit)
    else:
        lead = []
    return [
        *lead,
        *_now(summary, viewer),
        *hang_up(summary, viewer, limit, talked),
        *_left_behind(summary, viewer),
        *([_("Some records contradict each other.")] if "contradictory" in summary.warnings else []),
    ]


def _talk(summary: CallSummary, viewer: Viewer, talked: Sequence[Talker]) -> str:
    """Say how long the talk was, and with whom how long where there were several."""
    _ = words_about(summary, viewer)
    if not is_lasting(summary.talk_seconds):
        return _("It ended as soon as it was answered.")
    length = duration(summary.talk_seconds, viewer.language)
    connected = sum(leg.connected_at is not None for leg in summary.legs)
    if connected < _TWO and not (summary.agents and "detail_record" in summary.sources):
        return _("Connected for %(duration)s to a menu or a voice bot; no agent was on the line.") % {
            "duration": length
        }
    customer = any(leg.side == "customer" for leg in summary.legs)
    shares = talked if customer else []
    held = held_in_talk(summary)
    if is_lasting(held):
        words = _("%(duration)s, %(hold)s of it on hold")
        length = words % {"duration": length, "hold": duration(held, viewer.language)}
    if len(shares) < _TWO or any(share.seconds is None for share in shares):
        return _("They talked for %(duration)s.") % {"duration": length}
    return _("They talked for %(duration)s: %(shares)s.") % {
        "duration": length,
        "shares": listed([_share(share, viewer.language) for share in shares], viewer),
    }


def _long_wait(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say after how long a caller was answered where it was a minute or more."""
    if summary.direction in CUSTOMER_CALLED or summary.answered_at is None or summary.started_at is None:
        return []
    waited = (summary.answered_at - summary.started_at) / SECOND
    if waited < _LONG_WAIT_SECONDS:
        return []
    words = words_about(summary, viewer)(N_("Answered after %(duration)s."))
    return [fill(words, {"duration": duration(waited, viewer.language)})]


def _rang_before(summary: CallSummary, viewer: Viewer, limit: int) -> list[str]:
    """Say whose phones rang in vain before somebody answered; where agents call, their own phones ring too."""
    if summary.answered_at is None or summary.direction not in {"inbound", "predictive"}:
        return []
    rang = rang_in_vain(summary, summary.answered_at)
    if rang:
        talked = {agent for phase in summary.journey if phase.phase == "talk" for agent in phase.agents}
        rang = {agent: seconds for agent, seconds in rang.items() if agent not in talked}
    if not rang:
        return []
    words = words_about(summary, viewer)(N_("Before that, it rang in vain: %(shares)s."))
    return [fill(words, {"shares": _shares(rang, summary, viewer, limit)})]


def _shares(seconds: Mapping[str, float], summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return agents with as many *seconds* as each has."""
    named = [(agent_name(agent, summary, viewer, limit), length) for agent, length in seconds.items()]
    return listed(
        [beside(name, duration(length, viewer.language), NO_BREAK) for name, length in named], viewer
    )


def _left_behind(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say that the customer stayed on the line after the person who ended the talk."""
    last = summary.journey[-1] if summary.journey else None
    if summary.outcome != "answered" or summary.ended_by == "customer" or last is None:
        return []
    if (
        last.phase in {"talk", "ivr", "unknown"}
        or not is_length(last.seconds)
        or last.seconds < _LEFT_BEHIND_SECONDS
    ):
        return []
    words = words_about(summary, viewer)(N_("The customer stayed on the line for %(duration)s more."))
    return [words % {"duration": duration(last.seconds, viewer.language)}]


def _now(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say where the customer of a call that goes on is, unless they talk, as its title says."""
    last = summary.journey[-1] if summary.journey else None
    if summary.outcome != "in_progress" or last is None or last.phase not in _NOW:
        return []
    return [words_about(summary, viewer)(_NOW[last.phase])]


def _share(share: Talker, language: Language) -> str:
    return beside(share.name, duration(share.seconds or 0.0, language), NO_BREAK)


def _waits(summary: CallSummary, viewer: Viewer, limit: int) -> list[str]:
    _ = words_about(summary, viewer)
    in_ivr = sum(phase.seconds or 0.0 for phase in summary.journey if phase.phase == "ivr")
    only_ivr = summary.outcome in {"abandoned_in_ivr", "ended_in_ivr"}
    waits = (
        (N_("In the IVR for %(duration)s."), in_ivr if only_ivr else None, ""),
        (N_("Waited %(duration)s in the queue."), summary.queue_seconds, ""),
        _rang(summary, viewer, limit),
    )
    if summary.direction in CUSTOMER_CALLED:  # whose phone rang before they waited
        waits = (waits[0], *reversed(waits[1:]))
    return [
        fill(_(words), {"duration": duration(seconds, viewer.language), "names": names})
        for words, seconds, names in waits
        if is_lasting(seconds)
    ]


def _rang(summary: CallSummary, viewer: Viewer, limit: int) -> tuple[str, float | None, str]:
    """Return the words on how long it rang, for how long, and at whose phones."""
    if summary.direction in CUSTOMER_CALLED:  # it is their phone, whichever agent's rang later
        return N_("Rang for %(duration)s."), summary.ring_seconds, ""
    ringing = [phase for phase in summary.journey if phase.phase == "ring"]
    in_vain = rang_in_vain(summary)
    if len(in_vain) >= _TWO and all(phase.seconds is not None for phase in ringing):
        in_all = sum(phase.seconds or 0.0 for phase in ringing if phase.agents)
        return N_("Rang for %(duration)s: %(names)s."), in_all, _shares(in_vain, summary, viewer, limit)
    # The time is that of the first phone: of several none is named.
    names = dict.fromkeys(
        name for phase in ringing[:_TWO] for name in phase_names(phase, summary, viewer, limit)
    )
    if len(names) != 1:
        return N_("Rang for %(duration)s."), summary.ring_seconds, ""
    return N_("Rang for %(duration)s (%(names)s)."), summary.ring_seconds, next(iter(names))
