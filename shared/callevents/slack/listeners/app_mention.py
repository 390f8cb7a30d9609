"""Answers a mention of the bot where it was written, in a channel or a thread, for its author alone.

Slack sends an event again until it is acknowledged; an event that was answered is not answered again.
Source: https://docs.slack.dev/reference/events/app_mention
"""

import re

from callevents.slack.context import RequestContext
from callevents.slack.lookups.operation import Operation
from callevents.slack.messages.help import guidance
from callevents.slack.requests.command_text import Lookup, parse_command
from callevents.slack.requests.parser import Event
from callevents.slack.respond import reply_thread, respond, respond_with_lookup

_MENTION = re.compile(r"<@[UW][0-9A-Z]{1,30}(?:\|[^<>]{0,100})?>", re.ASCII)


def handle(context: RequestContext) -> None:
    """Answer a person once; a bot is not answered, so that no two bots talk to each other."""
    event = context.expect(Event)
    if event.from_bot or not event.user or not event.channel:
        return
    answered = context.resources.events
    if event.event_id and not answered.add(event.event_id, context.invocation.arrived_at):
        return
    if not _answer(context, event):
        answered.forget(event.event_id)
        # Only Slack can send it again.
        context.redeliver = bool(context.settings.slack_bot_token)


def _answer(context: RequestContext, event: Event) -> bool:
    """Answer the mention; say whether the person sees it."""
    parsed = parse_command(_MENTION.sub(" ", event.text), context.settings.instance)
    if isinstance(parsed, Lookup):
        request = context.lookup_request(
            parsed.jobs,
            parsed.instance,
            "mention",
            thread=reply_thread(event),
            operation=Operation(replace=False),
        )
        return respond_with_lookup(context, request)
    viewer, denial, *_ = context.lookups.authorize(context.actor)
    if denial is not None:
        return respond(context, context.lookups.denial_message(denial, viewer), viewer)
    message = guidance(parsed, viewer, instances=list(context.settings.ccc_instances))
    return respond(context, message, viewer)
