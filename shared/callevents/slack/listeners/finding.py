"""Finds calls: for `/callevents find …`, for the form, and for the buttons of the pages. Never in a mention.

Slack says nothing about a table in an acknowledgement, so that has the kind of table that is taken everywhere, unless a
post with a data table was taken before; a post that is refused for its blocks is repeated with the other kind.
"""

from datetime import date, datetime

from callevents.errors import SlackError, SlackRefused
from callevents.observability.audit_log import audit
from callevents.report.formatting import zone
from callevents.report.viewer import Viewer
from callevents.search.command import NotSearchable, ParsedSearch, read_search
from callevents.search.query import KINDS, Kind
from callevents.slack.api.response_url import allowed, body_of
from callevents.slack.blocks.block_kit import Message
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.result import HandedOff, denial_code, log_unchecked
from callevents.slack.messages.denials import denial_message
from callevents.slack.messages.search_notices import not_searchable, page_expired
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import Command
from callevents.slack.requests.search_value import decode
from callevents.slack.respond import (
    AckBody,
    Acknowledgement,
    Delivery,
    open_view,
    post_ephemeral,
    respond,
    view_update,
)
from callevents.slack.searches.request import SearchRequest, new_search, next_search
from callevents.slack.searches.result import (
    Found,
    SearchResult,
    render_search,
    render_search_window,
    whom_to_ask,
)
from callevents.slack.searches.service import SearchService
from callevents.slack.users.access import may_search, search_denial


def site_day(context: RequestContext) -> date:
    """Return today's date on the site's clocks."""
    return datetime.fromtimestamp(context.invocation.arrived_at, zone(context.settings.timezone)).date()


def read(context: RequestContext, text: str) -> ParsedSearch | NotSearchable | None:
    """Return what the person wants to find who typed *text*, None where it is another request."""
    return read_search(text, site_day(context), context.settings.instance)


def service(context: RequestContext) -> SearchService:
    """Return what finds calls for this request."""
    return SearchService(context.resources, context.invocation, context.budget)


def answer_command(
    context: RequestContext, command: Command, request: ParsedSearch | NotSearchable, *, otherwise: bool
) -> AckBody:
    """Return the answer to a command that finds calls; None where *otherwise* there is something else to say.

    That is so where no number can be read, and the person may not find calls: then they did not mean to.
    """
    if isinstance(request, ParsedSearch):
        place = context.lookup_request((), request.instance, "command", response_url=command.response_url)
        search = new_search(request, place, context.settings, context.invocation.arrived_at)
        result = service(context).run(search)
        return body_of(_rendered(context, result, data_table=bool(_takes_data_tables(context))))
    if otherwise:
        return None
    viewer, denied = _unclear(context, request, "command", is_told=request.problem != "number")
    if denied is not None:
        return None if request.problem == "number" else body_of(denied)
    instances = list(context.settings.ccc_instances)
    return body_of(not_searchable(request, viewer, command=command.command, instances=instances))


def answer_page(context: RequestContext) -> Acknowledgement:
    """Show another page in place of the one whose button was pressed."""
    click = context.expect(Interaction)
    value = decode(click.actions[0].value) if click.actions else None
    # A message about waiting, or an error, stands below the page that was there.
    operation = Operation("refresh", view=click.view.id if click.view is not None else "")
    place = context.lookup_request((), "", "find_page", response_url=click.response_url, operation=operation)
    search = next_search(value, place, context.settings) if value is not None else None
    if search is None:
        viewer, denied = context.authorize_or_deny()
        message = page_expired(viewer) if denied is None else denied.message
        return respond(context, message, viewer).acknowledgement()
    result = service(context).run(search, reserve_seconds=POST_RESERVE_SECONDS)
    if operation.view:
        window = render_search_window(result, now=context.invocation.clocks.wall())
        is_updated = (
            isinstance(result, HandedOff) or open_view(context, window, update=operation.view) is not None
        )
        if is_updated:
            return None
    return _post(context, search, result, replace=isinstance(result, Found)).acknowledgement()


