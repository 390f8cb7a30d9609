"""The contact center's own errors."""

from callevents_sandbox.alibabacloud.gateway import ServiceError

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


class BusinessError(ServiceError):
    """The contact center refuses: a documented *code* and the values of its message."""

    def __init__(self, code: str, *params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.status = _TEMPLATES[code][0]

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
