"""Answers what no listener matches: a signed request never ends in bolt's 404."""

from callevents.errors import UnknownInteraction, UnreadableRequest
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.interactions import VIEW_SUBMISSION, Interaction
from callevents.slack.requests.parser import Unknown
from callevents.slack.respond import Acknowledgement, respond_if_awaited, view_update
from callevents.slack.users.access import PersonFacts, viewer_of


def handle(context: RequestContext) -> Acknowledgement:
    """Return the acknowledgement; answer an unknown button through its response_url or in a window.

    Slack shows the acknowledgement of a command or a form only.
    """
    incoming, viewer = context.incoming, viewer_of(context.settings, PersonFacts())
    request_id = context.invocation.request_id
    if isinstance(incoming, Unknown):
        return body_of(error_message(UnreadableRequest(), viewer, request_id))
    if not isinstance(incoming, Interaction):
        return None
    message = error_message(UnknownInteraction(), viewer, request_id)
    if incoming.kind == VIEW_SUBMISSION:
        return view_update(message, viewer)
    return respond_if_awaited(context, message, viewer)
