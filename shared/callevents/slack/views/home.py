"""The Home tab: help, a search, and the person's last calls."""

from collections.abc import Sequence

from callevents.i18n import gettext_for
from callevents.report.text import label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    Block,
    actions,
    button,
    context,
    header,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.messages.help import help_message
from callevents.slack.requests.action_value import OPEN_CALL, SEARCH, encode, is_encodable

_MAX_RECENT = 10


def home(
    viewer: Viewer,
    *,
    recent: Sequence[tuple[str, str]] = (),
    instances: Sequence[str] = (),
    command: str = "/callevents",
) -> Block:
    """Return the Home tab; *recent* are pairs of a job id and its instance, the latest first, ten are shown."""
    _ = gettext_for(viewer.language)
    search = button(SEARCH, _("Look up calls"), encode(SEARCH), primary=True)
    blocks = [
        header(_("Call events")),
        *help_message(viewer, command=command, instances=instances).blocks,
        actions([search]),
    ]
    listed = [(job, instance) for job, instance in recent if is_encodable([job], instance)][:_MAX_RECENT]
    if listed:
        note = _("I keep no database, so some of your lookups may be missing here.")
        blocks += [header(_("Your last calls")), context(plain(note))]
    for number, (job, instance) in enumerate(listed, 1):
        open_ = button(
            f"{OPEN_CALL}_{number}",
            _("Details"),
            encode(OPEN_CALL, [job], instance),
            label=_("Details of call %(job)s") % {"job": job},
        )
        blocks += [rich_text(section(text_element(label(job), "code"))), actions([open_])]
    return {"type": "home", "blocks": blocks}
