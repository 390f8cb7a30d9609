"""Answers the message shortcut: looks up the job ids in the message, in its thread, where slash commands do not work.

Source: https://docs.slack.dev/interactivity/implementing-shortcuts#messages
"""

from callevents.calls.job_ids import JobIds
from callevents.slack.context import RequestContext
from callevents.slack.listeners.views import open_form
from callevents.slack.lookups.operation import Operation
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import no_id_in_message, no_instance, not_whole
from callevents.slack.requests.command_text import MAX_JOBS, LeftOut
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.message_text import job_ids_of
from callevents.slack.respond import Acknowledgement, reply_thread, respond, respond_with_lookup


def handle(context: RequestContext) -> Acknowledgement:
    """Look up the first ten ids in the message; open the form for a shortcut without a message."""
    shortcut = context.expect(Interaction)
    found = job_ids_of(shortcut.message.content) if shortcut.message is not None else JobIds()
    instance = context.settings.instance(None)
    if instance is not None and found.whole:
        request = context.lookup_request(
            found.whole[:MAX_JOBS],
            instance,
            "shortcut",
            response_url=shortcut.response_url,
            thread=reply_thread(shortcut),
            operation=Operation(replace=False),
            left_out=LeftOut(max(0, len(found.whole) - MAX_JOBS), found.fragments),
        )
        return respond_with_lookup(context, request).acknowledgement()
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        message = denied.message
    elif shortcut.message is None:
        if open_form(context, viewer, choose_channel=True):
            return None
        message = help_message(
            viewer, instances=list(context.settings.ccc_instances), finds=context.settings.finds_calls
        )
    elif found.whole:
        message = no_instance(viewer)
    elif found.fragments:
        message = not_whole(found.fragments, viewer)
    else:
        message = no_id_in_message(viewer)
    return respond(context, message, viewer).acknowledgement()
