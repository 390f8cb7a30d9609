"""Tests for callevents.slack.lookups.result: what a person reads of each result."""

import json
from typing import Any

import pytest

from callevents.actor import Actor
from callevents.errors import CccTimedOut, CccUnavailable
from callevents.report.viewer import Viewer
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import (
    Answered,
    Denied,
    Failed,
    HandedOff,
    LookupResult,
    render,
    render_window,
)

NOW = 1795334591.0
JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
VIEWER = Viewer()
REQUEST = LookupRequest((JOB,), "ccc-test", Actor("U1", "T1"), "command", ("1.2.abc",), NOW)


def failed(error: Any, *, has_worker: bool) -> Failed:
    return Failed(REQUEST, VIEWER, error, "1-fc-request", has_worker)


RESULTS: list[tuple[LookupResult, str, str]] = [
    (Denied(REQUEST, VIEWER, "guest", ()), "Guests", "refused: guest"),
    (HandedOff(REQUEST, VIEWER, CccTimedOut()), "will replace this message", "handed_over: ccc_timed_out"),
    (failed(CccTimedOut(), has_worker=False), "CALLEVENTS_WORKER", "failed: ccc_timed_out"),
    (failed(CccTimedOut(), has_worker=True), "did not answer in time", "failed: ccc_timed_out"),
    (failed(CccUnavailable(), has_worker=False), "cannot be reached", "failed: ccc_unavailable"),
]


@pytest.mark.parametrize(("result", "words", "outcome"), RESULTS)
def test_each_result_has_its_message_its_window_and_its_outcome(
    result: LookupResult, words: str, outcome: str, judges: Any
) -> None:
    message, window = render(result, now=NOW), render_window(result, now=NOW)

    judges.message(message)
    judges.modal(window)
    assert words in json.dumps(message.blocks)
    assert words in json.dumps(window)
    assert str(result.outcome) == outcome


def test_an_answer_shows_the_calls(call: Any, judges: Any) -> None:
    result = Answered(REQUEST, VIEWER, VIEWER, [call()])

    judges.message(render(result, now=NOW))
    judges.modal(render_window(result, now=NOW))
    assert JOB in render(result, now=NOW).text
    assert str(result.outcome) == "answered"


@pytest.mark.parametrize("operation", [Operation(replace=False), Operation("refresh"), Operation("events")])
def test_only_the_acknowledgement_of_a_command_is_replaced_by_the_workers_answer(
    operation: Operation,
) -> None:
    request = REQUEST._replace(operation=operation)

    assert "will follow here" in render(HandedOff(request, VIEWER, CccTimedOut()), now=NOW).text
