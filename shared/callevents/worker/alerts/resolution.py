"""Delivers the end of an alert: one line in the thread of its card, which shows its new state.

Nothing is looked up again but calls that were under way when the card was posted, or could not be looked up then.
"""

import logging

from callevents.errors import SlackError
from callevents.slack.alert_cards.card import card, resolved
from callevents.slack.alert_cards.updates import resolved_card
from callevents.slack.blocks.block_kit import Message
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult
from callevents.worker.alerts.state import PostedCard, PostedResolution, call_key
from callevents.worker.alerts.thread import post_line

_log = logging.getLogger(__name__)


def deliver_resolution(context: DeliveryContext) -> DeliveryResult:
    """Post that the alert is resolved; raise a SlackError if nothing was delivered.

    An end that names no call closes its card, and is not worth a message of its own.
    """
    line = resolved(context.alert, context.viewer)
    closed = {key: each for key, each in context.find_cards().items() if _post_line(context, each, line)}
    if not closed:
        return _without_card(context, line)
    for job in (
        *context.alert.resolved_jobs,
        *context.alert.jobs,
        *(job for each in closed.values() for job in each.jobs),
    ):
        context.state.call_threads.drop(call_key(context.alert.channel, job))
    context.remember_delivered(next(iter(closed.values())).ts)
    changes = [_resolve_card(context, key, each) for key, each in closed.items()]
    known = [change for change in changes if change is not None]
    return DeliveryResult(DeliveryOutcome.RESOLVED_IN_THREAD, card_changed=all(known) if known else None)


def _post_line(context: DeliveryContext, posted: PostedCard, line: Message) -> bool:
    """Post *line* into the thread of *posted*; return whether it is there. Raise a SlackError for the first."""
    try:
        return post_line(context, posted.ts, line)
    except SlackError as error:
        if not context.channel.delivered:
            raise
        _log.warning("end not posted in a further thread: %s", error, extra={"code": error.code})
        return False


def _without_card(context: DeliveryContext, line: Message) -> DeliveryResult:
    """Post the end as a message if it names a call; remember it for the alert that it may have overtaken."""
    alert = context.alert
    names_call = bool(alert.jobs or alert.resolved_jobs)
    ts = context.post(line) if names_call else ""
    context.remember_delivered("")
    if ts or not names_call:
        for key in (alert.thread_key, *alert.further_threads):
            context.state.resolutions.put(key, PostedResolution(ts, alert), context.now)
    return DeliveryResult(DeliveryOutcome.RESOLVED if names_call else DeliveryOutcome.NO_CARD)


def _resolve_card(context: DeliveryContext, key: str, posted: PostedCard) -> bool | None:
    """Show the card as resolved; return whether that worked, None if it is not the alert's own card.

    Worth one request and no retry: the end itself is posted, and raising would post it again.
    """
    context.state.cards.put(key, posted._replace(is_over=True), context.now)
    try:
        content = _latest_content(context, posted)
        message = None if content is None else resolved_card(content, context.alert, context.viewer)
        if message is None:
            return None
        context.channel.update(posted.ts, message)
    except SlackError as error:
        _log.warning("card of a resolved alert not changed: %s", error, extra={"code": error.code})
        return False
    except Exception as error:  # noqa: BLE001 - as above
        _log.error("card of a resolved alert not changed", extra={"code": "internal"}, exc_info=error)
        return False
    context.state.cards.put(key, PostedCard(posted.ts, message, is_over=True), context.now)
    return True


def _latest_content(context: DeliveryContext, posted: PostedCard) -> Message | None:
    """Return the card's content, with its calls looked up again if they were unfinished."""
    if posted.unfinished is None:
        return posted.message
    calls = look_up_calls(context, posted.unfinished.jobs)
    return (
        posted.message if calls.failures else card(posted.unfinished, calls.summaries, context.viewer).parent
    )
