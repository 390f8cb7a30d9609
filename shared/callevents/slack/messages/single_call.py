"""One call as blocks: the verdict with the journey, the facts, what is missing, and the timeline."""

from callevents.calls.model import SECOND, CallSummary, Instant
from callevents.i18n import gettext_for
from callevents.report.facts import Facts, facts
from callevents.report.formatting import clock_time
from callevents.report.journey import journey_bar, journey_line, shown_phases
from callevents.report.notes import empty_causes, warnings
from callevents.report.text import join_sentences, label
from callevents.report.timeline import Timeline, timeline
from callevents.report.verdict import Verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    Block,
    Piece,
    bullets,
    context,
    date,
    header,
    inline_code,
    json_length,
    plain,
    preformatted,
    rich_text,
    section,
    text_element,
)

# Characters of a name; the next limit is tried where the blocks do not fit.
NAME_LIMITS = (200, 80, 60, 48, 36, 24, 8)
_MIN_TIMELINE_CHARS = 4000
_MAX_FRAME_CHARS = 700  # of JSON around the timeline


def one_call(summary: CallSummary, found: Verdict, viewer: Viewer, max_chars: int) -> list[Block]:
    """Return verdict, journey, facts, notes and timeline in at most *max_chars* characters of JSON, 7,000 or more."""
    if summary.outcome == "no_records":
        return _no_records(summary, found, viewer)
    notes = _context([*warnings(summary, viewer.language), *revealed(viewer)])
    for limit in NAME_LIMITS:
        blocks = [header(found.title), _glance(summary, found, viewer, limit), *notes]
        left = max_chars - json_length(blocks) - _MAX_FRAME_CHARS
        if left >= _MIN_TIMELINE_CHARS or not summary.events:
            break
    listed = timeline(summary, viewer, left)
    return [*blocks, *(_timeline(listed) if listed else [])]


def revealed(viewer: Viewer) -> list[str]:
    """Return the note for an answer with full numbers, nothing for a masked one."""
    _ = gettext_for(viewer.language)
    return [_("Full numbers are shown to you only; this was recorded.")] if viewer.full_numbers else []


def _glance(summary: CallSummary, found: Verdict, viewer: Viewer, limit: int) -> Block:
    """Return the sentence, the journey with its bar, and the facts, as one block of rich text."""
    shown = shown_phases(summary)
    line = journey_line(summary, viewer, min(limit, 40), shown=shown)
    lines = [join_sentences(found.rest, viewer.language), line]
    bar = journey_bar(summary, shown=shown)
    parts: list[Piece] = [section(text_element("\n".join(filter(None, lines))))] if any(lines) else []
    parts += [preformatted([bar])] if bar else []
    return rich_text(*parts, section(*_facts(summary, facts(summary, viewer, limit), viewer)))


def _facts(summary: CallSummary, known: Facts, viewer: Viewer) -> list[Piece]:
    pieces = [text_element(label(summary.job_id), "code")]
    if known.call:
        pieces.append(text_element("\n" + " · ".join(known.call)))
    if known.started_at is not None:
        pieces += _own_time(known.started_at, viewer)
    if known.others:
        pieces.append(text_element("\n" + " · ".join(known.others)))
    return pieces


def _own_time(at: Instant, viewer: Viewer) -> list[Piece]:
    """Return when the call started on the reader's own clock, which Slack knows."""
    fallback = clock_time(at, viewer)
    if fallback is None:
        return []
    _ = gettext_for(viewer.language)
    return [text_element(" · " + _("your time") + " "), date(at // SECOND, "{time_secs}", fallback)]


def _no_records(summary: CallSummary, found: Verdict, viewer: Viewer) -> list[Block]:
    _ = gettext_for(viewer.language)
    why = join_sentences(
        ["\n" + join_sentences(found.rest, viewer.language), _("Possible causes:")], viewer.language
    )
    job = text_element(label(summary.job_id), "code")
    causes = empty_causes(summary, viewer.language)
    return [
        header(found.title),
        rich_text(section(job, text_element(why)), bullets([inline_code(cause) for cause in causes])),
        *_context(warnings(summary, viewer.language)),
    ]


def _timeline(listed: Timeline) -> list[Block]:
    heading = section(text_element(listed.title, "bold"), text_element(f" · {listed.clock}"))
    return [
        rich_text(heading, preformatted(listed.lines)),
        *_context([listed.left_out] if listed.left_out else []),
    ]


def _context(notes: list[str]) -> list[Block]:
    return [context(*map(plain, notes))] if notes else []
