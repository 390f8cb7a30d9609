"""Tests for callevents.slack.lookups.ack_budget."""

from typing import Any

import pytest

from callevents.clock import Clocks
from callevents.invocation import Invocation
from callevents.observability.request_log import RequestLog
from callevents.slack.lookups.ack_budget import (
    HAND_OFF_SECONDS,
    NETWORK_SECONDS,
    RENDERING_SECONDS,
    SLACK_TIMEOUT_SECONDS,
    budget,
)

STAMP = 1_795_334_591
STARTED = 5000.0


def invocation(age: float) -> Any:
    clocks = Clocks(wall=lambda: STAMP + age, monotonic=lambda: STARTED, sleep=lambda seconds: None)
    return Invocation(
        request_id="r", arrived_at=STAMP + age, started_at=STARTED, clocks=clocks, request_log=RequestLog()
    )


@pytest.mark.parametrize(
    ("age", "spent"),
    [
        (0.0, 0.0),
        (0.25, 0.25),
        (1.0, 1.0),
        (1.75, 1.75),
        (2.0, 2.0),
        (2.25, 0.0),  # not believed: counted from the arrival
        (250.0, 0.0),
        (-0.25, 0.0),
        (-250.0, 0.0),
    ],
)
def test_the_time_counts_from_slacks_stamp_where_that_can_be_believed(age: float, spent: float) -> None:
    shares = budget(timestamp=STAMP, invocation=invocation(age), hands_off=True)

    assert shares.answer.remaining() == pytest.approx(SLACK_TIMEOUT_SECONDS - NETWORK_SECONDS - spent)
    assert shares.lookup.remaining() == pytest.approx(
        SLACK_TIMEOUT_SECONDS - NETWORK_SECONDS - spent - HAND_OFF_SECONDS
    )


def test_without_a_worker_the_lookup_has_the_time_of_the_hand_over_too() -> None:
    shares = budget(timestamp=STAMP, invocation=invocation(0.5), hands_off=False)

    assert shares.lookup.remaining() == pytest.approx(
        SLACK_TIMEOUT_SECONDS - NETWORK_SECONDS - 0.5 - RENDERING_SECONDS
    )


@pytest.mark.parametrize("age", [0.0, 0.5, 1.0, 1.2])
def test_an_answer_after_one_second_fits_however_slacks_stamp_was_rounded(age: float) -> None:
    shares = budget(timestamp=STAMP, invocation=invocation(age), hands_off=True)

    assert shares.lookup.remaining() > 1.0


@pytest.mark.parametrize("hands_over", [True, False])
@pytest.mark.parametrize("age", [0.0, 1.0, 2.0, 3.0, -1.0])
def test_the_lookup_ends_before_the_answer_leaves_and_that_before_slack_gives_up(
    age: float, hands_over: bool
) -> None:
    shares = budget(timestamp=STAMP, invocation=invocation(age), hands_off=hands_over)

    assert shares.lookup.expires_at < shares.answer.expires_at < STARTED + SLACK_TIMEOUT_SECONDS


def test_what_was_lost_before_our_code_got_the_call_is_gone() -> None:
    shares = budget(timestamp=STAMP, invocation=invocation(0.5), hands_off=True)

    assert shares.answer.clock() == STARTED
    assert shares.answer.expires_at == pytest.approx(STARTED + 2.2)
