"""Updates of an alert's card: it is resolved, or fires again. Its calls stay as they are."""

from typing import TYPE_CHECKING

from callevents.i18n import N_, gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, label
from callevents.report.viewer import Viewer
from callevents.slack.alert_cards.card import ALERT_BLOCK, HEAD_BLOCK, head, resolution
from callevents.slack.alert_cards.names import unnamed_jobs
from callevents.slack.blocks.block_kit import (
    MAX_BLOCKS_CHARS,
    MAX_MESSAGE_BLOCKS,
    Block,
    Message,
    Piece,
    header,
    json_length,
    rich_text,
    section,
    text_element,
)
from callevents.slack.requests.fields import nested, text

if TYPE_CHECKING:
    from callevents.tasks.envelope import AlertEnvelope

STATE_BLOCK = f"{ALERT_BLOCK}state"
_MAX_JOBS_NAMED = 10
_FIRING = N_("Firing")


def resolved_card(card: Message, alert: "AlertEnvelope", viewer: Viewer) -> Message | None:
    """Return *card* in its resolved state: firing struck out, then resolved and after how long.

    *card* is the posted message, as sent or as Slack returns it; None for a message without a card's head.
    """
    if not any(block.get("block_id") == HEAD_BLOCK for block in card.blocks):
        return None
    _ = gettext_for(viewer.language)
    words = resolution(alert, viewer)
    title = f"✅ {words}"
    struck: Piece = {**text_element(_(_FIRING)), "style": {"strike": True}}
    state = {
        **rich_text(section(text_element("🔥 "), struck, text_element(f" → {title}"))),
        "block_id": STATE_BLOCK,
    }
    blocks: list[Block] = []
    for block in card.blocks:
        if block.get("block_id") == HEAD_BLOCK:
            blocks += [{**header(title), "block_id": HEAD_BLOCK}, state]
        elif block.get("block_id") != STATE_BLOCK:
            blocks.append(block)
    if len(blocks) > MAX_MESSAGE_BLOCKS or json_length(blocks) > MAX_BLOCKS_CHARS:
        blocks.remove(state)
    return Message(cut_escaped(f"{escape_mrkdwn(words)}\n{card.text}"), blocks)


def shows_end(card: Message) -> bool:
    """Return whether *card* is in its resolved state."""
    return _head_text(card).startswith("✅")


def title_of(card: Message) -> str:
    """Return the title of the alert that *card* shows in its head behind the state, "" if there is none."""
    _state, _colon, title = _head_text(card).replace("\uff1a", ":", 1).partition(":")
    return title.strip()


def _head_text(card: Message) -> str:
    heads = (
        text(nested(block, "text"), "text") for block in card.blocks if block.get("block_id") == HEAD_BLOCK
    )
    return next(heads, "")


def follow_up(alert: "AlertEnvelope", viewer: Viewer) -> Message:
    """Return one line for the thread of a card: a further alert on the same call."""
    blocks, words = head(alert, viewer)
    top, *about = blocks
    title = top["text"]
    line = [text_element(str(title["text"]) if isinstance(title, dict) else "")]
    if alert.state == "mixed":
        _ = gettext_for(viewer.language)
        line.append(text_element("\n✅ " + _("Resolved, not looked up:")))
        line += [text_element(f" {label(job)}", "code") for job in alert.resolved_jobs[:_MAX_JOBS_NAMED]]
    jobs = "".join(f" {label(job)}" for job in unnamed_jobs(alert, words) if job in alert.jobs)
    return Message(cut_escaped(words + escape_mrkdwn(jobs)), [rich_text(section(*line)), *about])
