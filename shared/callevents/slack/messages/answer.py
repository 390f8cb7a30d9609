"""The answer: what happened on one or several calls, as one Slack message within every limit."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, inert, named
from callevents.report.verdict import Verdict, joined, verdict
from callevents.report.viewer import Language, Reader
from callevents.slack.blocks.block_kit import (
    BLOCKS_LIMIT,
    PERSON,
    Block,
    Message,
    around,
    paragraph,
    rich,
    size,
    user,
)
from callevents.slack.blocks.buttons import Buttons, footer, updated
from callevents.slack.messages.call_table import tally
from callevents.slack.messages.errors import failure
from callevents.slack.messages.several import MOST_CALLS, several_calls
from callevents.slack.messages.single_call import one_call

# Names the first block of a shared copy, with who shared it, so that it stays when the calls are looked up again.
SHARED_BLOCK = "shared_"

__all__ = ["Buttons", "Language", "Message", "Reader", "answer", "failure", "sentence"]


def answer(
    summaries: Sequence[CallSummary],
    reader: Reader,
    *,
    buttons: Buttons | None = None,
    updated_at: float | None = None,
    shared_by: str | None = None,
) -> Message:
    """Return what happened on one call, or a table from the second call on; below all of Slack's limits.

    *updated_at* (Unix seconds) is named after a refresh, *shared_by* (a Slack user id) in a shared copy.
    More than ten calls are counted and not shown.
    """
    lead: list[Block] = []
    said_first = ""
    if shared_by is not None and PERSON.fullmatch(shared_by):
        _ = gettext_for(reader.language)
        shared = _("%(person)s shared this answer.")
        lead = [{**rich(paragraph(*around(shared, user(shared_by)))), "block_id": SHARED_BLOCK + shared_by}]
        said_first = shared % {"person": f"<@{shared_by}>"} + "\n"
    foot = [
        *footer(summaries[:MOST_CALLS], reader, buttons),
        *([] if updated_at is None else updated(updated_at, reader)),
    ]
    room = BLOCKS_LIMIT - size([*lead, *foot])
    if len(summaries) == 1:
        found = verdict(summaries[0], reader)
        text = sentence(summaries[0], found, reader)
        body = one_call(summaries[0], found, reader, room)
    else:
        text = sentences(summaries, reader)
        body = several_calls(summaries, reader, room)
    return Message(cut_escaped(said_first + text), [*lead, *body, *foot])


def sentence(summary: CallSummary, found: Verdict, reader: Reader) -> str:
    """Return the verdict on one call in full sentences with its id, safe as top-level text."""
    _ = gettext_for(reader.language)
    line = _("Call %(job)s: %(verdict)s.") % {
        "job": named(summary.job_id),
        "verdict": found.headline,
    }
    return inert(joined([line, *found.rest], reader.language))


def sentences(summaries: Sequence[CallSummary], reader: Reader) -> str:
    """Return how many calls there are and the verdict on each of the first ten, safe as top-level text."""
    if len(summaries) == 1:
        return sentence(summaries[0], verdict(summaries[0], reader), reader)
    lines = [
        inert(tally(summaries, reader)),
        *(sentence(summary, verdict(summary, reader), reader) for summary in summaries[:MOST_CALLS]),
    ]
    return "\n".join(lines)
