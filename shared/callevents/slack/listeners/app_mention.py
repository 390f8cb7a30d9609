"""Answers a mention of the bot where it was written, in a channel or a thread, for its author alone.

A sender that has a user id and is not this app is a person; a message without a user is ignored. Slack sends an event
again until it is acknowledged, and an edited mention as another event; what was answered is not answered again.
Source: https://docs.slack.dev/reference/events/app_mention
"""

import logging
import re

from callevents.calls.job_ids import JobIds
from callevents.report.viewer import Viewer
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Denied
from callevents.slack.lookups.thread_root import asked_of_thread, read_thread_root
from callevents.slack.messages.help import guidance
from callevents.slack.requests.command_text import (
    NOTHING_LEFT_OUT,
    Form,
    Help,
    Lookup,
    ParsedCommand,
    parse_mention,
)
from callevents.slack.requests.message_text import job_ids_of
from callevents.slack.requests.parser import SlackEvent
from callevents.slack.respond import (
    Acknowledgement,
    Delivery,
    Unanswered,
    known_refusal,
    reply_thread,
    respond,
    respond_with_hand_off,
    respond_with_lookup,
)
from callevents.slack.users.access import PersonFacts, viewer_of

_MENTION = r"<@[UW][0-9A-Z]{1,30}(?:\|[^<>]{0,100})?>"
THREAD_TIMEOUT_SECONDS = 1.0
# What the lookup needs of the time after the thread is read, at least.
LOOKUP_SECONDS = 0.5

_log = logging.getLogger(__name__)


def handle(context: RequestContext) -> Acknowledgement:
    """Answer a person once, where Slack lets them read the answer; ask for the event again if that failed."""
    event = context.expect(SlackEvent)
    if event.own or not event.user or not event.channel:
        return None
    if reason := known_refusal(context, event.channel):
        context.invocation.request_log.set_outcome("not_told", why=reason)
        _log.warning("mention not answered: %s", reason, extra={"code": "not_told"})
        return None
    if not event.event_id:
        return _acknowledgement(context, _answer(context, event))
    under_way = context.resources.events_under_way
    if not under_way.add(event.event_id, context.invocation.arrived_at):
        return Unanswered()  # nobody knows yet whether it will be answered: Slack is to ask again
    try:
        return _answer_once(context, event)
    finally:
        under_way.forget(event.event_id)


def _answer_once(context: RequestContext, event: SlackEvent) -> Acknowledgement:
    """Answer the event if it was not answered before."""
    answered = context.resources.events
    if not answered.add(event.event_id, context.invocation.arrived_at):
        return None
    delivery = Delivery(shown=False)
    try:
        delivery = _answer(context, event)
    finally:
        if not (delivery.shown or delivery.refusal):
            answered.forget(event.event_id)
    return _acknowledgement(context, delivery)


def _acknowledgement(context: RequestContext, delivery: Delivery) -> Acknowledgement:
    """Return the acknowledgement that has Slack send the event again where that may help."""
    if delivery.shown or delivery.refusal:
        return None
    # Only Slack can send it again. Without a bot token no attempt succeeds; one that is in KMS may be read by then.
    settings = context.settings
    return Unanswered() if settings.slack_bot_token or settings.awaits_bot_token else None


def _answer(context: RequestContext, event: SlackEvent) -> Delivery:
    """Answer what was not answered yet of the mention."""
    message, now = f"{event.channel}:{event.timestamp}", context.invocation.arrived_at
    answered = context.resources.mentions.get(message, now) or frozenset()
    found = job_ids_of(event.body, typed=True)
    if event.edited:
        found = _without(found, answered)
        if not any(found):
            return Delivery(shown=True)
    text = re.sub(_MENTION, " ", event.text)
    if not found.whole and _finds(context, text):
        delivery = _refuse_to_find(context)
    else:
        delivery = _answer_parsed(context, event, text, found)
    if delivery.shown:
        context.resources.mentions.put(message, answered | _names(found), now)
    return delivery


def _answer_parsed(context: RequestContext, event: SlackEvent, text: str, found: JobIds) -> Delivery:
    """Look up the ids in the mention or in its thread's first message, or say what to change."""
    parsed: ParsedCommand = parse_mention(text, found, context.settings.instance)
    if event.thread and (isinstance(parsed, Form) or parsed == Help(understood=False)):
        return _answer_for_thread(context, event, text)
    return _look_up(context, event, parsed) if isinstance(parsed, Lookup) else _guide(context, event, parsed)


