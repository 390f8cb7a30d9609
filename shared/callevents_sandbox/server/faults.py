"""Faults to inject into requests: a queue of them, and which request gets which."""

import json
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail.

    It happens to the next `times` requests (None: to all, until cleared) whose subject (job ids, function, channel;
    each server says which) contains `match`, after the first `after` of them went well. `seconds` is how long the
    answer is held back first; the rest means what the kind says.
    """

    kind: str
    times: int | None = 1
    match: str = ""
    after: int = 0
    seconds: float = 0.0
    status: int = 0
    code: str = ""
    retry_after: float | None = None
    count: int = 0


@dataclass(slots=True)
class _Waiting:
    fault: Fault
    skipped: int = 0
    taken: int = 0


class Faults:
    """The queue. `kinds` maps each kind that may be queued to one sentence about it. Safe between threads.

    A request meets one fault; of `modes`, which bend what is answered, it meets all that fit.
    """

    def __init__(self, kinds: Mapping[str, str], modes: Mapping[str, str] | None = None) -> None:
        self.modes = modes or {}
        self.kinds = {**kinds, **self.modes}
        self._queue: list[_Waiting] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Queue *fault*; raise ValueError if there is no such kind."""
        if fault.kind not in self.kinds:
            msg = f"no such fault: {fault.kind!r}; there are {', '.join(sorted(self.kinds))}"
            raise ValueError(msg)
        with self._lock:
            self._queue.append(_Waiting(fault))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._queue.clear()

    def waiting(self) -> list[Fault]:
        """Return what is queued, in order."""
        with self._lock:
            return [each.fault for each in self._queue]

    def take(self, *subjects: str, never: Collection[str] = ()) -> Fault | None:
        """Return the fault for a request about *subjects*, which cannot meet those of the kinds *never*.

        Counted faults go before permanent ones.
        """
        with self._lock:
            fitting = self._fitting({*self.kinds} - {*never, *self.modes}, subjects)
            return next(filter(None, map(self._use, fitting)), None)

    def take_modes(self, *subjects: str, kinds: Collection[str]) -> list[Fault]:
        """Return all modes of *kinds* for a request about *subjects*."""
        with self._lock:
            return [*filter(None, map(self._use, self._fitting(self.modes.keys() & set(kinds), subjects)))]

    def _fitting(self, kinds: Collection[str], subjects: Collection[str]) -> list[_Waiting]:
        fitting = [
            each
            for each in self._queue
            if each.fault.kind in kinds
            and (not each.fault.match or any(each.fault.match in s for s in subjects))
        ]
        return sorted(fitting, key=lambda each: each.fault.times is None)

    def _use(self, waiting: _Waiting) -> Fault | None:
        if waiting.skipped < waiting.fault.after:
            waiting.skipped += 1
            return None
        waiting.taken += 1
        if waiting.taken == waiting.fault.times:
            self._queue.remove(waiting)
        return waiting.fault


@dataclass(frozen=True, slots=True)
class _Switches:
    """The faults of one server over HTTP, for people and for the playground."""

    faults: Faults

    async def answer(self, request: Request) -> Response:
        """List the faults (GET), queue one (POST, JSON of a Fault), or clear them (DELETE)."""
        if request.method == "POST":
            try:
                self.faults.add(read_fault(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
        elif request.method == "DELETE":
            self.faults.clear()
        queued = [asdict(fault) for fault in self.faults.waiting()]
        return JSONResponse({"queued": queued, "kinds": dict(self.faults.kinds)})


def fault_route(faults: Faults, path: str = "/_sandbox/faults") -> Route:
    """Return the route at *path* that switches *faults*."""
    return Route(path, _Switches(faults).answer, methods=["GET", "POST", "DELETE"])


def read_fault(body: bytes) -> Fault:
    """Return the fault that the JSON object *body* describes; raise ValueError with a sentence if it does not."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("the body must be a JSON object") from None
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - one kind of error for all of it
    known = {each.name for each in fields(Fault)}
    if unknown := sorted(given.keys() - known):
        msg = f"no such fields: {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        raise ValueError(msg)
    texts = {name: given[name] for name in ("kind", "match", "code") if name in given}
    numbers = {name: given[name] for name in given.keys() - texts.keys()}
    if "kind" not in given or not all(isinstance(value, str) for value in texts.values()):
        raise ValueError("kind is needed; kind, match and code are texts")
    for name, value in numbers.items():
        if value is None and name in {"times", "retry_after"}:
            continue
        wanted = (int, float) if name in {"seconds", "retry_after"} else (int,)
        if isinstance(value, bool) or not isinstance(value, wanted) or value < 0:
            msg = f"{name} must be a number, not below zero"
            raise ValueError(msg)
    return Fault(**texts, **numbers)
