"""The slack-bolt application: built without the network, deaf to the environment, silent, and never a 404.

bolt runs only what our own code has verified and parsed. What it would do by itself (verify, parse, answer ssl_check
and url_verification, build an OAuth flow, test the token) is switched off; each of these has a trap.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from traceback import walk_tb
from typing import TYPE_CHECKING

from callevents.errors import UnreadableRequest
from callevents.invocation import Response
from callevents.settings.model import Settings
from callevents.slack.context import KEY, RequestContext, request_context
from callevents.slack.listeners import unhandled as fallback
from callevents.slack.requests.parser import Parsed

if TYPE_CHECKING:
    from slack_bolt import App, BoltContext, BoltResponse

# Its name is a logger's, too, and bolt switches that logger off along with its own: it must not be `callevents`.
NAME = "callevents-bolt"
# bolt reads these behind our back: a token tests itself, a client id builds an OAuth flow with files, a verification
# token refuses those who know it.
_NOT_FOR_BOLT = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET",
)  # fmt: skip


def build_app(settings: Settings, listeners: Sequence["Callable[[App], None]"]) -> "App":
    """Return bolt's application with *listeners*; nothing is connected, and nothing it says reaches a log.

    Not for two threads at once: the environment lacks Slack's variables for the moment.
    """
    from slack_bolt import App
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk import WebClient

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Whoever holds the signing secret is our workspace; there is nothing to look up.
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token or None
        )

    logger = silent_logger()
    with _without(_NOT_FOR_BOLT):
        app = App(
            name=NAME,
            logger=logger,
            client=WebClient(base_url=settings.slack_api_url, timeout=3, logger=logger),
            authorize=authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            token_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
    app.error(_on_error)
    for register in listeners:
        register(app)
    return app


def dispatch(app: "App", parsed: Parsed, turn: RequestContext) -> Response:
    """Have bolt run the listener for a verified and parsed request, and return its acknowledgement.

    Raises what the listener raised, and UnreadableRequest where bolt itself stumbles over the payload. Without headers there
    is nothing in them that bolt could obey, and in this mode it neither parses nor verifies again: never give it
    anything else.
    """
    from slack_bolt import BoltRequest

    try:
        request = BoltRequest(body=parsed.body, headers={}, mode="socket_mode", context={KEY: turn})
        response = app.dispatch(request)
    except Exception as error:
        # A listener's own errors come as turn.accident: this one is bolt's, about members of odd types.
        raise _stumbled(error) from error
    if turn.accident is not None:
        raise turn.accident
    if turn.again:
        return Response(503)
    if response.body.startswith("{"):
        return Response.json(response.status, response.body)
    return Response(response.status, response.body)


def silent_logger() -> logging.Logger:
    """Return a logger that says nothing: what bolt and slack_sdk log holds bodies, tokens and reply addresses.

    bolt copies `disabled` to its own loggers. It is none of the process's loggers, so nothing else is silenced.
    """
    logger = logging.Logger("callevents.slack.app.silent", logging.CRITICAL + 1)  # noqa: LOG001 - see above
    logger.disabled = True
    logger.propagate = False
    return logger


def _on_error(error: Exception, context: "BoltContext") -> "BoltResponse":
    """Answer what no listener took; keep any other error for whoever called dispatch."""
    from slack_bolt import BoltResponse
    from slack_bolt.error import BoltUnhandledRequestError

    turn = request_context(context)
    if not isinstance(error, BoltUnhandledRequestError):
        turn.accident = error if _is_ours(error) else _stumbled(error)
        return BoltResponse(status=500)
    return BoltResponse(status=200, body=fallback.respond(turn) or "")


def _is_ours(error: BaseException) -> bool:
    """Say whether a listener had begun when *error* was raised, or bolt was still looking for one."""
    return any(
        frame.f_globals.get("__name__", "").startswith("callevents.slack.listeners")
        for frame, _ in walk_tb(error.__traceback__)
    )


def _stumbled(error: BaseException) -> UnreadableRequest:
    return UnreadableRequest(reason=f"bolt: {type(error).__name__}")


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
