"""The two shapes of errors: the gateway's, and the contact center's own."""

import uuid

from starlette.responses import JSONResponse

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal

_TEMPLATES = {
    "Parameter.Maximum": (400, "The parameter %s must be less than or equal to %s."),
    "Parameter.Minimum": (400, "The parameter %s must be greater than or equal to %s."),
    "Parameter.Null": (400, "The parameter %s may not be null."),
    "Parameter.Format": (400, "The format of parameter %s is invalid. %s"),
    "Parameter.Blank": (400, "The parameter %s may not be blank."),
    "NotExists.JobId": (404, "The call %s does not exist."),
    "NotExists.InstanceId": (404, "The specified instance %s does not exist."),
    "Permission.Instance": (403, "You have no permission to access. %s"),
    "Permission.Common": (403, "You have no permission to access. %s"),
    "InternalService.Common": (500, "An internal service error occurred. %s"),
}


def new_request_id() -> str:
    """Return an id of the form that the service gives to each request."""
    return str(uuid.uuid4()).upper()


class BusinessError(Exception):
    """The contact center refuses: a documented *code* and the values of its message."""

    def __init__(self, code: str, *params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _TEMPLATES[self.code][0]

    def document(self, request_id: str) -> dict[str, object]:
        """Return the body: Code, HttpStatusCode, Message, RequestId, Params."""
        status, template = _TEMPLATES[self.code]
        return {
            "Code": self.code,
            "HttpStatusCode": status,
            "Message": template % self.params,
            "RequestId": request_id,
            "Params": list(self.params),
        }


def business_response(error: BusinessError, request_id: str, *, status: int | None = None) -> JSONResponse:
    """Return *error* as HTTP; *status* overrides its own."""
    return JSONResponse(error.document(request_id), error.status if status is None else status)


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
