"""Renders one call as text for a terminal, in the order of Slack's answer. Every character is printable."""

from callevents.calls.model import CallSummary
from callevents.calls.sanitize import clean
from callevents.i18n import Language, gettext_for
from callevents.report.facts import facts
from callevents.report.journey import journey_bar, journey_line
from callevents.report.notes import empty_causes, warnings
from callevents.report.text import join_sentences
from callevents.report.timeline import timeline
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer

_BOLD, _DIM, _GREEN, _RED, _YELLOW, _PLAIN = (f"\x1b[{code}m" for code in (1, 2, 32, 31, 33, 0))
_TONES = {"✅": _GREEN, "❌": _RED}
_MAX_NAME_CHARS = 10_000
_BAR_CELLS = 64


def render(summary: CallSummary, language: Language, site_zone: str, *, colour: bool) -> str:
    """Render *summary* as lines, its numbers as they are: the caller masks them."""
    viewer = Viewer(language=language, site_zone=site_zone, full_numbers=True)
    _ = gettext_for(language)

    def paint(text: str, *codes: str) -> str:
        return f"{''.join(codes)}{clean(text)}{_PLAIN}" if colour else clean(text)

    found = verdict(summary, viewer, _MAX_NAME_CHARS)
    known = facts(summary, viewer, _MAX_NAME_CHARS)
    lines = [
        paint(found.title, _BOLD, _TONES.get(found.emoji, _YELLOW)),
        clean(join_sentences(found.rest, language)),
        clean(journey_line(summary, viewer, _MAX_NAME_CHARS)),
        paint(journey_bar(summary, _BAR_CELLS), _DIM),
        clean(" · ".join([summary.job_id, *known.call])),
        paint(" · ".join(known.others), _DIM),
    ]
    if summary.outcome == "no_records":
        lines += [_("Possible causes:"), *(f"  - {cause}" for cause in empty_causes(summary, language))]
    lines += warnings(summary, language)
    listed = timeline(summary, viewer)
    if listed is not None:
        lines += [
            paint(f"{listed.title} · {listed.clock}", _DIM),
            *(f"  {clean(line)}" for line in listed.lines),
        ]
        lines.append(listed.left_out)
    return "\n".join(line for line in lines if line not in {"", f"{_DIM}{_PLAIN}"}) + "\n"
