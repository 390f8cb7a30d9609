"""The part of the form that finds calls: which kind, of whom, and on which days."""

from collections.abc import Sequence

from callevents.i18n import N_, gettext_for
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Piece, option, plain

# Values of block_id and action_id.
FIND_KIND, FIND_WHAT, FIND_DAYS = "find_kind", "find_what", "find_days"
_MAX_CHARS = 80
_KINDS = {
    "number": N_("Calls with a number"),
    "agent": N_("Calls of an agent"),
    "missed": N_("Missed calls of a group, or of all"),
    "mine": N_("My own calls"),
}


def find_inputs(kinds: Sequence[str], viewer: Viewer) -> list[Block]:
    """Return the inputs, each of which may stay empty, for the *kinds* of search that the person may make."""
    _ = gettext_for(viewer.language)
    select: Piece = {
        "type": "static_select",
        "action_id": FIND_KIND,
        "options": [option(_(_KINDS[kind]), kind) for kind in kinds],
    }
    blocks = [_optional(FIND_KIND, _("Or find calls"), select)]
    if set(kinds) != {"mine"}:
        what = _("Number, agent or group")
        blocks.append(_optional(FIND_WHAT, what, _text(FIND_WHAT, "13800000201, alice, support")))
    days = _text(FIND_DAYS, "today, yesterday, 7d, 2026-11-20, 2026-11-01 2026-11-20")
    blocks.append(
        _optional(FIND_DAYS, _("Days"), days, _("Today where it is empty; in the site's time zone."))
    )
    return blocks


def _text(action_id: str, placeholder: str) -> Piece:
    return {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": _MAX_CHARS,
        "placeholder": plain(placeholder, 150),
    }


def _optional(block_id: str, label: str, element: Piece, hint: str = "") -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": plain(label),
        "element": element,
    }
    return block | {"hint": plain(hint)} if hint else block
