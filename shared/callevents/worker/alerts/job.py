"""Posts an alert: its calls are looked up once, one card goes to the channel, the details of several into its thread.

The alert itself is never lost: whatever goes wrong with the lookup stands on the card. Until a run has delivered
something it raises where Slack does not take the card: the platform tries again, and its failure destination sees what
no retry mends. Once something is delivered it does not raise: a retry would post the card again. What does not fit the
time goes back into the worker's queue, and waits there, unbilled, where Slack asks for a long pause. So does what fails
a second time: the platform tries again only twice, and soon, but a Slack that is down is down for minutes.
"""

import logging
from collections.abc import Mapping, Sequence
from math import inf, isfinite

from callevents.actor import Actor
from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError, HandOverFailed, SlackError, SlackRefused, SlackThrottled
from callevents.invocation import Invocation
from callevents.observability.audit_log import audit
from callevents.observability.request_log import milliseconds
from callevents.slack.alert_cards.card import card
from callevents.slack.alert_cards.updates import follow_up, resolved_card
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.channel import PER_MESSAGE
from callevents.worker.alerts.history import find_posted, metadata
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.resolution import card_of, end, end_of
from callevents.worker.alerts.run import DeliveryContext
from callevents.worker.alerts.state import Card, DeliveryState, Done, End, call_key
from callevents.worker.alerts.thread import Detail, details_of, post_details, told_in_thread

_log = logging.getLogger(__name__)


class AlertDelivery:
    """Posts alerts; what it remembers lets repeated and resolved ones find the card of the first."""

    def __init__(self) -> None:
        self._memory = DeliveryState()

    def __call__(self, alert: AlertEnvelope, service: SlackResources, invocation: Invocation) -> None:
        """Post *alert* and write one audit line; raise a CallEventsError if nothing was delivered."""
        instance = alert.instance or service.settings.ccc_instance_id
        invocation.request_log.set(
            entry=alert.sender, jobs=len(alert.jobs), queued_ms=_age(alert, invocation)
        )
        run = DeliveryContext(
            alert.model_copy(update={"instance": instance}), service, invocation, self._memory
        )
        outcome = "not delivered: internal"
        try:
            outcome = _delivered(run)
            invocation.request_log.set(outcome=_word(outcome), why=outcome)
        except CallEventsError as error:
            outcome = f"not delivered: {error}"
            raise
        finally:
            audit(
                "alert",
                actor=Actor("", "", channel=alert.channel),
                entry=alert.sender,
                outcome=outcome,
                jobs=alert.jobs or alert.resolved_jobs,
                instance=instance,
                task=alert.delivery,
            )


def _age(alert: AlertEnvelope, invocation: Invocation) -> float:
    """Return how long ago the alert came in, in milliseconds."""
    return milliseconds(invocation.arrived_at - alert.received_at) if isfinite(alert.received_at) else 0.0


def _word(outcome: str) -> str:
    """Return *outcome* as one of a few words."""
    if outcome == "posted before":
        return "duplicate"
    return "put_back" if outcome.startswith("put back") else "posted"


def _delivered(run: DeliveryContext) -> str:
    """Return what became of the alert, in a few words for the audit trail."""
    done = run.done()
    if done is not None and not done.left:
        return "posted before"
    try:
        if done is not None:
            return post_details(run, done.ts, details_of(run, done.left))
        if run.alert.parent_ts is not None:
            return post_details(run, run.alert.parent_ts, details_of(run, run.alert.jobs))
        return end(run) if run.alert.state == "resolved" else _fired(run)
    except SlackRefused:
        raise
    except SlackError as error:
        if run.channel.delivered or not (isinstance(error, SlackThrottled) or run.failed_before()):
            raise
        return _put_back(run, error, done)


