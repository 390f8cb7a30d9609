"""The end of an alert: one line in the thread of its card, which shows its new state.

Nothing is looked up again but calls that were under way when the card was posted, or could not be looked up then.
"""

import logging

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.alert_cards.card import card, resolved
from callevents.slack.alert_cards.updates import resolved_card
from callevents.slack.blocks.block_kit import Message
from callevents.worker.alerts.history import MARGIN, find_card, find_posted, metadata
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.run import DeliveryContext
from callevents.worker.alerts.state import Card, End, call_key
from callevents.worker.alerts.thread import told_in_thread

SEARCH_SECONDS = 5.0
# How long before an alert came in its card is looked for, where it does not say when it began.
SEARCH_BACK = 86_400.0
# An alert that waited so long for its run may have been overtaken by its own end, told by another instance.
LATE_SECONDS = 10.0

_log = logging.getLogger(__name__)


def end(run: DeliveryContext) -> str:
    """Tell that the alert is resolved, and say where that was told; raise a SlackError if nothing was delivered."""
    alert = run.alert
    line = resolved(alert, run.viewer)
    found = card_of(run)
    if found is None or not told_in_thread(run, found.ts, line):
        marked = metadata(alert.thread_key, run.work, alert.state)
        ts = run.channel.post(
            line, metadata=marked, arrived=lambda: find_posted(run, run.work), doubtful=run.maybe_posted
        )
        run.note("")
        if ts:
            run.memory.ends.put(alert.thread_key, End(ts, alert), run.now)
        return "resolved, a new message"
    for job in (*alert.resolved_jobs, *alert.jobs):
        run.memory.threads.drop(call_key(alert.channel, job))
    run.note(found.ts)
    return f"resolved, in the thread{_settled(run, found)}"


def _settled(run: DeliveryContext, found: Card) -> str:
    """Show the card in its new state: worth one request, no more, and nothing that a retry could mend."""
    try:
        last = _last_content(run, found)
        message = None if last is None else resolved_card(last, run.alert, run.viewer)
        if message is None:
            return ""
        run.channel.change(found.ts, message)
    except SlackError as error:
        _log.warning("the card of a resolved alert stays as it was: %s", error, extra={"code": error.code})
        return ", the card not changed"
    except Exception as error:  # noqa: BLE001 - the end is told: raising would tell it again
        _log.error("the card of a resolved alert", extra={"code": "internal"}, exc_info=error)
        return ", the card not changed"
    run.memory.cards.put(run.alert.thread_key, Card(found.ts, message), run.now)
    return ", the card changed"


def _last_content(run: DeliveryContext, found: Card) -> Message | None:
    if found.unfinished is None:
        return found.message
    summaries, failures = look_up_calls(run, found.unfinished.jobs)
    return found.message if failures else card(found.unfinished, summaries, run.viewer).parent


def card_of(run: DeliveryContext) -> Card | None:
    """Return the card of the alert, as this instance or the channel's history remembers it."""
    alert = run.alert
    began = alert.received_at - SEARCH_BACK if alert.started_at is None else alert.started_at
    return run.memory.cards.get(alert.thread_key, run.now) or _in_history(run, began)


def end_of(run: DeliveryContext) -> End | None:
    """Return the end of an alert that comes after it: out of order, or put back into the queue and overtaken."""
    alert = run.alert
    known = run.memory.ends.get(alert.thread_key, run.now)
    if known is not None:
        return known if alert.ends_once or alert.received_at <= known.alert.received_at else None
    if run.invocation.arrived_at - alert.received_at < LATE_SECONDS:
        return None
    found = _in_history(run, alert.received_at, state="resolved")
    if found is None:
        return None
    return End(found.ts, alert.model_copy(update={"state": "resolved", "received_at": float(found.ts)}))


def _in_history(run: DeliveryContext, since: float, *, state: str = "") -> Card | None:
    """Return the card as the channel's history has it; None where it is not there, or may not be read."""
    alert = run.alert
    if run.memory.closed_histories.get(alert.channel, run.now):
        return None
    deadline = Deadline.after(SEARCH_SECONDS, run.deadline.clock)
    try:
        return find_card(
            run.channel.api,
            alert.channel,
            max(0.0, since - MARGIN),
            deadline,
            thread_key=alert.thread_key,
            state=state,
        )
    except SlackRefused as error:
        run.memory.closed_histories.put(alert.channel, True, run.now)
        _log.info("the channel's history may not be read: %s", error, extra={"code": error.code})
    except SlackError as error:
        _log.warning("the channel's history was not read: %s", error, extra={"code": error.code})
    return None
