"""Tests for callevents.report.notes: what a reader must know about the answer itself."""

from typing import Any

import pytest

from callevents.calls.model import NOT_ASKED, SecondSource
from callevents.report.notes import empty_causes, warnings


def test_what_rests_on_the_detail_record_alone_is_said(call: Any, event: Any) -> None:
    alone = call(legs=(), journey=(), events=(event(0, "CDRReady"),), complete=True)

    assert warnings(alone, "en")[0].startswith("This comes from the call detail record alone")
    assert "话单" in warnings(alone, "zh-CN")[0]


@pytest.mark.parametrize("changes", [{}, {"legs": (), "outcome": "unknown"}, {"legs": (), "events": ()}])
def test_what_the_events_say_is_first_hand(call: Any, changes: dict[str, Any]) -> None:
    assert warnings(call(**changes), "en") == []


def test_the_gravest_warning_is_first(call: Any) -> None:
    found = warnings(call(warnings=("duplicates", "incomplete", "contradictory")), "en")

    assert [sentence.partition(":")[0] for sentence in found[:2]] == ["❗ Contradictory", "❗ Incomplete"]
    assert warnings(call(warnings=("incomplete",), outcome="no_records"), "en") == []


DETAIL = SecondSource("found", "found")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("second", "outcome", "expected"),
    [
        (NOT_ASKED, "no_records", []),
        (DETAIL, "answered", ["This comes from its call detail record"]),
        (SecondSource("found", "none"), "answered", ["This comes from"]),
        (
            SecondSource("found", "refused"),
            "answered",
            ["This comes from", "not allowed to read the list of calls"],
        ),
        (SecondSource("found", "failed"), "answered", ["This comes from", "time on hold, could not be read"]),
        (SecondSource("found", "late"), "answered", ["This comes from", "no time left to ask for the list"]),
        (SecondSource("none"), "no_records", ["There is no call detail record of it either"]),
        (SecondSource("refused"), "no_records", ["not allowed to read its call detail record"]),
        (SecondSource("failed"), "no_records", ["Its call detail record could not be read"]),
        (SecondSource("late"), "no_records", ["no time left to ask for its call detail record"]),
    ],
)
def test_what_became_of_the_second_source_is_said(
    call: Any, second: SecondSource, outcome: str, expected: list[str], language: str
) -> None:
    found = warnings(call(second_source=second, outcome=outcome), language)
    assert len(found) == len(expected)
    for sentence, part in zip(found, expected, strict=True):
        assert (part in sentence) == (language == "en")


def test_a_detail_record_without_an_end_is_no_matter_of_subscriptions(call: Any) -> None:
    summary = call(sources=("detail_record",), second_source=DETAIL, warnings=("incomplete",))
    assert "subscription" not in "".join(warnings(summary, "en"))
    assert "the call detail record does not hold the end" in warnings(summary, "en")[1]


def test_the_causes_of_an_empty_result_are_those_of_the_sources_that_were_asked(call: Any) -> None:
    alone = empty_causes(call(outcome="no_records"), "en")
    both = empty_causes(call(outcome="no_records", second_source=SecondSource("none")), "en")
    assert both[: len(alone)] == alone
    assert [cause for cause in both if "detail record" in cause] == both[len(alone) :] != []
