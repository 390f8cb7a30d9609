"""The facts that a request leaves in the log: collected while it is handled, written as one line when it ends."""

from collections.abc import Callable
from types import TracebackType
from typing import Literal, NamedTuple, TypeAlias

from callevents.errors import CallEventsError

Value: TypeAlias = str | int | float | bool
Clock: TypeAlias = Callable[[], float]
# The outcomes that saved queries, charts and alarms know: functions/observability/queries.sql.
OutcomeCode: TypeAlias = Literal[
    "answered", "shared", "shared before", "told", "checked", "handed_over", "refused", "unauthorized", "failed",
    "not_told", "accepted", "posted", "duplicate", "ignored", "put_back", "not_delivered", "unavailable",
]  # fmt: skip
# A line has little room: the first attempts say enough, the count says how many there were.
MAX_ATTEMPTS_SHOWN = 8


class RequestOutcome(NamedTuple):
    """The outcome of a request, the code of its cause (`why`), and the `reason` that goes with that code."""

    code: OutcomeCode
    why: str = ""
    reason: str = ""

    @classmethod
    def of_error(cls, code: OutcomeCode, error: CallEventsError) -> "RequestOutcome":
        """Return the outcome that *error* caused."""
        return cls(code, error.code, error.reason)

    def __str__(self) -> str:
        """Return the wording of the audit trail."""
        return ": ".join(part for part in self if part)


class RequestLog:
    """The fields of one request's line, and the time that each of its stages took.

    Every request has its own, so overlapping requests never mix. Only the request's own thread writes to it; the
    threads that it waits for add attempts, too. Clocks count seconds; fields that end in `_ms` are milliseconds.
    """

    __slots__ = ("_attempts", "_fields", "_seconds")

    def __init__(self) -> None:
        self._fields: dict[str, Value] = {}
        self._seconds: dict[str, float] = {}
        self._attempts: dict[str, list[tuple[float, str]]] = {}

    def set(self, **fields: Value) -> None:
        """Set *fields*, in place of earlier values."""
        self._fields.update(fields)

    def set_outcome(self, outcome: OutcomeCode, why: str = "", reason: str = "") -> None:
        """Set the outcome, the code of its cause (*why*), and the *reason* that goes with that code."""
        self._fields.update(outcome=outcome, why=why, reason=reason)

    def add(self, name: str, amount: int) -> None:
        """Add *amount* to the count called *name*."""
        before = self._fields.get(name, 0)
        self._fields[name] = amount + (before if isinstance(before, int) else 0)

    def timer(self, stage: str, clock: Clock) -> "Timer":
        """Return a context manager that times *stage*; the times of a stage add up."""
        return Timer(self, stage, clock)

    def add_duration(self, stage: str, seconds: float) -> None:
        """Add *seconds* to the time of *stage*."""
        self._seconds[stage] = self._seconds.get(stage, 0.0) + seconds

    def add_attempt(self, service: str, seconds: float, outcome: str) -> None:
        """Record one request to *service*, its duration, and its outcome: `ok`, or a code."""
        self._attempts.setdefault(service, []).append((seconds, outcome))

    def fields(self) -> dict[str, Value]:
        """Return all fields: for each service also how many requests it got, and the outcome and time of each."""
        fields = dict(self._fields)
        for stage, seconds in self._seconds.items():
            fields[f"{stage}_ms"] = milliseconds(seconds)
        for service, attempts in self._attempts.items():
            fields[f"{service}_ms"] = milliseconds(sum(seconds for seconds, _ in attempts))
            fields[f"{service}_calls"] = len(attempts)
            shown = (
                f"{outcome} {milliseconds(seconds):g}" for seconds, outcome in attempts[:MAX_ATTEMPTS_SHOWN]
            )
            fields[f"{service}_tries"] = ", ".join(shown)
        return fields


class Timer:
    """Adds the time between entering and leaving to a stage, also if an error is raised in between."""

    __slots__ = ("_clock", "_request_log", "_stage", "_started_at")

    def __init__(self, request_log: RequestLog, stage: str, clock: Clock) -> None:
        self._request_log, self._stage, self._clock = request_log, stage, clock
        self._started_at = 0.0

    def __enter__(self) -> None:
        self._started_at = self._clock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._request_log.add_duration(self._stage, self._clock() - self._started_at)


def milliseconds(seconds: float) -> float:
    """Return milliseconds with one decimal: a warm lookup takes less than one."""
    return round(seconds * 1000, 1)
