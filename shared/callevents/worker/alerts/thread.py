"""The thread of an alert's card: the details of each call, and lines about the alert itself."""

import logging
from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from callevents.errors import HandOverFailed, SlackError, SlackRefused, SlackThrottled
from callevents.slack.blocks.block_kit import Message
from callevents.slack.blocks.buttons import Buttons
from callevents.slack.messages.answer import answer
from callevents.slack.messages.errors import error_message
from callevents.tasks.task_id import task_id
from callevents.worker.alerts.history import find_posted, metadata
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.run import DeliveryContext

# The thread's first message is gone.
_GONE = frozenset({"cannot_reply_to_message", "message_not_found", "thread_not_found"})

_log = logging.getLogger(__name__)


class Detail(NamedTuple):
    """A message for the thread, and the calls that it tells of."""

    jobs: tuple[str, ...]
    message: Message


def told_in_thread(run: DeliveryContext, thread: str, line: Message) -> bool:
    """Post *line* into *thread*; say False where that is gone. Raises a SlackError."""
    try:
        _post(run, thread, line, run.work, doubtful=run.maybe_posted)
    except SlackRefused as error:
        if error.reason not in _GONE:
            raise
        return False
    return True


def details_of(run: DeliveryContext, jobs: Sequence[str]) -> list[Detail]:
    """Look *jobs* up and return a message for each, or one that says why they could not be."""
    summaries, failures = look_up_calls(run, jobs)
    for error in list(failures.values())[:1]:
        told = error_message(error, run.viewer, run.invocation.request_id, jobs=jobs)
        return [Detail(tuple(jobs), told)]
    return [
        Detail((summary.job_id,), answer([summary], run.viewer, buttons=Buttons(share=False)))
        for summary in summaries
    ]


def post_details(run: DeliveryContext, thread: str, details: Sequence[Detail]) -> str:
    """Post *details* into *thread*, one a second, and say what became of them; raise a SlackError if none arrived.

    What does not fit the time goes back into the queue, and so does what Slack asks a long pause for.
    """
    for position, detail in enumerate(details):
        left = _jobs(details[position:])
        run.note(thread, left)
        error = _posted(run, thread, detail)
        if error is None:
            continue
        if not run.channel.delivered:
            raise error
        return _put_off(run, thread, details[position:], error)
    run.note(thread)
    return f"{len(details)} in the thread"


def _posted(run: DeliveryContext, thread: str, detail: Detail) -> SlackError | None:
    """Return what went wrong with a detail."""
    try:
        run.channel.pace()
        _post(run, thread, detail.message, task_id("detail", thread, *detail.jobs))
    except SlackError as error:
        return error
    return None


def _post(run: DeliveryContext, thread: str, message: Message, work: str, *, doubtful: bool = False) -> None:
    marked = metadata(run.alert.thread_key, work, run.alert.state)
    run.channel.post(
        message,
        thread=thread,
        metadata=marked,
        arrived=lambda: find_posted(run, work, thread),
        doubtful=doubtful,
    )


def _put_off(run: DeliveryContext, thread: str, details: Sequence[Detail], error: SlackError) -> str:
    """Queue what is left, or wait where that fails; it is not worth the card a second time, so nothing is raised."""
    jobs = _jobs(details)
    run.note(thread)
    if isinstance(error, SlackRefused):
        _log.error("the details of %d calls were refused: %s", len(jobs), error, extra={"code": error.code})
        return f"{len(jobs)} refused: {error.reason}"
    try:
        pause = error.retry_after if isinstance(error, SlackThrottled) else 0.0
        run.requeue(jobs, thread, pause=pause)
    except HandOverFailed as failed:
        if isinstance(error, SlackThrottled) and error.retry_after < run.deadline.remaining():
            run.channel.patience = inf
            run.invocation.clocks.sleep(error.retry_after)
            return post_details(run, thread, details)
        _log.error("the details of %d calls are lost: %s", len(jobs), failed, extra={"code": "details_lost"})
        return f"{len(jobs)} lost: {failed}"
    why = "throttled" if isinstance(error, SlackThrottled) else str(error)
    return f"{len(jobs)} put back: {why}"


def _jobs(details: Sequence[Detail]) -> list[str]:
    return [job for detail in details for job in detail.jobs]
