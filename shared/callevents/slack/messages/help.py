"""Help: what the bot does and how to ask it."""

from collections.abc import Sequence

from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, label
from callevents.report.verdict import join_sentences
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message, bullets, rich_text, section, text_element
from callevents.slack.messages.notices import EXAMPLE

_NAMES_SHOWN = 20


def help_message(viewer: Viewer, *, command: str = "/callevents", instances: Sequence[str] = ()) -> Message:
    """Return what the bot does and how to ask it; *instances* are the names a person may choose from."""
    _ = gettext_for(viewer.language)
    lead = _(
        "I tell you what happened on a call: whether it was answered, who hung up and why, and every event."
    )
    ways = [
        [
            text_element(f"{command} {EXAMPLE}", "code"),
            text_element(" " + _("looks up one call; up to 10 ids at once become a table.")),
        ],
        [text_element(command, "code"), text_element(" " + _("opens a form."))],
        [text_element(f"{command} help", "code"), text_element(" " + _("shows this."))],
        [
            text_element(
                _("In a thread: use the message shortcut “Look up call events”, or mention me with an id.")
            )
        ],
    ]
    if instances:
        names = _(", ").join(label(name) for name in instances[:_NAMES_SHOWN])
        chosen = _("asks another instance. You may choose: %(names)s") % {"names": names}
        ways.insert(
            1,
            [
                text_element(f"{command} {EXAMPLE} in {label(instances[0])}", "code"),
                text_element(f" {chosen}"),
            ],
        )
    last = _("Only you can see an answer until you share it; numbers are masked.")
    text = join_sentences(
        [lead, _("Example: %(example)s") % {"example": f"{command} {EXAMPLE}"}], viewer.language
    )
    return Message(
        cut_escaped(escape_mrkdwn(text)),
        [rich_text(section(text_element(lead)), bullets(ways), section(text_element(last)))],
    )
