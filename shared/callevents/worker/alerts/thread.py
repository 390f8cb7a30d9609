"""Posts into the thread of an alert's card: the details of each call, and lines about the alert itself."""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from callevents.errors import HandOverFailed, SlackError, SlackRefused
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.answer import answer
from callevents.slack.messages.errors import error_message
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.outcome import DetailsOutcome, DetailsResult

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
    if calls.error is not None:
        message = error_message(calls.error, context.viewer, context.invocation.request_id, jobs=jobs)
        return [Detail(tuple(jobs), message)]
    return [
        Detail((summary.job_id,), answer([summary], context.viewer, buttons=context.buttons))
        for summary in calls.summaries
    ]


def post_details(context: DeliveryContext, thread: str, details: Sequence[Detail]) -> DetailsResult:
    """Post *details* into *thread*, one a second; raise a SlackError if nothing of the alert has arrived.

    What Slack delays for longer than this run can wait is requeued.
    """
    for position, detail in enumerate(details):
        remaining = details[position:]
        context.remember_delivered(thread, _jobs(remaining))
        try:
            context.channel.pace()
            context.post(detail.message, thread=thread, detail_of=detail.jobs)
        except SlackError as error:
            if not context.channel.delivered:
                raise
            return _postpone(context, thread, remaining, error)
    context.remember_delivered(thread)
    return DetailsResult(DetailsOutcome.POSTED, len(details))


def _postpone(
    context: DeliveryContext, thread: str, details: Sequence[Detail], error: SlackError
) -> DetailsResult:
    """Requeue *details*, or wait; raise nothing: a retry of the whole run would post the card a second time."""
    jobs = _jobs(details)
    context.remember_delivered(thread)
    if isinstance(error, SlackRefused):
        _log.error("Slack rejected the details of %d calls: %s", len(jobs), error, extra={"code": error.code})
        return DetailsResult(DetailsOutcome.REJECTED, len(jobs), error)
    try:
        if context.schedule.requeue_or_wait(error, jobs, thread):
            return DetailsResult(DetailsOutcome.REQUEUED, len(jobs), error)
    except HandOverFailed as failed:
        _log.error("details of %d calls lost: %s", len(jobs), failed, extra={"code": "details_lost"})
        return DetailsResult(DetailsOutcome.LOST, len(jobs), failed)
    return post_details(context, thread, details)


def _jobs(details: Sequence[Detail]) -> list[str]:
    return [job for detail in details for job in detail.jobs]
