"""Asynchronous invocations: queued, attempted, retried, abandoned."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.instances import NoInstanceFree
from callevents_sandbox.function_compute.outcome import Outcome
from callevents_sandbox.server.faults import Fault

_BUSY_WAIT_SECONDS = 0.05


@dataclass(slots=True)
class Task:
    """One accepted invocation; `task_id` is the caller's own name for it, or empty; it is deferred `delay` seconds."""

    request_id: str
    task_id: str
    function: str
    payload: bytes = field(repr=False)
    delay: float = 0.0
    status: Literal["queued", "running", "succeeded", "failed", "lost"] = "queued"
    attempts: list[Outcome] = field(default_factory=list)


Run = Callable[[Deployment, Task, float | None, int], Outcome]


class DuplicateTask(Exception):
    """A task of this id exists already."""


class Tasks:
    """The queue. *run* runs a task once: its function, seconds until that is killed or None, and how often it failed.

    `failed` is the failure destination: what was given up after all retries.
    """

    def __init__(self, run: Run, done: Callable[[Task], None]) -> None:
        self._run = run
        self._done = done
        self._ids: set[tuple[str, str]] = set()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._open = 0
        self._settled = threading.Condition(self._lock)
        self._workers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="sandbox task")
        self.all: list[Task] = []
        self.failed: list[Task] = []

    def queue(self, deployment: Deployment, task: Task, fault: Fault) -> None:
        """Accept *task* and return at once. Raises DuplicateTask."""
        with self._lock:
            if task.task_id:
                if (task.function, task.task_id) in self._ids:
                    raise DuplicateTask
                self._ids.add((task.function, task.task_id))
            self.all.append(task)
            if fault.kind == "lose":
                task.status = "lost"
                return
            self._open += 1
        self._workers.submit(self._serve, deployment, task, fault)

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until every task has ended; raise TimeoutError after *seconds*."""
        with self._settled:
            if not self._settled.wait_for(lambda: self._open == 0, seconds):
                raise TimeoutError("asynchronous invocations are still running")

    def stop(self) -> None:
        """Start no further task."""
        self._closing.set()

    def close(self) -> None:
        """Start no further task, and wait for those that run."""
        self.stop()
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _serve(self, deployment: Deployment, task: Task, fault: Fault) -> None:
        try:
            deferred = min(task.delay, deployment.max_delay)
            held_up = fault.seconds if fault.kind == "delay" else 0.0
            self._closing.wait(deployment.async_latency + deferred + held_up)
            for _ in range(2 if fault.kind == "repeat" else 1):
                self._try(deployment, task, fault)
        finally:
            with self._settled:
                self._open -= 1
                self._settled.notify_all()
            self._done(task)

    def _try(self, deployment: Deployment, task: Task, fault: Fault) -> None:
        """Run *task* until it succeeds, or as often and as long as the configuration allows."""
        latest = time.monotonic() + deployment.max_async_event_age
        kill_after = fault.seconds if fault.kind == "kill" else None
        for attempt in range(deployment.max_async_retry_attempts + 1):
            if attempt:
                delays = deployment.retry_delays or (0.0,)
                self._closing.wait(delays[min(attempt, len(delays)) - 1])
            if self._closing.is_set() or time.monotonic() > latest:
                break
            task.status = "running"
            outcome = self._run_when_free(deployment, task, kill_after, attempt)
            if outcome is None:
                break
            task.attempts.append(outcome)
            if outcome.good:
                task.status = "succeeded"
                return
            if fault.times is not None:
                kill_after = None  # a fault for one request kills one attempt
        task.status = "failed"
        self.failed.append(task)

    def _run_when_free(
        self, deployment: Deployment, task: Task, kill_after: float | None, retries: int
    ) -> Outcome | None:
        """Wait for an instance as the platform does, without counting that as an attempt."""
        waited = False
        while not self._closing.wait(_BUSY_WAIT_SECONDS if waited else 0):
            with suppress(NoInstanceFree):
                return self._run(deployment, task, kill_after, retries)
            waited = True
        return None
