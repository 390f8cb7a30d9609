"""What Function Compute says about a function, and its errors, as HTTP."""

import json

from starlette.responses import JSONResponse, Response

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.function_compute.api_request import Call
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.outcome import Outcome


def description(deployment: Deployment) -> Response:
    """Return what GetFunction tells of *deployment*."""
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
