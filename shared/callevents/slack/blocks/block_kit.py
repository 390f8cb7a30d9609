"""The pieces of Block Kit that messages here are made of, each within Slack's limits.

Foreign text goes into `rich_text`, `raw_text` and `plain_text` only, where Slack parses nothing; mrkdwn holds our own
words, dates and escaped text.
Source: https://docs.slack.dev/reference/block-kit/blocks
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from callevents.report.text import NOTHING, truncate

Block = dict[str, object]
Piece = dict[str, object]

PERSON = re.compile(r"[UW][0-9A-Z]{1,30}", re.ASCII)

_ENCODER = json.JSONEncoder(check_circular=False)

BLOCKS_LIMIT = 12_000  # characters of JSON; undocumented, Slack says msg_blocks_too_long from about 13,200
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION_LIMIT = 3000
FIELDS_LIMIT = 10
FIELD_LIMIT = 2000
HEADER_LIMIT = 150
BUTTON_LIMIT = 75
VALUE_LIMIT = 2000
OPTION_LIMIT = 75
OPTION_VALUE_LIMIT = 150


class Message(NamedTuple):
    """What is said: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    blocks: list[Block]


def json_length(blocks: object) -> int:
    """Return how many characters *blocks* have as JSON at its longest: ASCII, with blanks."""
    return len(_ENCODER.encode(blocks))


def plain(text: str, limit: int = SECTION_LIMIT) -> Piece:
    """Return a text object in which nothing is parsed, `:emoji:` neither."""
    return {"type": "plain_text", "text": truncate(text, limit) or NOTHING, "emoji": False}


def mrkdwn(text: str) -> Piece:
    """Return a text object for our own words and for text that `inert` made harmless."""
    return {"type": "mrkdwn", "text": text or NOTHING, "verbatim": True}


def header(text: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def fields(pairs: Sequence[tuple[str, Piece]]) -> list[Block]:
    """Return sections that show *pairs* of a label and a value side by side, five a section."""
    half = FIELDS_LIMIT // 2
    return [
        {
            "type": "section",
            "fields": [
                piece
                for label, value in pairs[start : start + half]
                for piece in (mrkdwn(f"*{label}*"), value)
            ],
        }
        for start in range(0, len(pairs), half)
    ]


def context(*texts: Piece) -> Block:
    """Return small print; at most ten texts."""
    return {"type": "context", "elements": list(texts[:10])}


def text_element(text: str, style: Literal["bold", "code", "italic"] | None = None) -> Piece:
    """Return a piece of rich text, in which nothing is parsed."""
    piece: Piece = {"type": "text", "text": text or NOTHING}
    if style:
        piece["style"] = {style: True}
    return piece


def user(user_id: str) -> Piece:
    """Return the mention of a person, by an id that Slack gave us."""
    return {"type": "user", "user_id": user_id}


def usergroup(usergroup_id: str) -> Piece:
    """Return the mention of a user group, by an id from the settings."""
    return {"type": "usergroup", "usergroup_id": usergroup_id}


def rich_text(*parts: Piece) -> Block:
    """Return a block of rich text made of paragraphs, lists and preformatted parts."""
    return {"type": "rich_text", "elements": list(parts)}


def section(*pieces: Piece) -> Piece:
    """Return a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(pieces)}


def bullets(items: Iterable[Sequence[Piece]]) -> Piece:
    """Return a bulleted list of rich text."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(*item) for item in items]}


def preformatted(lines: Iterable[str]) -> Piece:
    """Return lines in a fixed-width font, in pieces that stay below a section's limit."""
    pieces: list[Piece] = []
    held: list[str] = []
    length = 0
    for line in lines:
        if held and length + 2 * len(line) > SECTION_LIMIT:
            pieces.append(text_element("\n".join(held) + "\n"))
            held, length = [], 0
        held.append(line)
        length += 2 * len(line) + 1 if not line.isascii() else len(line) + 1
    pieces.append(text_element("\n".join(held)))
    return {"type": "rich_text_preformatted", "elements": pieces}


def inline_code_sentence(sentence: str) -> list[Piece]:
    """Return our own *sentence*, what stands in back-ticks as code."""
    return [
        text_element(part, "code" if position % 2 else None)
        for position, part in enumerate(sentence.split("`"))
        if part
    ]


def button(
    action_id: str,
    text: str,
    value: str,
    *,
    label: str | None = None,
    primary: bool = False,
) -> Piece:
    """Return a button; *label* is what a screen reader says where *text* is short."""
    piece: Piece = {
        "type": "button",
        "action_id": action_id,
        "text": plain(text, BUTTON_LIMIT),
        "value": value,
    }
    if label:
        piece["accessibility_label"] = truncate(label, BUTTON_LIMIT)
    if primary:
        piece["style"] = "primary"
    return piece


def option(text: str, value: str) -> Piece:
    """Return a choice of an overflow or select."""
    return {"text": plain(text, OPTION_LIMIT), "value": value}


def overflow(action_id: str, options: Sequence[Piece]) -> Piece:
    """Return a menu of at most five choices behind three dots."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def actions(elements: Sequence[Piece]) -> Block:
    """Return a row of at most 25 buttons."""
    return {"type": "actions", "elements": list(elements[:25])}


def interpolate(words: str, *pieces: Piece) -> list[Piece]:
    """Return our own *words* with *pieces* where they say `%(person)s`."""
    before, _, after = words.partition("%(person)s")
    return [*inline_code_sentence(before), *pieces, *inline_code_sentence(after)]
