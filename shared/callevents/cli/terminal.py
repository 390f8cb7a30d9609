"""Renders one call as text for a terminal: verdict, facts, timeline. Every character is printable."""

from collections.abc import Iterator
from unicodedata import east_asian_width

from callevents.calls.model import CallSummary
from callevents.calls.sanitize import clean
from callevents.i18n import Language, gettext_for
from callevents.report.facts import facts
from callevents.report.formatting import site_time
from callevents.report.timeline import COUNTED, TimelineFormatter, collapsed
from callevents.report.verdict import join_sentences, verdict
from callevents.report.viewer import Viewer
from callevents.slack.messages.single_call import MISSING, NO_RECORDS

_BOLD, _DIM, _GREEN, _RED, _YELLOW, _PLAIN = (f"\x1b[{code}m" for code in (1, 2, 32, 31, 33, 0))
_TONES = {"✅": _GREEN, "❌": _RED}
_MAX_NAME_CHARS = 10_000


def render(summary: CallSummary, language: Language, site_zone: str, *, colour: bool) -> str:
    """Render *summary* as lines, its numbers as they are: the caller masks them."""
    viewer = Viewer(language=language, site_zone=site_zone, full_numbers=True)

    def paint(text: str, *codes: str) -> str:
        return f"{''.join(codes)}{text}{_PLAIN}" if colour else text

    found = verdict(summary, viewer, _MAX_NAME_CHARS)
    lines = [paint(clean(found.title), _BOLD, _TONES.get(found.emoji, _YELLOW)), clean(summary.job_id)]
    if found.rest:
        lines.append(clean(join_sentences(found.rest, language)))
    _ = gettext_for(language)
    if summary.outcome == "no_records":
        lines += [_("Possible causes:"), *(f"  - {_(cause)}" for cause in NO_RECORDS)]
    labelled = list(_facts(summary, viewer))
    column = max((_width(label) for label, _ in labelled), default=0)
    lines += [f"  {paint(label, _DIM)}{' ' * (column - _width(label))}  {value}" for label, value in labelled]
    timeline = TimelineFormatter(viewer, summary.started_at, summary.instance_id)
    lines += [
        "",
        *(f"  {clean(timeline.line(event))}" for event in summary.events if event.type not in COUNTED),
    ]
    if summary.outcome != "no_records":
        lines += [_(MISSING[warning]) for warning in summary.warnings]
    counted = collapsed(summary, viewer)
    return "\n".join([*lines, *([counted] if counted else [])]) + "\n"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _facts(summary: CallSummary, viewer: Viewer) -> Iterator[tuple[str, str]]:
    _ = gettext_for(viewer.language)
    for label, at in ((_("Start"), summary.started_at), (_("End"), summary.ended_at)):
        moment = None if at is None else site_time(at, viewer)
        if moment:
            yield label, moment
    for label, piece in facts(summary, viewer, _MAX_NAME_CHARS):
        if piece["type"] == "plain_text":
            yield label, clean(str(piece["text"]))
