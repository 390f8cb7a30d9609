"""Refreshes an alert's card: its calls are looked up again, and what the alert says is kept.

Slack sends the blocks of the clicked message, which is untrusted input: only parts that a card can have are kept, and
each is built anew, so that its text has no effect.
"""

import json
import re
from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.report.text import cut_escaped, escape_mrkdwn
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import ALERT_BLOCK, HEAD_BLOCK, ON_CARDS
from callevents.slack.blocks.block_kit import (
    MAX_BLOCKS_CHARS,
    Block,
    Message,
    Piece,
    context,
    header,
    json_length,
    mrkdwn,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.blocks.buttons import Buttons, footer, updated
from callevents.slack.messages.answer import sentences
from callevents.slack.messages.call_table import several_calls
from callevents.slack.messages.single_call import one_call
from callevents.slack.requests.fields import Json, nested, objects, text

MAX_ALERT_CHARS = 20_000
_MAX_BLOCKS = 10
_REST = f"{ALERT_BLOCK}rest"
_NAME = re.compile(rf"{ALERT_BLOCK}[a-z0-9_]{{1,40}}", re.ASCII)
# The only mrkdwn on a card: a date among plain words.
_DATED = re.compile(
    r"[^<>&*_~`@#|]{0,60}<!date\^[0-9]{1,12}\^[a-z_{} ]{1,60}\|[^<>&|]{1,60}>[^<>&*_~`@#|]{0,60}"
)
_STYLES = ("code", "strike", "bold")


def alert_blocks(blocks: Sequence[Json]) -> str:
    """Return the parts that a refresh keeps of a card's *blocks*, as JSON; "" if they are not a card."""
    candidates = [block for block in blocks if _NAME.fullmatch(text(block, "block_id", 50))][:_MAX_BLOCKS]
    if not any(block["block_id"] == HEAD_BLOCK for block in candidates):
        return ""
    parts = json.dumps([part for block in candidates if (part := _part(block)) is not None])
    return parts if len(parts) <= MAX_ALERT_CHARS else ""


def refreshed_card(
    kept_blocks: str,
    summaries: Sequence[CallSummary],
    viewer: Viewer,
    now: float,
    *,
    offers: Buttons = ON_CARDS,
) -> Message:
    """Return the card with *summaries*, refreshed at *now* (Unix seconds); *kept_blocks* come from `alert_blocks`."""
    parts = [part for block in _decode(kept_blocks) if (part := _part(block)) is not None]
    rest = [part for part in parts if str(part["block_id"]).startswith(_REST)]
    top = [part for part in parts if part not in rest]
    tail = [*rest, *updated(now, viewer)]
    rows = footer(summaries, viewer, offers)
    # Where the card is too long, the button for each call is left out first, then the calls that were not looked up.
    for last, foot in ((tail, rows), (tail, rows[:1]), (updated(now, viewer), rows[:1])):
        max_chars = MAX_BLOCKS_CHARS - json_length([*top, *last, *foot])
        body = (
            one_call(summaries[0], verdict(summaries[0], viewer), viewer, max_chars)
            if len(summaries) == 1
            else several_calls(summaries, viewer, max_chars)
        )
        blocks = [*top, *body, *last, *foot]
        if json_length(blocks) <= MAX_BLOCKS_CHARS:
            break
    heads = [text(nested(part, "text"), "text") for part in top if part["block_id"] == HEAD_BLOCK]
    return Message(cut_escaped("\n".join([*map(escape_mrkdwn, heads), sentences(summaries, viewer)])), blocks)


def _decode(kept_blocks: str) -> list[Json]:
    try:
        return objects({"blocks": json.loads(kept_blocks)}, "blocks", _MAX_BLOCKS)
    except (ValueError, RecursionError):
        return []


def _part(block: Json) -> Block | None:
    """Return *block* built anew, None for a kind that no card has."""
    kind = block.get("type")
    if kind == "header":
        rebuilt = header(text(nested(block, "text"), "text"))
    elif kind == "context":
        texts = [piece for element in objects(block, "elements", 10) if (piece := _detail(element))]
        rebuilt = context(*texts) if texts else {}
    elif kind == "rich_text":
        pieces = [
            _text(element)
            for section in objects(block, "elements", 5)
            for element in objects(section, "elements", 30)
            if element.get("type") == "text"
        ]
        rebuilt = rich_text(section(*pieces)) if pieces else {}
    else:
        return None
    return {**rebuilt, "block_id": text(block, "block_id", 50)} if rebuilt else None


def _detail(element: Json) -> Piece | None:
    words = text(element, "text", 300)
    if element.get("type") == "plain_text":
        return plain(words, 300)
    return mrkdwn(words) if _DATED.fullmatch(words) else None


def _text(element: Json) -> Piece:
    style = nested(element, "style")
    styles: dict[str, object] = {name: True for name in _STYLES if style.get(name) is True}
    piece = text_element(text(element, "text"))
    return {**piece, "style": styles} if styles else piece
