"""`/callevents …`."""

import re
from typing import TYPE_CHECKING

from callevents.report.viewer import Viewer
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext, request_context
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.answer import Message
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import no_id, no_instance, too_many, unknown_instance
from callevents.slack.requests.command_text import Form, Help, Lookup, TooMany, UnknownInstance, parse_command
from callevents.slack.requests.parser import Command

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext


def register(app: "App") -> None:
    """Answer every slash command: whatever an app calls it, it leads here."""
    app.command(re.compile(""))(_on_command)


def _on_command(ack: "Ack", context: "BoltContext") -> None:
    answer = respond(request_context(context))
    if answer is None:
        ack()
    else:
        ack(body_of(answer))


def respond(turn: RequestContext) -> Message | None:
    """Return the answer to a slash command, None where a form opened instead."""
    typed = turn.incoming
    if not isinstance(typed, Command):
        raise TypeError("not a command")
    asked = parse_command(typed.text, turn.settings.instance)
    if isinstance(asked, Lookup):
        return turn.desk.answer(_inquiry(turn, typed, asked)).message
    viewer, refusal = turn.desk.authorize(turn.actor)
    if refusal is not None:
        return turn.desk.denial_message(refusal, viewer)
    if isinstance(asked, Form) and _opened(turn, typed, viewer):
        return None
    return _told(turn, typed.command, asked, viewer)


def _opened(turn: RequestContext, typed: Command, viewer: Viewer) -> bool:
    from callevents.slack.listeners.views import open_form
    from callevents.slack.requests.private_metadata import Origin

    return open_form(turn, viewer, origin=Origin(typed.response_url, typed.channel))


def _inquiry(turn: RequestContext, typed: Command, asked: Lookup) -> LookupRequest:
    return LookupRequest(
        jobs=asked.jobs,
        instance=asked.instance,
        actor=turn.actor,
        source="command",
        idempotency_key=turn.unique,
        asked_at=turn.invocation.arrived_at,
        response_url=typed.response_url,
        channel=typed.channel,
    )


def _told(
    turn: RequestContext, command: str, asked: Form | Help | TooMany | UnknownInstance, viewer: Viewer
) -> Message:
    names = list(turn.settings.ccc_instances)
    if isinstance(asked, TooMany):
        return too_many(asked.jobs, viewer)
    if isinstance(asked, UnknownInstance):
        return no_instance(viewer) if asked.name is None else unknown_instance(asked.name, names, viewer)
    if isinstance(asked, Help) and not asked.understood:
        return no_id(viewer, command=command)
    return help_message(viewer, command=command, instances=names)
