"""The endpoint of KMS."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callevents_sandbox.alibabacloud.gateway import no_such_api, wrong_version
from callevents_sandbox.alibabacloud.rpc_endpoint import ReceivedRequest, RpcCall, RpcEndpoint
from callevents_sandbox.ccc.failures import failure
from callevents_sandbox.kms.operations import KmsError, get_secret_value, name_of
from callevents_sandbox.kms.vault import SecretVault
from callevents_sandbox.server.faults import Fault, fault_route

VERSION = "2016-01-20"
_ERRORS = {
    "unavailable": (503, "ServiceUnavailableTemporary", "Service Unavailable Temporary."),
    "internal_error": (500, "InternalFailure", "Internal Failure."),
    "throttled": (429, "Rejected.Throttling", "QPS Limit Exceeded."),
}


def application(vault: SecretVault) -> Starlette:
    """Return the ASGI application that serves *vault*."""
    return Starlette(routes=[fault_route(vault.faults), Route("/{path:path}", _Endpoint(vault))])


class _Endpoint(RpcEndpoint):
    product = "Kms"

    def __init__(self, vault: SecretVault) -> None:
        self.vault = vault

    def admit(self, call: RpcCall) -> Fault | None:
        if call.sent.path not in {"", "/"} or call.action != "GetSecretValue":
            raise no_such_api()
        if call.sent.header("x-acs-version") != VERSION:
            raise wrong_version()
        self.vault.gate.admit(call.sent)
        return self.vault.faults.take(name_of(call.params))

    def respond(self, call: RpcCall) -> Response:
        fault = call.fault
        if fault.kind in _ERRORS:
            status, code, message = _ERRORS[fault.kind]
            raise KmsError(fault.status or status, fault.code or code, message)
        if failed := failure(fault, call.request_id, call.host):
            return failed
        return JSONResponse(
            {**get_secret_value(self.vault, call.params, fault), "RequestId": call.request_id}
        )

    def record(self, call: RpcCall) -> None:
        """Remember the request; the answer, which holds the secret, is written nowhere."""
        name, action = name_of(call.params), call.action
        self.vault.asked.append(ReceivedRequest(self.vault.clock(), action, name, call.status))
        self.vault.journal.write("kms", action or "unknown action", secret=name, **call.facts())
