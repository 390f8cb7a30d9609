"""Function Compute's contract with a custom runtime: plain HTTP to one server, many requests at once.

If a function has an HTTP trigger, any request may come from a stranger, whatever its path and headers say: `/invoke` is
a path like any other, and the environment takes precedence over the headers. Without a trigger only the platform sends
requests, and its headers bring the newest keys.
Sources: https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1 (headers),
https://www.alibabacloud.com/help/en/functioncompute/web-functions (nobody else may send `x-fc-` headers),
https://www.alibabacloud.com/help/en/fc/user-guide/event-handlers-1 (`/invoke`, `x-fc-status`)
"""

import json
import re
from collections import ChainMap
from collections.abc import Mapping
from types import SimpleNamespace

from callevents.alibabacloud.credentials import as_environ, resolve
from callevents.invocation import Request, Response
from callevents.runtime import wsgi
from callevents.runtime.handler import FunctionHandler, InvocationFailed

# The answer to an event that failed: Function Compute takes any other status for a success.
_FAILED = 404
# The platform's calls at the start and the end of an instance, where the template asks for them.
_HOOKS = frozenset({("POST", "/initialize"), ("GET", "/pre-stop")})
# Exactly one value: where a stranger sent a header of the same name, the server joined both with a comma.
_ONE_VALUE = re.compile(r"[!-+\--~]{1,4096}")


class CustomRuntime:
    """A function as a WSGI application; calls may overlap."""

    def __init__(self, function: FunctionHandler) -> None:
        self._function = function

    def __call__(self, environ: Mapping[str, object], start_response: wsgi.StartResponse) -> list[bytes]:
        """Answer one request; to HEAD without the body, or the next answer could not be read. Never raises."""
        response = self._answer(environ)
        if environ.get("REQUEST_METHOD") != "HEAD":
            return wsgi.answer(response, start_response)
        length = str(len(response.body.encode("utf-8", "replace")))
        wsgi.answer(response._replace(headers={**response.headers, "Content-Length": length}), start_response)
        return []

    def _answer(self, environ: Mapping[str, object]) -> Response:
        called = (environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
        from_trigger = self._function.http_only or _header(environ, "CONTROL_PATH") == "/http-invoke"
        if not from_trigger and called == ("POST", "/invoke"):
            return self._process(environ)
        if not from_trigger and called in _HOOKS:
            return Response(200)
        return self._function.answer(lambda: _request(environ), _context(environ), self._variables(environ))

    def _process(self, environ: Mapping[str, object]) -> Response:
        """Have the function process the body as an event; of an error only the code goes out."""
        try:
            payload = wsgi.request_of(environ).body
            result = self._function.handle(payload, _context(environ), self._variables(environ))
        except Exception as error:  # noqa: BLE001 - InvocationFailed, or a body that did not arrive: it is sent again
            code = str(error) if isinstance(error, InvocationFailed) else "unreadable"
            failure = json.dumps({"errorMessage": code, "errorType": InvocationFailed.__name__})
            return Response(
                _FAILED, failure, {"Content-Type": "application/json", "x-fc-status": str(_FAILED)}
            )
        body = "" if result is None else json.dumps(result)
        return Response(200, body, {"Content-Type": "application/json", "x-fc-status": "200"})

    def _variables(self, environ: Mapping[str, object]) -> Mapping[str, str]:
        """Return the environment, overlaid with the keys of this request where they count."""
        own = self._function.environ
        names = ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")
        key, secret, token = (_header(environ, name) for name in names)
        if not (key and secret) or (self._function.http_only and resolve(own) is not None):
            return own
        return ChainMap(as_environ(key, secret, token), dict(own))


def _header(environ: Mapping[str, object], name: str) -> str:
    """Return the platform's header *name*, "" unless it has exactly one value."""
    value = environ.get(f"HTTP_X_FC_{name}")
    return value if isinstance(value, str) and _ONE_VALUE.fullmatch(value) else ""


def _context(environ: Mapping[str, object]) -> object:
    return SimpleNamespace(request_id=_header(environ, "REQUEST_ID"))


def _request(environ: Mapping[str, object]) -> Request:
    """Return the request without the platform's own headers: they hold keys, among other things."""
    request = wsgi.request_of(environ)
    headers = {name: value for name, value in request.headers.items() if not name.startswith("x-fc-")}
    return request._replace(headers=headers)
