"""Reads and writes JSON-RPC 2.0 messages. Only for bodies whose signature was verified. Raises only JsonRpcError.

Source: https://www.jsonrpc.org/specification
"""

import json
from typing import NamedTuple, NoReturn, TypeAlias

from callevents.invocation import Response
from callevents.slack.requests.fields import Json

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603

MAX_ID_CHARS = 200
MAX_ID = (1 << 53) - 1  # what every reader of JSON keeps exactly
MAX_METHOD_CHARS = 100
MAX_NUMBER_CHARS = 40
MAX_DEPTH = 64  # far more than a tool needs, far less than the JSON parser takes

RpcId: TypeAlias = int | str
_EMPTY: Json = {}


class RpcCall(NamedTuple):
    """A request that wants a response."""

    id: RpcId
    method: str
    params: Json


class RpcNotification(NamedTuple):
    """A notification, or a response to nothing that this server asked: it is taken, and that is all."""


RpcMessage: TypeAlias = RpcCall | RpcNotification


class JsonRpcError(Exception):
    """A protocol error; the message is this product's own, never text from the request.

    `name` is for the log, `id` that of the request, None where it has none that can be read.
    """

    def __init__(
        self,
        code: int,
        name: str,
        message: str,
        *,
        id: RpcId | None = None,  # noqa: A002 - the protocol's name
        data: dict[str, object] | None = None,
    ) -> None:
        """Keep what the response and the log say."""
        super().__init__(message)
        self.code, self.name, self.message, self.id, self.data = code, name, message, id, data


def read_message(body: bytes) -> RpcMessage:
    """Return the message in *body*; raise JsonRpcError where it is none, or more than one."""
    data = _parse(body)
    if isinstance(data, list):
        # Only the revision 2025-03-26 had them; here one body would ask for any number of calls in one budget.
        raise JsonRpcError(INVALID_REQUEST, "batch", "Batches are not supported: send one message at a time.")
    if not isinstance(data, dict) or data.get("jsonrpc") != "2.0":
        raise JsonRpcError(INVALID_REQUEST, "envelope", "The body is not a JSON-RPC 2.0 message.")
    if "method" not in data:
        if "id" in data and ("result" in data) != ("error" in data):
            return RpcNotification()
        raise JsonRpcError(INVALID_REQUEST, "envelope", "The message has no method.", id=_id_or_none(data))
    method = data["method"]
    if not isinstance(method, str) or not 0 < len(method) <= MAX_METHOD_CHARS:
        raise JsonRpcError(
            INVALID_REQUEST, "envelope", "The method is not a short string.", id=_id_or_none(data)
        )
    if "id" not in data:
        return RpcNotification()
    id_ = _id_or_none(data)
    if id_ is None:
        raise JsonRpcError(INVALID_REQUEST, "id", "The id must be an integer or a short string.")
    params = data.get("params")
    if params is None:  # some clients write null for what they leave out
        return RpcCall(id_, method, _EMPTY)
    if not isinstance(params, dict):
        raise JsonRpcError(INVALID_PARAMS, "params", "params must be an object.", id=id_)
    return RpcCall(id_, method, params)


def result_response(id_: RpcId, result: dict[str, object]) -> Response:
    """Return the response that carries *result*."""
    return Response.json(200, _dump({"jsonrpc": "2.0", "id": id_, "result": result}))


def error_response(error: JsonRpcError, status: int) -> Response:
    """Return the response that carries *error*."""
    about: dict[str, object] = {"code": error.code, "message": error.message}
    if error.data is not None:
        about["data"] = error.data
    return Response.json(status, _dump({"jsonrpc": "2.0", "id": error.id, "error": about}))


def _parse(body: bytes) -> object:
    """Return the JSON value in *body*, in which no name stands twice and no number is beyond reason."""
    try:
        text = body.decode("utf-8")
        data: object = json.loads(
            text, object_pairs_hook=_unambiguous, parse_int=_integer, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError):
        raise JsonRpcError(PARSE_ERROR, "parse", "The body cannot be read as JSON.") from None
    if _is_deeper(data, MAX_DEPTH):
        raise JsonRpcError(INVALID_REQUEST, "depth", "The message is nested too deeply.")
    return data


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; raise JsonRpcError where a name stands twice, since readers disagree on which value counts."""
    data = dict(pairs)
    if len(data) != len(pairs):
        raise JsonRpcError(INVALID_REQUEST, "ambiguous", "A name stands twice in one object.")
    return data


def _integer(digits: str) -> int:
    # Python takes quadratic time for a long row of digits, or raises; neither is worth it.
    if len(digits) > MAX_NUMBER_CHARS:
        raise ValueError("number too long")
    return int(digits)


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _is_deeper(data: object, levels: int) -> bool:
    """Say whether *data* is nested deeper than *levels*, without recursion."""
    layer = [data]
    for _ in range(levels + 1):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            return False
    return True


def _id_or_none(data: Json) -> RpcId | None:
    """Return the id, None for one that is missing, too large, or of a kind that MCP does not allow."""
    value = data.get("id")
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and abs(value) <= MAX_ID:
        return value
    return value if isinstance(value, str) and len(value) <= MAX_ID_CHARS else None


def _dump(message: dict[str, object]) -> str:
    """Return *message* in ASCII, so that nothing in it can be lost or read otherwise on its way."""
    return json.dumps(message, separators=(",", ":"))
