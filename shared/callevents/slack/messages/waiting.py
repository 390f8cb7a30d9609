"""Messages about time: what is still waited for and where the answer will appear, or that time ran out."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from callevents.i18n import N_, gettext_for
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.notices import notice

Awaited: TypeAlias = Literal["calls", "permission", "readers", "thread"]
_AWAITED: dict[Awaited, str] = {
    "calls": N_("Still looking: the contact center is taking longer than usual."),
    "permission": N_("Slack is taking longer than usual to say whether you are allowed to look up calls."),
    "readers": N_("Slack is taking longer than usual to say who reads this channel."),
    "thread": N_("Slack is taking longer than usual to show me the first message of this thread."),
}


def still_waiting(awaited: Awaited, jobs: Sequence[str], viewer: Viewer, *, replaces: bool = True) -> Message:
    """Return what is waited for, and where the answer will appear: in place of this message, or below it."""
    _ = gettext_for(viewer.language)
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [_(_AWAITED[awaited]), then], viewer, jobs)


def out_of_time(jobs: Sequence[str], viewer: Viewer) -> Message:
    """Return that time ran out, and that there is no worker to continue."""
    _ = gettext_for(viewer.language)
    return notice(
        "❗",
        [
            _("The contact center did not answer within the time that Slack gives."),
            _("Nothing is wrong with your request: run it again."),
            _("If this happens often, your administrator can set up the worker (`CALLEVENTS_WORKER`)."),
        ],
        viewer,
        jobs,
    )
