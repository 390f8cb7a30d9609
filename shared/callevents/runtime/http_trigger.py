"""Converts Function Compute 3.0's HTTP event to a Request, and a Response to what it expects.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function
"""

import json
import re
from binascii import a2b_base64
from collections.abc import Mapping
from typing import TypeGuard
from urllib.parse import unquote

from callevents.invocation import Request, Response

MAX_BODY_BYTES = 1 << 20
# Room for a body of the limit, each byte written as \u00XX, plus headers: nothing larger is worth parsing.
MAX_EVENT_BYTES = 8 << 20
# One of these makes an event an HTTP event: envelopes have none of them, so no HTTP request passes for an envelope.
HTTP_MEMBERS = frozenset(
    {
        "requestContext",
        "rawPath",
        "headers",
        "multiValueHeaders",
        "httpMethod",
        "queryParameters",
        "isBase64Encoded",
    }
)
_JSON_WHITESPACE = b" \t\r\n"
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_HEADER_NAME = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]{1,128}")


class TooLarge(ValueError):
    """The event is larger than EVENT_LIMIT: it is answered with 413."""


class Unreadable(ValueError):
    """The body of the HTTP event is not what it says it is."""


def http_event(event: object) -> Mapping[str, object] | None:
    """Return the HTTP event in *event* (bytes, text or what JSON gives), None if it is no HTTP event.

    Raises TooLarge for an event beyond EVENT_LIMIT, before it is parsed.
    """
    if isinstance(event, bytes | bytearray | memoryview | str):
        event = _parsed(bytes(event) if isinstance(event, bytearray | memoryview) else event)
    return event if _is_object(event) and not HTTP_MEMBERS.isdisjoint(event) else None


def _parsed(event: bytes | str) -> object:
    if len(event) > MAX_EVENT_BYTES:
        raise TooLarge
    opening = (
        event.lstrip(_JSON_WHITESPACE)[:1] == b"{" if isinstance(event, bytes) else event.lstrip()[:1] == "{"
    )
    if not opening:
        return None
    try:
        return json.loads(event)
    except (ValueError, RecursionError):
        return None


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def payload_of(event: object) -> bytes:
    """Return the bytes of a direct or asynchronous event, whatever form the runtime gives them. Total."""
    if isinstance(event, bytes | bytearray | memoryview):
        return bytes(event)
    if isinstance(event, str):
        return event.encode("utf-8", "surrogatepass")
    try:
        return json.dumps(event).encode()
    except (TypeError, ValueError, RecursionError):
        return b""


def request_of(event: Mapping[str, object]) -> Request:
    """Return the request in an HTTP event; a body above MAX_BODY_BYTES is cut one byte beyond it.

    Missing parts are empty, several values of a name are joined by commas, names of headers are in lower case.
    Raises Unreadable if the body is not text, or declared as base64 and is not.
    """
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    body = _body(event)
    method = _text(http.get("method")) or _text(event.get("httpMethod")) or ("POST" if body else "GET")
    path = _text(http.get("path")) or unquote(_text(event.get("rawPath"))) or "/"
    return Request(
        method=method.upper(),
        path=path,
        query=_pairs(event.get("queryParameters")),
        headers={**_lower(event.get("multiValueHeaders")), **_lower(event.get("headers"))},
        body=body,
    )


def request_id_of(event: Mapping[str, object]) -> str:
    """Return the request id that the event itself names, else an empty string."""
    return _text(_mapping(event.get("requestContext")).get("requestId"))


def _body(event: Mapping[str, object]) -> bytes:
    body = event.get("body")
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body[: MAX_BODY_BYTES + 1]
    if not isinstance(body, str):
        raise Unreadable
    if not _true(event.get("isBase64Encoded")):
        # A lone surrogate cannot have been signed: it only must not raise.
        return body[: MAX_BODY_BYTES + 1].encode("utf-8", "surrogatepass")[: MAX_BODY_BYTES + 1]
    try:
        return a2b_base64(body[: 4 * (MAX_BODY_BYTES // 3 + 1)])
    except ValueError as error:  # binascii.Error, or non-ASCII text
        raise Unreadable from error


def _true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _mapping(value: object) -> Mapping[str, object]:
    return value if _is_object(value) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _value(value: object) -> str | None:
    """Return the text of a header or parameter, None if it has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(item for item in value if isinstance(item, str))
    return None


def _pairs(value: object) -> dict[str, str]:
    # Names are text in JSON, but an event may come as an object that was never JSON.
    return {
        name: text
        for name, item in _mapping(value).items()
        if isinstance(name, str) and (text := _value(item)) is not None
    }


def _lower(headers: object) -> dict[str, str]:
    """Return headers under lower-case names; two spellings of one name count as two values of it."""
    lower: dict[str, str] = {}
    for name, value in _pairs(headers).items():
        key = name.lower()
        lower[key] = f"{lower[key]},{value}" if key in lower else value
    return lower


def response_event(response: Response) -> dict[str, object]:
    """Return the four members that Function Compute expects; the headers must be plain already."""
    return {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "isBase64Encoded": False,
        "body": response.body.encode("utf-8", "replace").decode(),
    }


def sendable(response: object) -> Response:
    """Return *response* with plain headers; raise TypeError unless it is a response that can be sent."""
    if isinstance(response, Response) and isinstance(response.body, str) and 100 <= response.status <= 599:  # noqa: PLR2004 - HTTP's range
        return Response(response.status, response.body, plain_headers(response.headers))
    raise TypeError("not a response")


def plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return *headers* with control and non-ASCII characters replaced by blanks, and invalid names left out."""
    return {
        name: _UNPRINTABLE.sub(" ", str(value))
        for name, value in headers.items()
        if _HEADER_NAME.fullmatch(name)
    }
