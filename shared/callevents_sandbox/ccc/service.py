"""The endpoint: the gateway's checks in their order, then the operation, then the fault that is due."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal, SentRequest
from callevents_sandbox.ccc.center import Asked, ContactCenter
from callevents_sandbox.ccc.delivery import Delivery
from callevents_sandbox.ccc.errors import BusinessError, business_response, gateway_response, new_request_id
from callevents_sandbox.ccc.failures import failure, throttled
from callevents_sandbox.ccc.operations import OPERATIONS, asked_keys, carry_out
from callevents_sandbox.server import capture as wire
from callevents_sandbox.server.faults import Fault, fault_route
from callevents_sandbox.server.raw_request import sent_request
from callevents_sandbox.server.tcp import stay

VERSION = "2020-07-01"
_NO_FAULT = Fault("none")


def application(center: ContactCenter) -> Starlette:
    """Return the ASGI application that serves *center*."""
    return Starlette(routes=[fault_route(center.faults), Route("/{path:path}", _Endpoint(center))])


@dataclass(frozen=True, slots=True)
class _Endpoint:
    center: ContactCenter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        sent = await sent_request(request)
        params = dict(parse_qsl(sent.query, keep_blank_values=True))
        fault = _NO_FAULT
        request_id = new_request_id()
        began = time.monotonic()
        try:
            self._admit(sent)
            subjects, operation = _subjects(sent, params), OPERATIONS[sent.header("x-acs-action")]
            fault = self.center.faults.take(*subjects, never=operation.never) or _NO_FAULT
            modes = self.center.faults.take_modes(*subjects, kinds=operation.modes)
            if fault.seconds and fault.kind != "drip" and not await stay(receive, fault.seconds):
                self._note(sent, params, fault, request_id, began=began, response=None)
                return
            response = self._respond(sent, params, fault, modes, request_id)
        except Refusal as refusal:
            response = gateway_response(refusal, request_id, sent.header("host"))
        except BusinessError as error:
            response = business_response(error, request_id)
        self._note(sent, params, fault, request_id, began=began, response=response)
        await Delivery(scope, receive, send).deliver(response, fault)

    def _admit(self, sent: SentRequest) -> None:
        if sent.path not in {"", "/"}:
            message = "Specified api is not found, please check your url and method."
            raise Refusal(404, "InvalidAction.NotFound", message)
        if sent.method != "POST":
            raise Refusal(400, "UnsupportedHTTPMethod", "This HTTP method is not supported.")
        if sent.header("x-acs-action") not in OPERATIONS:
            message = "Specified api is not found, please check your url and method."
            raise Refusal(404, "InvalidAction.NotFound", message)
        if sent.header("x-acs-version") != VERSION:
            raise Refusal(400, "InvalidVersion", "Specified parameter Version is not valid.")
        self.center.gate.admit(sent)

    def _respond(
        self, sent: SentRequest, params: Mapping[str, str], fault: Fault, modes: list[Fault], request_id: str
    ) -> Response:
        center = self.center
        if failed := failure(fault, request_id, sent.header("host")):
            return failed
        if center.throttle and not center.throttle.take():
            return throttled(request_id, sent.header("host"), center.retry_after_ms)
        if center.permission == "gateway":
            raise Refusal(403, "NoPermission", "You are not authorized to do this action.")
        if center.permission == "ccc":
            raise BusinessError("Permission.Instance", params.get("InstanceId", ""))
        document = carry_out(sent.header("x-acs-action"), center, params, fault, modes)
        return Response(_encoded({**document, "RequestId": request_id}), media_type="application/json")

    def _note(
        self,
        sent: SentRequest,
        params: Mapping[str, str],
        fault: Fault,
        request_id: str,
        *,
        began: float,
        response: Response | None,
    ) -> None:
        center = self.center
        action = sent.header("x-acs-action")
        keys = tuple(asked_keys(params))
        kind = None if fault is _NO_FAULT else fault.kind
        status = response.status_code if response else 0
        asked = Asked(
            center.clock(),
            action,
            params.get("InstanceId", ""),
            keys,
            sent.headers,
            sent.query,
            status,
            request_id,
            kind,
        )
        center.asked.append(asked)
        center.journal.write(
            "ccc",
            action or "unknown action",
            jobs=list(keys),
            status=status,
            request_id=request_id,
            fault=kind,
            milliseconds=round((time.monotonic() - began) * 1000),
            request=wire.request(sent.method, f"{sent.path}?{sent.query}", sent.headers, sent.body),
            response=wire.response(status, bytes(response.body) if response else b""),
        )


def _subjects(sent: SentRequest, params: Mapping[str, str]) -> list[str]:
    """Return what faults are matched with: `ACTION JOB` for each job id, `ACTION` alone where none is named."""
    action = sent.header("x-acs-action")
    return [f"{action} {key}" for key in asked_keys(params)] or [action]


def _encoded(document: Mapping[str, object]) -> bytes:
    """Return *document* as JSON in UTF-8; half a surrogate pair only fits into it as an escape."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":")).encode()
