"""The tool `look_up_call`: job ids in, what happened on these calls out; authorized, masked, audited and in time."""

from typing import NamedTuple, TypeGuard

from callevents.calls.job_ids import read_job_ids
from callevents.errors import CccTimedOut
from callevents.i18n import N_, gettext_for
from callevents.settings.model import Settings
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, Failed, HandedOff, LookupResult, render
from callevents.slack.mcp.tools.document import calls_document
from callevents.slack.mcp.tools.short_text import short_text
from callevents.slack.mcp.tools.tool_call import LATE, NO_DEFAULT, NO_INSTANCE, SOURCE, ToolCall, Unusable
from callevents.slack.mcp.tools.tool_result import ToolResult
from callevents.slack.requests.command_text import MAX_JOBS
from callevents.slack.requests.fields import Json

MAX_ARGUMENT_CHARS = 200
_ARGUMENTS = frozenset({"ids", "instance"})


class Wanted(NamedTuple):
    """The calls that a model asks for."""

    jobs: tuple[str, ...]
    instance: str


def look_up_call(call: ToolCall) -> ToolResult:
    """Return what happened on the calls, or why there is no answer; a late answer is an error that says so."""
    wanted = read_arguments(call.arguments, call.resources.settings)
    if isinstance(wanted, Unusable):
        return call.refuse(wanted)
    # Without a channel and a response_url nobody could deliver a later answer, so nothing is handed over.
    request = LookupRequest(
        jobs=wanted.jobs,
        instance=wanted.instance,
        actor=call.actor,
        source=SOURCE,
        idempotency_key=call.idempotency_key,
        asked_at=call.invocation.arrived_at,
    )
    result = call.lookups().run(request)
    clocks = call.invocation.clocks
    with call.invocation.request_log.timer("render", clocks.monotonic):
        return _rendered(result, now=clocks.wall())


def read_arguments(arguments: Json, settings: Settings) -> Wanted | Unusable:
    """Return the calls that *arguments* ask for, or why they cannot be used."""
    if not arguments.keys() <= _ARGUMENTS:
        return Unusable(N_("An argument is not known: there are ids and instance."))
    jobs = _read_ids(arguments.get("ids"))
    if isinstance(jobs, Unusable):
        return jobs
    name = arguments.get("instance")
    if name is not None and not _is_short(name):
        return Unusable(N_("The argument instance must be a name."))
    # Models often write an empty text for what they leave out.
    chosen = name.strip() or None if isinstance(name, str) else None
    instance = settings.instance(chosen)
    if instance is None:
        return Unusable(NO_DEFAULT if chosen is None else NO_INSTANCE)
    return Wanted(jobs, instance)


def _read_ids(ids: object) -> tuple[str, ...] | Unusable:
    given = [ids] if isinstance(ids, str) else ids  # models often leave out the list around a single id
    if not isinstance(given, list) or not given:
        return Unusable(N_("The argument ids must be a list of job ids."))
    if len(given) > MAX_JOBS:
        return Unusable(N_("10 job ids is the most at once."))
    found = [read_job_ids(text).whole for text in given if _is_short(text)]
    if len(found) < len(given) or any(len(each) != 1 for each in found):
        return Unusable(
            N_("One of the ids is no whole job id: that is `job-` and a uuid, or 15 to 20 digits.")
        )
    return tuple(dict.fromkeys(job for each in found for job in each))


def _is_short(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_ARGUMENT_CHARS


def _rendered(result: LookupResult, *, now: float) -> ToolResult:
    if isinstance(result, Answered):
        return ToolResult(short_text(result.summaries, result.audience), calls_document(result.summaries))
    if isinstance(result, Failed | HandedOff) and isinstance(result.error, CccTimedOut):
        return ToolResult(gettext_for(result.viewer.language)(LATE))
    return ToolResult(render(result, now=now).text)
