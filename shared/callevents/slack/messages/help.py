"""Help: what the bot does, how to ask it, and what to change in a request that has no answer."""

from collections.abc import Sequence

from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences, label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message, Piece, bullets, rich_text, section, text_element
from callevents.slack.messages.notices import (
    EXAMPLE,
    no_id,
    no_instance,
    not_whole,
    too_many,
    unknown_instance,
    where_ids_stand,
)
from callevents.slack.requests.command_text import COMMAND, Form, Help, NotWhole, TooMany, UnknownInstance

_MAX_NAMES = 20


def guidance(
    parsed: Form | Help | NotWhole | TooMany | UnknownInstance,
    viewer: Viewer,
    *,
    command: str = COMMAND,
    instances: Sequence[str] = (),
    in_thread: bool = False,
    finds: bool = False,
) -> Message:
    """Return help, or what to change in a request that cannot be looked up; *instances* are the allowed names.

    Slash commands do not work in threads: *in_thread* there is no word about them.
    """
    if isinstance(parsed, NotWhole):
        return not_whole(parsed.fragments, viewer)
    if isinstance(parsed, TooMany):
        return too_many(parsed.jobs, viewer)
    if isinstance(parsed, UnknownInstance):
        return instance_message(parsed.name, instances, viewer)
    if isinstance(parsed, Help) and not parsed.understood:
        return no_id(viewer, command=command, finds=finds and not in_thread)
    return help_message(viewer, command=command, instances=instances, in_thread=in_thread, finds=finds)


def instance_message(name: str | None, instances: Sequence[str], viewer: Viewer) -> Message:
    """Return that there is no instance called *name*, or no default instance where none was named."""
    return no_instance(viewer) if name is None else unknown_instance(name, instances, viewer)


def help_message(
    viewer: Viewer,
    *,
    command: str = COMMAND,
    instances: Sequence[str] = (),
    in_thread: bool = False,
    finds: bool = False,
) -> Message:
    """Return what the bot does and how to ask it; *instances* are the names that a person may choose from.

    *finds* says that there are people who may find calls; whether the reader may is asked only when they do.
    """
    _ = gettext_for(viewer.language)
    lead = _("I show what happened on a call: whether it was answered, who hung up and why, and every event.")
    privacy = _("Only you can see an answer until you share it; numbers are masked.")
    example = EXAMPLE if in_thread else f"{command} {EXAMPLE}"
    text = join_sentences([lead, _("Example: %(example)s") % {"example": example}], viewer.language)
    items = [_in_thread(viewer)] if in_thread else _commands(viewer, command, instances, finds=finds)
    return Message(
        cut_escaped(escape_mrkdwn(text)),
        [
            rich_text(
                section(text_element(lead)),
                bullets(items),
                section(text_element(join_sentences([where_ids_stand(viewer), privacy], viewer.language))),
            )
        ],
    )


def _commands(viewer: Viewer, command: str, instances: Sequence[str], *, finds: bool) -> list[list[Piece]]:
    """Return a line for each thing that can be asked of the bot in a channel."""
    _ = gettext_for(viewer.language)
    lines = [(f"{command} {EXAMPLE}", _("looks up one call; up to 10 ids at once become a table."))]
    if instances:
        names = _(", ").join(label(name) for name in instances[:_MAX_NAMES])
        choice = _("asks another instance. You may choose: %(names)s") % {"names": names}
        lines.append((f"{command} {EXAMPLE} in {label(instances[0])}", choice))
    lines.append((command, _("opens a form.")))
    if finds:
        words = _(
            "finds calls by number; also `find agent NAME`, `missed [GROUP]`, `mine`, each with days. For people whom"
            " the administrator has allowed to."
        )
        lines.append((f"{command} find 13800000201 7d", words.replace("`", "")))
    lines.append((f"{command} help", _("shows this.")))
    commands = [[text_element(typed, "code"), text_element(f" {does}")] for typed, does in lines]
    return [*commands, _in_thread(viewer)]


def _in_thread(viewer: Viewer) -> list[Piece]:
    """Return the line that says what works in a thread."""
    _ = gettext_for(viewer.language)
    return [
        text_element(
            _("In a thread: use the message shortcut “Look up call events”, or mention me with an id.")
        )
    ]
