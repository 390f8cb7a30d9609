"""Renders one call as text for a terminal, in the order of Slack's answer. Every character is printable."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.calls.sanitize import clean
from callevents.cli.screen import Screen
from callevents.i18n import Language, gettext_for
from callevents.report.facts import facts
from callevents.report.journey import journey_bar, journey_line
from callevents.report.notes import empty_causes, warnings
from callevents.report.overview import outcome_counts, overview
from callevents.report.text import join_sentences
from callevents.report.timeline import timeline
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer

_BOLD, _DIM, _GREEN, _RED, _YELLOW, _PLAIN = (f"\x1b[{code}m" for code in (1, 2, 32, 31, 33, 0))
_TONES = {"✅": _GREEN, "❌": _RED}
_MAX_NAME_CHARS = 10_000
_BAR_CELLS = 64
_TIMES = len("  18:22:11.046  +00:00.018  ")  # before what happened
_NO_SCREEN = Screen()


def render(summary: CallSummary, language: Language, site_zone: str, screen: Screen = _NO_SCREEN) -> str:
    """Render *summary* as lines for *screen*, its numbers as they are: the caller masks them."""
    viewer = Viewer(language=language, site_zone=site_zone, full_numbers=True)
    _ = gettext_for(language)

    def fit(text: str, indent: int = 0) -> str:
        return screen.fit(clean(text), indent)

    def paint(text: str, *codes: str) -> str:
        return f"{''.join(codes)}{fit(text)}{_PLAIN}" if screen.colour else fit(text)

    found = verdict(summary, viewer, _MAX_NAME_CHARS)
    known = facts(summary, viewer, _MAX_NAME_CHARS)
    lines = [
        paint(found.title, _BOLD, _TONES.get(found.emoji, _YELLOW)),
        fit(join_sentences(found.rest, language)),
        fit(journey_line(summary, viewer, _MAX_NAME_CHARS)),
        paint(journey_bar(summary, min(_BAR_CELLS, screen.columns or _BAR_CELLS)), _DIM),
        fit(" · ".join([summary.job_id, *known.call])),
        paint(" · ".join(known.others), _DIM),
    ]
    if summary.outcome == "no_records":
        lines += [
            _("Possible causes:"),
            *(fit(f"  - {cause}", 4) for cause in empty_causes(summary, language)),
        ]
    lines += map(fit, warnings(summary, language))
    listed = timeline(summary, viewer)
    if listed is not None:
        lines += [
            paint(f"{listed.title} · {listed.clock}", _DIM),
            *(fit(f"  {line}", _TIMES) for line in listed.lines),
        ]
        lines.append(fit(listed.left_out))
    return "\n".join(line for line in lines if line not in {"", f"{_DIM}{_PLAIN}"}) + "\n"


def render_overview(
    summaries: Sequence[CallSummary], language: Language, site_zone: str, screen: Screen = _NO_SCREEN
) -> str:
    """Render what stands below several calls, where a terminal ends: how many were answered, and each as one line."""
    viewer = Viewer(language=language, site_zone=site_zone, full_numbers=True)
    head = screen.fit(outcome_counts(summaries, viewer))
    rows = [screen.fit(clean(row), 4) for row in overview(summaries, viewer, _MAX_NAME_CHARS)]
    return "\n".join([f"{_BOLD}{head}{_PLAIN}" if screen.colour else head, *rows]) + "\n"
