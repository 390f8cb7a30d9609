"""Shares an answer with a channel: masked, with the name of who shared it, and never with another organisation."""

from typing import Literal, TypeAlias

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackUrlSpent
from callevents.observability.audit_log import audit
from callevents.observability.request_log import Outcome
from callevents.report.viewer import Viewer
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.context import RequestContext
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, render
from callevents.slack.messages.denials import (
    share_check_failed,
    share_denied,
    share_unknowable,
    share_unknowable_directly,
    shared_before,
)
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.fields import nested
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import respond

CHECK_TIMEOUT_SECONDS = 0.5
# Slack's errors for a channel that the bot cannot see: a retry will not help.
_UNSEEN = frozenset(
    {"missing_scope", "not_allowed_token_type", "no_permission", "channel_not_found", "not_authed",
     "not_in_channel", "access_denied"}
)  # fmt: skip

Readers: TypeAlias = Literal["inside", "outside", "unknowable", "failed"]


def share(context: RequestContext, request: LookupRequest) -> None:
    """Post the answer to the channel, or tell the person why not; write one audit line."""
    outcome = _share(context, request, context.expect(Interaction))
    request_log = context.invocation.request_log
    request_log.set(entry=request.source, jobs=len(request.jobs), task=request.task)
    request_log.set_outcome(*outcome)
    audit(
        "share",
        actor=request.actor,
        entry=request.source,
        outcome=str(outcome),
        jobs=request.jobs,
        instance=request.instance,
        task=request.task,
    )


def readers_of(channel: str, api: SlackApi | None, deadline: Deadline) -> Readers:
    """Return whether people outside the organisation read *channel*.

    Slack shows a bot only its own direct messages: who reads those between two people cannot be known, and they may
    cross organisations with Slack Connect.
    Sources: https://docs.slack.dev/apis/slack-connect#channels, https://docs.slack.dev/reference/scopes/im.read
    """
    if api is None or not channel:
        return "unknowable"
    try:
        answer = api.call("conversations.info", {"channel": channel}, deadline)
    except SlackError as error:
        return "unknowable" if isinstance(error, SlackRefused) and error.reason in _UNSEEN else "failed"
    about = nested(answer.data, "channel")
    flags = [about.get(name) for name in ("is_ext_shared", "is_pending_ext_shared")]
    if True in flags:
        return "outside"
    # A direct message that the bot sees is between the bot and the person.
    return "inside" if flags[0] is False or about.get("is_im") is True else "failed"


def _share(context: RequestContext, request: LookupRequest, click: Interaction) -> Outcome:
    """Share the answer and return the outcome, for the log."""
    authorization = context.lookups.authorize(context.actor)
    viewer, denial = authorization.viewer, authorization.denial
    # Where Slack has not answered yet, the lookup itself decides, or hands the question over.
    if denial is not None and not authorization.may_know_later:
        respond(context, context.lookups.denial_message(denial, viewer), viewer)
        return Outcome("refused", denial)
    readers = readers_of(click.channel, context.api(), context.budget.answer.capped(CHECK_TIMEOUT_SECONDS))
    if readers != "inside":
        respond(context, _denial(readers, click.channel, viewer), viewer)
        return Outcome("refused", "externally shared" if readers == "outside" else f"readers {readers}")
    key = _key(click, request)
    if not context.resources.shared.add(key, context.invocation.arrived_at):
        respond(context, shared_before(viewer), viewer)
        return Outcome("shared before")
    outcome = _post(context, click, request)
    if outcome.code not in {"shared", "handed_over"}:
        context.resources.shared.forget(key)
    return outcome


def _post(context: RequestContext, click: Interaction, request: LookupRequest) -> Outcome:
    """Look up the calls, post them to the channel, and return the outcome."""
    result = context.lookups_before_post.run(request)
    message = render(result, now=context.invocation.clocks.wall())
    if not isinstance(result, Answered):
        respond(context, message, result.viewer)
        return Outcome(result.outcome.code)
    error = context.post(click.response_url, message, replace=False, in_channel=True, thread=request.thread)
    if error is None:
        return Outcome("shared")
    if not isinstance(error, SlackUrlSpent | SlackRefused) and context.lookups.hand_off_delivery(result):
        return Outcome("handed_over")
    failure = error_message(error, result.viewer, context.invocation.request_id, jobs=request.jobs)
    respond(context, failure, result.viewer)
    return Outcome.of_error("failed", error)


def _key(click: Interaction, request: LookupRequest) -> str:
    """Return a key that is the same whenever the same person presses the same button."""
    message = click.message.timestamp if click.message is not None else ""
    return " ".join([click.team, click.user, click.channel, message, request.instance, *request.jobs])


def _denial(readers: Readers, channel: str, viewer: Viewer) -> Message:
    if readers == "outside":
        return share_denied(viewer)
    if readers == "failed":
        return share_check_failed(viewer)
    return share_unknowable_directly(viewer) if channel.startswith("D") else share_unknowable(viewer)
