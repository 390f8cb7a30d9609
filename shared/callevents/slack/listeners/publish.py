"""Answers for a whole channel: a shared answer, and the refresh of a message that everybody reads.

Masked, in the channel's language, and never in a channel that another organisation reads.
"""

from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackUrlSpent
from callevents.observability.request_log import RequestOutcome
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.context import RequestContext
from callevents.slack.lookups import publication
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.publication import Inside, Shared, readers_of
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, Failed, HandedOff, LookupResult, audit_lookup, render
from callevents.slack.messages.denials import publication_denied, shared_before
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import Acknowledgement, Delivery, respond

# Nothing else follows: the answer is there, or the worker posts it.
_DONE = frozenset({"shared", "answered", "handed_over"})
_DELIVERED = Delivery(shown=True)


def publish(context: RequestContext, request: LookupRequest) -> Acknowledgement:
    """Post the answer for all, or show the person why not; write one audit line."""
    outcome, delivery = _publish(context, request, context.expect(Interaction))
    request_log = context.invocation.request_log
    request_log.set(entry=request.source, jobs=len(request.jobs), task=request.task)
    if delivery.shown:
        request_log.set_outcome(*outcome)
    else:
        request_log.set_outcome("not_told", why=outcome.why or outcome.code)
    audit_lookup(request, outcome)
    return delivery.acknowledgement()


def _publish(
    context: RequestContext, request: LookupRequest, click: Interaction
) -> tuple[RequestOutcome, Delivery]:
    """Publish the answer; return the outcome, for the log, and whether the person sees it or why not."""
    authorization = context.lookups.authorize(context.actor)
    viewer = authorization.viewer
    # Where Slack has not answered yet, the lookup itself decides, or hands the question over.
    unchecked = authorization.may_know_later and bool(context.settings.worker)
    denied = None if unchecked else context.lookups.deny(authorization)
    if denied is not None:
        return RequestOutcome("refused", denied.denial), respond(context, denied.message, viewer)
    readers = readers_of(click.channel, context.api(), context.budget.leaving(POST_RESERVE_SECONDS).lookup)
    if not isinstance(readers, Inside) and not (readers == "failed" and context.settings.worker):
        message = publication_denied(readers, request.operation.kind, viewer, direct=click.channel[:1] == "D")
        why = "externally shared" if readers == "outside" else f"readers {readers}"
        return RequestOutcome("refused", why), respond(context, message, viewer)
    shared, key = context.resources.shared, _key(click, request)
    if request.operation.kind == "share" and not shared.add(key, context.invocation.arrived_at):
        return RequestOutcome("shared before"), respond(context, shared_before(viewer), viewer)
    if isinstance(readers, Inside):
        outcome, delivery = _look_up_and_post(context, request, readers)
    else:
        outcome, delivery = _leave_to_worker(context, request._replace(unchecked=unchecked), viewer)
    if outcome.code not in _DONE:
        shared.forget(key)
    return outcome, delivery


def _look_up_and_post(
    context: RequestContext, request: LookupRequest, inside: Inside
) -> tuple[RequestOutcome, Delivery]:
    """Look up the calls and post them for all, or show the person why not."""
    result = context.lookups.run(request, reserve_seconds=POST_RESERVE_SECONDS)
    if not isinstance(result, Answered):
        return _respond(context, result)
    message = render(result, now=context.invocation.clocks.wall())
    operation = result.request.operation
    error = _post(context, request, inside, message)
    if error is None:
        return RequestOutcome("shared" if operation.kind == "share" else "answered"), _DELIVERED
    maybe_posted = not (operation.replace or isinstance(error, SlackThrottled))
    unconfirmed = result._replace(request=result.request._replace(maybe_posted=maybe_posted))
    if not isinstance(error, SlackUrlSpent | SlackRefused) and context.lookups.hand_off_delivery(unconfirmed):
        return RequestOutcome("handed_over"), _DELIVERED
    failure = error_message(error, result.viewer, context.invocation.request_id, jobs=request.jobs)
    return RequestOutcome.of_error("failed", error), respond(context, failure, result.viewer)


def _post(
    context: RequestContext, request: LookupRequest, inside: Inside, message: Message
) -> SlackError | None:
    """Post *message* for everybody in the channel *inside* in the time that is left; return the error, if any."""
    resources, invocation = context.resources, context.invocation
    messages = resources.own_messages(publication.EVENT_TYPE, invocation.request_log)
    try:
        publication.publish(
            inside,
            resources.response_urls(invocation),
            request.response_url,
            message,
            context.budget.answer,
            replace=request.operation.replace,
            shared=Shared(messages, request.task, request.asked_at),
            thread=request.thread,
        )
    except SlackError as error:
        return error
    return None


def _leave_to_worker(
    context: RequestContext, request: LookupRequest, viewer: Viewer
) -> tuple[RequestOutcome, Delivery]:
    """Have the worker, which can wait longer, ask who reads the channel."""
    error = SlackError(reason="readers unknown")
    failed = Failed(request, viewer, error, context.invocation.request_id, has_worker=True)
    return _respond(context, context.lookups.hand_off(failed))


def _respond(context: RequestContext, result: LookupResult) -> tuple[RequestOutcome, Delivery]:
    """Show the person why there is no answer yet."""
    delivery = respond(context, render(result, now=context.invocation.clocks.wall()), result.viewer)
    if isinstance(result, HandedOff):
        return RequestOutcome("handed_over"), _DELIVERED
    return RequestOutcome(result.outcome.code), delivery


def _key(click: Interaction, request: LookupRequest) -> str:
    """Return a key that is the same whenever the same person presses the same button."""
    message = click.message.timestamp if click.message is not None else ""
    return " ".join([click.team, click.user, click.channel, message, request.instance, *request.jobs])
