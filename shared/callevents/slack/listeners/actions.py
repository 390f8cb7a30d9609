"""Buttons and menus. A value is a wish of whoever sent it: it is read, checked and authorised anew at each click."""

import logging
import re
from typing import TYPE_CHECKING

from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.slack.context import RequestContext, request_context
from callevents.slack.listeners.share import share
from callevents.slack.listeners.views import open_form
from callevents.slack.lookups.rendering import Operation, render_message, render_view
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.answer import SHARED_BLOCK
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import (
    expired_button,
    reveal_check_failed,
    reveal_refused,
    still_looking,
)
from callevents.slack.requests.action_value import (
    EVENTS,
    EVENTS_PAGES,
    HELP,
    MORE,
    OPEN_CALL,
    REFRESH,
    REVEAL,
    SEARCH,
    SHARE,
    ActionValue,
    decode,
)
from callevents.slack.requests.fields import text
from callevents.slack.requests.interactions import Interaction
from callevents.slack.respond import open_view, reply_thread, respond, respond_with_lookup
from callevents.slack.users.access import may_reveal, refusal, viewer_of
from callevents.slack.views.events_json import EVENTS_VIEW
from callevents.slack.views.modals import notice_view

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext

_log = logging.getLogger(__name__)

# Which wishes an element may carry.
_CARRIES = {
    REFRESH: {REFRESH},
    SHARE: {SHARE},
    MORE: {EVENTS, REVEAL, HELP},
    **{turn: {EVENTS} for turn in EVENTS_PAGES},
    SEARCH: {SEARCH},
}
_OPEN = re.compile(rf"{OPEN_CALL}_[0-9]{{1,3}}", re.ASCII)
_SHARED = re.compile(rf"{SHARED_BLOCK}([UW][0-9A-Z]{{1,30}})", re.ASCII)


def listen(ack: "Ack", context: "BoltContext") -> None:
    """Take what was clicked from slack-bolt."""
    handle(request_context(context))
    ack()


def handle(turn: RequestContext) -> None:
    """Do what was clicked."""
    click = turn.incoming
    if not isinstance(click, Interaction):
        raise TypeError("not a click")
    wish = _wish(click)
    if wish is not None and wish.action in {SEARCH, HELP}:
        _tell_or_ask(turn, wish.action)
        return
    instance = None if wish is None or not wish.jobs else turn.settings.instance(wish.instance)
    if wish is None or instance is None:
        _expired(turn)
        return
    lookup_request = _inquiry(turn, click, wish, instance)
    if wish.action == SHARE:
        share(turn, lookup_request)
    elif wish.action == REVEAL:
        _reveal(turn, lookup_request)
    elif click.view is not None or (wish.action == EVENTS and turn.settings.slack_bot_token):
        _show(turn, lookup_request)
    else:
        respond_with_lookup(turn, lookup_request)


def _wish(click: Interaction) -> ActionValue | None:
    """Return what the click wishes; None for a value of another version, or one that its element never carries."""
    action = click.actions[0] if click.actions else None
    wish = decode(action.value) if action is not None else None
    if action is None or wish is None:
        return None
    carries = {OPEN_CALL} if _OPEN.fullmatch(action.action_id) else _CARRIES.get(action.action_id, set())
    return wish if wish.action in carries else None


def _inquiry(turn: RequestContext, click: Interaction, wish: ActionValue, instance: str) -> LookupRequest:
    return LookupRequest(
        jobs=wish.jobs,
        instance=instance,
        actor=turn.actor,
        source=wish.action,
        idempotency_key=turn.unique,
        asked_at=turn.invocation.arrived_at,
        response_url=click.response_url,
        channel=click.channel,
        thread=reply_thread(click),
        deed=_deed(click, wish),
    )


def _deed(click: Interaction, wish: ActionValue) -> Operation:
    if wish.action == REFRESH:
        return _refresh(click)
    if wish.action == EVENTS:
        turns = click.actions[0].action_id in EVENTS_PAGES
        open_ = click.view is not None and click.view.callback_id == EVENTS_VIEW
        view = click.view.id if open_ and click.view is not None else ""
        return Operation("events", replace=turns, page=wish.page, view=view)
    if wish.action == REVEAL:
        return Operation("reveal", replace=False)
    if wish.action == SHARE:
        return Operation("share", replace=False)
    return Operation(replace=False)


def _refresh(click: Interaction) -> Operation:
    """Return how the message is looked up again: one that all can see stays one for all, an alert's card a card."""
    blocks = click.message.blocks if click.message is not None else ()
    if click.ephemeral or not blocks:
        return Operation("refresh")
    from callevents.slack.alert_cards.refresh import alert_blocks

    shared = _SHARED.fullmatch(text(blocks[0], "block_id", 50))
    return Operation("refresh", public=True, shared_by=shared[1] if shared else "", kept=alert_blocks(blocks))


def _tell_or_ask(turn: RequestContext, action: str) -> None:
    viewer, no = turn.desk.authorize(turn.actor)
    if no is not None:
        respond(turn, turn.desk.denial_message(no, viewer), viewer)
    elif action == HELP or not open_form(turn, viewer, choose_channel=True):
        respond(turn, help_message(viewer, instances=list(turn.settings.ccc_instances)), viewer)


def _expired(turn: RequestContext) -> None:
    actor = turn.actor
    _log.warning(
        "a button of another version, or not as we wrote it",
        extra={"code": "expired_button", "user": actor.user, "team": actor.team},
    )
    viewer, no = turn.desk.authorize(turn.actor)
    respond(turn, expired_button(viewer) if no is None else turn.desk.denial_message(no, viewer), viewer)


def _reveal(turn: RequestContext, lookup_request: LookupRequest) -> None:
    """Show whole numbers to somebody who may see them, and to nobody else."""
    facts = turn.desk.facts(turn.actor)
    viewer = viewer_of(turn.settings, facts)
    no = refusal(turn.settings, turn.actor, facts)
    if no is None and may_reveal(turn.settings, turn.actor, facts):
        respond_with_lookup(turn, lookup_request)
        return
    why: str = no or "person"
    if no is not None:
        message = turn.desk.denial_message(no, viewer)
    elif facts.reveal == "failed":
        why, message = "unchecked", reveal_check_failed(viewer)
    else:
        message = reveal_refused(viewer, usergroups=sorted(turn.settings.full_numbers_usergroups))
    audit(
        "reveal",
        actor=lookup_request.actor,
        entry=lookup_request.source,
        outcome=f"refused: {why}",
        jobs=lookup_request.jobs,
        instance=lookup_request.instance,
    )
    respond(turn, message, viewer)


def _show(turn: RequestContext, lookup_request: LookupRequest) -> None:
    """Answer in a window; where Slack opens none, with a message."""

    def waiting(viewer: Viewer) -> str:
        told = still_looking(lookup_request.jobs, viewer)
        return lookup_request.deed.view or open_view(turn, notice_view(told, viewer))

    found = turn.desk_before_post.look_up(lookup_request, window=waiting)
    deed, viewer = found.lookup_request.deed, found.viewer
    if found.outcome == "handed_over" and deed.view:
        return
    told = found.told
    view = render_view(deed, found.summaries, viewer) if told is None else notice_view(told, viewer)
    if open_view(turn, view, update=deed.view):
        return
    if told is not None:
        respond(turn, told, viewer)
    else:
        now = turn.invocation.clocks.wall()
        respond(
            turn,
            render_message(deed, found.summaries, viewer, user=lookup_request.actor.user, now=now),
            viewer,
        )
