"""What the Slack stand-in refuses about blocks."""

from typing import Any

import pytest

from callevents_sandbox.slack.web_api.block_limits import Surface, problems, too_long


def text(length: int, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": "x" * length}


def button(**members: Any) -> dict[str, Any]:
    return {"type": "button", "text": text(75), **members}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, **members: Any) -> list[dict[str, Any]]:
    return [{"text": text(75), "value": "v", **members}] * count


def cell(kind: str = "raw_text", **members: Any) -> dict[str, Any]:
    return {"type": kind, "text": "x", **members}


RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}


def data_table(*rows: list[Any], **members: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "x", "rows": list(rows), **members}


FINE: list[dict[str, Any]] = [
    {"type": "section", "text": text(3000)},
    {"type": "section", "fields": [text(2000)] * 10},
    {"type": "section", "text": text(1), "accessory": button()},
    {"type": "header", "text": text(150)},
    {"type": "context", "elements": [text(1)] * 10},
    {"type": "divider"},
    actions(*[button(value="v" * 2000, action_id="a" * 255)] * 25),
    actions({"type": "overflow", "options": options(5)}),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
    data_table(*[[cell()] * 20] * 101),
    data_table(
        [cell(), cell()], [RICH, cell("raw_number", value=1.5)], page_size=100, row_header_column_index=1
    ),
    {"type": "image", "alt_text": "x", "image_url": "https://x"},
]
WRONG: list[Any] = [
    "text",
    {"type": "nothing"},
    {"type": "alert"},
    {"type": "section"},
    {"type": "section", "text": text(3001)},
    {"type": "section", "text": text(0)},
    {"type": "section", "text": "x"},
    {"type": "section", "fields": [text(2001)]},
    {"type": "section", "fields": [text(1)] * 11},
    {"type": "section", "text": text(1), "accessory": button(url="u" * 3001)},
    {"type": "section", "text": text(1), "block_id": "b" * 256},
    {"type": "header", "text": text(151)},
    {"type": "header", "text": text(1, "mrkdwn")},
    {"type": "context", "elements": [text(1)] * 11},
    {"type": "context", "elements": []},
    actions(*[button()] * 26),
    actions(button(text=text(76))),
    actions(button(text=text(1, "mrkdwn"))),
    actions(button(value="v" * 2001)),
    actions(button(action_id="a" * 256)),
    actions("x"),
    actions({"type": "overflow", "options": options(6)}),
    actions({"type": "overflow", "options": options(1, value="v" * 151)}),
    {"type": "rich_text", "elements": []},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]},
    data_table([cell()]),
    data_table(*[[cell()]] * 102),
    data_table([cell()], [cell(), cell()]),
    data_table([], []),
    data_table([cell()] * 21, [cell()] * 21),
    data_table([RICH], [cell()]),
    data_table([cell()], [button()]),
    data_table([cell()], [cell("raw_number")]),
    data_table([cell()], [cell("raw_number", value="1")]),
    data_table([cell()], [cell(text=1)]),
    data_table([cell()], [cell(text="x" * 10_001)]),
    data_table([cell()], [cell()], caption=""),
    data_table([cell()], [cell()], page_size=0),
    data_table([cell()], [cell()], page_size=101),
    data_table([cell()], [cell()], row_header_column_index=1),
    {"type": "data_table", "caption": "x"},
    {"type": "image", "image_url": "https://x"},
]


@pytest.mark.parametrize("block", FINE)
def test_what_is_within_the_limits_is_fine(block: dict[str, Any]) -> None:
    assert problems([block]) == []


@pytest.mark.parametrize("block", WRONG)
def test_what_is_beyond_them_is_named(block: Any) -> None:
    found = problems([FINE[0], block])
    assert found
    assert all("json-pointer:/blocks/1" in each for each in found)


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_there_is_a_number_of_blocks(surface: Surface, most: int) -> None:
    assert problems([{"type": "divider"}] * most, surface) == []
    assert problems([{"type": "divider"}] * (most + 1), surface)


def test_all_blocks_together_are_looked_at() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert problems([table, table]) == ["only one table is allowed"]
    assert problems([{"type": "divider", "block_id": "b"}] * 2) == ["block_id must be unique"]
    assert not too_long([{"type": "section", "text": text(3000)}] * 4)
    assert too_long([{"type": "section", "text": text(3000)}] * 5)
    assert problems([{"type": "alert"}], "modal") == []


def test_a_workspace_may_not_have_a_type_yet() -> None:
    table = data_table([cell()], [cell()])
    assert problems([table]) == []
    assert problems([FINE[0], table], refused={"data_table"}) == [
        "unsupported type: data_table [json-pointer:/blocks/1]"
    ]
    assert problems([table], "modal")
