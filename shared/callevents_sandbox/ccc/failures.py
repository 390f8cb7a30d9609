"""The failures that need no operation: the answers of a gateway or a proxy that cannot serve."""

from starlette.responses import JSONResponse, Response

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.alibabacloud.gateway import gateway_response
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.server.faults import Fault

_TEXTS = {"not_json": "It works, but not for you.", "not_object": '["OK"]', "empty": ""}
_REFUSALS = {
    "unavailable": (
        503,
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
    ),
    "internal_error": (500, "InternalError", "The request processing has failed due to some unknown error."),
    "no_permission": (403, "NoPermission", "You are not authorized to do this action."),
    "token_expired": (400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),
}


def failure(fault: Fault, request_id: str, host: str) -> Response | None:
    """Return the answer that *fault* puts in place of the operation's, None if it lets the operation run."""
    if fault.kind == "bad_gateway":
        page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1>nginx</body></html>"
        return Response(page, fault.status or 502, media_type="text/html")
    if fault.kind in _TEXTS:
        return Response(_TEXTS[fault.kind], fault.status or 200, media_type="application/json")
    if fault.kind in _REFUSALS:
        return gateway_response(Refusal(*_REFUSALS[fault.kind]), request_id, host)
    if fault.kind == "not_ok":
        error = BusinessError("InternalService.Common", "sandbox")
        return JSONResponse({**error.document(request_id), "Code": fault.code or error.code}, 200)
    if fault.kind == "permission_common":
        raise BusinessError("Permission.Common", "")
    if fault.kind == "throttled":
        wait = None if fault.retry_after is None else round(fault.retry_after * 1000)
        return throttled(
            request_id, host, wait, status=fault.status or 400, code=fault.code or "Throttling.User"
        )
    return None


def throttled(
    request_id: str, host: str, wait_ms: int | None, *, status: int = 400, code: str = "Throttling.User"
) -> Response:
    """Return the gateway's refusal of too many requests; *wait_ms* goes into x-acs-retry-after."""
    refusal = Refusal(status, code, "Request was denied due to user flow control.")
    response = gateway_response(refusal, request_id, host)
    if wait_ms is not None:
        response.headers["x-acs-retry-after"] = str(wait_ms)
    return response
