"""Tests for callevents.report.notes: what a reader must know about the answer itself."""

from typing import Any

import pytest

from callevents.report.notes import warnings


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
