"""A mention of the bot, in a channel or in a thread: answered there, for whoever wrote it alone.

Slack sends an event again while it is not acknowledged; an event that was answered is not answered again.
Source: https://docs.slack.dev/reference/events/app_mention
"""

import re
from typing import TYPE_CHECKING

from callevents.slack.context import RequestContext, request_context
from callevents.slack.lookups.rendering import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import no_id, no_instance, too_many, unknown_instance
from callevents.slack.requests.command_text import Help, Lookup, TooMany, UnknownInstance, parse_command
from callevents.slack.requests.parser import Event
from callevents.slack.respond import reply_thread, respond, respond_with_lookup

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext

_MENTION = re.compile(r"<@[UW][0-9A-Z]{1,30}(?:\|[^<>]{0,100})?>", re.ASCII)


def listen(ack: "Ack", context: "BoltContext") -> None:
    """Take a mention from slack-bolt."""
    handle(request_context(context))
    ack()


def handle(turn: RequestContext) -> None:
    """Answer a person once; what a bot writes is not answered, so that no two bots talk to each other."""
    event = turn.incoming
    if not isinstance(event, Event):
        raise TypeError("not an event")
    if event.from_bot or not event.user or not event.channel:
        return
    known = turn.service.events
    if event.event_id and not known.add(event.event_id, turn.invocation.arrived_at):
        return
    if not _answered(turn, event):
        known.forget(event.event_id)
        # Slack sends it again, and it is the only one who can.
        turn.again = turn.settings.slack_bot_token != ""


def _answered(turn: RequestContext, event: Event) -> bool:
    asked = parse_command(_MENTION.sub(" ", event.text), turn.settings.instance)
    if isinstance(asked, Lookup):
        return respond_with_lookup(turn, _inquiry(turn, event, asked))
    viewer, no = turn.desk.authorize(turn.actor)
    names = list(turn.settings.ccc_instances)
    if no is not None:
        message = turn.desk.denial_message(no, viewer)
    elif isinstance(asked, TooMany):
        message = too_many(asked.jobs, viewer)
    elif isinstance(asked, UnknownInstance):
        message = no_instance(viewer) if asked.name is None else unknown_instance(asked.name, names, viewer)
    elif isinstance(asked, Help) and not asked.understood:
        message = no_id(viewer)
    else:
        message = help_message(viewer, instances=names)
    return respond(turn, message, viewer)


def _inquiry(turn: RequestContext, event: Event, asked: Lookup) -> LookupRequest:
    return LookupRequest(
        jobs=asked.jobs,
        instance=asked.instance,
        actor=turn.actor,
        source="mention",
        idempotency_key=turn.unique,
        asked_at=turn.invocation.arrived_at,
        channel=event.channel,
        thread=reply_thread(event),
        deed=Operation(replace=False),
    )
