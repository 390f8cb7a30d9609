"""The endpoint: the gateway's checks in their order, then the operation, then the fault that is due."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal, SentRequest
from callevents_sandbox.ccc.delivery import Delivery
from callevents_sandbox.ccc.errors import gateway_response, new_request_id
from callevents_sandbox.ccc.failures import failure
from callevents_sandbox.ram.account import Asked, RamAccount
from callevents_sandbox.ram.operations import OF_RAM, OF_STS, Operation
from callevents_sandbox.server.faults import Fault, fault_route
from callevents_sandbox.server.raw_request import sent_request
from callevents_sandbox.server.tcp import stay

_BY_VERSION: Mapping[str, Mapping[str, Operation]] = {"2015-05-01": OF_RAM, "2015-04-01": OF_STS}
_NO_FAULT = Fault("none")
_UNAVAILABLE = Refusal(
    503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."
)


def application(account: RamAccount) -> Starlette:
    """Return the ASGI application that serves *account*: RAM and STS in one."""
    return Starlette(routes=[fault_route(account.faults), Route("/{path:path}", _Endpoint(account))])


@dataclass(frozen=True, slots=True)
class _Endpoint:
    account: RamAccount

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = await sent_request(Request(scope, receive))
        params = dict(parse_qsl(sent.query, keep_blank_values=True))
        action, about = sent.header("x-acs-action"), params.get("RoleName") or params.get("PolicyName", "")
        fault, request_id = _NO_FAULT, new_request_id()
        began = time.monotonic()
        response: Response | None = None
        try:
            operation = self._admitted(sent, action)
            fault = self.account.faults.take(f"{action} {about}") or _NO_FAULT
            if not fault.seconds or await stay(receive, fault.seconds):
                response = self._respond(operation, sent, params, fault, request_id)
        except Refusal as refusal:
            response = gateway_response(refusal, request_id, sent.header("host"), product="Ram")
        status = response.status_code if response else 0
        self.account.asked.append(Asked(self.account.clock(), action, about, status))
        self.account.journal.write(
            "ram",
            action or "unknown action",
            about=about,
            status=status,
            request_id=request_id,
            fault=None if fault is _NO_FAULT else fault.kind,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        if response is not None:
            await Delivery(scope, receive, send).deliver(response, fault)

    def _admitted(self, sent: SentRequest, action: str) -> Operation:
        """Return the operation that is asked for; raise Refusal."""
        operations = _BY_VERSION.get(sent.header("x-acs-version"))
        if operations is None:
            raise Refusal(400, "InvalidVersion", "Specified parameter Version is not valid.")
        if sent.path not in {"", "/"} or action not in operations:
            message = "Specified api is not found, please check your url and method."
            raise Refusal(404, "InvalidAction.NotFound", message)
        self.account.gate.admit(sent)
        if f"ram:{action}" in self.account.forbidden:
            message = "You are not authorized to do this action. You should be authorized by RAM."
            raise Refusal(403, "NoPermission", message)
        return operations[action]

    def _respond(
        self,
        operation: Operation,
        sent: SentRequest,
        params: Mapping[str, str],
        fault: Fault,
        request_id: str,
    ) -> Response:
        if fault.kind == "refuse":
            raise Refusal(403, "NoPermission", "You are not authorized to do this action.")
        if failed := failure(fault, request_id, sent.header("host")):
            return failed
        body = operation(self.account, params)
        if fault.kind == "lost":
            raise _UNAVAILABLE
        if fault.kind == "wrong_types":
            body = {name: ["?"] for name in body}
        return JSONResponse({**body, "RequestId": request_id})
