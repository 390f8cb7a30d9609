"""A worker with a contact center, a workspace and a queue of its own; time goes on only when somebody sleeps."""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from callevents.clock import Clocks
from callevents.invocation import Credentials, Invocation
from callevents.settings.model import Settings
from callevents.tasks.envelope import AlertEnvelope
from callevents.transport.client import open_client
from callevents.worker.handler import WorkerHandler
from callevents_sandbox import ccc, slack
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import Posted, Workspace

START = 1772620000.0


@dataclass
class Time:
    """Wall and monotonic time at once."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Queue:
    """Takes each task id once; answers `status` instead where that is set."""

    status: int = 0
    tasks: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._invoke, methods=["POST"])])

    async def _invoke(self, request: HttpRequest) -> Response:
        task = request.headers["x-fc-async-task-id"]
        self.asked.append(request.url.path)
        self.delays.append(int(request.headers.get("x-fc-async-delay", "0")))
        known = task in self.tasks
        if not self.status:
            self.tasks.setdefault(task, await request.body())
        return Response("", self.status or (409 if known else 202))


@dataclass
class Scene:
    """Everything together."""

    center: ccc.ContactCenter
    workspace: Workspace
    queue: Queue
    time: Time
    settings: Settings
    client: Any
    worker: WorkerHandler
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def new_worker(self, **changes: Any) -> WorkerHandler:
        """Return another instance: it remembers nothing."""
        given = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return WorkerHandler(Settings(**(given | changes)), client=self.client, random=lambda: 0.0)

    def alert(self, **changes: Any) -> AlertEnvelope:
        number = next(self.numbers)
        facts: dict[str, Any] = {
            "sender": "grafana",
            "title": f"Call dropped {number}",
            "severity": "critical",
            "state": "firing",
            "channel": "C0ALERTS",
            "instance": "ccc-test",
            "jobs": (self.job(),),
            "thread_key": f"key-{number}",
            "received_at": self.time(),
            "started_at": self.time() - 60,
        }
        return AlertEnvelope(**(facts | changes))

    def job(self, name: str = "abandoned-in-queue") -> str:
        """Return the id of a call that nobody spoke of yet."""
        job = f"job-468a63a2-1111-4222-8333-{next(self.numbers):012x}"
        self.center.add(under(sample(name), job))
        return job

    def deliver(self, alert: AlertEnvelope | bytes, worker: WorkerHandler | None = None) -> None:
        """Have the worker take *alert*."""
        payload = alert if isinstance(alert, bytes) else alert.model_dump_json().encode()
        (worker or self.worker).event(payload, self.invocation())

    def invocation(self) -> Invocation:
        return Invocation(
            request_id="1-fc-request",
            arrived_at=self.time(),
            started_at=self.time(),
            clocks=Clocks(wall=self.time, monotonic=self.time, sleep=self.time.sleep),
            credentials=Credentials(ccc.KEY.id, ccc.KEY.secret),
            account_id="1234567890123456",
            region="cn-hongkong",
            function="callevents-worker",
        )

    def drain(self, worker: WorkerHandler | None = None) -> int:
        """Deliver what was queued until nothing is; return how many times the worker ran."""
        runs = 0
        done: set[str] = set()
        while waiting := [task for task in self.queue.tasks if task not in done]:
            for task in waiting:
                done.add(task)
                runs += 1
                self.deliver(self.queue.tasks[task], worker or self.new_worker())
        return runs

    def fault(self, kind: str, **facts: Any) -> None:
        """Have Slack fail."""
        self.workspace.faults.add(Fault(kind, **facts))

    @property
    def cards(self) -> list[Posted]:
        """What stands in channels, not in threads."""
        return [message for message in self.workspace.messages if message.thread_ts is None]

    @property
    def replies(self) -> list[Posted]:
        """What stands in threads."""
        return [message for message in self.workspace.messages if message.thread_ts is not None]

    def called(self, method: str) -> list[Any]:
        return [given for name, given in self.workspace.calls if name == method]


@pytest.fixture(scope="session", name="client")
def _client() -> Iterator[Any]:
    with open_client() as client:
        yield client


@pytest.fixture(name="scene")
def _scene(client: Any) -> Iterator[Scene]:
    time, queue = Time(), Queue()
    center = ccc.ContactCenter(clock=time)
    workspace = Workspace(clock=time)
    with (
        serve(ccc.application(center)) as center_url,
        serve(slack.application(workspace)) as slack_url,
        serve(queue.application()) as queue_url,
    ):
        settings = Settings(
            slack_bot_token=workspace.app.bot_token,
            slack_api_url=f"{slack_url}/api/",
            ccc_endpoint=center_url,
            ccc_instance_id="ccc-test",
            fc_endpoint=queue_url,
        )
        worker = WorkerHandler(settings, client=client, random=lambda: 0.0)
        yield Scene(center, workspace, queue, time, settings, client, worker)


@pytest.fixture(name="audited")
def _audited(caplog: pytest.LogCaptureFixture) -> Any:
    """Return the outcomes in the audit trail."""
    caplog.set_level(logging.INFO)

    def outcomes() -> list[str]:
        return [str(vars(each)["outcome"]) for each in caplog.records if each.name == "callevents.audit"]

    return outcomes
