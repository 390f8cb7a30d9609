"""Tests for callevents.worker.alerts.outcome: the wordings that the audit trail has had from the beginning."""

import pytest

from callevents.errors import CccTimedOut, HandOverFailed, SlackError, SlackRefused, SlackThrottled
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult, DetailsOutcome, DetailsResult

THROTTLED = SlackThrottled(retry_after=60)
POSTED, DETAILS = DeliveryOutcome.POSTED, DeliveryOutcome.DETAILS_POSTED
RESOLVED_IN_THREAD = DeliveryOutcome.RESOLVED_IN_THREAD


@pytest.mark.parametrize(
    ("result", "words", "code", "why"),
    [
        (DeliveryResult(POSTED), "posted", "posted", ""),
        (
            DeliveryResult(POSTED, CccTimedOut(reason="connect")),
            "posted, lookup failed: ccc_timed_out: connect",
            "posted",
            "ccc_timed_out",
        ),
        (
            DeliveryResult(POSTED, details=DetailsResult(DetailsOutcome.POSTED, 3)),
            "posted, 3 in the thread",
            "posted",
            "",
        ),
        (
            DeliveryResult(POSTED, details=DetailsResult(DetailsOutcome.REQUEUED, 7, THROTTLED)),
            "posted, 7 requeued: throttled",
            "posted",
            "slack_throttled",
        ),
        (
            DeliveryResult(
                DETAILS, details=DetailsResult(DetailsOutcome.LOST, 2, HandOverFailed(reason="HTTP 403"))
            ),
            "2 lost: hand_over_failed: HTTP 403",
            "posted",
            "hand_over_failed",
        ),
        (
            DeliveryResult(
                DETAILS, details=DetailsResult(DetailsOutcome.REJECTED, 2, SlackRefused(reason="is_archived"))
            ),
            "2 refused: is_archived",
            "posted",
            "slack_refused",
        ),
        (DeliveryResult(DeliveryOutcome.IN_CARD_THREAD), "in the thread of its card", "posted", ""),
        (DeliveryResult(DeliveryOutcome.IN_CALL_THREAD), "in the thread of an earlier alert", "posted", ""),
        (DeliveryResult(DeliveryOutcome.RESOLVED), "resolved, a new message", "posted", ""),
        (DeliveryResult(RESOLVED_IN_THREAD), "resolved, in the thread", "posted", ""),
        (
            DeliveryResult(RESOLVED_IN_THREAD, card_changed=True),
            "resolved, in the thread, the card changed",
            "posted",
            "",
        ),
        (
            DeliveryResult(RESOLVED_IN_THREAD, card_changed=False),
            "resolved, in the thread, the card not changed",
            "posted",
            "",
        ),
        (DeliveryResult(DeliveryOutcome.DUPLICATE), "posted before", "duplicate", ""),
        (
            DeliveryResult(DeliveryOutcome.REQUEUED, THROTTLED),
            "requeued: throttled",
            "put_back",
            "slack_throttled",
        ),
        (
            DeliveryResult(DeliveryOutcome.REQUEUED, SlackError(reason="status 500")),
            "requeued: slack: status 500",
            "put_back",
            "slack",
        ),
    ],
)
def test_each_result_has_its_words(result: DeliveryResult, words: str, code: str, why: str) -> None:
    assert (str(result), result.logged.code, result.logged.why) == (words, code, why)
