"""What a reader must know about the answer itself: what is missing, contradictory or left out, and why."""

from collections.abc import Mapping

from callevents.calls.model import CallSummary, SourceStatus, Warning_
from callevents.i18n import N_, gettext_for
from callevents.report.people import medium_words

WARNINGS: dict[Warning_, str] = {
    "contradictory": N_(
        "❗ Contradictory: some records of this call disagree (a party is connected after its own end, or two ends give"
        " different reasons). Check the timeline before you rely on who talked and who hung up."
    ),
    "incomplete": N_(
        "❗ Incomplete: the records do not show how it ended. It may still be going on, or the last records are late,"
        " or an event type is switched off in the instance's subscription. Refresh in a minute."
    ),
    "unreadable_record": N_("❗ Some records cannot be read. Nothing is concluded from them."),
    "duplicates": N_("Some records came more than once; each is counted once."),
}
_SECOND_HAND = N_(
    "This comes from the call detail record alone, which is written after the call; its own events are missing, so how"
    " long it rang and how long they talked is not known."
)
_INCOMPLETE_DETAIL = N_(
    "❗ Incomplete: the call detail record does not hold the end of the call, or contradicts itself there. If the call"
    " goes on, refresh when it is over."
)
_FROM_DETAIL = N_(
    "There are no notification records of this call. This comes from its call detail record, which does not tell when"
    " the customer was on hold, which keys were pressed, and to whom a call was transferred."
)
# Why there is no detail record of a call without records.
_NO_DETAIL: Mapping[SourceStatus, str] = {
    "none": N_("There is no call detail record of it either."),
    "refused": N_(
        "This bot is not allowed to read its call detail record, which may tell what happened. Your administrator can"
        " allow it: make doctor says how."
    ),
    "failed": N_(
        "Its call detail record could not be read, because the contact center did not answer properly."
    ),
    "late": N_("There was no time left to ask for its call detail record: look the call up again."),
}
# Why the detail record has no durations beside it.
_NO_ROW: Mapping[SourceStatus, str] = {
    "refused": N_(
        "This bot is not allowed to read the list of calls, which has the time on hold. Your administrator can allow"
        " it: make doctor says how."
    ),
    "failed": N_(
        "The list of calls, which has the time on hold, could not be read, because the contact center did not answer"
        " properly."
    ),
    "late": N_("There was no time left to ask for the list of calls, which has the time on hold."),
}
_NOT_WRITTEN_YET = N_("The call goes on or has just ended: its call detail record is written afterwards.")
_CAUSES = (
    N_("The id is wrong, or the call belongs to another instance."),
    N_("The instance's event subscription is not of the type webhook: then nothing is recorded."),
    N_("The event types are switched off in the subscription."),
    N_("The records have expired."),
)


def empty_causes(summary: CallSummary, language: str) -> list[str]:
    """Return why there may be no records of a call, and no detail record where that was asked for."""
    _ = gettext_for(language)
    return [_(words) for words in _CAUSES + (_NOT_WRITTEN_YET,) * (summary.second_source.status == "none")]


def warnings(summary: CallSummary, language: str) -> list[str]:
    """Return where the answer comes from if not from records, then one sentence for each warning, the gravest first.

    Where there are no records, nothing is warned of.
    """
    _ = gettext_for(language)
    sources = [_(sentence) for sentence in source_sentences(summary)]
    if summary.outcome == "no_records":
        return sources
    second_hand = [_(_SECOND_HAND)] if _is_second_hand(summary) else []
    sentences = (warning_sentence(code, summary) for code in WARNINGS if code in summary.warnings)
    return [*sources, *second_hand, *(_(medium_words(words, summary)) for words in sentences)]


def source_sentences(summary: CallSummary) -> tuple[str, ...]:
    """Return the message ids of what is said about the second source: nothing where it was not asked for."""
    second = summary.second_source
    if second.status is None:
        return ()
    sentences = [_FROM_DETAIL, _NO_ROW.get(second.row or "found")] if second.status == "found" else []
    return tuple(filter(None, [*sentences, _NO_DETAIL.get(second.status)]))


def warning_sentence(code: Warning_, summary: CallSummary) -> str:
    """Return the message id of a warning, as it is meant for the source of *summary*."""
    return (
        _INCOMPLETE_DETAIL if code == "incomplete" and "detail_record" in summary.sources else WARNINGS[code]
    )


def _is_second_hand(summary: CallSummary) -> bool:
    """Say whether only the record that CCC writes after a call tells of it: no event of a leg is there."""
    return (
        not summary.legs
        and summary.outcome != "unknown"
        and any(event.type == "CDRReady" for event in summary.events)
    )
