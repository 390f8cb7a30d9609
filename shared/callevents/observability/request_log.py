"""What is known of one request when it ends: gathered on its way, printed as one line."""

from collections.abc import Callable
from types import TracebackType
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool
Clock: TypeAlias = Callable[[], float]


class RequestLog:
    """The fields of one request's line, and how long each of its stages took.

    Every request has its own, so requests that overlap never mix. Only the request's own thread writes to it. Clocks
    count seconds; the fields that end in `_ms` are milliseconds.
    """

    __slots__ = ("_fields", "_seconds", "_tries")

    def __init__(self) -> None:
        self._fields: dict[str, Value] = {}
        self._seconds: dict[str, float] = {}
        self._tries: dict[str, list[str]] = {}

    def set(self, **fields: Value) -> None:
        """Remember *fields*; what was said of them before is forgotten."""
        self._fields.update(fields)

    def set_outcome(self, outcome: str) -> None:
        """Remember what came of it: a word, and after `: ` the code of why, and after another our reason for that."""
        word, _, rest = outcome.partition(": ")
        why, _, reason = rest.partition(": ")
        self._fields.update(outcome=word, why=why, reason=reason)

    def add(self, name: str, amount: int) -> None:
        """Add *amount* to the count called *name*."""
        before = self._fields.get(name, 0)
        self._fields[name] = amount + (before if isinstance(before, int) else 0)

    def timer(self, name: str, clock: Clock) -> "Timer":
        """Return a context in which *name* runs; where it runs again, its times add up."""
        return Timer(self, name, clock)

    def add_duration(self, name: str, seconds: float) -> None:
        """Add *seconds* to the stage called *name*."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    def add_attempt(self, whom: str, seconds: float, outcome: str) -> None:
        """Remember that *whom* was asked once, for *seconds*, and what came of it: `ok`, or a code."""
        self.add_duration(whom, seconds)
        self._tries.setdefault(whom, []).append(f"{outcome} {milliseconds(seconds):g}")

    def fields(self) -> dict[str, Value]:
        """Return everything: of whom was asked (*whom*) how often, and each attempt with its milliseconds."""
        fields = dict(self._fields)
        for name, seconds in self._seconds.items():
            fields[f"{name}_ms"] = milliseconds(seconds)
        for whom, tries in self._tries.items():
            fields[f"{whom}_calls"] = len(tries)
            fields[f"{whom}_tries"] = ", ".join(tries[:MAX_ATTEMPTS_SHOWN])
        return fields


class Timer:
    """The time between entering and leaving, whatever happens between them."""

    __slots__ = ("_began", "_clock", "_name", "_tally")

    def __init__(self, request_log: RequestLog, name: str, clock: Clock) -> None:
        self._tally, self._name, self._clock = request_log, name, clock
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tally.add_duration(self._name, self._clock() - self._began)


# A line has little room: the first attempts say enough, the count says how many there were.
MAX_ATTEMPTS_SHOWN = 8


def milliseconds(seconds: float) -> float:
    """Return milliseconds with one decimal: a warm lookup takes less than one."""
    return round(seconds * 1000, 1)
