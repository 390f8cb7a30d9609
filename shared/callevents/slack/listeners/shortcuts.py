"""Answers the message shortcut: looks up every job id in the message, in its thread, where slash commands do not work.

Source: https://docs.slack.dev/interactivity/implementing-shortcuts#messages
"""

from callevents.calls.job_ids import find_job_ids
from callevents.slack.context import RequestContext
from callevents.slack.listeners.views import open_form
from callevents.slack.lookups.operation import Operation
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import no_id_in_message, no_instance, too_many
from callevents.slack.requests.command_text import MAX_JOBS
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import reply_thread, respond, respond_with_lookup


def handle(context: RequestContext) -> None:
    """Look up the job ids in the message; open the form for a shortcut without a message."""
    shortcut = context.expect(Interaction)
    jobs = find_job_ids(shortcut.message.text) if shortcut.message is not None else []
    instance = context.settings.instance(None)
    if instance is not None and 0 < len(jobs) <= MAX_JOBS:
        request = context.lookup_request(
            tuple(jobs),
            instance,
            "shortcut",
            response_url=shortcut.response_url,
            thread=reply_thread(shortcut),
            operation=Operation(replace=False),
        )
        respond_with_lookup(context, request)
        return
    viewer, denial, *_ = context.lookups.authorize(context.actor)
    if denial is not None:
        message = context.lookups.denial_message(denial, viewer)
    elif shortcut.message is None:
        if open_form(context, viewer, choose_channel=True):
            return
        message = help_message(viewer, instances=list(context.settings.ccc_instances))
    elif not jobs:
        message = no_id_in_message(viewer)
    elif len(jobs) > MAX_JOBS:
        message = too_many(len(jobs), viewer)
    else:
        message = no_instance(viewer)
    respond(context, message, viewer)
