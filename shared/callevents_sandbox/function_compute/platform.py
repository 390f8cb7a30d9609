"""A Function Compute account in one region: its functions, its callers' keys, its queue, its bill."""

import secrets
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey, Gate
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.event import (
    Answer,
    Arrival,
    http_answer,
    http_event,
    plain_request,
    wsgi_environ,
)
from callevents_sandbox.function_compute.instance import encode
from callevents_sandbox.function_compute.instances import Instances
from callevents_sandbox.function_compute.outcome import Bill, Outcome
from callevents_sandbox.function_compute.queue import Task, Tasks
from callevents_sandbox.server import capture as wire
from callevents_sandbox.server.faults import Fault, Faults
from callevents_sandbox.server.journal import Journal

# The ways in which Function Compute fails.
KINDS = {
    "refuse": "403 AccessDenied",
    "throttle": "429 ResourceExhausted",
    "internal": "500 InternalServerError",
    "unavailable": "503 ResourceThrottled",
    "bad_gateway": "502 with HTML (`status` for another one)",
    "conflict": "409: a task of this id exists",
    "reset": "the connection is reset, nothing runs",
    "hang": "no answer at all, nothing runs",
    "late": "the answer comes `seconds` late; the function runs meanwhile",
    "lose": "202, but the function never runs (asynchronous calls)",
    "delay": "the function runs `seconds` later (asynchronous calls; of others the whole request)",
    "repeat": "the function runs twice (asynchronous calls)",
    "kill": "the process of the instance is killed `seconds` after the request reached it",
}


class UnknownFunction(Exception):
    """No function of that name is deployed."""


class FunctionCompute:
    """State and switches of the stand-in; `application(platform)` serves it. Close it when done."""

    def __init__(
        self,
        *,
        keys: Iterable[AccessKey] = (),
        clock: Callable[[], float] = time.time,
        journal: Journal | None = None,
    ) -> None:
        self.gate = Gate(tuple(keys), clock)
        self.clock = clock
        self.journal = journal or Journal()
        self.faults = Faults(KINDS)
        self.outcomes: list[Outcome] = []
        self.tasks = Tasks(self._run_task, self._note_task)
        self.threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="sandbox function")
        self._functions: dict[str, Instances] = {}

    def deploy(self, deployment: Deployment) -> None:
        """Deploy a function; instances of its earlier deployment end."""
        old = self._functions.pop(deployment.name, None)
        if old:
            old.end()
        self._functions[deployment.name] = Instances(deployment)

    def remove(self, name: str) -> None:
        """Undeploy a function; raise UnknownFunction."""
        self._instances(name).end()
        del self._functions[name]

    def function(self, name: str) -> Deployment:
        """Return the function called *name*; raise UnknownFunction."""
        return self._instances(name).deployment

    def names(self) -> list[str]:
        """Return the names of all functions."""
        return list(self._functions)

    def bill(self, name: str) -> Bill:
        """Return what the function called *name* has cost; raise UnknownFunction."""
        return self._instances(name).bill

    def running(self, name: str) -> int:
        """Return how many instances of the function called *name* there are; raise UnknownFunction."""
        return self._instances(name).running()

    def invoke(
        self,
        name: str,
        payload: bytes,
        request_id: str | None = None,
        *,
        kill_after: float | None = None,
        retries: int = 0,
    ) -> Outcome:
        """Call the handler with *payload* and wait. Raises UnknownFunction, NoInstanceFree."""
        message: dict[str, object] = {"do": "event", "event": encode(payload)}
        request_id = request_id or new_request_id()
        return self._invoke(
            name, message, request_id, "event", sent=payload, kill_after=kill_after, retries=retries
        )

    def http(self, name: str, arrival: Arrival, *, kill_after: float | None = None) -> tuple[Outcome, Answer]:
        """Call the handler as its HTTP trigger does and wait. Raises UnknownFunction, NoInstanceFree."""
        deployment = self.function(name)
        if deployment.custom:
            message: dict[str, object] = {"do": "http", **plain_request(arrival)}
        elif deployment.fc2:
            message = {"do": "wsgi", "environ": wsgi_environ(deployment, arrival)}
            message["body"] = encode(arrival.sent.body)
        else:
            message = {"do": "event", "event": encode(http_event(deployment, arrival))}
        outcome = self._invoke(
            name, message, arrival.request_id, "http", sent=arrival.sent.body, kill_after=kill_after
        )
        if outcome.wsgi:
            return outcome, Answer(outcome.wsgi.status, outcome.wsgi.headers, outcome.wsgi.body)
        return outcome, http_answer(outcome.payload)

    def queue(
        self,
        name: str,
        payload: bytes,
        task_id: str = "",
        fault: Fault | None = None,
        *,
        delay: float = 0.0,
    ) -> Task:
        """Accept an asynchronous call, to run in *delay* seconds. Raises UnknownFunction, DuplicateTask."""
        deployment = self.function(name)
        task = Task(new_request_id(), task_id, name, payload, delay)
        self.tasks.queue(deployment, task, fault or Fault("none"))
        self.journal.write(
            "fc",
            "queued",
            function=name,
            task=task_id,
            request_id=task.request_id,
            request=wire.request("POST", f"/2023-03-30/functions/{name}/invocations", (), payload),
        )
        return task

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until every asynchronous call has ended; raise TimeoutError after *seconds*."""
        self.tasks.settle(seconds)

    def close(self) -> None:
        """End everything; what still runs is killed."""
        self.tasks.stop()
        self._end_instances()
        self.tasks.close()
        self._end_instances()  # of a task that was about to run
        self.threads.shutdown(wait=True, cancel_futures=True)

    def _end_instances(self) -> None:
        for instances in self._functions.values():
            instances.end()

    def _instances(self, name: str) -> Instances:
        try:
            return self._functions[name]
        except KeyError:
            raise UnknownFunction(name) from None

    def _invoke(
        self,
        name: str,
        message: dict[str, object],
        request_id: str,
        how: str,
        *,
        sent: bytes,
        kill_after: float | None,
        retries: int = 0,
    ) -> Outcome:
        outcome = self._instances(name).invoke(message, request_id, kill_after=kill_after, retries=retries)
        outcome = replace(outcome, sent=sent)
        self.outcomes.append(outcome)
        self.journal.write(
            "fc",
            "invoked",
            function=name,
            how=how,
            request_id=request_id,
            cold=outcome.cold,
            billed_ms=outcome.billed_ms,
            start_ms=round(outcome.start_ms),
            error=outcome.error_type,
        )
        return outcome

    def _run_task(
        self, deployment: Deployment, task: Task, kill_after: float | None, retries: int
    ) -> Outcome:
        return self.invoke(
            deployment.name, task.payload, task.request_id, kill_after=kill_after, retries=retries
        )

    def _note_task(self, task: Task) -> None:
        self.journal.write(
            "fc",
            f"task {task.status}",
            function=task.function,
            task=task.task_id,
            attempts=len(task.attempts),
        )


def new_request_id() -> str:
    """Return an id of the form that the platform gives to each request."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(6)}"
