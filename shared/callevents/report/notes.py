"""What a reader must know about the answer itself: what is missing, contradictory or left out, and why."""

from callevents.calls.model import CallSummary, Warning_
from callevents.i18n import N_, gettext_for
from callevents.report.people import medium_words

WARNINGS: dict[Warning_, str] = {
    "contradictory": N_(
        "❗ Contradictory: some records of this call disagree (a party is connected after its own end, or two ends give"
        " different reasons). Check the timeline before you rely on who talked and who hung up."
    ),
    "incomplete": N_(
        "❗ Incomplete: the records do not hold the end of the call. Records arrive with a delay, or an event type is"
        " switched off in the instance's subscription. Refresh in a minute."
    ),
    "unreadable_record": N_(
        "❗ Some records cannot be read. They stand last in the timeline, and nothing is concluded from them."
    ),
    "duplicates": N_("Some records came more than once; each is counted once."),
}
_SECOND_HAND = N_(
    "This comes from the call detail record alone, which is written after the call; its own events are missing, so how"
    " long it rang or was talked is not known."
)
NO_RECORDS = (
    N_("The id is wrong, or the call belongs to another instance."),
    N_("The instance's event subscription is not of the type webhook: then nothing is recorded."),
    N_("The event types are switched off in the subscription."),
    N_("The records have expired."),
)


def warnings(summary: CallSummary, language: str) -> list[str]:
    """Return one sentence for each warning of *summary*, the gravest first; none where there are no records."""
    if summary.outcome == "no_records":
        return []
    _ = gettext_for(language)
    second_hand = [_(_SECOND_HAND)] if _is_second_hand(summary) else []
    return [
        *second_hand,
        *(_(medium_words(words, summary)) for code, words in WARNINGS.items() if code in summary.warnings),
    ]


def _is_second_hand(summary: CallSummary) -> bool:
    """Say whether only the record that CCC writes after a call tells of it: no event of a leg is there."""
    return (
        not summary.legs
        and summary.outcome != "unknown"
        and any(event.type == "CDRReady" for event in summary.events)
    )
