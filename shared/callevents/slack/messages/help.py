"""Help: what the bot does and how to ask it."""

from collections.abc import Sequence

from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, inert, named
from callevents.report.verdict import joined
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message, bullets, paragraph, rich, word
from callevents.slack.messages.notices import EXAMPLE

_NAMES_SHOWN = 20


def help_(viewer: Viewer, *, command: str = "/callevents", instances: Sequence[str] = ()) -> Message:
    """Return what the bot does and how to ask it; *instances* are the names a person may choose from."""
    _ = gettext_for(viewer.language)
    lead = _(
        "I tell you what happened on a call: whether it was answered, who hung up and why, and every event."
    )
    ways = [
        [
            word(f"{command} {EXAMPLE}", "code"),
            word(" " + _("looks up one call; up to 10 ids at once become a table.")),
        ],
        [word(command, "code"), word(" " + _("opens a form."))],
        [word(f"{command} help", "code"), word(" " + _("shows this."))],
        [word(_("In a thread: use the message shortcut “Look up call events”, or mention me with an id."))],
    ]
    if instances:
        names = _(", ").join(named(name) for name in instances[:_NAMES_SHOWN])
        chosen = _("asks another instance. You may choose: %(names)s") % {"names": names}
        ways.insert(1, [word(f"{command} {EXAMPLE} in {named(instances[0])}", "code"), word(f" {chosen}")])
    last = _("Only you can see an answer until you share it; numbers are masked.")
    text = joined([lead, _("Example: %(example)s") % {"example": f"{command} {EXAMPLE}"}], viewer.language)
    return Message(
        cut_escaped(inert(text)), [rich(paragraph(word(lead)), bullets(ways), paragraph(word(last)))]
    )
