"""A call to show, and the judges of what Slack would take."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import slackblocks
from jsonschema import Draft7Validator
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from callevents.slack.blocks.block_kit import Message

DATA = Path(__file__).parents[1] / "data" / "slack"
CANARY = "EVIL"  # stands in every hostile text
_SLACKBLOCKS = {"header", "section", "context", "divider"}


class Validators:
    """The three judges nobody here wrote, and what all three miss."""

    def __init__(self) -> None:
        schema = json.loads((DATA / "knownblock.schema.json").read_text(encoding="utf-8"))
        known = [ref["$ref"] for ref in schema["definitions"]["KnownBlock"]["anyOf"]]
        definitions = schema["definitions"]
        self.kinds = {
            definitions[ref.rpartition("/")[2]]["properties"]["type"]["const"]: Draft7Validator(
                {**schema, "$ref": ref}
            )
            for ref in known
            if "type" in definitions[ref.rpartition("/")[2]].get("properties", {})
        }
        self.view = Draft7Validator({**schema, "$ref": "#/definitions/View"})
        self._passed: set[str] = set()  # as JSON: many messages have blocks in common

    def message(self, message: Message, *, parsed: bool = True) -> None:
        assert 1 <= len(message.text) < 4000
        safe_text(message.text)
        assert 1 <= len(message.blocks) <= 50
        assert len(json.dumps(message.blocks)) <= 12_000
        assert sum(block["type"] == "table" for block in message.blocks) <= 1
        self.blocks(message.blocks, parsed=parsed)

    def blocks(self, blocks: list[dict[str, Any]], *, parsed: bool = True) -> None:
        json.dumps(blocks, ensure_ascii=False).encode()  # no lone surrogate
        seen: list[str] = []
        for block in blocks:
            own_limits(block)
            seen += [piece["action_id"] for piece in walk(block) if "action_id" in piece]
            if parsed:
                self.judged(block)
        assert len(seen) == len(set(seen))

    def judged(self, block: dict[str, Any]) -> None:
        text = json.dumps(block)
        if text in self._passed:
            return
        assert next(self.kinds[block["type"]].iter_errors(block), None) is None
        model = SdkBlock.parse(json.loads(text))
        assert model is not None
        model.validate_json()
        if block["type"] in _SLACKBLOCKS:
            slackblocks.Block.from_dict(block)
        self._passed.add(text)

    def modal(self, view: dict[str, Any]) -> None:
        # The blocks are judged one by one below, as what their types say: trying all types on each takes far longer.
        assert next(self.view.iter_errors({**view, "blocks": []}), None) is None
        SdkView(**view).validate_json()
        assert len(view["blocks"]) <= 100
        assert len(json.dumps(view["blocks"])) <= 12_000
        assert len(view.get("private_metadata", "")) <= 3000
        for part in ("title", "submit", "close"):
            assert len(view.get(part, {"text": "x"})["text"]) <= 24
        self.blocks(view["blocks"])


def walk(piece: object) -> Iterator[dict[str, Any]]:
    if isinstance(piece, Mapping):
        yield dict(piece)
        for value in piece.values():
            yield from walk(value)
    elif isinstance(piece, list):
        for value in piece:
            yield from walk(value)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def own_limits(block: dict[str, Any]) -> None:
    """Check what all three judges miss."""
    for piece in walk(block):
        text = piece.get("text")
        if isinstance(text, str):
            assert 1 <= units(text) <= 3000
            unseen(text)
        _PIECES.get(str(piece.get("type")), lambda _: None)(piece)
    _BLOCKS.get(block["type"], lambda _: None)(block)


def _mrkdwn(piece: dict[str, Any]) -> None:
    assert piece["verbatim"] is True
    assert CANARY not in piece["text"]


def _plain_text(piece: dict[str, Any]) -> None:
    assert piece["emoji"] is False


def _button(piece: dict[str, Any]) -> None:
    assert 1 <= len(piece["value"]) <= 2000
    assert units(piece["text"]["text"]) <= 75
    assert units(piece.get("accessibility_label", "")) <= 75


def _overflow(piece: dict[str, Any]) -> None:
    assert 1 <= len(piece["options"]) <= 5
    assert all(1 <= len(option["value"]) <= 150 for option in piece["options"])


def _link(piece: dict[str, Any]) -> None:
    pytest.fail(f"a link: {piece}")


def _header(block: dict[str, Any]) -> None:
    assert units(block["text"]["text"]) <= 150


def _section(block: dict[str, Any]) -> None:
    assert len(block.get("fields", ())) <= 10
    assert all(1 <= units(field["text"]) <= 2000 for field in block.get("fields", ()))


def _elements(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= (25 if block["type"] == "actions" else 10)


def _table(block: dict[str, Any]) -> None:
    rows = block["rows"]
    assert 1 <= len(rows) <= 100
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows[0]) <= 20
    assert len(block["column_settings"]) <= 20
    assert sum(units(cell["text"]) for row in rows for cell in row) <= 10_000
    assert all("\n" not in cell["text"] for row in rows for cell in row)


_PIECES = {
    "mrkdwn": _mrkdwn,
    "plain_text": _plain_text,
    "button": _button,
    "overflow": _overflow,
    "link": _link,
}
_BLOCKS = {
    "header": _header,
    "section": _section,
    "actions": _elements,
    "context": _elements,
    "table": _table,
}


def unseen(text: str) -> None:
    """Nothing in *text* is invisible or changes the direction; line breaks are ours."""
    for character in text:
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def safe_text(text: str) -> None:
    """Nothing in top-level text has an effect, but mentions and dates that we put there."""
    text = re.sub(r"<@[UW][0-9A-Z]+>", "somebody", text)
    unseen(text)
    assert not re.search(r"[<>*~`]", text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert "://" not in text
    assert not re.search(r"(?<![A-Za-z0-9])[@_]|\#\w|_(?![A-Za-z0-9])", text.replace("CCC_INSTANCE_ID", ""))
    assert not re.search(r":[^\s:]+:", text)
    assert not re.search(r"\w\.[a-z]{2,}", text)


@pytest.fixture(scope="session", name="judges")
def _judges() -> Validators:
    return Validators()
