"""The endpoint of a service: the gateway's checks in their order, then the operation, then the fault that is due."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal, SentRequest
from callevents_sandbox.alibabacloud.delivery import Delivery
from callevents_sandbox.alibabacloud.gateway import ServiceError, gateway_response, new_request_id
from callevents_sandbox.alibabacloud.raw_request import sent_request
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.tcp import stay

_NO_FAULT = Fault("none")


@dataclass(slots=True)
class RpcCall:
    """A request while it is answered, and the faults that alter its answer; `status` is 0 while there is none."""

    sent: SentRequest
    params: Mapping[str, str]
    request_id: str
    began: float
    fault: Fault = _NO_FAULT
    modes: list[Fault] = field(default_factory=list)
    status: int = 0
    answer: bytes = b""

    @property
    def action(self) -> str:
        """The operation that is asked for."""
        return self.sent.header("x-acs-action")

    @property
    def host(self) -> str:
        """The host that is asked."""
        return self.sent.header("host")

    @property
    def fault_kind(self) -> str | None:
        """The kind of fault that is due, None if there is none."""
        return None if self.fault is _NO_FAULT else self.fault.kind

    def facts(self) -> dict[str, object]:
        """Return what the journal has of each request."""
        return {
            "status": self.status,
            "request_id": self.request_id,
            "fault": self.fault_kind,
            "milliseconds": round((time.monotonic() - self.began) * 1000),
        }


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request that came, the name that it is about, and the answer's status; 0 means that the client left first."""

    at: float
    action: str
    name: str
    status: int


class RpcEndpoint(ABC):
    """Answers the requests to one service, as an ASGI application."""

    product: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or fail to, as the fault that is due says."""
        sent = await sent_request(Request(scope, receive))
        params = dict(parse_qsl(sent.query, keep_blank_values=True))
        call = RpcCall(sent, params, new_request_id(), time.monotonic())
        response: Response | None = None
        try:
            call.fault = self.admit(call) or _NO_FAULT
            delay = 0.0 if call.fault.kind == "drip" else call.fault.seconds
            if not delay or await stay(receive, delay):
                response = self.respond(call)
        except Refusal as refusal:
            response = gateway_response(refusal, call.request_id, call.host, product=self.product)
        except ServiceError as error:
            response = JSONResponse(error.document(call.request_id), error.status)
        if response is not None:
            call.status, call.answer = response.status_code, bytes(response.body)
        self.record(call)
        if response is not None:
            await Delivery(scope, receive, send).deliver(response, call.fault)

    @abstractmethod
    def admit(self, call: RpcCall) -> Fault | None:
        """Check *call* as the gateway does, and return the fault that is due; raise Refusal."""

    @abstractmethod
    def respond(self, call: RpcCall) -> Response:
        """Carry *call* out; raise Refusal or ServiceError."""

    @abstractmethod
    def record(self, call: RpcCall) -> None:
        """Remember *call*; without a status the client left before there was an answer."""
