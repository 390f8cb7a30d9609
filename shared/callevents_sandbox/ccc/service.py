"""The endpoint of the contact center."""

import json
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.alibabacloud.gateway import no_such_api, wrong_version
from callevents_sandbox.alibabacloud.rpc_endpoint import RpcCall, RpcEndpoint
from callevents_sandbox.ccc.center import ContactCenter, ContactCenterRequest
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.failures import failure, throttled
from callevents_sandbox.ccc.operations import OPERATIONS, asked_keys, carry_out
from callevents_sandbox.server import capture as wire
from callevents_sandbox.server.faults import Fault, fault_route

VERSION = "2020-07-01"


def application(center: ContactCenter) -> Starlette:
    """Return the ASGI application that serves *center*."""
    return Starlette(routes=[fault_route(center.faults), Route("/{path:path}", _Endpoint(center))])


class _Endpoint(RpcEndpoint):
    product = "CCC"

    def __init__(self, center: ContactCenter) -> None:
        self.center = center

    def admit(self, call: RpcCall) -> Fault | None:
        if call.sent.path not in {"", "/"}:
            raise no_such_api()
        if call.sent.method != "POST":
            raise Refusal(400, "UnsupportedHTTPMethod", "This HTTP method is not supported.")
        if call.action not in OPERATIONS:
            raise no_such_api()
        if call.sent.header("x-acs-version") != VERSION:
            raise wrong_version()
        self.center.gate.admit(call.sent)
        subjects, operation = _subjects(call), OPERATIONS[call.action]
        fault = self.center.faults.take(*subjects, never=operation.never)
        call.modes = self.center.faults.take_modes(*subjects, kinds=operation.modes)
        return fault

    def respond(self, call: RpcCall) -> Response:
        center = self.center
        if failed := failure(call.fault, call.request_id, call.host):
            return failed
        if center.throttle and not center.throttle.take():
            return throttled(call.request_id, call.host, center.retry_after_ms)
        if center.permission == "gateway":
            raise Refusal(403, "NoPermission", "You are not authorized to do this action.")
        if center.permission == "ccc":
            raise BusinessError("Permission.Instance", call.params.get("InstanceId", ""))
        document = carry_out(call.action, center, call.params, call.fault, call.modes)
        return Response(_encoded({**document, "RequestId": call.request_id}), media_type="application/json")

    def record(self, call: RpcCall) -> None:
        center, sent, facts = self.center, call.sent, call.facts()
        keys = tuple(asked_keys(call.params))
        asked = ContactCenterRequest(
            center.clock(),
            call.action,
            call.params.get("InstanceId", ""),
            keys,
            sent.headers,
            sent.query,
            call.status,
            call.request_id,
            call.fault_kind,
        )
        center.asked.append(asked)
        center.journal.write(
            "ccc",
            call.action or "unknown action",
            jobs=list(keys),
            **facts,
            request=wire.request(sent.method, f"{sent.path}?{sent.query}", sent.headers, sent.body),
            response=wire.response(call.status, call.answer),
        )


def _subjects(call: RpcCall) -> list[str]:
    """Return what faults are matched with: `ACTION JOB` for each job id, `ACTION` alone where none is named."""
    return [f"{call.action} {key}" for key in asked_keys(call.params)] or [call.action]


def _encoded(document: Mapping[str, object]) -> bytes:
    """Return *document* as JSON in UTF-8; half a surrogate pair only fits into it as an escape."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode()
