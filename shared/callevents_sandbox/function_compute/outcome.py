"""The outcome of one invocation, and its cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class WsgiResponse:
    """The response of a WSGI handler of FC 2.0."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """One invocation: its `payload`, or the `error` that the platform reports instead (`error_type` then says whose).

    `billed_ms` counts the initializer and the handler, whole milliseconds upwards; `start_ms` is what a cold start
    took before. `logs` is what the function printed meanwhile, `sent` the body or the payload that it got.
    """

    request_id: str
    function: str
    instance_id: str
    cold: bool
    start_ms: float
    billed_ms: int
    payload: bytes = b""
    wsgi: WsgiResponse | None = None
    error: Mapping[str, object] | None = None
    error_type: str | None = None
    logs: str = field(default="", repr=False)
    sent: bytes = field(default=b"", repr=False)

    @property
    def good(self) -> bool:
        """Say whether the function returned."""
        return self.error is None


@dataclass(slots=True)
class Bill:
    """The cost of a function so far."""

    invocations: int = 0
    milliseconds: int = 0
    cold_starts: int = 0

    def add(self, outcome: Outcome, milliseconds: int) -> None:
        """Count *outcome*, failed or not: both are billed; time that requests share is counted elsewhere."""
        self.invocations += 1
        self.milliseconds += milliseconds
        self.cold_starts += outcome.cold
