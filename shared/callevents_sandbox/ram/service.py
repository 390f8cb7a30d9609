"""The endpoint of RAM and STS."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.alibabacloud.gateway import no_such_api, wrong_version
from callevents_sandbox.alibabacloud.rpc_endpoint import ReceivedRequest, RpcCall, RpcEndpoint
from callevents_sandbox.ccc.failures import failure
from callevents_sandbox.ram.account import RamAccount
from callevents_sandbox.ram.operations import OF_RAM, OF_STS, Operation
from callevents_sandbox.server.faults import Fault, fault_route

_BY_VERSION: Mapping[str, Mapping[str, Operation]] = {"2015-05-01": OF_RAM, "2015-04-01": OF_STS}
_UNAVAILABLE = Refusal(
    503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."
)


def application(account: RamAccount) -> Starlette:
    """Return the ASGI application that serves *account*: RAM and STS in one."""
    return Starlette(routes=[fault_route(account.faults), Route("/{path:path}", _Endpoint(account))])


class _Endpoint(RpcEndpoint):
    product = "Ram"

    def __init__(self, account: RamAccount) -> None:
        self.account = account

    def admit(self, call: RpcCall) -> Fault | None:
        operations = _BY_VERSION.get(call.sent.header("x-acs-version"))
        if operations is None:
            raise wrong_version()
        if call.sent.path not in {"", "/"} or call.action not in operations:
            raise no_such_api()
        self.account.gate.admit(call.sent)
        if f"ram:{call.action}" in self.account.forbidden:
            message = "You are not authorized to do this action. You should be authorized by RAM."
            raise Refusal(403, "NoPermission", message)
        return self.account.faults.take(f"{call.action} {_about(call)}")

    def respond(self, call: RpcCall) -> Response:
        if call.fault.kind == "refuse":
            raise Refusal(403, "NoPermission", "You are not authorized to do this action.")
        if failed := failure(call.fault, call.request_id, call.host):
            return failed
        operation = _BY_VERSION[call.sent.header("x-acs-version")][call.action]
        body = operation(self.account, call.params)
        if call.fault.kind == "lost":
            raise _UNAVAILABLE
        if call.fault.kind == "wrong_types":
            body = {name: ["?"] for name in body}
        return JSONResponse({**body, "RequestId": call.request_id})

    def record(self, call: RpcCall) -> None:
        about, action = _about(call), call.action
        self.account.asked.append(ReceivedRequest(self.account.clock(), action, about, call.status))
        self.account.journal.write("ram", action or "unknown action", about=about, **call.facts())


def _about(call: RpcCall) -> str:
    return call.params.get("RoleName") or call.params.get("PolicyName", "")
