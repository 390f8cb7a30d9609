"""The tool `find_calls`: a number, an agent, missed calls or one's own, for those who may find calls."""

from datetime import datetime

from callevents.errors import CccTimedOut
from callevents.i18n import N_, gettext_for
from callevents.observability.audit_log import audit
from callevents.observability.request_log import RequestOutcome
from callevents.report.formatting import zone
from callevents.report.text import join_sentences
from callevents.search.command import Fields, NotSearchable, ParsedSearch, read_fields
from callevents.search.query import KINDS
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Failed, HandedOff, denial_code, log_unchecked
from callevents.slack.mcp.tools.document import found_document
from callevents.slack.mcp.tools.short_text import found_text
from callevents.slack.mcp.tools.tool_call import (
    LATE,
    NO_DEFAULT,
    NO_INSTANCE,
    NOTHING_DONE,
    SOURCE,
    ToolCall,
    Unusable,
)
from callevents.slack.mcp.tools.tool_result import ToolResult
from callevents.slack.messages.denials import denial_message
from callevents.slack.messages.search_notices import problem
from callevents.slack.requests.fields import Json
from callevents.slack.searches.request import new_search
from callevents.slack.searches.result import Found, SearchResult, render_search, whom_to_ask
from callevents.slack.searches.service import SearchService
from callevents.slack.users.access import search_denial

MAX_ARGUMENT_CHARS = 300
_ARGUMENTS = frozenset({"kind", "what", "days", "instance"})


def find_calls(call: ToolCall) -> ToolResult:
    """Return the newest calls that were found, or why there are none; a late answer is an error that says so."""
    sought = read_arguments(call)
    if not isinstance(sought, ParsedSearch):
        return _refused(call, sought)
    # As for a lookup: with no place for a later answer nothing is handed over.
    place = LookupRequest(
        jobs=(),
        instance=sought.instance,
        actor=call.actor,
        source=SOURCE,
        idempotency_key=call.idempotency_key,
        asked_at=call.invocation.arrived_at,
    )
    search = new_search(sought, place, call.resources.settings, call.invocation.arrived_at)
    result = _service(call).run(search)
    clocks = call.invocation.clocks
    with call.invocation.request_log.timer("render", clocks.monotonic):
        return _rendered(result, now=clocks.wall())


def read_arguments(call: ToolCall) -> ParsedSearch | NotSearchable | Unusable:
    """Return what is to be found, or why the arguments cannot be used."""
    settings = call.resources.settings
    # Models often write null for what they leave out.
    arguments = {name: value for name, value in call.arguments.items() if value is not None}
    if not arguments.keys() <= _ARGUMENTS:
        return Unusable(N_("An argument is not known: there are kind, what, days and instance."))
    if any(not isinstance(each, str) or len(each) > MAX_ARGUMENT_CHARS for each in arguments.values()):
        return Unusable(N_("Each argument must be a short text."))
    if arguments.get("kind") not in KINDS:
        return Unusable(N_("The argument kind must be number, agent, missed or mine."))
    fields = Fields(
        _text(arguments, "kind"),
        _text(arguments, "what"),
        _text(arguments, "days"),
        _text(arguments, "instance") or None,
    )
    today = datetime.fromtimestamp(call.invocation.arrived_at, zone(settings.timezone)).date()
    return read_fields(fields, today, settings.instance)


def _refused(call: ToolCall, unclear: NotSearchable | Unusable) -> ToolResult:
    """Return what is wrong with the arguments, or to a person who may not find calls only that."""
    settings, request_log = call.resources.settings, call.invocation.request_log
    viewer, facts = _service(call).permission(call.actor)
    own = call.arguments.get("kind") == "mine"
    denied = search_denial(settings, call.actor, facts, own=own)
    if denied is not None:
        outcome = RequestOutcome("refused", denial_code(denied))
        log_unchecked(denied)
        request_log.set_outcome(*outcome)
        audit("find", actor=call.actor, entry=SOURCE, outcome=str(outcome))
        return ToolResult(denial_message(denied, viewer, whom_to_ask(denied, settings)).text)
    request_log.set_outcome("refused", why="arguments")
    _ = gettext_for(viewer.language)
    if isinstance(unclear, Unusable):
        words = _(unclear.reason)
    elif unclear.problem == "instance":
        words = _(NO_DEFAULT if unclear.name is None else NO_INSTANCE)
    else:
        words = problem(unclear, viewer).replace("`", "")
    return ToolResult(join_sentences([words, _(NOTHING_DONE)], viewer.language))


def _rendered(result: SearchResult, *, now: float) -> ToolResult:
    if isinstance(result, Found):
        return ToolResult(found_text(result.found, result.viewer), found_document(result.found))
    if isinstance(result, Failed | HandedOff) and isinstance(result.error, CccTimedOut):
        return ToolResult(gettext_for(result.viewer.language)(LATE))
    return ToolResult(render_search(result, now=now).text)


def _service(call: ToolCall) -> SearchService:
    return SearchService(call.resources, call.invocation, call.budget)


def _text(arguments: Json, name: str) -> str:
    value = arguments.get(name)
    return value if isinstance(value, str) else ""
