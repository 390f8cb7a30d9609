"""Block Kit elements, each within Slack's limits.

Foreign text goes into `rich_text`, `raw_text` and `plain_text` only, where Slack parses nothing; mrkdwn holds the
bot's own words, dates and escaped text.
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

# Characters of JSON; undocumented: Slack answers msg_blocks_too_long from about 13,200.
MAX_BLOCKS_CHARS = 12_000
MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_SECTION_CHARS = 3000
MAX_FIELDS = 10
MAX_HEADER_CHARS = 150
MAX_BUTTON_CHARS = 75
MAX_OPTION_CHARS = 75
MAX_OPTION_VALUE_CHARS = 150


class Message(NamedTuple):
    """A Slack message: `text` for notifications and screen readers, `blocks` for the screen."""

    text: str
    blocks: list[Block]


def json_length(blocks: object) -> int:
    """Return the length of *blocks* as JSON in its longest form: ASCII, with blanks."""
    return len(_ENCODER.encode(blocks))


def plain(text: str, limit: int = MAX_SECTION_CHARS) -> Piece:
    """Return a text object in which nothing is parsed, `:emoji:` neither."""
    return {"type": "plain_text", "text": truncate(text, limit) or NOTHING, "emoji": False}


def mrkdwn(text: str) -> Piece:
    """Return a text object for the bot's own words and for text from `escape_mrkdwn`."""
    return {"type": "mrkdwn", "text": text or NOTHING, "verbatim": True}


def header(text: str) -> Block:
    """Return a headline."""
    return {"type": "header", "text": plain(text, MAX_HEADER_CHARS)}


def context(*texts: Piece) -> Block:
    """Return small print made of at most ten texts."""
    return {"type": "context", "elements": list(texts[:10])}


def text_element(text: str, style: Literal["bold", "code", "italic"] | None = None) -> Piece:
    """Return a piece of rich text, in which nothing is parsed."""
    piece: Piece = {"type": "text", "text": text or NOTHING}
    if style:
        piece["style"] = {style: True}
    return piece


def date(timestamp: int, form: str, fallback: str) -> Piece:
    """Return a moment (Unix seconds) that each reader sees on their own clock.

    Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type
    """
    return {"type": "date", "timestamp": timestamp, "format": form, "fallback": fallback}


def user(user_id: str) -> Piece:
    """Return the mention of a person by their Slack id."""
    return {"type": "user", "user_id": user_id}


def usergroup(usergroup_id: str) -> Piece:
    """Return the mention of a user group by its Slack id."""
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
    """Return lines in a fixed-width font, in elements within a section's limit."""
    pieces: list[Piece] = []
    chunk: list[str] = []
    length = 0
    for line in lines:
        size = len(line)
        if length + 2 * size > MAX_SECTION_CHARS and chunk:
            pieces.append(text_element("\n".join(chunk) + "\n"))
            chunk, length = [], 0
        chunk.append(line)
        length += 1 + (size if line.isascii() else 2 * size)
    pieces.append(text_element("\n".join(chunk)))
    return {"type": "rich_text_preformatted", "elements": pieces}


def inline_code(sentence: str) -> list[Piece]:
    """Return *sentence* with the parts between back-ticks as code."""
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
    """Return a button; a screen reader reads *label* instead of *text*."""
    piece: Piece = {
        "type": "button",
        "action_id": action_id,
        "text": plain(text, MAX_BUTTON_CHARS),
        "value": value,
    }
    if label:
        piece["accessibility_label"] = truncate(label, MAX_BUTTON_CHARS)
    if primary:
        piece["style"] = "primary"
    return piece


def option(text: str, value: str, url: str = "") -> Piece:
    """Return a choice of an overflow or select; one of an overflow may open *url*."""
    choice: Piece = {"text": plain(text, MAX_OPTION_CHARS), "value": value}
    return {**choice, "url": url} if url else choice


def overflow(action_id: str, options: Sequence[Piece]) -> Piece:
    """Return an overflow menu of at most five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def actions(elements: Sequence[Piece]) -> Block:
    """Return a row of at most 25 buttons."""
    return {"type": "actions", "elements": list(elements[:25])}


def interpolate(sentence: str, *pieces: Piece) -> list[Piece]:
    """Return *sentence* with *pieces* in place of `%(person)s`."""
    before, _, after = sentence.partition("%(person)s")
    return [*inline_code(before), *pieces, *inline_code(after)]