def _finds(context: RequestContext, text: str) -> bool:
    """Say whether *text* asks to find calls beyond doubt: "find out what happened" does not.

    Where nobody may find calls, nobody means that.
    """
    if not context.settings.finds_calls:
        return False
    from callevents.search.command import is_search

    if not is_search(text):
        return False
    from callevents.search.command import ParsedSearch
    from callevents.slack.listeners.finding import read

    return isinstance(read(context, text), ParsedSearch)


def _refuse_to_find(context: RequestContext) -> Delivery:
    """Say where calls can be found: what is sought in a mention, everybody reads."""
    from callevents.slack.messages.search_notices import not_in_a_mention

    viewer, denied = _denied(context)
    return respond(context, not_in_a_mention(viewer), viewer) if denied is None else denied


def _without(found: JobIds, answered: frozenset[str]) -> JobIds:
    """Return those of *found* that were not answered before the message was edited."""
    return JobIds(
        tuple(job for job in found.whole if job not in answered),
        tuple(each for each in found.fragments if each.text not in answered),
    )


def _names(found: JobIds) -> frozenset[str]:
    return frozenset(found.whole) | {each.text for each in found.fragments}


def _answer_for_thread(context: RequestContext, event: SlackEvent, text: str) -> Delivery:
    """Answer a mention without an id for the thread's first message; have the worker do it where Slack is slow."""
    authorization = context.lookups.authorize(context.actor)
    viewer = authorization.viewer
    request = context.lookup_request(
        (),
        context.settings.instance(None) or "",
        "mention",
        thread=event.thread,
        operation=Operation(replace=False),
        mention=text.strip(),
        unchecked=authorization.may_know_later,
    )
    if _leave_to_worker(context, request):
        return Delivery(shown=True)
    if authorization.may_know_later and respond_with_hand_off(context, request, viewer):
        return Delivery(shown=True)
    denied = context.lookups.deny(authorization)
    if denied is not None:
        context.lookups.record(Denied(request, viewer, denied.denial, ()))
        return respond(context, denied.message, viewer)
    reserve = POST_RESERVE_SECONDS + LOOKUP_SECONDS
    deadline = context.budget.lookup.earlier_by(reserve).capped(THREAD_TIMEOUT_SECONDS)
    root = read_thread_root(context.api(), event.channel, event.thread, deadline)
    context.invocation.request_log.set(thread_root=root.for_the_log)
    if root.lacks == "late" and respond_with_hand_off(context, request, viewer):
        return Delivery(shown=True)
    asked = asked_of_thread(text, root, viewer, context.settings)
    return _look_up(context, event, asked) if isinstance(asked, Lookup) else respond(context, asked, viewer)


def _look_up(context: RequestContext, event: SlackEvent, parsed: Lookup) -> Delivery:
    request = context.lookup_request(
        parsed.jobs,
        parsed.instance,
        "mention",
        thread=reply_thread(event),
        operation=Operation(replace=False),
        left_out=parsed.left_out,
    )
    if _leave_to_worker(context, request):
        return Delivery(shown=True)
    return respond_with_lookup(context, request)


def _leave_to_worker(context: RequestContext, request: LookupRequest) -> bool:
    """Have the worker answer an event that Slack sends several times, if it can say all there is to say.

    Another instance may be answering it, or have handed it over without receiving the confirmation: the platform queues
    it once.
    """
    if not context.is_repeated or request.left_out != NOTHING_LEFT_OUT:
        return False
    viewer, unchecked = viewer_of(context.settings, PersonFacts()), request._replace(unchecked=True)
    reserve = POST_RESERVE_SECONDS + LOOKUP_SECONDS
    return context.lookups.hand_off_unread(unchecked, viewer, reserve_seconds=reserve) is not None


def _guide(context: RequestContext, event: SlackEvent, parsed: ParsedCommand) -> Delivery:
    """Show help, or what to change in the mention."""
    viewer, denied = _denied(context)
    if denied is not None:
        return denied
    if isinstance(parsed, Lookup):
        raise TypeError("a lookup needs no guidance")
    instances = list(context.settings.ccc_instances)
    message = guidance(
        parsed, viewer, instances=instances, in_thread=bool(event.thread), finds=context.settings.finds_calls
    )
    return respond(context, message, viewer)


def _denied(context: RequestContext) -> tuple[Viewer, Delivery | None]:
    """Return how to write to the person, and None if they may ask; else show them why they may not."""
    viewer, denied = context.authorize_or_deny()
    return viewer, None if denied is None else respond(context, denied.message, viewer)
