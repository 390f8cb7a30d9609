"""What Slack refuses about blocks: the limits that it documents, and the one that it does not.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal

Surface = Literal["message", "modal", "home"]
Part = Mapping[str, object]

MAX_TOTAL_CHARS = 13_200
_MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_EVERYWHERE = {"section", "header", "divider", "context", "actions", "rich_text", "image", "video"}
_TYPES = {
    "message": _EVERYWHERE | {"table", "data_table", "markdown", "file", "context_actions"},
    "modal": _EVERYWHERE | {"input", "alert"},
    "home": _EVERYWHERE | {"input"},
}
_ELEMENTS = {"context": 10, "actions": 25, "context_actions": 5}
_TEXT, _FIELD, _FIELDS, _HEADER, _IDS = 3000, 2000, 10, 150, 255
_BUTTON, _VALUE, _URL = 75, 2000, 3000
_OPTIONS = {"overflow": 5}
_ROWS, _COLUMNS, _CELLS = 100, 20, 10_000
_PAGE = 100  # rows of a data table that are seen at once


def problems(
    blocks: Sequence[object], surface: Surface = "message", refused: Collection[str] = ()
) -> list[str]:
    """Return what Slack would refuse about *blocks*, in words; nothing if they are fine.

    A workspace may not have some types yet: *refused*.
    """
    found = [f"no more than {_MAX_BLOCKS[surface]} items allowed [json-pointer:/blocks]"] * (
        len(blocks) > _MAX_BLOCKS[surface]
    )
    for number, block in enumerate(blocks):
        if not isinstance(block, dict):
            found.append(f"must be an object [json-pointer:/blocks/{number}]")
            continue
        if block.get("type") in refused:
            found.append(f"unsupported type: {block['type']} [json-pointer:/blocks/{number}]")
        found += [f"{problem} [json-pointer:/blocks/{number}]" for problem in _block(block, surface)]
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    found += ["block_id must be unique"] * (len(set(map(str, ids))) != len(ids))
    tables = sum(isinstance(block, dict) and block.get("type") == "table" for block in blocks)
    found += ["only one table is allowed"] * (tables > 1)
    return found


def too_long(blocks: Sequence[object]) -> bool:
    """Say whether *blocks* exceed the total that Slack does not document."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MAX_TOTAL_CHARS


def _block(block: Part, surface: Surface) -> Iterator[str]:
    kind = str(block.get("type"))
    if kind not in _TYPES[surface]:
        yield f"unsupported type: {kind}"
        return
    yield from _length("block_id", block.get("block_id", "-"), _IDS)
    if kind in _ELEMENTS:
        yield from _elements(block, _ELEMENTS[kind])
    elif kind in _CHECKS:
        yield from _CHECKS[kind](block)


def _elements(block: Part, most: int) -> Iterator[str]:
    elements = _list(block.get("elements"))
    if not 0 < len(elements) <= most:
        yield f"there must be 1 to {most} elements"
    for element in elements:
        yield from _element(element)


def _section(block: Part) -> Iterator[str]:
    fields = _list(block.get("fields"))
    if not fields and "text" not in block:
        yield "section must have text or fields"
    if "text" in block:
        yield from _text(block["text"], _TEXT)
    if "fields" in block and not 0 < len(fields) <= _FIELDS:
        yield f"fields must be 1 to {_FIELDS}"
    for each in fields:
        yield from _text(each, _FIELD)
    if isinstance(block.get("accessory"), dict):
        yield from _element(block["accessory"])


def _element(element: object) -> Iterator[str]:
    if not isinstance(element, dict) or not element.get("type"):
        yield "an element must have a type"
        return
    kind = element["type"]
    if kind in {"mrkdwn", "plain_text"}:
        yield from _text(element, _TEXT)
    yield from _length("action_id", element.get("action_id", "-"), _IDS)
    if kind == "button":
        yield from _text(element.get("text"), _BUTTON, {"plain_text"})
        yield from _length("value", element.get("value", "-"), _VALUE)
        yield from _length("url", element.get("url", "-"), _URL)
    if kind in {"overflow", "static_select", "radio_buttons", "checkboxes"}:
        options = _list(element.get("options"))
        if not 0 < len(options) <= _OPTIONS.get(str(kind), 100):
            yield f"{kind} has too many or no options"
        for option in options:
            yield from _text(option.get("text") if isinstance(option, dict) else None, _BUTTON)
            yield from _length("value", option.get("value") if isinstance(option, dict) else None, 150)


