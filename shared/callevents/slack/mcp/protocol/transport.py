"""MCP's Streamable HTTP without a session: which requests are understood, and in which revision of the protocol.

Sources: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports,
https://modelcontextprotocol.io/specification/2026-07-28/basic
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Mapping
from typing import NamedTuple

from callevents.invocation import Request
from callevents.slack.mcp.protocol.json_rpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    JsonRpcError,
    RpcCall,
)
from callevents.slack.requests.fields import nested

# Revisions that begin with `initialize`, oldest first; all that a tool needs of them is the same.
HANDSHAKE_VERSIONS = ("2025-03-26", "2025-06-18", "2025-11-25")
# Revisions in which each request says everything itself.
STATELESS_VERSIONS = ("2026-07-28",)
VERSIONS = (*HANDSHAKE_VERSIONS, *STATELESS_VERSIONS)
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

_META = "io.modelcontextprotocol/"
_BASE64 = re.compile(r"=\?base64\?(?P<text>[0-9A-Za-z+/=]*)\?=")
_JSON_RANGES = frozenset({"application/json", "application/*", "*/*"})


class NotAcceptable(Exception):
    """The client takes no JSON."""


class NotJson(Exception):
    """The body is declared as something else."""


class Revision(NamedTuple):
    """The revision of the protocol in which a request is written."""

    version: str

    @property
    def is_stateless(self) -> bool:
        """Whether each request says everything itself, and each result says what it is."""
        return self.version in STATELESS_VERSIONS


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise NotJson or NotAcceptable unless the client sends and takes JSON; a missing header leaves it open."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"", "application/json"}:
        raise NotJson
    accepted = headers.get("accept", "")
    if accepted.strip() and not any(map(_takes_json, accepted.split(","))):
        raise NotAcceptable


def revision_of(request: Request) -> Revision:
    """Return the revision that the headers name; raise JsonRpcError for an unknown one.

    Without the header the oldest is meant: so says the protocol of clients that do not know the header yet.
    """
    version = request.headers.get("mcp-protocol-version", "").strip() or HANDSHAKE_VERSIONS[0]
    if version not in VERSIONS:
        # What was asked for is named only if it looks like a version.
        asked = version if re.fullmatch(r"[0-9A-Za-z.-]{1,32}", version, re.ASCII) else ""
        raise JsonRpcError(
            UNSUPPORTED_VERSION,
            "version",
            "Unsupported protocol version.",
            data={"supported": list(VERSIONS), "requested": asked},
        )
    return Revision(version)


def check_envelope(call: RpcCall, revision: Revision, headers: Mapping[str, str]) -> None:
    """Raise JsonRpcError where a stateless request contradicts its headers or lacks what it must say."""
    if not revision.is_stateless:
        return
    meta = nested(call.params, "_meta")
    if f"{_META}protocolVersion" not in meta or f"{_META}clientCapabilities" not in meta:
        raise _error(
            INVALID_PARAMS, "params", "params._meta lacks protocolVersion or clientCapabilities.", call
        )
    if meta[f"{_META}protocolVersion"] != revision.version:
        raise _error(HEADER_MISMATCH, "headers", "MCP-Protocol-Version differs from the message.", call)
    if headers.get("mcp-method") != call.method:
        raise _error(HEADER_MISMATCH, "headers", "Mcp-Method differs from the message.", call)
    if call.method == "tools/call" and _decoded(headers.get("mcp-name", "")) != call.params.get("name"):
        raise _error(HEADER_MISMATCH, "headers", "Mcp-Name differs from the message.", call)


def negotiated(asked: object) -> str:
    """Return the version that `initialize` agrees on: the one *asked* for, else the newest that has a handshake."""
    return asked if isinstance(asked, str) and asked in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1]


def status_of(error: JsonRpcError, revision: Revision | None) -> int:
    """Return the HTTP status of *error*: 400 for a message that cannot be read, else what the revision says."""
    if error.code == INTERNAL_ERROR:
        return 200  # the answer is in order, whatever went wrong behind it
    if error.code in {INVALID_PARAMS, METHOD_NOT_FOUND} and not (revision and revision.is_stateless):
        return 200
    return 404 if error.code == METHOD_NOT_FOUND else 400


def _error(code: int, name: str, message: str, call: RpcCall) -> JsonRpcError:
    return JsonRpcError(code, name, message, id=call.id)


def _takes_json(media_range: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in media_range.split(";"))
    return kind in _JSON_RANGES and not any(re.fullmatch(r"q=0(\.0*)?", each) for each in parameters)


def _decoded(value: str) -> str | None:
    """Return the value of a header, which may be wrapped in base64; None for a wrapping that cannot be undone."""
    wrapped = _BASE64.fullmatch(value)
    if wrapped is None:
        return value
    try:
        return a2b_base64(wrapped["text"]).decode("utf-8")
    except (Error, UnicodeError):
        return None
