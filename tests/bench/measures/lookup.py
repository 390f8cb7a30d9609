"""One lookup, cold or warm, of whatever contender: one invocation, or two of which the first queues the second."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.instances.instance import Contender, Instance
from tests.bench.upstreams.outside import Outside


@dataclass(frozen=True)
class Cold:
    """From a new interpreter to the message: CPU and wall seconds of the processes' lives, peak memory in MB."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True)
class Warm:
    """One warm lookup: CPU seconds, and the wall seconds of each invocation."""

    cpu: float
    walls: tuple[float, ...]


class WrongAnswer(Exception):
    """A contender did not answer: what it measures is worth nothing."""


@dataclass(frozen=True)
class Bench:
    """Where lookups happen."""

    python: Path
    stack: Outside

    def cold(
        self,
        contender: Contender,
        scheme: str = "http",
        *,
        shipped: bool = False,
        share: float = 1.0,
        two: bool = False,
    ) -> Cold:
        """Look a call of ten records up in a new instance; *two*: the second invocation gets one of its own."""
        environ = self.stack.environ(scheme)
        events = self.stack.events(scheme, 10, 1)

        def begin() -> Instance:
            return Instance(self.python, contender, environ, shipped=shipped, share=share)

        instance = begin()
        calls = instance.call(events)
        wall, cpu = time.perf_counter() - instance.began, 0.0
        _check(calls.result)
        if contender.again:
            payload = self.stack.tasks()
            if two:
                cpu += instance.end()
                instance = begin()
            again = time.perf_counter()
            calls = instance.call(payload)
            wall += time.perf_counter() - again
            _check(calls.result)
        return Cold(cpu + instance.end(), wall, calls.peak)

    def warm(
        self,
        contender: Contender,
        instance: Instance,
        *,
        scheme: str,
        records: int,
        count: int,
        jobs: int = 1,
    ) -> list[Warm]:
        """Look *count* calls up in an instance that has answered before."""
        calls = instance.call(self.stack.events(scheme, records, count, jobs))
        _check(calls.result)
        if not contender.again:
            return [Warm(cpu, (wall,)) for cpu, wall in zip(calls.cpu, calls.wall, strict=True)]
        payloads: Sequence[str] = self.stack.tasks()
        again = instance.call(payloads)
        _check(again.result)
        both = zip(calls.cpu, calls.wall, again.cpu, again.wall, strict=True)
        return [Warm(cpu + cpu2, (wall, wall2)) for cpu, wall, cpu2, wall2 in both]


def _check(result: object) -> None:
    if not isinstance(result, dict) or result.get("statusCode") != 200:
        raise WrongAnswer(result)
