"""How the gateway, and the services behind it, refuse."""

import uuid
from abc import abstractmethod

from starlette.responses import JSONResponse

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal


class ServiceError(Exception):
    """A service itself refuses, with an HTTP `status` and a body of its own."""

    status: int

    @abstractmethod
    def document(self, request_id: str) -> dict[str, object]:
        """Return the body."""


def no_such_api() -> Refusal:
    """Return the refusal of an operation that there is not."""
    message = "Specified api is not found, please check your url and method."
    return Refusal(404, "InvalidAction.NotFound", message)


def wrong_version() -> Refusal:
    """Return the refusal of another version of the API."""
    return Refusal(400, "InvalidVersion", "Specified parameter Version is not valid.")


def new_request_id() -> str:
    """Return an id of the form that the service gives to each request."""
    return str(uuid.uuid4()).upper()


def gateway_response(refusal: Refusal, request_id: str, host: str, *, product: str = "CCC") -> JSONResponse:
    """Return the gateway's refusal: RequestId, HostId, Code, Message, Recommend."""
    query = f"q={refusal.code}&product={product}&requestId={request_id}"
    body = {
        "RequestId": request_id,
        "HostId": host,
        "Code": refusal.code,
        "Message": refusal.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?{query}",
    }
    return JSONResponse(body, refusal.status)
