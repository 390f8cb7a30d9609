"""The journey of the customer as one line of phases with their durations, and as a bar drawn to scale."""

from collections.abc import Iterable, Sequence

from callevents.calls.model import CallSummary, JourneyPhase, PhaseName
from callevents.i18n import N_, Language, gettext_for, ngettext_for
from callevents.report.formatting import duration, is_lasting, is_length
from callevents.report.outside_legs import OutsideLegs
from callevents.report.people import MAX_NAMES, listed, phase_names, words_about
from callevents.report.text import NO_BREAK, beside, fill
from callevents.report.viewer import Viewer

BAR_CELLS = (
    24  # a line of a phone in a fixed-width font, also in one whose shades are as wide as Chinese characters
)
_MAX_STEPS = 12
_ENDS = 5  # steps that stay at either end of a longer journey
# A shorter moment between two phases is the machinery's, and nothing that a reader could use.
_MIN_WAIT_SECONDS = 1.0
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
# Without and with names; "" where no names are said.
_WORDS: dict[PhaseName, tuple[str, str]] = {
    "ivr": (N_("IVR"), ""),
    "queue": (N_("queue"), ""),
    "ring": (N_("rang"), N_("rang (%(names)s)")),
    "talk": (N_("talk"), "%(names)s"),  # and no more: who talks is who is named
    "hold": (N_("on hold"), N_("on hold (%(names)s)")),
    "wait": (N_("waited"), ""),
    "unknown": (N_("unclear"), ""),
}
_TALKING = N_("%(names)s talking")  # where no length follows
_MACHINE = N_("menu or voice bot")
_TWO = 2  # parties make a conversation
_COMING_IN = frozenset({"inbound", None})
_DIALLING = N_("dialling")  # before a phone rings nobody waits for the call yet


def shown_phases(summary: CallSummary) -> list[JourneyPhase]:
    """Return the phases worth showing: what lasts less than a second is joined with a neighbour of its kind.

    A phase in which a number outside joins or leaves is shown as its parts.
    """
    shown: list[JourneyPhase] = []
    outside = OutsideLegs(summary.legs)
    parts: Iterable[JourneyPhase] = summary.journey
    if outside.exist:
        parts = (part for whole in summary.journey for part in outside.split(whole))
    for phase in parts:
        if phase.seconds is not None and not is_lasting(phase.seconds):
            continue
        if phase.phase in {"wait", "unknown"} and _is_moment(phase):
            continue
        if phase.seconds is None and phase.phase == "wait" and _is_over(summary):
            continue  # how long the line stayed open after that is not known
        before = shown[-1] if shown else None
        if before is not None and before.phase == phase.phase and (_is_moment(before) or _is_moment(phase)):
            shown[-1] = _joined(before, phase)
        else:
            shown.append(phase)
    return shown


def _is_over(summary: CallSummary) -> bool:
    return summary.outcome != "in_progress"


def _is_moment(phase: JourneyPhase) -> bool:
    return phase.seconds is not None and phase.seconds < _MIN_WAIT_SECONDS


def _joined(one: JourneyPhase, other: JourneyPhase) -> JourneyPhase:
    """Return two phases as one, with the people of the longer."""
    if one.seconds is None or other.seconds is None:
        return JourneyPhase(one.phase, one.at, None, other.agents)
    longer = one if one.seconds > other.seconds else other
    return JourneyPhase(one.phase, one.at, one.seconds + other.seconds, longer.agents)


def journey_line(
    summary: CallSummary, viewer: Viewer, limit: int = 40, *, shown: Sequence[JourneyPhase] | None = None
) -> str:
    """Return the journey as `IVR 9.3 s → queue 4.2 s → rang 5.2 s (alice) → alice 55 s`; "" where there is none.

    Of a journey of more than twelve phases the middle is counted. *shown* are its `shown_phases`, for who has them.
    """
    phases = shown_phases(summary) if shown is None else shown
    more = len(phases) - 2 * _ENDS if len(phases) > _MAX_STEPS else 0
    listed = [*phases[:_ENDS], *phases[-_ENDS:]] if more else phases
    words = [_words(phase, summary, viewer, limit) for phase in listed]
    if more:
        ngettext = ngettext_for(viewer.language)
        gap = ngettext("… %(count)d more step …", "… %(count)d more steps …", more) % {"count": more}
        words.insert(_ENDS, gap)
    return " → ".join(words)


