"""Delivers the end of an alert: one line in the thread of its card, which shows its new state.

Nothing is looked up again but calls that were under way when the card was posted, or could not be looked up then.
"""

import logging
from collections.abc import Set as AbstractSet

from callevents.errors import SlackError
from callevents.slack.alert_cards.card import card, resolved
from callevents.slack.alert_cards.updates import resolved_card, title_of
from callevents.slack.blocks.block_kit import Message
from callevents.tasks.encoding import ENDED
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.history import group_metadata
from callevents.worker.alerts.lookup import look_up_calls
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult
from callevents.worker.alerts.state import PostedCard, PostedResolution, call_key
from callevents.worker.alerts.thread import post_line

_log = logging.getLogger(__name__)


def deliver_resolution(context: DeliveryContext) -> DeliveryResult:
    """Post that the alert is resolved; raise a SlackError if nothing was delivered.

    An end that names no call closes its card, and is not worth a message of its own. The end of a member closes the
    card of its group if it is the last.
    """
    line = resolved(context.alert, context.viewer)
    found = context.find_cards()
    ended = {context.alert.thread_key, *context.alert.further_threads}
    partly = {key: each for key, each in found.items() if _members_left(key, each, ended)}
    posted = found if names_call(context.alert) else {key: found[key] for key in found if key not in partly}
    reached = {key: each for key, each in posted.items() if _post_line(context, each, line)}
    for key, each in partly.items():
        _keep_members_left(context, key, each, ended)
    if not reached:
        if partly:
            context.remember_delivered("")
            return DeliveryResult(DeliveryOutcome.PART_ENDED)
        return _without_card(context, line)
    context.remember_delivered(next(iter(reached.values())).ts)
    closed = {key: each for key, each in reached.items() if key not in partly}
    over = [
        *context.alert.resolved_jobs,
        *context.alert.jobs,
        *(job for each in closed.values() for job in each.jobs),
    ]
    for job in over:
        context.state.call_threads.drop(call_key(context.alert.channel, job))
    changes = [_resolve_card(context, key, each, context.alert) for key, each in closed.items()]
    known = [change for change in changes if change is not None]
    return DeliveryResult(DeliveryOutcome.RESOLVED_IN_THREAD, card_changed=all(known) if known else None)


def names_call(alert: AlertEnvelope) -> bool:
    """Return whether the end names a call."""
    return bool(alert.jobs or alert.resolved_jobs)


def close_ended_members(context: DeliveryContext) -> None:
    """Close the cards of members that have ended in a group of which others fire; raise nothing.

    The message about the group names their calls.
    """
    ended = {key.removeprefix(ENDED) for key in context.alert.further_threads if key.startswith(ENDED)}
    if context.alert.state != "mixed" or not ended:
        return
    try:
        for key, each in context.find_cards_of(ended).items():
            if _members_left(key, each, ended):
                _keep_members_left(context, key, each, ended)
            elif not each.is_over:
                _close(context, key, each)
    except Exception as error:  # noqa: BLE001 - the alert is posted: raising would post it again
        _log.error("cards of ended members not closed", extra={"code": "internal"}, exc_info=error)


def _close(context: DeliveryContext, key: str, posted: PostedCard) -> None:
    """Close the card of a member: its own title is on it."""
    title = "" if posted.message is None else title_of(posted.message)
    change = {"state": "resolved", "title": title or context.alert.title, "started_at": None}
    end = context.alert.model_copy(update={**change, "jobs": (), "resolved_jobs": ()})
    try:
        post_line(context, posted.ts, resolved(end, context.viewer))
    except SlackError as error:
        _log.warning("end of a member not posted: %s", error, extra={"code": error.code})
        return
    _resolve_card(context, key, posted, end)


def _members_left(key: str, posted: PostedCard, ended: AbstractSet[str]) -> frozenset[str]:
    """Return the members of a group that fire on, none if the end is that of the whole."""
    return frozenset() if key in ended else posted.members - ended


def _keep_members_left(
    context: DeliveryContext, key: str, posted: PostedCard, ended: AbstractSet[str]
) -> None:
    """Remember which members of a group fire on, also in the card's metadata: another instance may see their end."""
    left = posted._replace(members=_members_left(key, posted, ended))
    context.state.remember_card(key, left, context.now)
    if posted.message is None or left.members == posted.members:
        return
    try:
        context.channel.update(posted.ts, posted.message, group_metadata(key, left.members))
    except SlackError as error:
        _log.warning("members of a card not changed: %s", error, extra={"code": error.code})


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
    alert, is_named = context.alert, names_call(context.alert)
    ts = context.post(line) if is_named else ""
    context.remember_delivered("")
    if ts or not is_named:
        for key in (alert.thread_key, *alert.further_threads):
            context.state.resolutions.put(key, PostedResolution(ts, alert), context.now)
    return DeliveryResult(DeliveryOutcome.RESOLVED if is_named else DeliveryOutcome.NO_CARD)


def _resolve_card(context: DeliveryContext, key: str, posted: PostedCard, end: AlertEnvelope) -> bool | None:
    """Show the card as resolved by *end*; return whether that worked, None if it is not the alert's own card.

    Worth one request and no retry: the end itself is posted, and raising would post it again.
    """
    context.state.cards.put(key, posted._replace(is_over=True), context.now)
    try:
        content = _latest_content(context, posted)
        message = None if content is None else resolved_card(content, end, context.viewer)
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
