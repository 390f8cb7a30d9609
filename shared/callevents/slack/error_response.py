"""Tells a person that something went wrong that no listener foresaw, in the way in which they would see it."""

import json

from callevents.errors import CallEventsError
from callevents.invocation import Response
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.interactions import VIEW_SUBMISSION, Interaction
from callevents.slack.requests.parser import Event
from callevents.slack.users.access import Facts, viewer_of


def error_response(turn: RequestContext, error: CallEventsError) -> Response:
    """Return the acknowledgement after *error*: a message, a window, or nothing and a post to the response_url."""
    viewer = viewer_of(turn.settings, Facts())
    message = error_message(error, viewer, turn.invocation.request_id)
    incoming = turn.incoming
    if isinstance(incoming, Event):
        return Response(200)
    if not isinstance(incoming, Interaction):
        return Response.json(200, json.dumps(body_of(message)))
    if incoming.kind == VIEW_SUBMISSION:
        from callevents.slack.views.modals import notice_view

        answer = {"response_action": "update", "view": notice_view(message, viewer)}
        return Response.json(200, json.dumps(answer))
    if incoming.response_url:
        turn.post(incoming.response_url, message, replace=False)
    return Response(200)