def answer_form(
    context: RequestContext, request: ParsedSearch, *, response_url: str, channel: str
) -> AckBody:
    """Post what was found to the person alone and close the form; show it in the form if the post fails."""
    place = context.lookup_request(
        (), request.instance, "form", response_url=response_url, channel=channel,
        operation=Operation(replace=False),
    )  # fmt: skip
    search = new_search(request, place, context.settings, context.invocation.arrived_at)
    result = service(context).run(search, reserve_seconds=POST_RESERVE_SECONDS)
    if isinstance(result, Found):
        is_url = allowed(response_url, context.settings.response_url_hosts)
        if is_url and _post_with_table(context, response_url, result, replace=False) is None:
            return None
        message = _rendered(context, result, data_table=False)
        if channel and post_ephemeral(context, message, channel).shown:
            return None
    window = render_search_window(result, now=context.invocation.clocks.wall())
    return {"response_action": "update", "view": window}


def unclear_form(context: RequestContext, request: NotSearchable) -> tuple[AckBody, Viewer]:
    """Return why the person of the form may not find calls, None where they may: then the form says what is unclear."""
    viewer, denied = _unclear(context, request, "form")
    return (None if denied is None else view_update(denied, viewer)), viewer


def kinds_for(context: RequestContext) -> tuple[Kind, ...]:
    """Return what the person may find; where Slack does not say it in time, the form does without."""
    settings, actor = context.settings, context.actor
    own: tuple[Kind, ...] = ("mine",) if actor.user in settings.agents else ()
    if not (settings.search_users or settings.search_usergroups):
        return own
    _, facts = service(context).permission(actor)
    return (*KINDS[:-1], *own) if may_search(settings, actor, facts) else own


def _unclear(
    context: RequestContext, request: NotSearchable, source: str, *, is_told: bool = True
) -> tuple[Viewer, Message | None]:
    """Return how to write to the person, and why they may not find calls, None where they may.

    A refusal that *is_told* leaves an audit line.
    """
    settings, own = context.settings, request.kind == "mine"
    viewer, facts = service(context).permission(context.actor)
    reason = search_denial(settings, context.actor, facts, own=own)
    if reason is None:
        return viewer, None
    if is_told:
        outcome = f"refused: {denial_code(reason)}"
        log_unchecked(reason)
        audit("find", actor=context.actor, entry=source, outcome=outcome, sought=request.kind)
    return viewer, denial_message(reason, viewer, whom_to_ask(reason, settings))


def _post(context: RequestContext, search: SearchRequest, result: SearchResult, *, replace: bool) -> Delivery:
    url = search.place.response_url
    if isinstance(result, Found) and url:
        error = _post_with_table(context, url, result, replace=replace)
        if error is None:
            return Delivery(shown=True)
        if service(context).hand_off_delivery(result):
            context.invocation.request_log.set_outcome("handed_over", why="slack")
            return Delivery(shown=True)
    message = _rendered(context, result, data_table=False)
    delivery = respond(context, message, result.viewer, replace=replace)
    if isinstance(result, HandedOff):
        return Delivery(shown=True)
    if not delivery.shown:
        context.invocation.request_log.set_outcome("not_told", why="slack")
    return delivery


def _post_with_table(context: RequestContext, url: str, found: Found, *, replace: bool) -> SlackError | None:
    """Post what was found with a data table, or with a plain one where the workspace refuses that."""
    if _takes_data_tables(context) is not False:
        error = context.post(url, _rendered(context, found, data_table=True), replace=replace)
        refused = isinstance(error, SlackRefused)
        if error is None or refused:
            _remember_data_tables(context, takes=not refused)
        if not refused:
            return error
    return context.post(url, _rendered(context, found, data_table=False), replace=replace)


def _takes_data_tables(context: RequestContext) -> bool | None:
    """Return whether the workspace takes data tables, None before the first post."""
    return context.resources.data_tables.get(context.actor.team, context.invocation.arrived_at)


def _remember_data_tables(context: RequestContext, *, takes: bool) -> None:
    context.resources.data_tables.put(context.actor.team, takes, context.invocation.arrived_at)


def _rendered(context: RequestContext, result: SearchResult, *, data_table: bool) -> Message:
    clocks = context.invocation.clocks
    with context.invocation.request_log.timer("render", clocks.monotonic):
        return render_search(result, now=clocks.wall(), data_table=data_table)
