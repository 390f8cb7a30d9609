"""The slack-bolt application: built without network or environment, silent, and never a 404.

bolt only finds and runs the listener of a request that this product has verified and parsed. What it would do by itself
(verify, parse, answer ssl_check and url_verification, start an OAuth flow, test the token) is switched off. For a
command there is nothing to find: it goes to its one listener without bolt, which is a third of a cold start to load.
"""

import logging
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from callevents.errors import UnreadableRequest
from callevents.invocation import Response
from callevents.slack.context import KEY, RequestContext
from callevents.slack.listeners import answer_unhandled, commands, register, run
from callevents.slack.requests.parser import Command, Parsed
from callevents.slack.respond import ack_response, error_response

if TYPE_CHECKING:
    from slack_bolt import App

# bolt disables the logger of this name along with its own: it must not be `callevents`.
NAME = "callevents-bolt"
# Two first requests at once must not both build the application.
_building = Lock()


@cache
def bolt_app() -> "App":
    """Return the one bolt application of this process, with every listener; it holds no settings and no token."""
    from slack_bolt import App
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk import WebClient

    class NoOAuthApp(App):
        """bolt's application without the OAuth flow.

        bolt starts one, with files, where SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are set, and no argument prevents it.
        """

        _oauth_flow = property(lambda _self: None, lambda _self, _flow: None)
        _installation_store = property(lambda _self: None, lambda _self, _store: None)

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # The signature is verified, and listeners use their own client: bolt needs no token.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    logger = silent_logger()
    app = NoOAuthApp(
        name=NAME,
        logger=logger,
        # Each of these three takes the place of a variable that bolt would read.
        client=WebClient(logger=logger),
        signing_secret="",
        verification_token="unused",  # noqa: S106 - ssl_check is disabled
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
    app.error(_raise)
    register(app)
    return app


def dispatch(parsed: Parsed, context: RequestContext) -> Response:
    """Run the listener of a verified and parsed request, and return the acknowledgement."""
    if isinstance(parsed.incoming, Command):
        return ack_response(run(commands.handle, context))
    return _dispatch_by_bolt(parsed, context)


def _dispatch_by_bolt(parsed: Parsed, context: RequestContext) -> Response:
    """Have bolt run the listener that it finds.

    Without headers there is nothing in them that bolt could obey, and in this mode it neither parses nor verifies.
    """
    from slack_bolt import BoltRequest
    from slack_bolt.error import BoltUnhandledRequestError

    with _building:
        app = bolt_app()
    try:
        request = BoltRequest(body=parsed.body, headers={}, mode="socket_mode", context={KEY: context})
        response = app.dispatch(request)
    except BoltUnhandledRequestError:
        return ack_response(run(answer_unhandled, context))
    except Exception as error:  # noqa: BLE001 - listeners catch their own errors: this one is bolt's
        # The members of the payload have types that bolt does not expect.
        return ack_response(
            error_response(context, UnreadableRequest(reason=f"bolt: {type(error).__name__}"))
        )
    if response.body.startswith("{"):
        return Response.json(response.status, response.body)
    return Response(response.status, response.body)


def silent_logger() -> logging.Logger:
    """Return a logger that logs nothing: bolt and slack_sdk log bodies, tokens and response_urls.

    bolt copies `disabled` to its own loggers. The logger is not registered, so no other one is silenced.
    """
    logger = logging.Logger("callevents.slack.app.silent", logging.CRITICAL + 1)  # noqa: LOG001 - see above
    logger.disabled = True
    logger.propagate = False
    return logger


def _raise(error: Exception) -> None:
    """Leave *error* to `dispatch`: bolt's own handlers would answer it with 404 or 500."""
    raise error
