"""Tests for callevents.slack.lookups.operation: every message and window of a click, in both languages, of any size."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.refresh import alert_blocks, refreshed_card
from callevents.slack.lookups.operation import Kind, Operation, render_message, render_view

NOW = 1795334591.0
HOSTILE = (
    "EVIL <!channel> *b* _i_ `c` https://evil.example @here #c \u202e\u2028\ud800 & < > :smile: 13800000101"
    * 9
)
HEAD = {"type": "header", "block_id": "alert_head", "text": {"type": "plain_text", "text": f"🔥 {'x' * 140}"}}
REST = {
    "type": "rich_text",
    "block_id": "alert_rest_0",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "job-" + "y" * 60}] * 20},
    ],
}


@pytest.fixture(name="sizes")
def _sizes(call: Any, event: Any) -> dict[str, list[Any]]:
    odd: dict[str, Any] = dict.fromkeys(("caller", "callee", "answered_by", "release_text"), HOSTILE)
    large = tuple(
        event(number, f"Type{HOSTILE}", leg="agent", agent=HOSTILE, detail=HOSTILE) for number in range(600)
    )
    ids = [f"job-468a63a2-0000-4000-8000-b1ecf726d4{number:02d}" for number in range(10)]
    hostile = call(events=large, agents=(HOSTILE,) * 50, skill_groups=(HOSTILE,) * 50, **odd)
    return {
        "small": [call()],
        "nothing": [call(outcome="no_records", events=())],
        "several": [call(job_id=job) for job in ids],
        "hostile": [hostile],
        "several hostile": [call(job_id=job, events=large, **odd) for job in ids],
    }


def operations() -> Iterator[Operation]:
    yield from (Operation(kind) for kind in get_args(Kind))
    yield Operation("refresh", public=True)
    yield Operation("refresh", public=True, shared_by="U1")
    yield Operation("refresh", public=True, alert_blocks=alert_blocks([HEAD, REST]))
    yield Operation("answer", offers_reveal=True)
    yield Operation("events", page=60_000)


SIZES = ["small", "nothing", "several", "hostile", "several hostile"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    "operation", list(operations()), ids=lambda each: f"{each.kind} {each.public} {each.page}"
)
def test_slack_takes_each_message(
    operation: Operation, language: Any, size: str, sizes: Any, judges: Any
) -> None:
    viewer = Viewer(language, own_zone="Europe/Lisbon")

    judges.message(
        render_message(operation, sizes[size], viewer, user="U1", now=NOW), parsed=size != "several hostile"
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("kind", ["answer", "events"])
def test_slack_takes_each_window(kind: Any, language: Any, size: str, sizes: Any, judges: Any) -> None:
    view = render_view(Operation(kind), sizes[size], Viewer(language))

    judges.modal(view)
    assert not [block for block in view["blocks"] if block["type"] == "table"]  # type: ignore[attr-defined]  # JSON


def test_only_a_reveal_shows_whole_numbers(call: Any) -> None:
    shown = {
        operation.kind: json.dumps(render_message(operation, [call()], Viewer(), user="U1", now=NOW).blocks)
        for operation in operations()
    }

    assert [kind for kind, blocks in shown.items() if "13800000101" in blocks] == ["reveal"]


def test_what_everybody_reads_names_nobodys_own_zone(call: Any) -> None:
    viewer = Viewer(own_zone="Europe/Lisbon")
    for operation in (Operation("share"), Operation("refresh", public=True)):
        assert "Lisbon" not in json.dumps(
            render_message(operation, [call()], viewer, user="U1", now=NOW).blocks
        )


def test_a_card_without_its_head_is_still_an_answer(call: Any, judges: Any) -> None:
    for kept in ("", "{bad", "[]", "7", "[[]]"):
        judges.message(refreshed_card(kept, [call()], Viewer(), NOW))
