"""The answer: what happened on one or several calls, as one Slack message within every limit."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences, label
from callevents.report.verdict import Verdict, verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    MAX_BLOCKS_CHARS,
    PERSON,
    Block,
    Message,
    interpolate,
    json_length,
    rich_text,
    section,
    user,
)
from callevents.slack.blocks.buttons import Buttons, footer, updated
from callevents.slack.messages.single_call import one_call
from callevents.slack.requests.command_text import MAX_JOBS

# The block id of a shared answer's first block, with who shared it: a refresh reads it back and keeps the line.
SHARED_BLOCK = "shared_"


def answer(
    summaries: Sequence[CallSummary],
    viewer: Viewer,
    *,
    buttons: Buttons | None = None,
    updated_at: float | None = None,
    shared_by: str | None = None,
) -> Message:
    """Return what happened on one call, or a table of several; within all of Slack's limits.

    *updated_at* (Unix seconds) says when it was refreshed, *shared_by* (a Slack user id) who shared it. More than ten
    calls are counted and not shown.
    """
    lead: list[Block] = []
    lead_text = ""
    if shared_by is not None and PERSON.fullmatch(shared_by):
        _ = gettext_for(viewer.language)
        shared = _("%(person)s shared this answer.")
        lead = [
            {
                **rich_text(section(*interpolate(shared, user(shared_by)))),
                "block_id": SHARED_BLOCK + shared_by,
            }
        ]
        lead_text = shared % {"person": f"<@{shared_by}>"} + "\n"
    foot = [
        *footer(summaries[:MAX_JOBS], viewer, buttons),
        *([] if updated_at is None else updated(updated_at, viewer)),
    ]
    max_chars = MAX_BLOCKS_CHARS - json_length([*lead, *foot])
    if len(summaries) == 1:
        found = verdict(summaries[0], viewer)
        text = sentence(summaries[0], found, viewer)
        body = one_call(summaries[0], found, viewer, max_chars)
    else:
        from callevents.slack.messages.call_table import several_calls

        text = sentences(summaries, viewer)
        body = several_calls(summaries, viewer, max_chars)
    return Message(cut_escaped(lead_text + text), [*lead, *body, *foot])


def sentence(summary: CallSummary, found: Verdict, viewer: Viewer) -> str:
    """Return the verdict on one call in full sentences with its id, safe as top-level text."""
    _ = gettext_for(viewer.language)
    line = _("Call %(job)s: %(verdict)s.") % {
        "job": label(summary.job_id),
        "verdict": found.headline,
    }
    return escape_mrkdwn(join_sentences([line, *found.rest], viewer.language))


def sentences(summaries: Sequence[CallSummary], viewer: Viewer) -> str:
    """Return how many calls there are and the verdict on each of the first ten, safe as top-level text."""
    if len(summaries) == 1:
        return sentence(summaries[0], verdict(summaries[0], viewer), viewer)
    from callevents.report.overview import outcome_counts

    lines = [
        escape_mrkdwn(outcome_counts(summaries, viewer)),
        *(sentence(summary, verdict(summary, viewer), viewer) for summary in summaries[:MAX_JOBS]),
    ]
    return "\n".join(lines)
