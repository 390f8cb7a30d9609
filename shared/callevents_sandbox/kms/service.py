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
from callevents_sandbox.kms.operations import KmsError, get_secret_value, name_of
from callevents_sandbox.kms.vault import Asked, SecretVault
from callevents_sandbox.server.faults import Fault, fault_route
from callevents_sandbox.server.raw_request import sent_request
from callevents_sandbox.server.tcp import stay

VERSION = "2016-01-20"
_NO_FAULT = Fault("none")
_ERRORS = {
    "unavailable": (503, "ServiceUnavailableTemporary", "Service Unavailable Temporary."),
    "internal_error": (500, "InternalFailure", "Internal Failure."),
    "throttled": (429, "Rejected.Throttling", "QPS Limit Exceeded."),
}


def application(vault: SecretVault) -> Starlette:
    """Return the ASGI application that serves *vault*."""
    return Starlette(routes=[fault_route(vault.faults), Route("/{path:path}", _Endpoint(vault))])


@dataclass(frozen=True, slots=True)
class _Endpoint:
    vault: SecretVault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = await sent_request(Request(scope, receive))
        params = dict(parse_qsl(sent.query, keep_blank_values=True))
        fault, request_id = _NO_FAULT, new_request_id()
        began = time.monotonic()
        response: Response | None = None
        try:
            self._admit(sent)
            fault = self.vault.faults.take(name_of(params)) or _NO_FAULT
            if not fault.seconds or fault.kind == "drip" or await stay(receive, fault.seconds):
                response = self._respond(sent, params, fault, request_id)
        except Refusal as refusal:
            response = gateway_response(refusal, request_id, sent.header("host"), product="Kms")
        except KmsError as error:
            response = JSONResponse(error.document(request_id), error.status)
        status = response.status_code if response else 0
        action = sent.header("x-acs-action")
        self.vault.asked.append(Asked(self.vault.clock(), action, name_of(params), status))
        # The answer, which holds the secret, is written nowhere.
        self.vault.journal.write(
            "kms",
            action or "unknown action",
            secret=name_of(params),
            status=status,
            request_id=request_id,
            fault=None if fault is _NO_FAULT else fault.kind,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        if response is not None:
            await Delivery(scope, receive, send).deliver(response, fault)

    def _admit(self, sent: SentRequest) -> None:
        if sent.path not in {"", "/"} or sent.header("x-acs-action") != "GetSecretValue":
            message = "Specified api is not found, please check your url and method."
            raise Refusal(404, "InvalidAction.NotFound", message)
        if sent.header("x-acs-version") != VERSION:
            raise Refusal(400, "InvalidVersion", "Specified parameter Version is not valid.")
        self.vault.gate.admit(sent)

    def _respond(
        self, sent: SentRequest, params: Mapping[str, str], fault: Fault, request_id: str
    ) -> Response:
        if fault.kind in _ERRORS:
            status, code, message = _ERRORS[fault.kind]
            raise KmsError(fault.status or status, fault.code or code, message)
        if failed := failure(fault, request_id, sent.header("host")):
            return failed
        return JSONResponse({**get_secret_value(self.vault, params, fault), "RequestId": request_id})
