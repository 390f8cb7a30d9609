"""What the API's reading calls answer about a function.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getfunction
"""

import json
from typing import Final

from starlette.responses import JSONResponse, Response

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.function_compute.api_messages import Call
from callevents_sandbox.function_compute.deployment import Deployment

# Which route is which action.
READS: Final = {
    "description": "GetFunction",
    "concurrency": "GetConcurrencyConfig",
    "triggers": "ListTriggers",
    "one_trigger": "GetTrigger",
}
TRIGGER: Final = "http"
_MADE: Final = "2026-11-22T08:03:11Z"


def described(deployment: Deployment, call: Call) -> Response:
    """Return what the reading *call* answers about *deployment*; raise Refusal for a trigger that is not there."""
    if call.kind == "description":
        return JSONResponse(_function(deployment))
    if call.kind == "concurrency":
        return JSONResponse(
            {"functionArn": _arn(deployment), "reservedConcurrency": deployment.max_instances}
        )
    triggers = [_trigger(deployment, call)] if deployment.trigger else []
    if call.kind == "triggers":
        return JSONResponse({"triggers": triggers})
    if not triggers or call.sent.path.rpartition("/")[2] != TRIGGER:
        raise Refusal(404, "TriggerNotFound", f"trigger of function '{deployment.name}' does not exist")
    return JSONResponse(triggers[0])


def _arn(deployment: Deployment) -> str:
    return f"acs:fc:{deployment.region}:{deployment.account_id}:functions/{deployment.name}"


def _function(deployment: Deployment) -> dict[str, object]:
    return {
        "functionName": deployment.name,
        "functionArn": _arn(deployment),
        "handler": deployment.handler,
        "memorySize": deployment.memory,
        "timeout": int(deployment.timeout),
        "runtime": "custom.debian12" if deployment.custom else deployment.context,
        "environmentVariables": dict(deployment.environ),
        "instanceConcurrency": deployment.at_once,
        "createdTime": _MADE,
        "lastModifiedTime": _MADE,
        "state": "Active",
        "lastUpdateStatus": "Successful",
    }


def _trigger(deployment: Deployment, call: Call) -> dict[str, object]:
    return {
        "triggerName": TRIGGER,
        "triggerType": "http",
        "triggerId": f"{deployment.name}-{TRIGGER}",
        "triggerConfig": json.dumps({"authType": "anonymous", "methods": list(deployment.methods)}),
        "qualifier": "LATEST",
        "createdTime": _MADE,
        "lastModifiedTime": _MADE,
        # In the cloud each function has a host of its own.
        "httpTrigger": {"urlInternet": f"http://{call.sent.header('host')}/http/{deployment.name}"},
    }
