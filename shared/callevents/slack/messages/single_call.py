"""One call as blocks: verdict, facts, timeline, and a note on what is missing and why."""

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
    inline_code_sentence,
    json_length,
    plain,
    rich_text,
    section,
    text_element,
)

CAPS = (200, 80, 24, 8)  # characters a name may have; the next is tried when the blocks would not fit
MISSING = {
    "incomplete": N_(
        "❗ Incomplete: the records do not hold the end of the call. They arrive with a delay; or an event type is"
        " switched off in the instance's subscription. Refresh in a minute."
    ),
    "unreadable_record": N_(
        "❗ Some records cannot be read. They stand last in the timeline, and nothing is concluded from them."
    ),
    "duplicates": N_("Some records came more than once; each is counted once."),
    "contradictory": N_("❗ Some records contradict each other, so some facts may be missing or wrong."),
}
NO_RECORDS = (
    N_("The id is wrong, or the call belongs to another instance."),
    N_("The instance's event subscription is not of the type webhook: then nothing is recorded."),
    N_("The event types are switched off in the subscription."),
    N_("The records have expired."),
)
_TIMELINE_ROOM = 4000
_FRAME = 600  # JSON around the timeline, at most


def one_call(summary: CallSummary, found: Verdict, viewer: Viewer, room: int) -> list[Block]:
    """Return verdict, facts, timeline and notes in at most *room* characters of JSON; *room* is 7,000 or more."""
    head, notes = _verdict(summary, found, viewer), _notes(summary, viewer)
    for limit in CAPS:
        blocks = [*head, *fields(facts(summary, viewer, limit))]
        left = room - json_length([*blocks, *notes]) - _FRAME
        if left >= _TIMELINE_ROOM or not summary.events:
            break
    parts = timeline(summary, viewer, left)
    return [*blocks, *([rich_text(*parts)] if parts else []), *notes]


def revealed(viewer: Viewer) -> list[str]:
    """Return the note that goes with full numbers, if they are shown."""
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
        rich_text(
            section(job, text_element(why)), bullets([inline_code_sentence(_(cause)) for cause in NO_RECORDS])
        ),
    ]


def _notes(summary: CallSummary, viewer: Viewer) -> list[Block]:
    if summary.outcome == "no_records":
        return []
    _ = gettext_for(viewer.language)
    notes = [_(MISSING[warning]) for warning in summary.warnings if warning in MISSING]
    counted = collapsed(summary, viewer)
    notes += [*([counted] if counted else []), *revealed(viewer)]
    return [context(*map(plain, notes))] if notes else []
