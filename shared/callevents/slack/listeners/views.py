"""Opens and answers the form; its answer goes to where it was opened, or to the channel that was chosen in it."""

from collections.abc import Sequence

from callevents.calls.job_ids import JobIds, read_job_ids
from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api.response_url import allowed
from callevents.slack.blocks.block_kit import Message
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, render, render_window
from callevents.slack.messages.help import instance_message
from callevents.slack.messages.notices import no_id_in_form, not_whole, too_many
from callevents.slack.requests.command_text import MAX_JOBS, LeftOut
from callevents.slack.requests.interactions import Interaction, View
from callevents.slack.requests.private_metadata import Origin, decode
from callevents.slack.respond import AckBody, open_view, post_ephemeral, view_update
from callevents.slack.views.find_form import FIND_DAYS, FIND_KIND, FIND_WHAT
from callevents.slack.views.modals import CHANNEL, INSTANCE, JOBS, search_form


def open_form(
    context: RequestContext, viewer: Viewer, *, origin: Origin | None = None, choose_channel: bool = False
) -> bool:
    """Open the form, filled with the person's last lookup; say whether Slack opened it."""
    form = search_form(
        viewer,
        instances=instance_names(context.settings),
        jobs=context.resources.recent.last(context.actor),
        private_metadata=(origin or Origin()).encode(),
        choose_channel=choose_channel,
        finds=_finds(context),
    )
    return open_view(context, form) is not None


def _finds(context: RequestContext) -> Sequence[str]:
    """Return the kinds of search that the form offers the person."""
    if not context.settings.finds_calls:
        return ()
    from callevents.slack.listeners.finding import kinds_for

    return kinds_for(context)


def instance_names(settings: Settings) -> list[str]:
    """Return the names of the allowed instances, the default's first."""
    names = dict(settings.ccc_instances)
    default = settings.ccc_instance_id
    first = [name for name, instance in names.items() if instance == default] or [default]
    return [*filter(None, first), *(name for name in names if name not in first)]


def handle(context: RequestContext) -> AckBody:
    """Return the answer to a submitted form: what is wrong in it, another window, or None to close it."""
    form = context.expect(Interaction)
    if form.view is None:
        raise TypeError("no view")
    found = read_job_ids(_value(form.view, JOBS))
    jobs = found.whole
    name = _value(form.view, INSTANCE) or None
    instance = context.settings.instance(name)
    # The ids are filled in already where the person asked before: what else is filled in is what they want.
    if any(_value(form.view, each) for each in (FIND_KIND, FIND_WHAT)):
        return _find(context, form, form.view, name)
    if instance is not None and 0 < len(jobs) <= MAX_JOBS:
        return _answer(context, _lookup_request(context, form, form.view, found, instance))
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        outcome = f"refused: {denied.denial}"
        audit("lookup", actor=context.actor, entry="form", outcome=outcome, jobs=jobs[:MAX_JOBS])
        return view_update(denied.message, viewer)
    if not jobs:
        return _input_error(
            JOBS, not_whole(found.fragments, viewer) if found.fragments else no_id_in_form(viewer)
        )
    if len(jobs) > MAX_JOBS:
        return _input_error(JOBS, too_many(len(jobs), viewer))
    message = instance_message(name, list(context.settings.ccc_instances), viewer)
    return _input_error(INSTANCE if INSTANCE in form.view.inputs else JOBS, message)


def _find(context: RequestContext, form: Interaction, view: View, name: str | None) -> AckBody:
    """Return the answer to a form that finds calls: they are posted, or what is wrong in the form."""
    from callevents.search.command import Fields, NotSearchable, read_fields
    from callevents.slack.listeners import finding
    from callevents.slack.messages.search_notices import problem

    kind, what, days = (_value(view, each) for each in (FIND_KIND, FIND_WHAT, FIND_DAYS))
    fields = Fields(kind, what, days, name)
    request = read_fields(fields, finding.site_day(context), context.settings.instance)
    if not isinstance(request, NotSearchable):
        url, channel = _place(context, form, view)
        return finding.answer_form(context, request, response_url=url, channel=channel)
    denied, viewer = finding.unclear_form(context, request)
    if denied is not None:
        return denied
    if request.problem == "instance":
        message = instance_message(request.name, list(context.settings.ccc_instances), viewer)
        return _input_error(INSTANCE if INSTANCE in view.inputs else FIND_KIND, message)
    block = FIND_DAYS if request.problem in {"no_date", "future", "too_long"} else FIND_WHAT
    block = block if block in view.inputs else FIND_KIND
    return {"response_action": "errors", "errors": {block: problem(request, viewer).replace("`", "")}}


def _place(context: RequestContext, form: Interaction, view: View) -> tuple[str, str]:
    """Return the response_url and the channel for the form's answer."""
    origin = decode(view.private_metadata)
    hosts = context.settings.response_url_hosts
    urls = [url for url in (form.response_url, origin.response_url) if allowed(url, hosts)]
    return urls[0] if urls else "", _value(view, CHANNEL) or origin.channel


def _lookup_request(
    context: RequestContext,
    form: Interaction,
    view: View,
    found: JobIds,
    instance: str,
) -> LookupRequest:
    url, channel = _place(context, form, view)
    return context.lookup_request(
        found.whole,
        instance,
        "form",
        response_url=url,
        channel=channel,
        operation=Operation(replace=False),
        left_out=LeftOut(0, found.fragments),
    )


def _answer(context: RequestContext, request: LookupRequest) -> AckBody:
    """Post the answer to the person alone and close the form; show it in the form if the post fails."""
    result = context.lookups.run(request, reserve_seconds=POST_RESERVE_SECONDS)
    clock = context.invocation.clocks.wall
    if isinstance(result, Answered):
        message = render(result, now=clock())
        url, channel = request.response_url, request.channel
        if url and context.post(url, message, replace=False) is None:
            return None
        if channel and post_ephemeral(context, message, channel).shown:
            return None
    return {"response_action": "update", "view": render_window(result, now=clock())}


def _value(view: View, name: str) -> str:
    return view.inputs.get(name, {}).get(name, "")


def _input_error(block_id: str, message: Message) -> AckBody:
    return {"response_action": "errors", "errors": {block_id: message.text}}
