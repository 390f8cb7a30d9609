"""Delivers an alert that fires: looks its calls up, posts its card, and posts their details into the thread."""

import logging

from callevents.errors import CallEventsError, SlackRefused
from callevents.slack.alert_cards.card import card
from callevents.slack.alert_cards.updates import follow_up, resolved_card
from callevents.slack.blocks.block_kit import Message
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.lookup import LookedUpCalls, look_up_calls
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult
from callevents.worker.alerts.state import PostedCard, call_key
from callevents.worker.alerts.thread import Detail, post_details, post_line

_log = logging.getLogger(__name__)


def deliver_firing(context: DeliveryContext) -> DeliveryResult:
    """Post the alert's card and the details of its calls, or one line if they were posted before.

    Raises a SlackError if nothing was delivered.
    """
    if _follow_up_on_card(context):
        return DeliveryResult(DeliveryOutcome.IN_CARD_THREAD)
    if _follow_up_on_calls(context):
        return DeliveryResult(DeliveryOutcome.IN_CALL_THREAD)
    calls = look_up_calls(context, context.alert.jobs)
    message, details = _render(context, calls)
    ts = _post_card(context, message)
    context.remember_delivered(ts)
    if not ts:
        return DeliveryResult(DeliveryOutcome.POSTED, calls.error)
    _remember_card(context, ts, message, calls)
    posted = post_details(context, ts, details) if details else None
    return DeliveryResult(DeliveryOutcome.POSTED, calls.error, posted)


def _follow_up_on_card(context: DeliveryContext) -> bool:
    """Post a line into the thread of the alert's own card if that shows the same calls; return whether it did."""
    alert = context.alert
    found = context.find_card() if alert.follows and not alert.left_out_count else None
    if found is None or found.message is None:
        return False
    shown = f"{found.message.text} {found.message.blocks}"
    if not all(job in shown for job in alert.jobs):
        return False
    if not post_line(context, found.ts, follow_up(alert, context.viewer)):
        return False
    context.remember_delivered(found.ts)
    return True


def _follow_up_on_calls(context: DeliveryContext) -> bool:
    """Post a line into the thread in which all calls were posted a short while ago; return whether it did."""
    alert = context.alert
    if not alert.jobs or alert.left_out_count:
        return False
    threads = [
        context.state.call_threads.get(call_key(alert.channel, job), context.now) for job in alert.jobs
    ]
    thread = threads[0]
    if not thread or not all(threads):
        return False
    if not post_line(context, thread, follow_up(alert, context.viewer)):
        return False
    context.state.cards.put(alert.thread_key, PostedCard(thread), context.now)
    context.remember_delivered(thread)
    return True


def _render(context: DeliveryContext, calls: LookedUpCalls) -> tuple[Message, list[Detail]]:
    """Return the card, and the details for its thread."""
    alert = context.alert
    try:
        rendered = card(
            alert, calls.summaries, context.viewer, failures=calls.failures, offers=context.buttons
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the alert itself is posted
        _log.error("alert card not rendered", extra={"code": "internal"}, exc_info=error)
        internal = CallEventsError(request_id=context.invocation.request_id)
        return card(alert, (), context.viewer, failures=dict.fromkeys(alert.jobs, internal)).parent, []
    pairs = zip(calls.summaries, rendered.thread, strict=False)
    return rendered.parent, [Detail((summary.job_id,), message) for summary, message in pairs]


def _post_card(context: DeliveryContext, message: Message) -> str:
    """Post the card, in place of the alert's end if that was posted before; return its ts."""
    resolution = context.find_resolution()
    if resolution is None:
        return context.post(message)
    message = resolved_card(message, resolution.alert, context.viewer) or message
    try:
        context.channel.update(resolution.ts, message)
    except SlackRefused:  # deleted, or too old to be changed
        return context.post(message)
    context.state.resolutions.drop(context.alert.thread_key)
    return resolution.ts


def _remember_card(context: DeliveryContext, ts: str, message: Message, calls: LookedUpCalls) -> None:
    """Remember the card, for the alert's end and for further alerts on the same calls."""
    alert = context.alert
    unfinished = bool(calls.failures) or any(each.outcome == "in_progress" for each in calls.summaries)
    posted = PostedCard(ts, message, alert if unfinished else None)
    context.state.cards.put(alert.thread_key, posted, context.now)
    for job in alert.jobs:
        context.state.call_threads.put(call_key(alert.channel, job), ts, context.now)
