"""The instances of one function: started on demand, as many requests each as it is deployed for, kept warm."""

import base64
import math
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.instance import (
    EventInstance,
    Instance,
    InstanceGone,
    InstanceSlow,
    Message,
)
from callevents_sandbox.function_compute.outcome import Bill, Outcome, WsgiResponse
from callevents_sandbox.function_compute.server_instance import ServerInstance

Reply = Mapping[str, object]


class NoInstanceFree(Exception):
    """As many requests are running as the function may have instances."""


@dataclass(slots=True)
class _Work:
    """The instance that serves a request, and how it goes."""

    instance: Instance
    cold: bool
    start_ms: float = 0.0
    billed: float = 0.0


@dataclass(slots=True)
class Instances:
    """The pool; `bill` is what it has cost."""

    deployment: Deployment
    bill: Bill = field(default_factory=Bill)
    _free: list[Instance] = field(default_factory=list)
    _all: list[Instance] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def invoke(
        self, message: Message, request_id: str, *, kill_after: float | None = None, retries: int = 0
    ) -> Outcome:
        """Serve *message* on a warm or else a new instance; *kill_after* seconds its process is killed.

        Raises NoInstanceFree. Whatever the function does is an Outcome.
        """
        instance, first = self._acquire()
        work = _Work(instance, cold=first)
        killer = threading.Timer(kill_after, instance.kill) if kill_after is not None else None
        if killer:
            killer.start()
        try:
            context = self.deployment.context_document(request_id, retries)
            outcome = self._serve(work, {**message, "context": context}, request_id)
        finally:
            if killer:
                killer.cancel()
                killer.join()
            self._release(instance)
        with self._lock:
            self.bill.add(outcome, 0 if self.deployment.custom else outcome.billed_ms)
        return outcome

    def running(self) -> int:
        """Return how many instances there are."""
        with self._lock:
            return len(self._all)

    def end(self) -> None:
        """End all instances."""
        with self._lock:
            ending, self._all, self._free = self._all, [], []
        for instance in ending:
            instance.end()

    def _acquire(self) -> tuple[Instance, bool]:
        """Return an instance with room, and whether it was made for this request."""
        with self._lock:
            is_new = not self._free
            if is_new:
                if len(self._all) >= self.deployment.max_instances:
                    raise NoInstanceFree
                made = ServerInstance if self.deployment.custom else EventInstance
                self._free.append(made(self.deployment, f"c-{uuid.uuid4().hex[:24]}"))
                self._all.append(self._free[-1])
            instance = self._free[-1]
            instance.requests += 1
            if instance.requests == 1:
                instance.busy_since = time.monotonic()
            if instance.requests >= self.deployment.at_once:
                self._free.pop()
            return instance, is_new

    def _release(self, instance: Instance) -> None:
        with self._lock:
            instance.requests -= 1
            if self.deployment.custom and not instance.requests:
                # From the first of the requests that overlap to the last, however many there are.
                self.bill.milliseconds += math.ceil((time.monotonic() - instance.busy_since) * 1000)
            known = instance in self._all
            if known and instance.alive:
                if not instance.requests:
                    instance.freeze()
                if instance not in self._free:
                    self._free.append(instance)
                return
            if known:
                self._all.remove(instance)
            if instance in self._free:
                self._free.remove(instance)
            if instance.requests:
                return
        instance.end()

    def _serve(self, work: _Work, message: Message, request_id: str) -> Outcome:
        began = time.monotonic()
        try:
            reply = self._reply(work, message)
        except InstanceSlow:
            work.billed = self.deployment.timeout
            seconds = f"{self.deployment.timeout:g}"
            return self._failure(
                work, request_id, f"Function timed out after {seconds} seconds", "FunctionTimedOut"
            )
        except InstanceGone:
            took = time.monotonic() - began
            work.billed = work.billed or max(0.0, took - work.start_ms / 1000)
            sentence = (
                f"Process exited unexpectedly before completing request (duration: {took * 1000:.0f}ms)"
            )
            return self._failure(work, request_id, sentence, "UnhandledInvocationError")
        if "error" in reply:
            return self._outcome(work, request_id, reply, error_type="UnhandledInvocationError")
        return self._outcome(work, request_id, reply)

    def _reply(self, work: _Work, message: Message) -> Reply:
        instance, deployment = work.instance, self.deployment
        if instance.cold:
            began = time.monotonic()
            loaded = instance.ready()
            work.start_ms = (time.monotonic() - began) * 1000
            if "error" in loaded:
                instance.alive = False
                return loaded
            if deployment.initializer and not deployment.custom:
                function = deployment.initializer.rpartition(".")[2]
                hook = {"do": "initialize", "function": function, "context": message["context"]}
                made = self._ask(work, hook, deployment.initializer_timeout)
                if "error" in made:
                    instance.alive = False  # the next request gets a new instance
                    return made
            with self._lock:
                if instance.cold:  # starting is not billed
                    instance.cold, instance.busy_since = False, time.monotonic()
        return self._ask(work, message, deployment.timeout)

    def _ask(self, work: _Work, message: Message, seconds: float) -> Reply:
        began = time.monotonic()
        reply = work.instance.ask(message, seconds)
        work.billed += time.monotonic() - began
        return reply

    def _failure(self, work: _Work, request_id: str, sentence: str, error_type: str) -> Outcome:
        return self._outcome(work, request_id, {"error": {"errorMessage": sentence}}, error_type=error_type)

    def _outcome(
        self, work: _Work, request_id: str, reply: Reply, *, error_type: str | None = None
    ) -> Outcome:
        error, wsgi, result = reply.get("error"), reply.get("wsgi"), reply.get("result", "")
        return Outcome(
            request_id=request_id,
            function=self.deployment.name,
            instance_id=work.instance.id,
            cold=work.cold,
            start_ms=work.start_ms,
            billed_ms=max(1, math.ceil(work.billed * 1000)),
            payload=base64.b64decode(str(result)),
            wsgi=_wsgi(wsgi) if isinstance(wsgi, dict) else None,
            error=error if isinstance(error, dict) else None,
            error_type=error_type,
            logs=work.instance.new_logs(),
        )


def _wsgi(reply: Reply) -> WsgiResponse:
    status, headers, body = reply["status"], reply["headers"], reply["body"]
    assert isinstance(status, int)  # noqa: S101 - our own runtime's message
    assert isinstance(headers, list)  # noqa: S101 - the same
    return WsgiResponse(status, tuple((name, value) for name, value in headers), base64.b64decode(str(body)))
