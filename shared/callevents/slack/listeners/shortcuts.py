"""The shortcut on a message: looks up every job id in it, and answers in its thread. Slash commands do not work there.

Source: https://docs.slack.dev/interactivity/implementing-shortcuts#messages
"""

from typing import TYPE_CHECKING

from callevents.calls.job_ids import find_job_ids
from callevents.slack.context import RequestContext, request_context
from callevents.slack.listeners.views import open_form
from callevents.slack.lookups.rendering import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import no_id_in_message, no_instance, too_many
from callevents.slack.requests.command_text import MOST_JOBS
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import reply_thread, respond, respond_with_lookup

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext


def listen(ack: "Ack", context: "BoltContext") -> None:
    """Take a shortcut from slack-bolt."""
    handle(request_context(context))
    ack()


def handle(turn: RequestContext) -> None:
    """Look up what stands in the message; without a message, open the form."""
    chosen = turn.incoming
    if not isinstance(chosen, Interaction):
        raise TypeError("not a shortcut")
    jobs = find_job_ids(chosen.message.text) if chosen.message is not None else []
    instance = turn.settings.instance(None)
    if instance is not None and 0 < len(jobs) <= MOST_JOBS:
        respond_with_lookup(turn, _inquiry(turn, chosen, tuple(jobs), instance))
        return
    viewer, no = turn.desk.authorize(turn.actor)
    if no is not None:
        message = turn.desk.denial_message(no, viewer)
    elif chosen.message is None:
        if open_form(turn, viewer, choose_channel=True):
            return
        message = help_message(viewer, instances=list(turn.settings.ccc_instances))
    elif not jobs:
        message = no_id_in_message(viewer)
    else:
        message = too_many(len(jobs), viewer) if len(jobs) > MOST_JOBS else no_instance(viewer)
    respond(turn, message, viewer)


def _inquiry(
    turn: RequestContext, chosen: Interaction, jobs: tuple[str, ...], instance: str
) -> LookupRequest:
    return LookupRequest(
        jobs=jobs,
        instance=instance,
        actor=turn.actor,
        source="shortcut",
        idempotency_key=turn.unique,
        asked_at=turn.invocation.arrived_at,
        response_url=chosen.response_url,
        channel=chosen.channel,
        thread=reply_thread(chosen),
        deed=Operation(replace=False),
    )
