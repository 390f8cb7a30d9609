"""One HTTP request at Function Compute: what it wants of which function, and what goes wrong with it."""

from dataclasses import dataclass

from callevents_sandbox.alibabacloud.acs3_verifier import SentRequest
from callevents_sandbox.server.faults import Fault


@dataclass(frozen=True, slots=True)
class Call:
    """The request; `kind` is which of the routes it came by."""

    kind: str
    function: str
    sent: SentRequest
    request_id: str
    fault: Fault
    source_ip: str

    @property
    def path(self) -> str:
        """The path that the function sees."""
        return "/" + "/".join(self.sent.path.split("/")[{"trigger": 3, "proxy": 5}.get(self.kind, 1) :])

    @property
    def asynchronous(self) -> bool:
        """Say whether the caller does not wait."""
        return self.sent.header("x-fc-invocation-type").lower() == "async"

    @property
    def kill_after(self) -> float | None:
        """The seconds until the process is killed."""
        return self.fault.seconds if self.fault.kind == "kill" else None
