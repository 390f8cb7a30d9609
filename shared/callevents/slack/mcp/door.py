"""`POST /mcp`: one verified request in, one JSON answer out; no session, no stream, nothing after the response.

Each request says who asks, is authorized anew, and only reads: a repeated request gets what the first one got.
Sources: https://docs.slack.dev/ai/slackbot-mcp-client, https://modelcontextprotocol.io/specification
"""

import logging

from callevents.errors import CallEventsError
from callevents.invocation import Invocation, Request, Response
from callevents.observability.request_log import milliseconds
from callevents.slack.lookups.ack_budget import budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.mcp.methods import Methods
from callevents.slack.mcp.protocol.json_rpc import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    JsonRpcError,
    RpcCall,
    RpcNotification,
    error_response,
    read_message,
    result_response,
)
from callevents.slack.mcp.protocol.transport import (
    NotAcceptable,
    NotJson,
    Revision,
    check_envelope,
    check_headers,
    revision_of,
    status_of,
)
from callevents.slack.mcp.tools.tool_call import SOURCE

_log = logging.getLogger(__name__)


def answer(
    request: Request,
    resources: SlackResources,
    invocation: Invocation,
    *,
    timestamp: int,
    idempotency_key: str,
) -> Response:
    """Answer a request that Slack signed at *timestamp* (Unix seconds): with a result or an error of the protocol.

    Never raises. *idempotency_key* identifies the request in the log.
    """
    request_log, clock = invocation.request_log, invocation.clocks.monotonic
    request_log.set_outcome("told")  # a tool sets another
    request_log.add_duration("verify", clock() - invocation.started_at)
    time = budget(timestamp=timestamp, invocation=invocation, hands_off=False)
    methods = Methods(resources, invocation, time, idempotency_key)
    response = _response(request, methods, invocation)
    # A use case names its own way in: for the log all of it is the assistant's.
    request_log.set(entry=SOURCE, budget_left_ms=milliseconds(time.answer.expires_at - clock()))
    return response


def _response(request: Request, methods: Methods, invocation: Invocation) -> Response:
    revision: Revision | None = None
    try:
        check_headers(request.headers)
        revision = revision_of(request)
        message = read_message(request.body)
        if isinstance(message, RpcNotification):
            return Response(202)
        check_envelope(message, revision, request.headers)
        return _called(message, revision, methods, invocation)
    except NotJson:
        error, status = _not_understood("Content-Type must be application/json."), 415
    except NotAcceptable:
        error, status = _not_understood("Accept must allow application/json."), 406
    except JsonRpcError as rejected:
        error, status = rejected, status_of(rejected, revision)
    invocation.request_log.set_outcome("refused", why="protocol", reason=error.name)
    return error_response(error, status)


def _called(call: RpcCall, revision: Revision, methods: Methods, invocation: Invocation) -> Response:
    """Return the result of *call*; an unexpected error becomes the protocol's, with nothing of its cause but an id."""
    try:
        return result_response(call.id, methods.result(call, revision))
    except JsonRpcError:
        raise
    except Exception as error:  # noqa: BLE001 - nothing of what went wrong may get out
        code = error.code if isinstance(error, CallEventsError) else CallEventsError.code
        invocation.request_log.set_outcome("failed", why=code)
        _log.error("request failed", extra={"code": code}, exc_info=error)
        about: dict[str, object] = {"request_id": invocation.request_id}
        rejected = JsonRpcError(INTERNAL_ERROR, "internal", "Something went wrong.", id=call.id, data=about)
        return error_response(rejected, status_of(rejected, revision))


def _not_understood(message: str) -> JsonRpcError:
    return JsonRpcError(INVALID_REQUEST, "headers", message)
