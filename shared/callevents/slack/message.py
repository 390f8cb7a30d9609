"""The answer: verdict, facts, timeline and what is missing, as one Slack message within every limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callevents.calls.model import CallSummary
from callevents.marking import N_
from callevents.slack.blocks import (
    BLOCKS_LIMIT,
    OPTION_VALUE_LIMIT,
    Block,
    Piece,
    actions,
    bullets,
    button,
    context,
    fields,
    header,
    mrkdwn,
    option,
    overflow,
    paragraph,
    plain,
    rich,
    said,
    size,
    user,
    word,
)
from callevents.slack.button import EVENTS, HELP, MORE, OPEN_CALL, REFRESH, REVEAL, SHARE, encode, fits
from callevents.slack.facts import facts
from callevents.slack.language import gettext_for, ngettext_for
from callevents.slack.moment import SECOND, local, site_time, slack_date, zone
from callevents.slack.reader import Language, Reader
from callevents.slack.table import table, tally
from callevents.slack.text import cut_escaped, inert, named
from callevents.slack.timeline import collapsed, timeline
from callevents.slack.verdict import joined, verdict

__all__ = ["Buttons", "Language", "Message", "Reader", "answer"]

_MOST_CALLS = 10
_CAPS = (200, 80, 24, 8)  # characters a name may have; the next is tried when the blocks would not fit
_TIMELINE_ROOM = 4000
_SLACK = 600  # JSON around the timeline
_MISSING = {
    "incomplete": N_(
        "Incomplete: the records do not hold the end of the call. They arrive with a delay; or an event type is"
        " switched off in the instance's subscription. Refresh in a minute."
    ),
    "unreadable_record": N_(
        "Some records cannot be read. They stand last in the timeline, and nothing is concluded from them."
    ),
    "duplicates": N_("Some records came more than once; each is counted once."),
}
_NO_RECORDS = (
    N_("The id is wrong, or the call belongs to another instance."),
    N_("The instance's event subscription is not of the type webhook: then nothing is recorded."),
    N_("The event types are switched off in the subscription."),
    N_("The records have expired."),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Buttons:
    """Which buttons an answer gets besides Refresh and help."""

    share: bool = True
    reveal: bool = False


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
    foot = _foot(summaries, reader, buttons, updated_at)
    lead = [] if shared_by is None else [rich(paragraph(*around(_shared(reader), user(shared_by))))]
    text = "\n".join(_sentence(summary, reader) for summary in summaries[:_MOST_CALLS])
    if len(summaries) != 1:
        text = f"{inert(tally(summaries, reader))}\n{text}"
    if shared_by is not None:
        text = f"{_shared(reader) % {'person': f'<@{shared_by}>'}}\n{text}"
    build = one_call if len(summaries) == 1 else _many_calls
    return Message(
        cut_escaped(text), [*lead, *build(summaries, reader, BLOCKS_LIMIT - size(lead) - size(foot)), *foot]
    )


def one_call(summaries: Sequence[CallSummary], reader: Reader, room: int) -> list[Block]:
    """Return verdict, facts, timeline and notes of the first call in at most *room* characters of JSON."""
    summary = summaries[0]
    notes = missing(summary, reader)
    for limit in _CAPS:
        blocks = [*_verdict(summary, reader, limit), *fields(facts(summary, reader, limit))]
        left = room - size(blocks) - size(notes) - _SLACK
        if left >= _TIMELINE_ROOM:
            break
    parts = timeline(summary, reader, left)
    return [*blocks, *([rich(*parts)] if parts else []), *notes]


def missing(summary: CallSummary, reader: Reader) -> list[Block]:
    """Return a note on what is not shown and why; empty where nothing is missing."""
    _ = gettext_for(reader.language)
    notes = [f"❗ {_(_MISSING[warning])}" for warning in summary.warnings if warning in _MISSING]
    counted = collapsed(summary, reader)
    notes += [counted] if counted else []
    if summary.outcome == "no_records":
        notes = []
    if reader.full_numbers:
        notes.append(_("Full numbers are shown to you only; this was recorded."))
    return [context(*map(plain, notes))] if notes else []


def around(sentence: str, *pieces: Piece) -> list[Piece]:
    """Return our own *sentence* with *pieces* where it says `%(person)s`."""
    before, _, after = sentence.partition("%(person)s")
    return [*said(before), *pieces, *said(after)]


def _shared(reader: Reader) -> str:
    return gettext_for(reader.language)("%(person)s shared this answer.")


def _sentence(summary: CallSummary, reader: Reader) -> str:
    found = verdict(summary, reader)
    line = gettext_for(reader.language)("Call %(job)s: %(verdict)s.") % {
        "job": named(summary.job_id),
        "verdict": found.headline,
    }
    return inert(joined([line, *found.rest], reader.language))


def _verdict(summary: CallSummary, reader: Reader, limit: int) -> list[Block]:
    _ = gettext_for(reader.language)
    found = verdict(summary, reader, limit)
    job = word(named(summary.job_id), "code")
    rest = joined(found.rest, reader.language)
    if summary.outcome != "no_records":
        return [header(found.title), rich(paragraph(*([word(rest + "\n")] if rest else []), job))]
    causes = bullets([said(_(cause)) for cause in _NO_RECORDS])
    why = paragraph(job, word(f"\n{rest} " + _("Possible causes:")))
    return [header(found.title), rich(why, causes)]


def _many_calls(summaries: Sequence[CallSummary], reader: Reader, room: int) -> list[Block]:
    ngettext = ngettext_for(reader.language)
    listed = summaries[:_MOST_CALLS]
    notes = _notes_on_many(listed, reader)
    if len(summaries) > _MOST_CALLS:
        more = len(summaries) - _MOST_CALLS
        notes += [ngettext("… %(count)d more call", "… %(count)d more calls", more) % {"count": more}]
    tail = [context(*map(plain, notes))] if notes else []
    for limit in _CAPS:
        blocks = [
            header(tally(summaries, reader)),
            *([table(listed, reader, limit)] if listed else []),
            *tail,
        ]
        if size(blocks) <= room:
            break
    return blocks


def _notes_on_many(summaries: Sequence[CallSummary], reader: Reader) -> list[str]:
    _ = gettext_for(reader.language)
    notes = []
    for warning, sentence in _MISSING.items():
        numbers = [str(number) for number, summary in enumerate(summaries, 1) if warning in summary.warnings]
        if numbers:
            notes.append(f"❗ {_('No.')} {', '.join(numbers)}: {_(sentence)}")
    if any(summary.outcome == "no_records" for summary in summaries):
        notes.append(
            _("An empty result does not prove that there was no such call: open it for the possible causes.")
        )
    if reader.full_numbers:
        notes.append(_("Full numbers are shown to you only; this was recorded."))
    return notes


def _foot(
    summaries: Sequence[CallSummary], reader: Reader, buttons: Buttons | None, updated_at: float | None
) -> list[Block]:
    _ = gettext_for(reader.language)
    foot = [] if buttons is None or not summaries else _buttons(summaries[:_MOST_CALLS], buttons, _)
    if updated_at is not None:
        at = int(updated_at * SECOND)
        moment = local(at, zone(reader.site_zone))
        fallback = site_time(at, reader)
        if moment and fallback:
            time = slack_date(at, fallback, "{time_secs}")
            foot.append(context(mrkdwn(_("Updated %(time)s") % {"time": time})))
    return foot


def _buttons(summaries: Sequence[CallSummary], buttons: Buttons, _: Callable[[str], str]) -> list[Block]:
    jobs = [summary.job_id for summary in summaries]
    instance = summaries[0].instance_id
    if not fits(jobs, instance):
        return []
    unfinished = any(
        summary.outcome in {"in_progress", "no_records"} or not summary.complete for summary in summaries
    )
    row = [
        button(
            REFRESH,
            _("Refresh"),
            encode(REFRESH, jobs, instance),
            label=_("Look this up again"),
            style="primary" if unfinished else None,
        )
    ]
    if buttons.share:
        share = encode(SHARE, jobs, instance)
        row.append(
            button(SHARE, _("Share in channel"), share, label=_("Share in channel, with masked numbers"))
        )
    choices = [(_("Events as JSON"), EVENTS), *([(_("Reveal numbers"), REVEAL)] if buttons.reveal else [])]
    options = [
        option(words, value)
        for words, action in choices
        if len(value := encode(action, jobs, instance))
        <= OPTION_VALUE_LIMIT  # else each call offers it by itself
    ]
    row.append(overflow(MORE, [*options, option(_("Help"), encode(HELP))]))
    if len(jobs) == 1:
        return [actions(row)]
    each = [
        button(
            f"{OPEN_CALL}_{number}",
            _("Call %(number)d") % {"number": number},
            encode(OPEN_CALL, [job], instance),
            label=_("Details of call %(job)s") % {"job": job},
        )
        for number, job in enumerate(jobs, 1)
    ]
    return [actions(row), actions(each)]