def _put_back(run: DeliveryContext, error: SlackError, done: Done | None) -> str:
    """Put back what is left, as Slack lets it wait; where there is no queue, wait as long as this run can."""
    throttled = isinstance(error, SlackThrottled)
    pause = error.retry_after if isinstance(error, SlackThrottled) else 0.0
    jobs, card_ts = ((), "") if done is None else (done.left, done.ts)
    try:
        run.requeue(jobs, card_ts, pause=pause)
    except HandOverFailed as failed:
        _log.error("not put back into the queue: %s", failed, extra={"code": failed.code})
        if not throttled:
            raise error from None
        run.channel.patience = inf
        run.channel.wait(max(PER_MESSAGE, pause), error)
        return _delivered(run)
    return f"put back: {'throttled' if throttled else error}"


def _fired(run: DeliveryContext) -> str:
    alert = run.alert
    if _told_beside_its_card(run):
        return "in the thread of its card"
    thread = _thread_of_the_calls(run)
    if thread and told_in_thread(run, thread, follow_up(alert, run.viewer)):
        run.memory.cards.put(alert.thread_key, Card(thread), run.now)
        run.note(thread)
        return "in the thread of an earlier alert"
    summaries, failures = look_up_calls(run, alert.jobs)
    message, details = _card(run, summaries, failures)
    over = end_of(run)
    ts = _posted(run, message) if over is None else _posted_as_its_end(run, message, over)
    run.note(ts)
    outcome = "posted" if not failures else f"posted, not found out: {next(iter(failures.values()))}"
    if not ts:
        return outcome
    unfinished = bool(failures) or any(summary.outcome == "in_progress" for summary in summaries)
    run.memory.cards.put(alert.thread_key, Card(ts, message, alert if unfinished else None), run.now)
    for job in alert.jobs:
        run.memory.threads.put(call_key(alert.channel, job), ts, run.now)
    return f"{outcome}, {post_details(run, ts, details)}" if details else outcome


def _posted(run: DeliveryContext, message: Message) -> str:
    marked = metadata(run.alert.thread_key, run.work, run.alert.state)
    return run.channel.post(
        message, metadata=marked, arrived=lambda: find_posted(run, run.work), doubtful=run.maybe_posted
    )


def _posted_as_its_end(run: DeliveryContext, message: Message, over: End) -> str:
    """Put the card in the place of the line that told its end, in its resolved state; return its ts."""
    message = resolved_card(message, over.alert, run.viewer) or message
    try:
        run.channel.change(over.ts, message)
    except SlackRefused:  # gone, or too old to be changed
        return _posted(run, message)
    run.memory.ends.drop(run.alert.thread_key)
    return over.ts


def _told_beside_its_card(run: DeliveryContext) -> bool:
    """Tell what follows on an alert in the thread of its card, which tells of the same calls; say whether it did."""
    alert = run.alert
    found = card_of(run) if alert.follows and not alert.left_out_count else None
    if found is None or found.message is None:
        return False
    told = f"{found.message.text} {found.message.blocks}"
    if not all(job in told for job in alert.jobs):
        return False
    if not told_in_thread(run, found.ts, follow_up(alert, run.viewer)):
        return False
    run.note(found.ts)
    return True


def _card(
    run: DeliveryContext, summaries: Sequence[CallSummary], failures: Mapping[str, CallEventsError]
) -> tuple[Message, list[Detail]]:
    try:
        shown = card(run.alert, summaries, run.viewer, failures=failures)
    except Exception as error:  # noqa: BLE001 - whatever it is, the alert itself is told
        _log.error("no card", extra={"code": "internal"}, exc_info=error)
        failed = {job: CallEventsError(request_id=run.invocation.request_id) for job in run.alert.jobs}
        return card(run.alert, (), run.viewer, failures=failed).parent, []
    pairs = zip(summaries, shown.thread, strict=False)
    return shown.parent, [Detail((summary.job_id,), message) for summary, message in pairs]


def _thread_of_the_calls(run: DeliveryContext) -> str:
    """Return the thread in which all calls of the alert were told a short while ago, "" if there is none."""
    alert = run.alert
    if not alert.jobs or alert.left_out_count:
        return ""
    threads = [run.memory.threads.get(call_key(alert.channel, job), run.now) for job in alert.jobs]
    return (threads[0] or "") if all(threads) else ""
