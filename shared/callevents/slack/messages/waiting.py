"""Messages about time: what is still waited for and where the answer will appear, or that time ran out."""

from collections.abc import Sequence

from callevents.i18n import gettext_for
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.notices import notice


def still_looking(jobs: Sequence[str], viewer: Viewer, *, replaces: bool = True) -> Message:
    """Return that the lookup goes on, and where its answer will appear: in place of this message, or below it."""
    _ = gettext_for(viewer.language)
    what = _("Still looking: the contact center is taking longer than usual.")
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [what, then], viewer, jobs)


def still_checking(jobs: Sequence[str], viewer: Viewer, *, replaces: bool = True) -> Message:
    """Return that Slack has yet to say whether the person may ask, and where the answer will appear."""
    _ = gettext_for(viewer.language)
    what = _("Slack is taking longer than usual to say whether you are allowed to look up calls.")
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [what, then], viewer, jobs)


def still_asking(jobs: Sequence[str], viewer: Viewer, *, replaces: bool = False) -> Message:
    """Return that Slack has yet to say who reads the channel, and where the answer will appear."""
    _ = gettext_for(viewer.language)
    what = _("Slack is taking longer than usual to say who reads this channel.")
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [what, then], viewer, jobs)


def still_reading(jobs: Sequence[str], viewer: Viewer, *, replaces: bool = False) -> Message:
    """Return that Slack has yet to show the thread in which the bot was mentioned, and where the answer will appear."""
    _ = gettext_for(viewer.language)
    what = _("Slack is taking longer than usual to show me the first message of this thread.")
    then = _("The answer will replace this message.") if replaces else _("The answer will follow here.")
    return notice("⏳", [what, then], viewer, jobs)


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
