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
    """Post that the alert is resolved; raise a SlackError if nothing was delivered."""
    alert = context.alert
    line = resolved(alert, context.viewer)
    posted = context.find_card()
    if posted is None or not post_line(context, posted.ts, line):
        ts = context.post(line)
        context.remember_delivered("")
        if ts:
            context.state.resolutions.put(alert.thread_key, PostedResolution(ts, alert), context.now)
        return DeliveryResult(DeliveryOutcome.RESOLVED)
    for job in (*alert.resolved_jobs, *alert.jobs):
        context.state.call_threads.drop(call_key(alert.channel, job))
    context.remember_delivered(posted.ts)
    changed = _resolve_card(context, posted)
    return DeliveryResult(DeliveryOutcome.RESOLVED_IN_THREAD, card_changed=changed)


def _resolve_card(context: DeliveryContext, posted: PostedCard) -> bool | None:
    """Show the card as resolved; return whether that worked, None if it is not the alert's own card.

    Worth one request and no retry: the end itself is posted, and raising would post it again.
    """
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
    context.state.cards.put(context.alert.thread_key, PostedCard(posted.ts, message), context.now)
    return True


def _latest_content(context: DeliveryContext, posted: PostedCard) -> Message | None:
    """Return the card's content, with its calls looked up again if they were unfinished."""
    if posted.unfinished is None:
        return posted.message
    calls = look_up_calls(context, posted.unfinished.jobs)
    return (
        posted.message if calls.failures else card(posted.unfinished, calls.summaries, context.viewer).parent
    )
