"""What no listener takes: a signed request never ends in bolt's 404."""

from callevents.errors import UnknownInteraction, UnreadableRequest
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.interactions import (
    BLOCK_ACTIONS,
    MESSAGE_ACTION,
    SHORTCUT,
    VIEW_SUBMISSION,
    Interaction,
)
from callevents.slack.requests.parser import Unknown
from callevents.slack.users.access import Facts, viewer_of

# Whoever does one of these waits to see something.
_DEEDS = frozenset({BLOCK_ACTIONS, MESSAGE_ACTION, SHORTCUT})


def respond(turn: RequestContext) -> dict[str, object] | None:
    """Return the body of the acknowledgement, None for an empty one.

    Slack shows what comes back for a command or a form only: whoever pressed an unknown button is told through its
    response_url, or in a window where there is none.
    """
    incoming, viewer = turn.incoming, viewer_of(turn.settings, Facts())
    request_id = turn.invocation.request_id
    if isinstance(incoming, Unknown):
        return body_of(error_message(UnreadableRequest(), viewer, request_id))
    if not isinstance(incoming, Interaction):
        return None
    message = error_message(UnknownInteraction(), viewer, request_id)
    if incoming.kind == VIEW_SUBMISSION:
        from callevents.slack.views.modals import notice_view

        return {"response_action": "update", "view": notice_view(message, viewer)}
    if incoming.response_url or incoming.kind in _DEEDS:
        from callevents.slack.respond import respond

        respond(turn, message, viewer)
    return None
