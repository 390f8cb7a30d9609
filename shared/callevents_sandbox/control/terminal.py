"""Messages as text that a terminal can show; nothing in them can move its cursor or change its colours."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from itertools import zip_longest

from callevents.cli.screen import width

Part = Mapping[str, object]
_ANGLES = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_RULE = 78
_LABEL = 12


def as_text(text: str, blocks: Sequence[object]) -> str:
    """Return a message as lines of text; its `text` counts only where there are no blocks."""
    lines = [line for block in blocks if isinstance(block, dict) for line in _block(block)]
    return "\n".join(line.rstrip() for line in lines) if lines else printable(_mrkdwn(text))


def printable(text: str) -> str:
    """Return *text* without control and direction characters; line feeds stay."""
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter)[0] != "C" else " " for letter in text
    )


def _block(block: Part) -> list[str]:
    draw = _BLOCKS.get(str(block.get("type")))
    return printable(draw(block)).split("\n") if draw else [f"[{printable(str(block.get('type')))}]"]


def _section(block: Part) -> str:
    lines = [_text(block["text"])] if "text" in block else []
    fields = [_text(each).replace("\n", " ") for each in _list(block.get("fields"))]
    rows = [fields[start : start + 2] for start in range(0, len(fields), 2)]  # Slack draws them two in a row
    lines += [f"  {line}" for line in _columns(rows, _LABEL)]
    if isinstance(block.get("accessory"), dict):
        lines.append(_element(block["accessory"]))
    return "\n".join(lines)


def _table(block: Part) -> str:
    rows = [[_cell(cell) for cell in _list(row)] for row in _list(block.get("rows"))]
    return "\n".join(_columns(rows))


def _columns(rows: Sequence[Sequence[str]], first: int = 0) -> list[str]:
    widths = [max(map(width, column)) for column in zip_longest(*rows, fillvalue="")]
    widths[:1] = [max(first, *widths[:1])] if widths else []
    return ["  ".join(map(_padded, row, widths)) for row in rows]


def _cell(cell: object) -> str:
    if isinstance(cell, dict) and cell.get("type") == "rich_text":
        return _rich_text(cell).replace("\n", " ")
    return _text(cell).replace("\n", " ")


def _rich_text(block: Part) -> str:
    return "\n".join(_rich(element) for element in _list(block.get("elements")))


def _rich(element: object) -> str:
    if not isinstance(element, dict):
        return ""
    kind, inner = element.get("type"), _list(element.get("elements"))
    if kind == "rich_text_list":
        numbered = element.get("style") == "ordered"
        return "\n".join(f"  {f'{n}.' if numbered else '•'} {_rich(each)}" for n, each in enumerate(inner, 1))
    text = "".join(_inline(each) for each in inner)
    if kind in {"rich_text_quote", "rich_text_preformatted"}:
        return "\n".join(f"  | {line}" for line in text.split("\n"))
    return text.rstrip("\n")


def _inline(element: object) -> str:
    if not isinstance(element, dict):
        return ""
    kind = element.get("type")
    named = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "usergroup": ("@", "usergroup_id")}
    if kind in named:
        sign, member = named[kind]
        return f"{sign}{element.get(member, '')}"
    if kind == "emoji":
        return _emoji(element)
    if kind == "date":
        return str(element.get("fallback", element.get("timestamp", "")))
    return str(element.get("text") or element.get("url") or "")


def _emoji(element: Part) -> str:
    try:
        return "".join(chr(int(code, 16)) for code in str(element["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{element.get('name', '')}:"


def _element(element: object) -> str:
    if not isinstance(element, dict):
        return ""
    options = [
        _text(option.get("text")) for option in _list(element.get("options")) if isinstance(option, dict)
    ]
    if options:
        return f"[{'⋯' if element.get('type') == 'overflow' else '▾'} {' | '.join(options)}]"
    if element.get("type") == "image":
        return f"[{element.get('alt_text', '')}]"
    return f"[{_text(element.get('text'))}]"


def _text(given: object) -> str:
    if not isinstance(given, dict):
        return ""
    text = str(given.get("text", given.get("value", "")))
    return _mrkdwn(text) if given.get("type") == "mrkdwn" else text


def _mrkdwn(text: str) -> str:
    """Return *text* as read: dates by their fallback, links by their label, bold without its stars."""
    return unescape(re.sub(r"\*([^*\n]+)\*", r"\1", _ANGLES.sub(lambda m: m[2] or m[1], text)))


def _context(block: Part) -> str:
    texts = [_text(each) or _element(each) for each in _list(block.get("elements"))]
    return " · ".join(text for text in texts if text)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


_BLOCKS: Mapping[str, Callable[[Part], str]] = {
    "header": lambda block: _text(block.get("text")),
    "section": _section,
    "rich_text": _rich_text,
    "context": _context,
    "table": _table,
    "data_table": lambda block: f"{block.get('caption', '')}\n{_table(block)}",
    "divider": lambda _: "─" * _RULE,
    "actions": lambda block: "  ".join(_element(each) for each in _list(block.get("elements"))),
    "markdown": lambda block: str(block.get("text", "")),
    "image": lambda block: f"[{block.get('alt_text', '')}]",
    "input": lambda block: f"{_text(block.get('label'))}: ____",
}
