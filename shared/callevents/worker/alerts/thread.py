"""Posts into the thread of an alert's card: the details of each call, and lines about the alert itself."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from callevents.actor import Actor
from callevents.errors import HandOverFailed, SlackError, SlackRefused
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, Failed, render
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.outcome import DetailsOutcome, DetailsResult
from callevents.worker.alerts.schedule import Postponed

# Slack's errors for a thread whose first message was deleted.
_GONE = frozenset({"cannot_reply_to_message", "message_not_found", "thread_not_found"})

_log = logging.getLogger(__name__)


class Detail(NamedTuple):
    """A message for the thread, and the calls that it is about."""

    jobs: tuple[str, ...]
    message: Message


def post_line(context: DeliveryContext, thread: str, line: Message) -> bool:
    """Post *line* into *thread*; return False if that is gone. Raises a SlackError."""
    try:
        context.post(line, thread=thread)
    except SlackRefused as error:
        if error.reason not in _GONE:
            raise
        return False
    return True


def look_up_details(context: DeliveryContext, jobs: Sequence[str]) -> list[Detail]:
    """Look *jobs* up and return a message for each, or one that says why they could not be looked up."""
    calls = look_up_calls(context, jobs)
    viewer, now = context.viewer, context.invocation.clocks.wall()
    request = _request(context, jobs)
    if calls.error is not None:
        failed = Failed(request, viewer, calls.error, context.invocation.request_id, has_worker=True)
        return [Detail(request.jobs, render(failed, now=now))]
    return [
        Detail((summary.job_id,), render(Answered(request, viewer, viewer, [summary]), now=now))
        for summary in calls.summaries
    ]


def _request(context: DeliveryContext, jobs: Sequence[str]) -> LookupRequest:
    """Return the lookup of *jobs*, which nobody asked for and everybody in the channel reads."""
    alert = context.alert
    return LookupRequest(
        jobs=tuple(jobs),
        instance=alert.instance,
        actor=Actor("", "", channel=alert.channel),
        source=alert.sender,
        idempotency_key=(alert.delivery,),
        asked_at=alert.received_at,
        channel=alert.channel,
        operation=Operation(public=True, offers_reveal=context.buttons.reveal),
    )


def post_details(context: DeliveryContext, thread: str, details: Sequence[Detail]) -> DetailsResult:
    """Post *details* into *thread*, one a second; raise a SlackError if nothing of the alert has arrived.

    What Slack delays for longer than this run can wait is requeued.
    """
    posted = 0
    while posted < len(details):
        detail, remaining = details[posted], _jobs(details[posted:])
        context.remember_delivered(thread, remaining)
        try:
            context.channel.pace()
            context.post(detail.message, thread=thread, detail_of=detail.jobs)
        except SlackError as error:
            if not context.channel.delivered:
                raise
            context.remember_delivered(thread)
            given_up = _postpone(context, thread, remaining, error)
            if given_up is not None:
                return given_up
        else:
            posted += 1
    context.remember_delivered(thread)
    return DetailsResult(DetailsOutcome.POSTED, posted)


def _postpone(
    context: DeliveryContext, thread: str, jobs: Sequence[str], error: SlackError
) -> DetailsResult | None:
    """Requeue the details of *jobs*, or wait and return None.

    Raises nothing: a retry of the whole run would post the card a second time.
    """
    if isinstance(error, SlackRefused):
        _log.error("Slack rejected the details of %d calls: %s", len(jobs), error, extra={"code": error.code})
        return DetailsResult(DetailsOutcome.REJECTED, len(jobs), error)
    try:
        postponed = context.schedule.requeue_or_wait(error, jobs, thread)
    except HandOverFailed as failed:
        _log.error("details of %d calls lost: %s", len(jobs), failed, extra={"code": "details_lost"})
        return DetailsResult(DetailsOutcome.LOST, len(jobs), failed)
    if postponed is Postponed.WAITED:
        return None
    return DetailsResult(DetailsOutcome.REQUEUED, len(jobs), error)


def _jobs(details: Sequence[Detail]) -> list[str]:
    return [job for detail in details for job in detail.jobs]
