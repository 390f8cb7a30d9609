"""Converts Function Compute 2.0's HTTP call, `handler(environ, start_response)`, to a Request and from a Response.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/python/
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from callevents.invocation import Request, Response
from callevents.runtime.http_trigger import MAX_BODY_BYTES, Unreadable

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def request_of(environ: Mapping[str, object]) -> Request:
    """Return the request in *environ*; missing and malformed parts are empty.

    Raises Unreadable if the body does not arrive.
    """
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if isinstance(name, str) and name.startswith("HTTP_") and isinstance(value, str)
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if value := _text(environ, name):
            headers[name.replace("_", "-").lower()] = value
    return Request(
        method=_text(environ, "REQUEST_METHOD").upper() or "GET",
        path=_utf8(_text(environ, "PATH_INFO")) or "/",
        query=_query(_text(environ, "QUERY_STRING")),
        headers=headers,
        body=_body(environ),
    )


def answer(response: Response, start_response: StartResponse) -> list[bytes]:
    """Start the response, whose headers must be plain already, and return its body."""
    body = response.body.encode("utf-8", "replace")
    start_response(f"{response.status} {_phrase(response.status)}", list(response.headers.items()))
    return [body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _text(environ: Mapping[str, object], name: str) -> str:
    value = environ.get(name)
    return value if isinstance(value, str) else ""


def _utf8(text: str) -> str:
    """Undo what PEP 3333 does to a path: bytes read as latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _query(text: str) -> dict[str, str]:
    if not text:
        return {}
    from urllib.parse import parse_qsl

    query: dict[str, str] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
    for name, value in pairs:
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


def _body(environ: Mapping[str, object]) -> bytes:
    """Read the body, at most one byte beyond the limit, and never more than was announced."""
    read = getattr(environ.get("wsgi.input"), "read", None)
    size = _announced_size(environ)
    try:
        body = read(min(size, MAX_BODY_BYTES + 1)) if read is not None and size else b""
    except Exception as error:  # whatever breaks the stream, the request is incomplete
        raise Unreadable from error
    return body if isinstance(body, bytes) else b""


def _announced_size(environ: Mapping[str, object]) -> int:
    """Return the size that CONTENT_LENGTH announces; without one, the input of a POST or PUT is read to its end."""
    if "CONTENT_LENGTH" not in environ:
        return MAX_BODY_BYTES + 1 if environ.get("REQUEST_METHOD") in {"POST", "PUT"} else 0
    try:
        return max(0, int(_text(environ, "CONTENT_LENGTH")[:20] or "0"))
    except ValueError:
        return 0
