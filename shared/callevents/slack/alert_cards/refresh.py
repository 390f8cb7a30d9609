"""An alert's card whose calls were looked up again: what the alert said stays, and comes back to us with the click.

Slack hands us the blocks of the message that was clicked. Only what can be read as a part of a card of ours is taken
over, and each part is built anew, so nothing that stands in it can have an effect.
"""

import json
import re
from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.report.text import cut_escaped, escape_mrkdwn
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import ALERT_BLOCK, HEAD_BLOCK
from callevents.slack.blocks.block_kit import (
    BLOCKS_LIMIT,
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
from callevents.slack.messages.several import several_calls
from callevents.slack.messages.single_call import one_call
from callevents.slack.requests.fields import Json, nested, objects, text

KEPT_LIMIT = 20_000
_MOST_BLOCKS = 10
_REST = f"{ALERT_BLOCK}rest"
_NAME = re.compile(rf"{ALERT_BLOCK}[a-z0-9_]{{1,40}}", re.ASCII)
# The one kind of mrkdwn on a card: our own words around a date.
_DATED = re.compile(
    r"[^<>&*_~`@#|]{0,60}<!date\^[0-9]{1,12}\^[a-z_{} ]{1,60}\|[^<>&|]{1,60}>[^<>&*_~`@#|]{0,60}"
)
_STYLES = ("code", "strike", "bold")


def alert_blocks(blocks: Sequence[Json]) -> str:
    """Return as JSON what stays of the card whose blocks are *blocks*, "" where it is none of ours."""
    named = [block for block in blocks if _NAME.fullmatch(text(block, "block_id", 50))][:_MOST_BLOCKS]
    if not any(block["block_id"] == HEAD_BLOCK for block in named):
        return ""
    parts = json.dumps([part for block in named if (part := _part(block)) is not None])
    return parts if len(parts) <= KEPT_LIMIT else ""


def refreshed_card(kept: str, summaries: Sequence[CallSummary], viewer: Viewer, now: float) -> Message:
    """Return the card with *summaries*, updated at *now* (Unix seconds); *kept* is what `kept_of` returned."""
    parts = [part for block in _read(kept) if (part := _part(block)) is not None]
    rest = [part for part in parts if str(part["block_id"]).startswith(_REST)]
    top = [part for part in parts if part not in rest]
    tail = [*rest, *updated(now, viewer)]
    rows = footer(summaries, viewer, Buttons(share=False))
    # What gives way where there is too little room: the button for each call, then what was not looked up.
    for last, foot in ((tail, rows), (tail, rows[:1]), (updated(now, viewer), rows[:1])):
        room = BLOCKS_LIMIT - json_length([*top, *last, *foot])
        body = (
            one_call(summaries[0], verdict(summaries[0], viewer), viewer, room)
            if len(summaries) == 1
            else several_calls(summaries, viewer, room)
        )
        blocks = [*top, *body, *last, *foot]
        if json_length(blocks) <= BLOCKS_LIMIT:
            break
    heads = [text(nested(part, "text"), "text") for part in top if part["block_id"] == HEAD_BLOCK]
    return Message(cut_escaped("\n".join([*map(escape_mrkdwn, heads), sentences(summaries, viewer)])), blocks)


def _read(kept: str) -> list[Json]:
    try:
        return objects({"blocks": json.loads(kept)}, "blocks", _MOST_BLOCKS)
    except (ValueError, RecursionError):
        return []


def _part(block: Json) -> Block | None:
    """Return the block built anew, None for one of a kind that stands on no card."""
    kind = block.get("type")
    if kind == "header":
        made = header(text(nested(block, "text"), "text"))
    elif kind == "context":
        texts = [piece for element in objects(block, "elements", 10) if (piece := _small(element))]
        made = context(*texts) if texts else {}
    elif kind == "rich_text":
        pieces = [
            _word(element)
            for section in objects(block, "elements", 5)
            for element in objects(section, "elements", 30)
            if element.get("type") == "text"
        ]
        made = rich_text(section(*pieces)) if pieces else {}
    else:
        return None
    return {**made, "block_id": text(block, "block_id", 50)} if made else None


def _small(element: Json) -> Piece | None:
    words = text(element, "text", 300)
    if element.get("type") == "plain_text":
        return plain(words, 300)
    return mrkdwn(words) if _DATED.fullmatch(words) else None


def _word(element: Json) -> Piece:
    style = nested(element, "style")
    kept: dict[str, object] = {name: True for name in _STYLES if style.get(name) is True}
    piece = text_element(text(element, "text"))
    return {**piece, "style": kept} if kept else piece