def journey_bar(
    summary: CallSummary, cells: int = BAR_CELLS, *, shown: Sequence[JourneyPhase] | None = None
) -> str:
    """Return the journey as a bar of *cells* characters to scale; *shown* as for `journey_line`.

    "" where one phase or none would fill it, and while the last one goes on. Of too many phases each character shows
    the one that takes most of its time.
    """
    if shown is None:
        shown = shown_phases(summary)
    seconds = [phase.seconds for phase in shown if is_length(phase.seconds)]
    if len(shown) < _TWO or len(seconds) < len(shown):
        return ""
    lengths = (_apportion if len(shown) <= cells // 2 else _sample)(seconds, cells)
    machine = _is_machine(summary)
    drawn, previous, second = "", None, False
    for phase, length in zip(shown, lengths, strict=True):
        if not length:
            continue
        second = phase.phase == previous and not second
        previous = phase.phase
        kind: PhaseName = "ivr" if machine and phase.phase == "talk" else phase.phase
        drawn += _SHADES[kind][second] * length
    return drawn


def _sample(seconds: Sequence[float], cells: int) -> list[int]:
    """Return of how many of *cells* equal parts of the time each phase takes most."""
    width = sum(seconds) / cells or 1.0
    lengths = [0] * len(seconds)
    most: tuple[float, int] = (0.0, 0)
    cell, at = 1, 0.0
    for number, length in enumerate(seconds):
        end = at + length
        while cell < cells and end >= cell * width:
            most = max(most, (cell * width - at, number))
            lengths[most[1]] += 1
            at, cell, most = cell * width, cell + 1, (0.0, number)
        most = max(most, (end - at, number))
        at = end
    lengths[most[1]] += 1
    return lengths


def _is_machine(summary: CallSummary) -> bool:
    """Say whether a menu or a voice bot talked: nobody else's leg was connected."""
    return sum([leg.connected_at is not None for leg in summary.legs]) < _TWO


def _words(phase: JourneyPhase, summary: CallSummary, viewer: Viewer, limit: int) -> str:
    """Return one phase with its duration; a name has at most *limit* characters."""
    _ = words_about(summary, viewer)
    alone, with_names = _WORDS[phase.phase]
    names = phase_names(phase, summary, viewer, limit) if with_names else []
    if names:
        if phase.phase != "talk":
            words = fill(_(with_names), {"names": listed(names, viewer)})
        else:
            words = _crowd(names, viewer)
            words = words if phase.seconds is not None else fill(_(_TALKING), {"names": words})
    elif phase.phase == "talk" and _is_machine(summary):
        words = _(_MACHINE)
    elif phase.phase == "wait" and phase.at == summary.journey[0].at and summary.direction not in _COMING_IN:
        words = _(_DIALLING)
    else:
        words = _(alone)
    return beside(words, _length(phase.seconds, summary, viewer.language), NO_BREAK)


def _crowd(names: Sequence[str], viewer: Viewer) -> str:
    """Return *names*, or how many there are where their list would hide the length behind it."""
    if len(names) <= MAX_NAMES:
        return listed(names, viewer)
    ngettext = ngettext_for(viewer.language)
    return ngettext("%(count)d person", "%(count)d people", len(names)) % {"count": len(names)}


def _length(seconds: float | None, summary: CallSummary, language: Language) -> str:
    if seconds is not None:
        return duration(seconds, language)
    words = N_("for an unknown time") if _is_over(summary) else N_("so far")
    return gettext_for(language)(words).replace(" ", NO_BREAK)


def _apportion(seconds: Sequence[float], cells: int) -> list[int]:
    """Return how many of *cells* each phase gets: at least one, the rest by length, largest remainders first."""
    total = sum(seconds) or 1.0
    shares = [each / total * cells for each in seconds]
    wanted = [share - 1 if share > 1 else 0.0 for share in shares]
    free = cells - len(seconds)
    scale = free / (sum(wanted) or 1.0)
    exact = [each * scale for each in wanted]
    extra = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: extra[index] - exact[index])
    for index in by_remainder[: free - sum(extra)]:
        extra[index] += 1
    return [1 + more for more in extra]
