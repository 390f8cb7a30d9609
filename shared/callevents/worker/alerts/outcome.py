"""The result of an alert's delivery, for the request line and the audit trail."""

from dataclasses import dataclass
from enum import Enum

from callevents.errors import CallEventsError, SlackThrottled
from callevents.observability.request_log import OutcomeCode, RequestOutcome


class DeliveryOutcome(Enum):
    """The place where an alert was posted, or the reason why it was not; the value is the audit trail's wording."""

    POSTED = "posted"
    DETAILS_POSTED = ""
    IN_CARD_THREAD = "in the thread of its card"
    IN_CALL_THREAD = "in the thread of an earlier alert"
    RESOLVED = "resolved, a new message"
    RESOLVED_IN_THREAD = "resolved, in the thread"
    NO_CARD = "resolved, no card to close"
    PART_ENDED = "resolved in part, the card not closed"
    AFTER_END = "after its end, in the thread of its card"
    DUPLICATE = "posted before"
    REQUEUED = "requeued"

    @property
    def code(self) -> OutcomeCode:
        """The outcome in the request line."""
        if self is DeliveryOutcome.DUPLICATE:
            return "duplicate"
        if self in {DeliveryOutcome.NO_CARD, DeliveryOutcome.PART_ENDED}:
            return "ignored"
        return "put_back" if self is DeliveryOutcome.REQUEUED else "posted"


class DetailsOutcome(Enum):
    """The result of posting details into a thread; the value is the audit trail's wording."""

    POSTED = "in the thread"
    REJECTED = "refused"
    REQUEUED = "requeued"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DetailsResult:
    """How many calls' details were posted, or with what error they were not."""

    outcome: DetailsOutcome
    count: int
    error: CallEventsError | None = None

    def __str__(self) -> str:
        """Return the wording of the audit trail."""
        words = f"{self.count} {self.outcome.value}"
        if self.error is None:
            return words
        return (
            f"{words}: {self.error.reason if self.outcome is DetailsOutcome.REJECTED else _cause(self.error)}"
        )


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of an alert.

    `error` is why its calls could not be looked up, or why it was requeued; `card_changed` says whether the card of a
    resolved alert shows it, None if there is none that could.
    """

    outcome: DeliveryOutcome
    error: CallEventsError | None = None
    details: DetailsResult | None = None
    card_changed: bool | None = None

    @property
    def logged(self) -> RequestOutcome:
        """The outcome in the request line."""
        error = self.error or (self.details.error if self.details is not None else None)
        if error is None:
            return RequestOutcome(self.outcome.code)
        return RequestOutcome.of_error(self.outcome.code, error)

    def __str__(self) -> str:
        """Return the wording of the audit trail."""
        words = self.outcome.value
        if self.error is not None:
            requeued = self.outcome is DeliveryOutcome.REQUEUED
            words += f": {_cause(self.error)}" if requeued else f", lookup failed: {self.error}"
        if self.card_changed is not None:
            words += ", the card changed" if self.card_changed else ", the card not changed"
        return ", ".join(part for part in (words, str(self.details or "")) if part)


def _cause(error: CallEventsError) -> str:
    return "throttled" if isinstance(error, SlackThrottled) else str(error)
