"""Function Compute's requests, answers and refusals as HTTP.

Source: https://www.alibabacloud.com/help/en/function-compute/latest/error-codes
"""

import json
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal, SentRequest
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.outcome import Outcome
from callevents_sandbox.server.faults import Fault

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your access key and signing method"
)
_BY_FAULT = {
    "refuse": (403, "AccessDenied", "the caller is not authorized to perform 'fc:InvokeFunction'"),
    "throttle": (429, "ResourceExhausted", "Your account has reached the limit of concurrent instances"),
    "internal": (500, "InternalServerError", "an internal error has occurred. Please retry"),
    "unavailable": (503, "ResourceThrottled", "the resource is throttled, please try again later"),
    "conflict": (409, "StatefulAsyncInvocationAlreadyExists", "the stateful async invocation already exists"),
}
_BY_CODE = {
    "SignatureDoesNotMatch": (
        403,
        "SignatureNotMatch",
        MISMATCH,
    ),
    "InvalidAccessKeyId.NotFound": (403, "InvalidAccessKeyID", "invalid access key ID"),
    "InvalidAccessKeyId.Inactive": (403, "InvalidAccessKeyID", "invalid access key ID"),
    "MissingAccessKeyId": (
        400,
        "MissingRequiredHeader",
        "required HTTP header Authorization was not specified",
    ),
}


@dataclass(frozen=True, slots=True)
class Call:
    """The request; `kind` is which of the routes it came by."""

    kind: str
    function: str
    sent: SentRequest
    request_id: str
    fault: Fault
    source_ip: str

    @property
    def path(self) -> str:
        """The path that the function sees."""
        return "/" + "/".join(self.sent.path.split("/")[{"trigger": 3, "proxy": 5}.get(self.kind, 1) :])

    @property
    def asynchronous(self) -> bool:
        """Say whether the caller does not wait."""
        return self.sent.header("x-fc-invocation-type").lower() == "async"

    @property
    def kill_after(self) -> float | None:
        """The seconds until the process is killed."""
        return self.fault.seconds if self.fault.kind == "kill" else None


def description(deployment: Deployment) -> Response:
    """Return what GetFunction answers about *deployment*."""
    return JSONResponse(
        {
            "functionName": deployment.name,
            "handler": deployment.handler,
            "memorySize": deployment.memory,
            "timeout": int(deployment.timeout),
            "runtime": deployment.context,
            "state": "Active",
        }
    )


def function_error(outcome: Outcome, status: int) -> Response:
    """Return the error of a function that failed."""
    headers = {"x-fc-error-type": outcome.error_type or "UnhandledInvocationError"}
    return Response(json.dumps(outcome.error), status, headers, media_type="application/json")


def error(refusal: Refusal, call: Call) -> Response:
    """Return *refusal* in the shape of the API that *call* came by."""
    if call.kind == "invocations_fc2":
        body = {"ErrorCode": refusal.code, "ErrorMessage": refusal.message}
    else:
        body = {"RequestId": call.request_id, "Code": refusal.code, "Message": refusal.message}
    return JSONResponse(
        body, refusal.status, {"x-fc-error-type": "FcCommonError"} if call.kind == "trigger" else None
    )


def fault_refusal(fault: Fault) -> Refusal | None:
    """Return the refusal that *fault* is, None if it is something else."""
    return Refusal(*_BY_FAULT[fault.kind]) if fault.kind in _BY_FAULT else None


def in_function_compute_words(refusal: Refusal) -> Refusal:
    """Return the gateway's *refusal* with Function Compute's code and message; an unknown code becomes AccessDenied."""
    known = _BY_CODE.get(refusal.code)
    return Refusal(*known) if known else Refusal(403, "AccessDenied", f"{refusal.code}: {refusal.message}")
