"""What no listener takes: a signed request never ends in bolt's 404."""

from callevents.slack.access import Facts, reader_of
from callevents.slack.failure import failure
from callevents.slack.interaction import Interaction
from callevents.slack.refusal import UnknownInteraction, Unreadable
from callevents.slack.reply import body_of
from callevents.slack.request import Unknown
from callevents.slack.turn import Turn


def respond(turn: Turn) -> dict[str, object] | None:
    """Return the body of the acknowledgement, None for an empty one.

    Slack shows what comes back for a command only: whoever pressed an unknown button is told through its response_url.
    """
    reader = reader_of(turn.settings, Facts())
    request_id = turn.invocation.request_id
    if isinstance(turn.incoming, Interaction) and turn.incoming.response_url:
        message = failure(UnknownInteraction(), reader, request_id)
        turn.post(turn.incoming.response_url, message, replace=False)
    if isinstance(turn.incoming, Unknown):
        return body_of(failure(Unreadable(), reader, request_id))
    return None
