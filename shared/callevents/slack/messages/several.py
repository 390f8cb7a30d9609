"""Several calls as blocks: how many were answered, a table, and what is missing."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for, ngettext_for
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, context, header, json_length, plain
from callevents.slack.messages.call_table import outcome_counts, table
from callevents.slack.messages.single_call import CAPS, MISSING, revealed

MOST_CALLS = 10


def several_calls(summaries: Sequence[CallSummary], viewer: Viewer, room: int) -> list[Block]:
    """Return a table of the first ten calls and notes in at most *room* characters of JSON; 9,000 or more."""
    listed = summaries[:MOST_CALLS]
    notes = _notes(listed, viewer)
    more = len(summaries) - len(listed)
    if more:
        ngettext = ngettext_for(viewer.language)
        words = ngettext("… %(count)d more call", "… %(count)d more calls", more)
        notes.insert(0, words % {"count": more})
    tail = [context(*map(plain, notes))] if notes else []
    head = header(outcome_counts(summaries, viewer))
    for limit in CAPS:
        blocks = [head, *([table(listed, viewer, limit)] if listed else []), *tail]
        if json_length(blocks) <= room:
            break
    return blocks


def _notes(summaries: Sequence[CallSummary], viewer: Viewer) -> list[str]:
    _ = gettext_for(viewer.language)
    notes = []
    for warning, sentence in MISSING.items():
        numbers = [
            str(number)
            for number, summary in enumerate(summaries, 1)
            if warning in summary.warnings and summary.outcome != "no_records"
        ]
        if numbers:
            notes.append(
                _("No. %(numbers)s: %(note)s") % {"numbers": ", ".join(numbers), "note": _(sentence)}
            )
    if any(summary.outcome == "no_records" for summary in summaries):
        notes.append(
            _("An empty result does not prove that there was no such call: open it for the possible causes.")
        )
    return notes + revealed(viewer)
