"""The envelope of an RPC answer, and the error that each refusal is.

Two layers answer, a gateway and the service; both name a `Code`. Their `Message` is never passed on: the gateway's can
echo the security token. https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
"""

import json
from enum import Enum
from typing import Final, NamedTuple

import httpx

_MAX_WORD_LENGTH: Final = 64
_MAX_WAIT_DIGITS: Final = 9
_MAX_NUMBER: Final = 10**9
# A few kilobytes can unpack to so many empty lists that parsing them takes ten seconds and a gigabyte. The largest
# answer that is taken holds about a million commas when it consists of records.
_MAX_COMMAS: Final = 1_500_000


class RpcErrorKind(Enum):
    """Why a call has no result; the values stand in the request log, behind the service's name."""

    THROTTLED = "throttled"  # asked too often
    UNAVAILABLE = "unavailable"  # 5xx, no connection, connection lost
    TIMED_OUT = "timed_out"  # no answer before the deadline
    UNREADABLE = "unreadable"  # an answer that is none of the documented ones
    REFUSED = "refused"  # key, signature, clock, token or permission
    REJECTED = "rejected"  # any other 4xx or business code


class RpcError(Exception):
    """A call that has no result.

    `reason` is the service's code, else our own word for the cause; `retry_after` is in seconds, None where the service
    names no time; `status` is 0 where there was no answer.
    """

    def __init__(
        self,
        kind: RpcErrorKind,
        reason: str,
        *,
        request_id: str | None = None,
        retry_after: float | None = None,
        status: int = 0,
    ) -> None:
        super().__init__(f"{kind.value}: {reason}")
        self.kind = kind
        self.reason = reason
        self.request_id = request_id
        self.retry_after = retry_after
        self.status = status


_REFUSED = (
    "InvalidAccessKey", "MissingAccessKey", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSignature",
    "SignatureNonceUsed", "InvalidTimeStamp", "InvalidSecurityToken", "MissingSecurityToken",
    "Forbidden", "NoPermission", "Permission.", "AccessDenied", "Unauthorized",
)  # fmt: skip
_BY_CODE: tuple[tuple[tuple[str, ...], RpcErrorKind], ...] = (
    (("Throttling",), RpcErrorKind.THROTTLED),
    (("ServiceUnavailable", "InternalError", "InternalService."), RpcErrorKind.UNAVAILABLE),
    (("NotExists.",), RpcErrorKind.REJECTED),
    (_REFUSED, RpcErrorKind.REFUSED),
)


class RpcResponse(NamedTuple):
    """A parsed RPC response; `code` is "" where the body is not the documented JSON, `data` the JSON under `Data`.

    `retry_after` is in seconds. `same_string_to_sign` is whether the service computed the string that we signed.
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

    @property
    def outcome(self) -> str:
        """The outcome of the attempt as the request log has it."""
        return "ok" if self.ok else self.code or "refused"


def read_response(response: httpx.Response, string_to_sign: str = "") -> RpcResponse:
    """Return what *response* says. Never raises."""
    body = _json_object(response)
    return _envelope(response, body, string_to_sign) if body is not None else _bare(response)


def read_codeless_response(response: httpx.Response, string_to_sign: str = "") -> RpcResponse:
    """Return what *response* says where a success names no Code (KMS, RAM), its data the whole body. Never raises."""
    body = _json_object(response)
    if body is None:
        return _bare(response)
    envelope = _envelope(response, body, string_to_sign)
    if "Code" in body or not response.is_success:
        return envelope
    return envelope._replace(code="OK", data=body)


def error_for(response: RpcResponse) -> RpcError:
    """Return the error that *response*, which is not ok, stands for."""
    kind = next(
        (kind for codes, kind in _BY_CODE if response.code.startswith(codes)), None
    ) or _kind_by_status(response)
    reason = response.code or f"HTTP {response.status}"
    if response.code == "SignatureDoesNotMatch" and response.same_string_to_sign:
        reason += ", wrong secret"  # no colon: what follows "signature:" is taken out of a log
    return RpcError(
        kind,
        reason,
        request_id=response.request_id,
        retry_after=response.retry_after if kind is RpcErrorKind.THROTTLED else None,
        status=response.status,
    )


def _json_object(response: httpx.Response) -> dict[str, object] | None:
    content = response.content
    try:
        few = len(content) <= _MAX_COMMAS or content.count(b",") <= _MAX_COMMAS
        body = json.loads(content) if few else None
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _bare(response: httpx.Response) -> RpcResponse:
    return RpcResponse(
        response.status_code, request_id=_request_id(response), retry_after=_retry_after(response)
    )


def _envelope(response: httpx.Response, body: dict[str, object], string_to_sign: str) -> RpcResponse:
    code, params = body.get("Code"), body.get("Params")
    message, inner = body.get("Message"), body.get("HttpStatusCode")
    # A business error may come with HTTP 200 and name its own status inside.
    if code == "OK" or not isinstance(inner, int) or not httpx.codes.is_error(inner) or response.is_error:
        inner = response.status_code
    return RpcResponse(
        inner,
        _word(code, "._"),
        _word(body.get("RequestId"), "-") or _request_id(response),
        tuple(map(_param, params)) if isinstance(params, list) else (),
        body.get("Data"),
        None if code == "OK" and response.is_success else _retry_after(response),
        bool(string_to_sign) and isinstance(message, str) and string_to_sign.rpartition("\n")[2] in message,
    )


def _kind_by_status(response: RpcResponse) -> RpcErrorKind:
    if response.status == httpx.codes.TOO_MANY_REQUESTS:
        return RpcErrorKind.THROTTLED
    if httpx.codes.is_server_error(response.status):
        return RpcErrorKind.UNAVAILABLE
    if response.code in {"", "OK"}:
        return RpcErrorKind.UNREADABLE
    refused = response.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
    return RpcErrorKind.REFUSED if refused else RpcErrorKind.REJECTED


def _param(value: object) -> str:
    """Return a value of the error's text; a place that holds neither text nor a number stays, but is empty."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MAX_NUMBER
    return str(value) if is_number else ""


def _word(value: object, marks: str) -> str:
    """Return *value* if it is a short text of letters, digits and *marks*, which is safe anywhere, else ""."""
    if not isinstance(value, str) or len(value) > _MAX_WORD_LENGTH or not value.isascii():
        return ""
    rest = value
    for mark in marks:
        rest = rest.replace(mark, "")
    return value if not rest or rest.isalnum() else ""


def _request_id(response: httpx.Response) -> str | None:
    return _word(response.headers.get("x-acs-request-id"), "-") or None


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of `x-acs-retry-after`, which is in milliseconds."""
    text = response.headers.get("x-acs-retry-after", "").strip()
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    # A longer number is longer than anybody waits; no number is made of thousands of digits.
    return (int(digits or 0) if len(digits) <= _MAX_WAIT_DIGITS else _MAX_NUMBER) / 1000 or None
