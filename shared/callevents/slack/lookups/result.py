"""The result of a lookup, and the one place where it becomes a message or a window.

The messages of results that are no answer are loaded when there is one: a cold start nearly always ends in an answer.
"""

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError, CccTimedOut, SlackError
from callevents.observability.audit_log import audit
from callevents.observability.request_log import RequestOutcome
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.lookups.operation import render_message, render_view
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.requests.command_text import NOTHING_LEFT_OUT

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial

_log = logging.getLogger(__name__)


class Answered(NamedTuple):
    """The calls were found; `audience` is who reads the answer: the person, or everybody in the channel.

    `notes` name what the answer lacks because Slack did not answer.
    """

    request: LookupRequest
    viewer: Viewer
    audience: Viewer
    summaries: Sequence[CallSummary]
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome("answered")


class Denied(NamedTuple):
    """The person may not look up calls, or not see full numbers; members of `usergroups` may."""

    request: LookupRequest
    viewer: Viewer
    denial: "Denial"
    usergroups: Collection[str]

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome("refused", denial_code(self.denial))


class Failed(NamedTuple):
    """The lookup failed; `has_worker` says whether a worker is set up."""

    request: LookupRequest
    viewer: Viewer
    error: CallEventsError
    request_id: str
    has_worker: bool

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome.of_error("failed", self.error)


class Guided(NamedTuple):
    """Nothing was looked up: `message` says what the request lacks."""

    request: LookupRequest
    viewer: Viewer
    message: Message

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome("told")


class HandedOff(NamedTuple):
    """The worker goes on with the lookup, after `error`."""

    request: LookupRequest
    viewer: Viewer
    error: CallEventsError

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome("handed_over", self.error.code)


LookupResult: TypeAlias = Answered | Denied | Guided | HandedOff | Failed


def render(result: LookupResult, *, now: float) -> Message:
    """Return *result* as a message; *now* is in Unix seconds."""
    message = _render(result, now)
    if isinstance(result, Denied) or result.request.left_out == NOTHING_LEFT_OUT:
        return message
    from callevents.slack.messages.notices import with_left_out

    return with_left_out(message, result.request.left_out, result.viewer)


def _render(result: LookupResult, now: float) -> Message:
    request, viewer = result.request, result.viewer
    match result:
        case Answered():
            user = request.actor.user
            message = render_message(request.operation, result.summaries, result.audience, user=user, now=now)
            if result.notes:
                from callevents.slack.messages.notices import with_notes

                message = with_notes(message, result.notes, viewer)
        case Guided():
            message = result.message
        case Denied():
            from callevents.slack.messages.denials import denial_message

            message = denial_message(result.denial, viewer, result.usergroups)
        case HandedOff():
            # The worker's answer replaces a message only where this acknowledgement is that message.
            replaces = request.operation.replace and request.operation.kind == "answer"
            message = waiting_message(request, viewer, replaces=replaces, error=result.error)
        case Failed():
            if isinstance(result.error, CccTimedOut) and not result.has_worker:
                from callevents.slack.messages.waiting import out_of_time

                return out_of_time(request.jobs, viewer)
            from callevents.slack.messages.errors import error_message

            message = error_message(result.error, viewer, result.request_id, jobs=request.jobs)
    return message


def waiting_message(
    request: LookupRequest, viewer: Viewer, *, replaces: bool = True, error: CallEventsError | None = None
) -> Message:
    """Return that the worker goes on with *request* after *error*, and what it waits for."""
    from callevents.slack.messages.waiting import Awaited, still_waiting

    awaited: Awaited = "readers" if isinstance(error, SlackError) else "calls"
    if request.unchecked:
        awaited = "permission"
    elif request.mention is not None and not request.jobs:
        awaited = "thread"
    return still_waiting(awaited, request.jobs, viewer, replaces=replaces)


def denial_code(denial: "Denial") -> str:
    """Return *denial* as logs and audits name it."""
    codes: dict[Denial, str] = {
        "reveal": "person",
        "reveal_unchecked": "unchecked",
        "search": "person",
        "search_unchecked": "unchecked",
        "search_unknowable": "groups_unknowable",
    }
    return codes.get(denial, denial)


def audit_lookup(request: LookupRequest, outcome: RequestOutcome | str, *, task: str = "") -> None:
    """Write that *request* was carried out, and with what *outcome*; *task* is what the request has for another."""
    audit(
        request.operation.kind if request.operation.kind in {"share", "reveal"} else "lookup",
        actor=request.actor,
        entry=request.source,
        outcome=str(outcome),
        jobs=request.jobs,
        instance=request.instance,
        task=task or request.task,
    )


def log_unchecked(denial: "Denial") -> None:
    """Log that a person was refused because Slack did not say who they are: an alert counts these lines."""
    if denial_code(denial) == "unchecked":
        _log.warning("permission not checked: no answer from Slack", extra={"code": "unchecked"})


def render_window(result: LookupResult, *, now: float) -> Block:
    """Return *result* as a window; *now* is in Unix seconds."""
    from callevents.slack.views.modals import notice_view

    if isinstance(result, Answered):
        return render_view(result.request.operation, result.summaries, result.audience)
    return notice_view(render(result, now=now), result.viewer)
