"""The envelope of an RPC answer, and the error that each refusal is.

Two layers answer, a gateway and the service; both name a `Code`. Their `Message` is never passed on: the gateway's can
echo the security token. https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import json
from typing import NamedTuple

import httpx

from callevents.errors import (
    CccError,
    CccInstanceUnknown,
    CccRefused,
    CccRejected,
    CccThrottled,
    CccUnavailable,
    CccUnreadable,
)

_LONGEST_WORD = 64
_LONGEST_WAIT_DIGITS = 9
_MOST = 10**9
# A few kilobytes can unpack to so many empty lists that parsing them takes ten seconds and a gigabyte. The largest
# answer that is taken holds about a million commas when it consists of records.
_MOST_COMMAS = 1_500_000
_REFUSED = (
    "InvalidAccessKey", "MissingAccessKey", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignature",
    "SignatureNonceUsed", "InvalidTimeStamp", "InvalidSecurityToken", "MissingSecurityToken",
    "Forbidden", "NoPermission", "Permission.", "AccessDenied", "Unauthorized",
)  # fmt: skip
_BY_CODE: tuple[tuple[tuple[str, ...], type[CccError]], ...] = (
    (("Throttling",), CccThrottled),
    (("ServiceUnavailable", "InternalError", "InternalService."), CccUnavailable),
    (("NotExists.InstanceId",), CccInstanceUnknown),
    (_REFUSED, CccRefused),
)


class Reply(NamedTuple):
    """What an answer says; `code` is "" where the body is not the documented JSON, `data` the JSON under `Data`.

    `retry_after` is in seconds. `same_string_to_sign` tells that the service computed the string that we signed.
    """

    status: int
    code: str = ""
    request_id: str | None = None
    params: tuple[str, ...] = ()
    data: object = None
    retry_after: float | None = None
    same_string_to_sign: bool = False

    @property
    def ok(self) -> bool:
        """Whether the call succeeded: `Code` decides too, for some errors come with HTTP 200."""
        return httpx.codes.is_success(self.status) and self.code == "OK"


def read_reply(response: httpx.Response, string_to_sign: str = "") -> Reply:
    """Return what *response* says. Never raises."""
    content = response.content
    try:
        body = json.loads(content) if content.count(b",") <= _MOST_COMMAS else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Reply(
            response.status_code, request_id=_request_id(response), retry_after=_retry_after(response)
        )
    code, params, message, inner = (
        body.get(name) for name in ("Code", "Params", "Message", "HttpStatusCode")
    )
    # A business error may come with HTTP 200 and name its own status inside.
    if code == "OK" or not isinstance(inner, int) or not httpx.codes.is_error(inner) or response.is_error:
        inner = response.status_code
    return Reply(
        inner,
        _word(code, "._"),
        _word(body.get("RequestId"), "-") or _request_id(response),
        tuple(map(_param, params)) if isinstance(params, list) else (),
        body.get("Data"),
        None if code == "OK" and response.is_success else _retry_after(response),
        bool(string_to_sign) and isinstance(message, str) and string_to_sign.rpartition("\n")[2] in message,
    )


def error_for(reply: Reply) -> CccError:
    """Return the error that *reply*, which is not ok, stands for."""
    kind = next((kind for codes, kind in _BY_CODE if reply.code.startswith(codes)), None) or _by_status(reply)
    reason = reply.code or f"HTTP {reply.status}"
    if kind is CccThrottled:
        return CccThrottled(request_id=reply.request_id, reason=reason, retry_after=reply.retry_after)
    if reply.code == "SignatureDoesNotMatch" and reply.same_string_to_sign:
        reason += ", wrong secret"  # no colon: what follows "signature:" is taken out of a log
    return kind(request_id=reply.request_id, reason=reason)


def _by_status(reply: Reply) -> type[CccError]:
    if reply.status == httpx.codes.TOO_MANY_REQUESTS:
        return CccThrottled
    if httpx.codes.is_server_error(reply.status):
        return CccUnavailable
    if reply.code in {"", "OK"}:
        return CccUnreadable
    refused = reply.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
    return CccRefused if refused else CccRejected


def _param(value: object) -> str:
    """Return a value of the error's text; a place that holds neither text nor a number stays, but is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST else ""


def _word(value: object, marks: str) -> str:
    """Return *value* if it is a short text of letters, digits and *marks*, which nobody need fear, else ""."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORD or not value.isascii():
        return ""
    rest = value
    for mark in marks:
        rest = rest.replace(mark, "")
    return value if not rest or rest.isalnum() else ""


def _request_id(response: httpx.Response) -> str | None:
    return _word(response.headers.get("x-acs-request-id"), "-") or None


def _retry_after(response: httpx.Response) -> float | None:
    return _seconds(response.headers.get("x-acs-retry-after", ""))


def _seconds(milliseconds: str) -> float | None:
    text = milliseconds.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    # Whoever asks for longer asks for longer than anybody waits; no number is made of thousands of digits.
    return (int(digits or 0) if len(digits) <= _LONGEST_WAIT_DIGITS else _MOST) / 1000 or None
