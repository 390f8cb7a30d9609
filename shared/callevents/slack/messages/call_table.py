"""Several calls as blocks: how many were answered, a table with the verdict on each, and what is missing."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.facts import direction, parties
from callevents.report.formatting import site_time
from callevents.report.journey import journey_line
from callevents.report.notes import WARNINGS, source_sentences, warning_sentence
from callevents.report.overview import outcome_counts
from callevents.report.text import NOTHING, join_sentences, label, truncate
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, context, header, json_length, plain
from callevents.slack.messages.single_call import NAME_LIMITS, revealed
from callevents.slack.requests.command_text import MAX_JOBS


def several_calls(summaries: Sequence[CallSummary], viewer: Viewer, max_chars: int) -> list[Block]:
    """Return a table of the first ten calls and notes in at most *max_chars* characters of JSON, 9,000 or more."""
    listed = summaries[:MAX_JOBS]
    notes = _notes(listed, viewer)
    more = len(summaries) - len(listed)
    if more:
        ngettext = ngettext_for(viewer.language)
        words = ngettext("… %(count)d more call", "… %(count)d more calls", more)
        notes.insert(0, words % {"count": more})
    foot = [context(*map(plain, notes))] if notes else []
    head = header(outcome_counts(summaries, viewer))
    # Where it is too long, it lacks the journeys, whose lengths the verdict has; then cells are cut.
    for limit, journeys in ((NAME_LIMITS[0], True), *((limit, False) for limit in NAME_LIMITS)):
        blocks = [head, *([table(listed, viewer, limit, journeys=journeys)] if listed else []), *foot]
        if json_length(blocks) <= max_chars:
            break
    return blocks


def table(
    summaries: Sequence[CallSummary], viewer: Viewer, limit: int = 120, *, journeys: bool = True
) -> Block:
    """Return a table of at most 99 calls; no cell has more than *limit* characters but the job id and the time."""
    _ = gettext_for(viewer.language)
    head = [
        _("No."),
        _("Verdict"),
        *([_("Journey")] if journeys else []),
        _("Caller → callee"),
        _("Start"),
        _("Call"),
    ]
    rows = [_cells(head, limit)]
    rows += [
        _row(number, summary, viewer, limit, journeys=journeys)
        for number, summary in enumerate(summaries[:99], 1)
    ]
    wrapped: dict[str, object] = {"is_wrapped": True}
    return {
        "type": "table",
        "column_settings": [{"align": "right"}, *[wrapped] * (len(head) - 1)],
        "rows": rows,
    }


def _row(number: int, summary: CallSummary, viewer: Viewer, limit: int, *, journeys: bool) -> list[Block]:
    found = verdict(summary, viewer, limit)
    rest = "" if summary.outcome == "no_records" else join_sentences(found.rest, viewer.language)
    words = f"{found.title} · {rest}" if rest else found.title
    start = None if summary.started_at is None else site_time(summary.started_at, viewer)
    journey = [journey_line(summary, viewer, min(limit, 24))] if journeys else []
    cells = _cells([words, *journey, _parties(summary, viewer, limit // 2)], limit)
    # The long id comes last: on a phone only what stands first is seen.
    return [*_cells([str(number)], 100), *cells, *_cells([start or "", label(summary.job_id)], 100)]


def _parties(summary: CallSummary, viewer: Viewer, limit: int) -> str:
    return " ".join(filter(None, (direction(summary, viewer, limit), parties(summary, viewer, limit))))


def _cells(texts: Sequence[str], limit: int) -> list[Block]:
    return [{"type": "raw_text", "text": truncate(text, limit) or NOTHING} for text in texts]


def _notes(summaries: Sequence[CallSummary], viewer: Viewer) -> list[str]:
    _ = gettext_for(viewer.language)
    notes = []
    numbers: dict[str, list[str]] = {}  # of the calls, by the note about them
    for number, summary in enumerate(summaries, 1):
        for sentence in source_sentences(summary):
            numbers.setdefault(sentence, []).append(str(number))
    for warning in WARNINGS:
        for number, summary in enumerate(summaries, 1):
            if warning in summary.warnings and summary.outcome != "no_records":
                numbers.setdefault(warning_sentence(warning, summary), []).append(str(number))
    notes += [
        _("No. %(numbers)s: %(note)s") % {"numbers": _(", ").join(those), "note": _(sentence)}
        for sentence, those in numbers.items()
    ]
    if any(summary.outcome == "no_records" for summary in summaries):
        notes.append(
            _("An empty result does not prove that there was no such call: open it for the possible causes.")
        )
    return notes + revealed(viewer)
