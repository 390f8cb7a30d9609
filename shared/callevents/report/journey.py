"""The journey of the customer as one line of phases with their durations, and as a bar drawn to scale."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.model import CallSummary, JourneyPhase, PhaseName
from callevents.i18n import N_, Language, gettext_for, ngettext_for
from callevents.report.formatting import duration, is_length
from callevents.report.people import listed, phase_names
from callevents.report.viewer import Viewer

BAR_CELLS = 30  # a line of a phone in a fixed-width font
_MAX_STEPS = 12
_ENDS = 5  # steps that stay at either end of a longer journey
# A shorter moment between two phases is the machinery's, and nothing that a reader could use.
_MIN_WAIT_SECONDS = 1.0
_MIN_SECONDS = 0.05  # what would read "0 s"
_OPEN_CELLS = 2  # a phase that goes on has no length yet
# Each shade with a second one, for a phase beside another of its kind.
_SHADES: dict[PhaseName, tuple[str, str]] = {
    "ivr": ("\N{LIGHT SHADE}", "\N{LIGHT SHADE}"),
    "queue": ("\N{MEDIUM SHADE}", "\N{MEDIUM SHADE}"),
    "ring": ("\N{DARK SHADE}", "\N{DARK SHADE}"),
    "talk": ("\N{FULL BLOCK}", "\N{LOWER SEVEN EIGHTHS BLOCK}"),
    "hold": ("\N{LOWER ONE QUARTER BLOCK}", "\N{LOWER ONE QUARTER BLOCK}"),
    "wait": ("\N{MIDDLE DOT}", "\N{MIDDLE DOT}"),
    "unknown": ("?", "?"),
}
# Without and with names.
_WORDS: dict[PhaseName, tuple[str, str]] = {
    "ivr": (N_("IVR"), N_("IVR")),
    "queue": (N_("queue"), N_("queue")),
    "ring": (N_("rang"), N_("rang (%(names)s)")),
    "talk": (N_("talk"), "%(names)s"),
    "hold": (N_("on hold"), N_("on hold (%(names)s)")),
    "wait": (N_("waited"), N_("waited")),
    "unknown": (N_("not known"), N_("not known")),
}
_COMING_IN = frozenset({"inbound", None})
_DIALLING = (N_("dialling"), N_("dialling"))  # before a phone rings nobody waits for the call yet


class Step(NamedTuple):
    """One phase as a reader sees it: its kind, its words with the duration, and its length in seconds."""

    phase: PhaseName
    words: str
    seconds: float | None


def steps(summary: CallSummary, viewer: Viewer, limit: int = 40) -> list[Step]:
    """Return the phases worth showing, in order; a name has at most *limit* characters."""
    return [
        Step(phase.phase, _words(phase, summary, viewer, limit), _seconds(phase)) for phase in _shown(summary)
    ]


def _shown(summary: CallSummary) -> list[JourneyPhase]:
    """Return the phases worth showing."""
    return [
        phase
        for phase in summary.journey
        if phase.seconds is None
        or phase.seconds >= (_MIN_WAIT_SECONDS if phase.phase in {"wait", "unknown"} else _MIN_SECONDS)
    ]


def _seconds(phase: JourneyPhase) -> float | None:
    return phase.seconds if is_length(phase.seconds) else None


def journey_line(summary: CallSummary, viewer: Viewer, limit: int = 40) -> str:
    """Return the journey as `IVR 9.3 s → queue 4.2 s → rang 5.2 s (alice) → alice 55 s`; "" where there is none.

    Of a journey of more than twelve phases the middle is counted.
    """
    words = [step.words for step in steps(summary, viewer, limit)]
    if len(words) > _MAX_STEPS:
        more = len(words) - 2 * _ENDS
        ngettext = ngettext_for(viewer.language)
        gap = ngettext("… %(count)d more …", "… %(count)d more …", more) % {"count": more}
        words = [*words[:_ENDS], gap, *words[-_ENDS:]]
    return " → ".join(words)


def journey_bar(summary: CallSummary, cells: int = BAR_CELLS) -> str:
    """Return the journey as a bar of *cells* characters to scale; "" where one phase or none would fill it."""
    shown = _shown(summary)
    if not 1 < len(shown) <= cells // 2:
        return ""
    seconds = [_seconds(phase) for phase in shown]
    drawn, previous, second = "", None, False
    for phase, length in zip(shown, _apportion(seconds, cells), strict=True):
        second = phase.phase == previous and not second
        previous = phase.phase
        drawn += _SHADES[phase.phase][second] * length
    return drawn if seconds[-1] is not None else f"{drawn}…"


def _words(phase: JourneyPhase, summary: CallSummary, viewer: Viewer, limit: int) -> str:
    _ = gettext_for(viewer.language)
    names = phase_names(phase, summary, viewer, limit)
    dials = phase is summary.journey[0] and phase.phase == "wait" and summary.direction not in _COMING_IN
    alone, with_names = _DIALLING if dials else _WORDS[phase.phase]
    if phase.phase in {"ivr", "queue", "wait", "unknown"} or not names:
        words = _(alone)
    else:
        words = (_(with_names) if with_names != "%(names)s" else with_names) % {
            "names": listed(names, viewer)
        }
    return f"{words} {_length(phase.seconds, viewer.language)}"


def _length(seconds: float | None, language: Language) -> str:
    return gettext_for(language)(N_("so far")) if seconds is None else duration(seconds, language)


def _apportion(seconds: Sequence[float | None], cells: int) -> list[int]:
    """Return how many of *cells* each phase gets: at least one, the rest by length, largest remainders first."""
    total = sum(filter(None, seconds)) or 1.0
    fixed = [_OPEN_CELLS if each is None else 1 for each in seconds]
    free = cells - sum(fixed)
    shares = [(each or 0.0) / total * cells - base for each, base in zip(seconds, fixed, strict=True)]
    wanted = [max(0.0, share) for share in shares]
    scale = free / (sum(wanted) or 1.0)
    exact = [each * scale for each in wanted]
    extra = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: extra[index] - exact[index])
    for index in by_remainder[: free - sum(extra)]:
        extra[index] += 1
    return [base + more for base, more in zip(fixed, extra, strict=True)]
