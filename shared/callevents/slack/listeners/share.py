"""Shares an answer with a channel: masked, by name, and never with people outside the organisation."""

from typing import Literal, TypeAlias

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackUrlSpent
from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.slack.api.web_api import SlackApi
from callevents.slack.context import RequestContext
from callevents.slack.lookups.rendering import render_message
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.answer import Message
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.share_denials import (
    share_check_failed,
    share_refused,
    share_unknowable,
    share_unknowable_directly,
    shared_before,
)
from callevents.slack.requests.fields import nested
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import respond

PATIENCE = 0.5
# Slack's answers to who may not see the channel: nothing will change by asking again.
_UNSEEN = frozenset(
    {"missing_scope", "not_allowed_token_type", "no_permission", "channel_not_found", "not_authed",
     "not_in_channel", "access_denied"}
)  # fmt: skip

Readers: TypeAlias = Literal["inside", "outside", "unknowable", "failed"]


def share(turn: RequestContext, lookup_request: LookupRequest) -> None:
    """Post the answer for all in the channel, or tell the person why not; write one audit line."""
    _noted(turn, lookup_request, _share(turn, lookup_request))


def readers_of(channel: str, api: SlackApi | None, deadline: Deadline) -> Readers:
    """Return whether people outside the organisation read *channel*.

    Slack shows a bot only the direct messages that it is in itself: who reads those of two people cannot be known, and
    Slack Connect has them, too.
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
    # In a direct message that the bot sees there is nobody but the bot and the person.
    return "inside" if flags[0] is False or about.get("is_im") is True else "failed"


def _share(turn: RequestContext, lookup_request: LookupRequest) -> str:
    """Return what came of it, in our words."""
    click = turn.incoming
    if not isinstance(click, Interaction):
        raise TypeError("not a click")
    viewer, no = turn.desk.authorize(turn.actor)
    if no is not None:
        respond(turn, turn.desk.denial_message(no, viewer), viewer)
        return f"refused: {no}"
    answer_by = turn.budget.answer
    patience = Deadline(min(answer_by.clock() + PATIENCE, answer_by.expires_at), answer_by.clock)
    who = readers_of(click.channel, turn.api(), patience)
    if who != "inside":
        respond(turn, _unshareable(who, click.channel, viewer), viewer)
        return {"outside": "refused: externally shared"}.get(who, f"refused: readers {who}")
    key = _key(click, lookup_request)
    if not turn.service.shared.add(key, turn.invocation.arrived_at):
        respond(turn, shared_before(viewer), viewer)
        return "shared before"
    outcome = _posted(turn, click, lookup_request)
    if outcome not in {"shared", "handed_over"}:
        turn.service.shared.forget(key)
    return outcome


def _posted(turn: RequestContext, click: Interaction, lookup_request: LookupRequest) -> str:
    found = turn.desk_before_post.look_up(lookup_request)
    viewer = found.viewer
    if found.told is not None:
        respond(turn, found.told, viewer)
        return found.outcome
    now = turn.invocation.clocks.wall()
    message = render_message(
        lookup_request.deed, found.summaries, viewer, user=lookup_request.actor.user, now=now
    )
    error = turn.post(
        click.response_url, message, replace=False, in_channel=True, thread=lookup_request.thread
    )
    if error is None:
        return "shared"
    if not isinstance(error, SlackUrlSpent | SlackRefused) and turn.desk.hand_over(
        found.lookup_request, viewer
    ):
        return "handed_over"
    respond(turn, error_message(error, viewer, turn.invocation.request_id, jobs=lookup_request.jobs), viewer)
    return f"failed: {error}"


def _key(click: Interaction, lookup_request: LookupRequest) -> str:
    """Return what is the same for each press of the same button by the same person."""
    at = click.message.at if click.message is not None else ""
    return " ".join(
        [click.team, click.user, click.channel, at, lookup_request.instance, *lookup_request.jobs]
    )


def _unshareable(who: Readers, channel: str, viewer: Viewer) -> Message:
    if who == "outside":
        return share_refused(viewer)
    if who == "failed":
        return share_check_failed(viewer)
    return share_unknowable_directly(viewer) if channel.startswith("D") else share_unknowable(viewer)


def _noted(turn: RequestContext, lookup_request: LookupRequest, outcome: str) -> None:
    turn.invocation.request_log.set(
        entry=lookup_request.source, jobs=len(lookup_request.jobs), task=lookup_request.task
    )
    turn.invocation.request_log.set_outcome(outcome)
    audit(
        "share",
        actor=lookup_request.actor,
        entry=lookup_request.source,
        outcome=outcome,
        jobs=lookup_request.jobs,
        instance=lookup_request.instance,
        task=lookup_request.task,
    )
