"""Protects the sandbox from pages of other sites: its own page and programs of this machine may use it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HERE = {"127.0.0.1", "localhost", "::1"}
_OWN = {"same-origin", "none"}  # none: typed, or from a bookmark


def refusal(headers: Mapping[str, str], path: str) -> str | None:
    """Return why a request is refused, None if it is not; names in *headers* are in lower case.

    Any host name may resolve to this machine, and any site's page may have the browser send a request here, so both are
    refused; following a link to the page itself is allowed.
    Source: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
    """
    host = headers.get("host", "")
    if _name(f"//{host}") not in _HERE:
        return "The sandbox answers at 127.0.0.1 and localhost only."
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    own = site in _OWN if site is not None else origin in {None, f"http://{host}", f"https://{host}"}
    if own or path == "/":
        return None
    return "The sandbox does nothing for pages of other sites."


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class SameOriginGuard:
    """Passes on to *app* the requests that are not refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reason = refusal(Headers(scope=scope), scope["path"]) if scope["type"] == "http" else None
        if reason is None:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(f"{reason}\n", 403)(scope, receive, send)
