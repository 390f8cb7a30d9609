"""Delivers an alert that fires: looks its calls up, posts its card, and posts their details into the thread."""

import logging

from callevents.errors import CallEventsError, SlackRefused
from callevents.slack.alert_cards.card import card
from callevents.slack.alert_cards.updates import follow_up, resolved_card, shows_end
from callevents.slack.blocks.block_kit import Message
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.history import members_of
from callevents.worker.alerts.lookup import LookedUpCalls, look_up_calls
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult
from callevents.worker.alerts.state import PostedCard, call_key
from callevents.worker.alerts.thread import Detail, look_up_details, post_details, post_line

_log = logging.getLogger(__name__)


def deliver_firing(context: DeliveryContext) -> DeliveryResult:
    """Post the alert's card and the details of its calls, or one line if they were posted before.

    Raises a SlackError if nothing was delivered.
    """
    if not context.is_posted():
        followed = _follow_up_on_card(context)
        if followed is not None:
            return followed
        if _follow_up_on_calls(context):
            return DeliveryResult(DeliveryOutcome.IN_CALL_THREAD)
    calls = look_up_calls(context, context.alert.jobs)
    message, details = _render(context, calls)
    ts, message = _post_card(context, message)
    context.remember_delivered(ts)
    if not ts:
        return DeliveryResult(DeliveryOutcome.POSTED, calls.error)
    _remember_card(context, ts, message, calls)
    posted = post_details(context, ts, details) if details else None
    return DeliveryResult(DeliveryOutcome.POSTED, calls.error, posted)


def _follow_up_on_card(context: DeliveryContext) -> DeliveryResult | None:
    """Post a line into the thread of the alert's own card if that shows the same calls; return None if it does not.

    After the alert's end it is a line in any case: nothing late opens a new card.
    """
    alert = context.alert
    follows = alert.follows or alert.state == "mixed"  # a part of the group has ended
    late = context.known_card() if alert.ends_once else None
    found = context.find_card() if follows else late
    if found is None or not (found.is_over or (follows and found.message and not alert.left_out_count)):
        return None
    shown = "" if found.message is None else f"{found.message.text} {found.message.blocks}"
    new = [job for job in alert.jobs if job not in shown]
    if (new and not found.is_over) or not post_line(context, found.ts, follow_up(alert, context.viewer)):
        return None
    context.remember_delivered(found.ts, new)
    if not found.is_over:
        return DeliveryResult(DeliveryOutcome.IN_CARD_THREAD)
    details = post_details(context, found.ts, look_up_details(context, new)) if new else None
    return DeliveryResult(DeliveryOutcome.AFTER_END, details=details)


def _follow_up_on_calls(context: DeliveryContext) -> bool:
    """Post a line into the thread in which all calls were posted a short while ago; return whether it did."""
    alert = context.alert
    if not alert.jobs or alert.left_out_count:
        return False
    threads = [
        context.state.call_threads.get(call_key(alert.channel, job), context.now) for job in alert.jobs
    ]
    thread = threads[0] if all(threads) else context.find_call_thread()
    if not thread:
        return False
    if not post_line(context, thread, follow_up(alert, context.viewer)):
        return False
    known = context.known_card()
    if known is None or known.ts != thread:
        line = PostedCard(thread, members=members_of(alert))
        context.state.remember_card(alert.thread_key, line, context.now)
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


def _post_card(context: DeliveryContext, message: Message) -> tuple[str, Message]:
    """Post the card, with the alert's end if that came before; return its ts and content.

    It takes the place of the message that the end was posted as, if it was.
    """
    resolution = context.find_resolution()
    if resolution is None:
        return context.post(message), message
    message = resolved_card(message, resolution.alert, context.viewer) or message
    if not resolution.ts:
        ts = context.post(message)
    else:
        try:
            context.channel.update(resolution.ts, message)
        except SlackRefused:  # deleted, or too old to be changed
            return context.post(message), message
        ts = resolution.ts
    context.state.resolutions.drop(context.alert.thread_key)
    return ts, message


def _remember_card(context: DeliveryContext, ts: str, message: Message, calls: LookedUpCalls) -> None:
    """Remember the card, for the alert's end and for further alerts on the same calls."""
    alert = context.alert
    unfinished = bool(calls.failures) or any(each.outcome == "in_progress" for each in calls.summaries)
    posted = PostedCard(
        ts, message, alert if unfinished else None, alert.jobs, shows_end(message), members_of(alert)
    )
    context.state.remember_card(alert.thread_key, posted, context.now)
    for job in () if posted.is_over else alert.jobs:
        context.state.call_threads.put(call_key(alert.channel, job), ts, context.now)