def _table(block: Part) -> Iterator[str]:
    rows = _list(block.get("rows"))
    if not 0 < len(rows) <= _ROWS or any(not 0 < len(_list(row)) <= _COLUMNS for row in rows):
        yield f"a table has 1 to {_ROWS} rows of 1 to {_COLUMNS} cells"
    if len(json.dumps(rows, ensure_ascii=False)) > _CELLS + 100 * _ROWS * _COLUMNS:
        yield "table is too large"
    texts = [str(cell.get("text", "")) for row in rows for cell in _list(row) if isinstance(cell, dict)]
    if sum(map(len, texts)) > _CELLS:
        yield f"the cells of a table hold {_CELLS} characters at most"


def _data_table(block: Part) -> Iterator[str]:
    """Check a table with pages and sorting; https://docs.slack.dev/reference/block-kit/blocks/data-table-block."""
    rows = [_list(row) for row in _list(block.get("rows"))]
    if not isinstance(block.get("caption"), str) or not block.get("caption"):
        yield "data_table must have a caption"
    if not 0 < len(rows[1:]) <= _ROWS:
        yield f"a data_table has a header and 1 to {_ROWS} rows"
    if len({len(row) for row in rows}) != 1 or not 0 < len(rows[0]) <= _COLUMNS:
        yield f"the rows of a data_table have the same number of cells, 1 to {_COLUMNS}"
    for number, row in enumerate(rows):
        for cell in row:
            yield from _data_cell(cell, header=number == 0)
    texts = [str(cell.get("text", "")) for row in rows for cell in row if isinstance(cell, dict)]
    if sum(map(len, texts)) > _CELLS:
        yield f"the cells of a table hold {_CELLS} characters at most"
    yield from _whole_number("page_size", block.get("page_size", 1), 1, _PAGE)
    last = max(map(len, rows), default=1) - 1
    yield from _whole_number("row_header_column_index", block.get("row_header_column_index", 0), 0, last)


def _data_cell(cell: object, *, header: bool) -> Iterator[str]:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(cell, dict) or kind not in {"raw_text", "raw_number", "rich_text"}:
        yield "a cell must be raw_text, raw_number or rich_text"
    elif kind == "rich_text" and header:
        yield "the header of a data_table cannot be rich_text"
    elif kind == "rich_text":
        yield from _rich_text(cell)
    elif kind == "raw_text" and not isinstance(cell.get("text"), str):
        yield "raw_text must have a text"
    elif kind == "raw_number" and (
        isinstance(cell.get("value"), bool) or not isinstance(cell.get("value"), int | float)
    ):
        yield "raw_number must have a value"


def _whole_number(name: str, value: object, lowest: int, highest: int) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        yield f"{name} must be {lowest} to {highest}"


def _text(
    given: object, limit: int, kinds: frozenset[str] | set[str] = frozenset({"mrkdwn", "plain_text"})
) -> Iterator[str]:
    if not isinstance(given, dict) or given.get("type") not in kinds:
        yield f"text must be {' or '.join(sorted(kinds))}"
        return
    yield from _length("text", given.get("text"), limit)


def _length(name: str, value: object, limit: int) -> Iterator[str]:
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        yield f"{name} must be 1 to {limit} characters"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _rich_text(block: Part) -> Iterator[str]:
    if not _list(block.get("elements")):
        yield "rich_text must have elements"


def _image(block: Part) -> Iterator[str]:
    if not (block.get("alt_text") and (block.get("image_url") or block.get("slack_file"))):
        yield "image must have image_url and alt_text"


_CHECKS: Mapping[str, Callable[[Part], Iterator[str]]] = {
    "section": _section,
    "header": lambda block: _text(block.get("text"), _HEADER, {"plain_text"}),
    "table": _table,
    "data_table": _data_table,
    "rich_text": _rich_text,
    "image": _image,
    "input": lambda block: _text(block.get("label"), _VALUE, {"plain_text"}),
}
