"""The form: opened by a command without ids, or from the Home tab; its answer goes to where it was opened or chosen."""

from typing import TYPE_CHECKING

from callevents.calls.job_ids import find_job_ids
from callevents.errors import SlackError
from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api import response_url as reply
from callevents.slack.context import RequestContext, request_context
from callevents.slack.lookups.rendering import Operation, render_message
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.answer import Message
from callevents.slack.messages.notices import no_id_in_form, no_instance, too_many, unknown_instance
from callevents.slack.requests.command_text import MOST_JOBS
from callevents.slack.requests.interactions import Interaction, View
from callevents.slack.requests.private_metadata import Origin, unpacked
from callevents.slack.respond import open_view
from callevents.slack.views.modals import (
    CHANNEL,
    INSTANCE,
    JOBS,
    answer_view,
    notice_view,
    search_form,
)

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext


def listen(ack: "Ack", context: "BoltContext") -> None:
    """Take a form that was sent off from slack-bolt."""
    answer = respond(request_context(context))
    if answer is None:
        ack()
    else:
        ack(answer)


def open_form(
    turn: RequestContext, viewer: Viewer, *, origin: Origin | None = None, choose_channel: bool = False
) -> bool:
    """Open the form, with what the person asked last (as far as this instance knows); say whether Slack did it."""
    names = instance_names(turn.settings)
    form = search_form(
        viewer,
        instances=names,
        jobs=turn.service.recent.last(turn.actor),
        private_metadata=(origin or Origin()).packed(),
        choose_channel=choose_channel,
    )
    return bool(open_view(turn, form))


def instance_names(settings: Settings) -> list[str]:
    """Return the names of the allowed instances, the default's first."""
    names = dict(settings.ccc_instances)
    default = settings.ccc_instance_id
    first = [name for name, instance in names.items() if instance == default] or [default]
    return [*filter(None, first), *(name for name in names if name not in first)]


def respond(turn: RequestContext) -> dict[str, object] | None:
    """Return the answer to a form that was sent off: what is wrong in it, another window, or None to close it."""
    sent = turn.incoming
    if not isinstance(sent, Interaction) or sent.view is None:
        raise TypeError("not a form")
    viewer, no = turn.desk.authorize(turn.actor)
    jobs = find_job_ids(_typed(sent.view, JOBS))
    if no is not None:
        audit("lookup", actor=turn.actor, entry="form", outcome=f"refused: {no}", jobs=jobs[:MOST_JOBS])
        return _instead(turn.desk.denial_message(no, viewer), viewer)
    if not jobs:
        return _wrong(JOBS, no_id_in_form(viewer))
    if len(jobs) > MOST_JOBS:
        return _wrong(JOBS, too_many(len(jobs), viewer))
    name = _typed(sent.view, INSTANCE) or None
    instance = turn.settings.instance(name)
    if instance is None:
        names = list(turn.settings.ccc_instances)
        told = no_instance(viewer) if name is None else unknown_instance(name, names, viewer)
        return _wrong(INSTANCE if INSTANCE in sent.view.inputs else JOBS, told)
    return _answered(turn, sent, _inquiry(turn, sent, sent.view, tuple(jobs), instance))


def _inquiry(
    turn: RequestContext, sent: Interaction, view: View, jobs: tuple[str, ...], instance: str
) -> LookupRequest:
    origin = unpacked(view.private_metadata)
    hosts = turn.settings.response_url_hosts
    urls = [url for url in (sent.response_url, origin.response_url) if reply.allowed(url, hosts)]
    channel = _typed(view, CHANNEL) or origin.channel
    return LookupRequest(
        jobs=jobs,
        instance=instance,
        actor=turn.actor._replace(channel=channel),
        source="form",
        idempotency_key=turn.unique,
        asked_at=turn.invocation.arrived_at,
        response_url=urls[0] if urls else "",
        channel=channel,
        deed=Operation(replace=False),
    )


def _answered(
    turn: RequestContext, sent: Interaction, lookup_request: LookupRequest
) -> dict[str, object] | None:
    """Post the answer where only the person sees it and close the form; show it in the form where that fails."""
    found = turn.desk_before_post.look_up(lookup_request)
    if found.told is not None:
        return _instead(found.told, found.viewer)
    now = turn.invocation.clocks.wall()
    message = render_message(
        found.lookup_request.deed, found.summaries, found.viewer, user=sent.user, now=now
    )
    if lookup_request.response_url and turn.post(lookup_request.response_url, message, replace=False) is None:
        return None
    if _posted_by_token(turn, lookup_request, message):
        return None
    return {"response_action": "update", "view": answer_view(found.summaries, found.viewer)}


def _posted_by_token(turn: RequestContext, lookup_request: LookupRequest, message: Message) -> bool:
    """Post to the person alone, in the channel that the form was opened in."""
    api = turn.api()
    if api is None or not lookup_request.channel:
        return False
    payload = {
        "channel": lookup_request.channel,
        "user": lookup_request.actor.user,
        "text": message.text,
        "blocks": message.blocks,
    }
    try:
        api.call("chat.postEphemeral", payload, turn.budget.answer)
    except SlackError:
        return False
    return True


def _typed(view: View, name: str) -> str:
    return view.inputs.get(name, {}).get(name, "")


def _wrong(block_id: str, message: Message) -> dict[str, object]:
    return {"response_action": "errors", "errors": {block_id: message.text}}


def _instead(message: Message, viewer: Viewer) -> dict[str, object]:
    return {"response_action": "update", "view": notice_view(message, viewer)}
