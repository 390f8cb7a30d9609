"""The verdict: was the call answered, by whom, who talked for how long, who hung up and why, in sentences."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.model import SECOND, CallSummary
from callevents.i18n import N_, Language
from callevents.report.formatting import duration, is_length
from callevents.report.people import (
    Talker,
    is_outside_there,
    listed,
    outside_legs,
    phase_names,
    talkers,
    words_about,
)
from callevents.report.text import beside, fill
from callevents.report.verdict.hang_up import hang_up
from callevents.report.verdict.headline import CUSTOMER_CALLED, headline_of
from callevents.report.viewer import Viewer

_TWO = 2  # parties make a conversation
_LONG_WAIT_SECONDS = 60.0
_LEFT_BEHIND_SECONDS = 5.0


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
        lead = [_talk(summary, viewer, talked), *_long_wait(summary, viewer)]
    elif summary.answered_at is None:
        lead = _waits(summary, viewer, limit)
    else:
        lead = []
    return [
        *lead,
        *hang_up(summary, viewer, limit),
        *_left_behind(summary, viewer),
        *([_("Some records contradict each other.")] if "contradictory" in summary.warnings else []),
    ]


def _talk(summary: CallSummary, viewer: Viewer, talked: Sequence[Talker]) -> str:
    """Say how long the talk was, and with whom how long where there were several."""
    _ = words_about(summary, viewer)
    length = duration(summary.talk_seconds or 0.0, viewer.language)
    connected = sum(leg.connected_at is not None for leg in summary.legs)
    if connected < _TWO and not (summary.agents and "detail_record" in summary.sources):
        return _("Connected for %(duration)s to a menu or a voice bot; no agent was on the line.") % {
            "duration": length
        }
    customer = any(leg.side == "customer" for leg in summary.legs)
    shares = talked if customer else []
    held = _held_in_talk(summary)
    if held:
        words = _("%(duration)s, %(hold)s of it on hold")
        length = words % {"duration": length, "hold": duration(held, viewer.language)}
    if len(shares) < _TWO or any(share.seconds is None for share in shares):
        return _("They talked for %(duration)s.") % {"duration": length}
    return _("They talked for %(duration)s: %(shares)s.") % {
        "duration": length,
        "shares": listed([_share(share, viewer.language) for share in shares], viewer),
    }


def _held_in_talk(summary: CallSummary) -> float:
    """Return for how long the customer was on hold with somebody on the line: the talk includes that time."""
    outside = outside_legs(summary)
    return sum(
        [
            phase.seconds
            for phase in summary.journey
            if phase.phase == "hold" and phase.seconds and (phase.agents or is_outside_there(phase, outside))
        ]
    )


def _long_wait(summary: CallSummary, viewer: Viewer) -> list[str]:
    """Say after how long a caller was answered where it was a minute or more."""
    if summary.direction in CUSTOMER_CALLED or summary.answered_at is None or summary.started_at is None:
        return []
    waited = (summary.answered_at - summary.started_at) / SECOND
    if waited < _LONG_WAIT_SECONDS:
        return []
    return [
        words_about(summary, viewer)(N_("Answered after %(duration)s."))
        % {"duration": duration(waited, viewer.language)}
    ]


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


def _share(share: Talker, language: Language) -> str:
    return beside(share.name, duration(share.seconds or 0.0, language))


def _waits(summary: CallSummary, viewer: Viewer, limit: int) -> list[str]:
    _ = words_about(summary, viewer)
    in_ivr = sum(phase.seconds or 0.0 for phase in summary.journey if phase.phase == "ivr")
    only_ivr = summary.outcome in {"abandoned_in_ivr", "ended_in_ivr"} and in_ivr > 0
    ringing = [phase for phase in summary.journey if phase.phase == "ring"][:_TWO]
    rung = list(
        dict.fromkeys(name for phase in ringing for name in phase_names(phase, summary, viewer, limit))
    )
    # The time is that of the first phone: of several none is named, and the journey says more. It is the customer's
    # where they were called, whichever agent's phone rang later.
    rung = rung if len(rung) == 1 and summary.direction not in CUSTOMER_CALLED else []
    waits = (
        (N_("In the IVR for %(duration)s."), in_ivr if only_ivr else None),
        (N_("Waited %(duration)s in the queue."), summary.queue_seconds),
        (
            N_("Rang for %(duration)s (%(names)s).") if rung else N_("Rang for %(duration)s."),
            summary.ring_seconds,
        ),
    )
    if summary.direction in CUSTOMER_CALLED:  # whose phone rang before they waited
        waits = (waits[0], *reversed(waits[1:]))
    return [
        fill(_(words), {"duration": duration(seconds, viewer.language), "names": listed(rung, viewer)})
        for words, seconds in waits
        if seconds is not None
    ]
