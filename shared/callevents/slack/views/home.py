"""The Home tab: help, a search, and the person's last calls."""

from collections.abc import Sequence

from callevents.calls.model import SECOND
from callevents.i18n import gettext_for
from callevents.report.formatting import site_time
from callevents.report.text import label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    Block,
    Piece,
    actions,
    button,
    context,
    date,
    header,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.messages.help import help_message
from callevents.slack.requests.action_value import OPEN_CALL, SEARCH, encode, is_encodable
from callevents.slack.requests.recent_calls import RecentCall

_MAX_RECENT = 10


def home(
    viewer: Viewer,
    *,
    recent: Sequence[RecentCall] = (),
    instances: Sequence[str] = (),
    finds: bool = False,
) -> Block:
    """Return the Home tab; of the *recent* calls, the latest first, ten are shown."""
    _ = gettext_for(viewer.language)
    search = button(SEARCH, _("Look up calls"), encode(SEARCH), primary=True)
    blocks = [
        header(_("Call events")),
        *help_message(viewer, instances=instances, finds=finds).blocks,
        actions([search]),
    ]
    listed = [call for call in recent if is_encodable([call.job], call.instance)][:_MAX_RECENT]
    if listed:
        note = _("This list is temporary and may be incomplete.")
        blocks += [header(_("Your last calls")), context(plain(note))]
    for number, call in enumerate(listed, 1):
        open_ = button(
            f"{OPEN_CALL}_{number}",
            _("Details"),
            encode(OPEN_CALL, [call.job], call.instance),
            label=_("Details of call %(job)s") % {"job": call.job},
        )
        blocks += [rich_text(section(*_call(call, viewer))), actions([open_])]
    return {"type": "home", "blocks": blocks}


def _call(call: RecentCall, viewer: Viewer) -> list[Piece]:
    """Return the verdict on one call, its id, and when it was looked up on the reader's own clock."""
    _ = gettext_for(viewer.language)
    pieces = [text_element(label(call.verdict), "bold"), text_element("\n")] if call.verdict else []
    pieces.append(text_element(label(call.job), "code"))
    site = site_time(call.looked_up_at * SECOND, viewer) if call.looked_up_at else None
    if site is None:
        return pieces
    pieces.append(text_element(" · " + _("looked up") + " "))
    return [*pieces, date(call.looked_up_at, "{date_short_pretty} {time}", site)]
