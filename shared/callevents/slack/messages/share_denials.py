"""Why an answer is not shared with a channel."""

from callevents.i18n import gettext_for
from callevents.report.viewer import Viewer
from callevents.slack.messages.answer import Message
from callevents.slack.messages.notices import notice


def share_refused(viewer: Viewer) -> Message:
    """Return that a channel shared with another organisation gets no answers."""
    _ = gettext_for(viewer.language)
    return notice(
        "🚫",
        [
            _(
                "This channel is shared with people outside your organisation, so answers may not be shared in it."
            ),
            _("Share in an internal channel instead."),
        ],
        viewer,
    )


def share_check_failed(viewer: Viewer) -> Message:
    """Return that Slack did not say whether the channel is shared with others, so nothing was posted."""
    _ = gettext_for(viewer.language)
    what = _("I could not check with Slack whether people outside your organisation read this channel.")
    return notice("❗", [what, _("Nothing was shared. Try again.")], viewer)


def share_unknowable(viewer: Viewer) -> Message:
    """Return that the bot cannot see whether the channel is shared with others, so nothing was posted."""
    _ = gettext_for(viewer.language)
    what = _(
        "I cannot see whether people outside your organisation read this channel, so nothing was shared."
    )
    then = _(
        "Invite me to a private channel and press again. If it stays, whoever runs this bot must give it a bot token"
        " with the scopes channels:read and groups:read."
    )
    return notice("🚫", [what, then], viewer)


def share_unknowable_directly(viewer: Viewer) -> Message:
    """Return that no bot sees who reads a direct message of two people, so nothing was posted."""
    _ = gettext_for(viewer.language)
    what = _("I cannot see whether the other person belongs to your organisation, so nothing was shared.")
    return notice("🚫", [what, _("Share in an internal channel instead.")], viewer)


def shared_before(viewer: Viewer) -> Message:
    """Return that the answer was shared a moment ago, so it was not posted again."""
    _ = gettext_for(viewer.language)
    return notice("✅", [_("You shared this answer in this channel a moment ago.")], viewer)
