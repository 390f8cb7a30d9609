"""One call as blocks: the verdict, the facts, the timeline, and a note on what is missing and why."""

from callevents.calls.model import CallSummary
from callevents.i18n import N_, gettext_for
from callevents.report.facts import facts
from callevents.report.text import label
from callevents.report.timeline import collapsed, timeline
from callevents.report.verdict import Verdict, join_sentences
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    Block,
    bullets,
    context,
    fields,
    header,
    inline_code,
    json_length,
    plain,
    rich_text,
    section,
    text_element,
)

# Characters of a name; the next limit is tried where the blocks do not fit.
NAME_LIMITS = (200, 80, 24, 8)
MISSING = {
    "incomplete": N_(
        "❗ Incomplete: the records do not hold the end of the call. Records arrive with a delay, or an event type is"
        " switched off in the instance's subscription. Refresh in a minute."
    ),
    "unreadable_record": N_(
        "❗ Some records cannot be read. They stand last in the timeline, and nothing is concluded from them."
    ),
    "duplicates": N_("Some records came more than once; each is counted once."),
}
NO_RECORDS = (
    N_("The id is wrong, or the call belongs to another instance."),
    N_("The instance's event subscription is not of the type webhook: then nothing is recorded."),
    N_("The event types are switched off in the subscription."),
    N_("The records have expired."),
)
_MIN_TIMELINE_CHARS = 4000
_MAX_FRAME_CHARS = 600  # of JSON around the timeline


def one_call(summary: CallSummary, found: Verdict, viewer: Viewer, max_chars: int) -> list[Block]:
    """Return verdict, facts, timeline and notes in at most *max_chars* characters of JSON, 7,000 or more."""
    head, notes = _verdict(summary, found, viewer), _notes(summary, viewer)
    for limit in NAME_LIMITS:
        blocks = [*head, *fields(facts(summary, viewer, limit))]
        left = max_chars - json_length([*blocks, *notes]) - _MAX_FRAME_CHARS
        if left >= _MIN_TIMELINE_CHARS or not summary.events:
            break
    parts = timeline(summary, viewer, left)
    return [*blocks, *([rich_text(*parts)] if parts else []), *notes]


def revealed(viewer: Viewer) -> list[str]:
    """Return the note for an answer with full numbers, nothing for a masked one."""
    _ = gettext_for(viewer.language)
    return [_("Full numbers are shown to you only; this was recorded.")] if viewer.full_numbers else []


def _verdict(summary: CallSummary, found: Verdict, viewer: Viewer) -> list[Block]:
    job = text_element(label(summary.job_id), "code")
    rest = join_sentences(found.rest, viewer.language)
    if summary.outcome != "no_records":
        return [header(found.title), rich_text(section(*([text_element(rest + "\n")] if rest else []), job))]
    _ = gettext_for(viewer.language)
    why = join_sentences(["\n" + rest, _("Possible causes:")], viewer.language)
    return [
        header(found.title),
        rich_text(section(job, text_element(why)), bullets([inline_code(_(cause)) for cause in NO_RECORDS])),
    ]


def _notes(summary: CallSummary, viewer: Viewer) -> list[Block]:
    if summary.outcome == "no_records":
        return []
    _ = gettext_for(viewer.language)
    notes = [_(MISSING[warning]) for warning in summary.warnings if warning in MISSING]
    counted = collapsed(summary, viewer)
    notes += [*([counted] if counted else []), *revealed(viewer)]
    return [context(*map(plain, notes))] if notes else []
