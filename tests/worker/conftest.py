"""A worker among the sandbox's contact center, workspace and queue; time passes only when somebody sleeps."""

import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from callevents.clock import Clocks
from callevents.invocation import Credentials, Invocation
from callevents.observability.request_log import RequestLog
from callevents.settings.model import Settings
from callevents.tasks.envelope import AlertEnvelope, CommandEnvelope, Requester
from callevents.transport.client import open_client
from callevents.worker.handler import WorkerHandler
from callevents_sandbox import ccc, function_compute, slack
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import Posted, Workspace
from tests.clocks import FakeClock
from tests.support.audit import audit_lines

START = 1772620000.0
USER, CHANNEL = "U0MEI", "C0SUPPORT"
WORKER = function_compute.Deployment("callevents-worker", Path(__file__).parent, trigger=False)


@dataclass
class WorkerEnv:
    """The worker and its surroundings. Queued tasks do not run by themselves: `drain` delivers them."""

    center: ccc.ContactCenter
    workspace: Workspace
    platform: function_compute.FunctionCompute
    clock: FakeClock
    slack_url: str
    settings: Settings
    client: httpx.Client
    worker: WorkerHandler
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    drained: int = 0

    def new_worker(self, **changes: Any) -> WorkerHandler:
        """Return another instance, which remembers nothing."""
        given = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return WorkerHandler(Settings(**(given | changes)), client=self.client, random=lambda: 0.0)

    def job(self, name: str = "abandoned-in-queue") -> str:
        """Return the id of a new call."""
        job = f"job-468a63a2-1111-4222-8333-{next(self.numbers):012x}"
        self.center.add(under(sample(name), job))
        return job

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
            "received_at": self.clock(),
            "started_at": self.clock() - 60,
        }
        return AlertEnvelope(**(facts | changes))

    def command(self, job: str, **changes: Any) -> CommandEnvelope:
        facts: dict[str, Any] = {
            "jobs": (job,),
            "instance": "ccc-test",
            "requester": Requester(user=USER, team="T0SANDBOX", channel=CHANNEL),
            "asked_at": self.clock(),
        }
        return CommandEnvelope(**(facts | changes))

    def response_url(self, original: Posted) -> str:
        """Return a response_url that may replace *original*."""
        made = self.workspace.new_response_url(USER, CHANNEL, original)
        return f"{self.slack_url}/commands/T0SANDBOX/1/{made.token}"

    def deliver(
        self,
        envelope: AlertEnvelope | CommandEnvelope | bytes,
        worker: WorkerHandler | None = None,
        **platform: Any,
    ) -> None:
        payload = envelope if isinstance(envelope, bytes) else envelope.model_dump_json().encode()
        (worker or self.worker).event(payload, self.invocation(**platform))

    def invocation(self, **platform: Any) -> Invocation:
        """Return the circumstances of a first run, as the platform tells them; other ones if *platform* has them."""
        return Invocation(
            request_id="1-fc-request",
            arrived_at=self.clock(),
            started_at=self.clock(),
            clocks=Clocks(wall=self.clock, monotonic=self.clock, sleep=self.clock.sleep),
            request_log=RequestLog(),
            credentials=Credentials(ccc.KEY.id, ccc.KEY.secret),
            account_id="1234567890123456",
            region="cn-hongkong",
            function="callevents-worker",
            **({"retries": 0} | platform),
        )

    @property
    def queued(self) -> list[bytes]:
        """The payloads of all tasks that were queued."""
        return [task.payload for task in self.platform.tasks.all]

    @property
    def delays(self) -> list[float]:
        return [task.delay for task in self.platform.tasks.all]

    def drain(self, worker: WorkerHandler | None = None) -> int:
        """Deliver what was queued until nothing is; return how many times the worker ran."""
        before = self.drained
        while self.drained < len(self.queued):
            payload = self.queued[self.drained]
            self.drained += 1
            self.deliver(payload, worker or self.new_worker())
        return self.drained - before

    def fail_queue(self, kind: str) -> None:
        """Have Function Compute queue nothing more."""
        self.platform.faults.clear()
        self.platform.faults.add(Fault(kind, times=None))

    def fail_slack(self, kind: str, **facts: Any) -> None:
        self.workspace.faults.add(Fault(kind, **facts))

    def fail_center(self, kind: str, times: int | None = None) -> None:
        self.center.faults.add(Fault(kind, times=times))

    @property
    def cards(self) -> list[Posted]:
        """The messages in channels, not in threads."""
        return [message for message in self.workspace.messages if message.thread_ts is None]

    @property
    def replies(self) -> list[Posted]:
        """The messages in threads."""
        return [message for message in self.workspace.messages if message.thread_ts is not None]

    def called(self, method: str) -> list[Any]:
        """Return the arguments of each call of a method of Slack's Web API."""
        return [arguments for name, arguments in self.workspace.calls if name == method]


@dataclass
class Server:
    """A socket at `url` that *application* answers on."""

    url: str = ""
    application: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.application is not None
        await self.application(scope, receive, send)


@dataclass
class Servers:
    """Sockets that live as long as the session; each test has what answers on them replaced."""

    center: Server = field(default_factory=Server)
    slack: Server = field(default_factory=Server)
    platform: Server = field(default_factory=Server)


@pytest.fixture(scope="session", name="client")
def _client() -> Iterator[httpx.Client]:
    with open_client() as client:
        yield client


@pytest.fixture(scope="session", name="servers")
def _servers() -> Iterator[Servers]:
    servers = Servers()
    with ExitStack() as stack:
        for server in (servers.center, servers.slack, servers.platform):
            server.url = stack.enter_context(serve(server))
        yield servers


@pytest.fixture(name="worker_env")
def _worker_env(client: httpx.Client, servers: Servers) -> Iterator[WorkerEnv]:
    clock = FakeClock(START)
    center = ccc.ContactCenter(clock=clock)
    workspace = Workspace(clock=clock)
    platform = function_compute.FunctionCompute(keys=[ccc.KEY], clock=clock)
    platform.deploy(WORKER)
    platform.faults.add(Fault("lose", times=None))  # queued, and never run
    servers.center.application = ccc.application(center)
    servers.slack.application = slack.application(workspace)
    servers.platform.application = function_compute.application(platform)
    settings = Settings(
        slack_bot_token=workspace.app.bot_token,
        slack_api_url=f"{servers.slack.url}/api/",
        response_url_hosts=frozenset({"127.0.0.1"}),
        ccc_endpoint=servers.center.url,
        ccc_instance_id="ccc-test",
        fc_endpoint=servers.platform.url,
    )
    worker = WorkerHandler(settings, client=client, random=lambda: 0.0)
    yield WorkerEnv(center, workspace, platform, clock, servers.slack.url, settings, client, worker)
    platform.close()


@pytest.fixture(name="audit_outcomes")
def _audit_outcomes(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return the outcomes in the audit trail so far."""
    caplog.set_level(logging.INFO)
    return lambda: [str(line["outcome"]) for line in audit_lines(caplog)]


@pytest.fixture(name="promise")
def _promise(worker_env: WorkerEnv) -> Posted:
    """Return the acknowledgement that the bot is still looking, which its person alone sees."""
    return worker_env.workspace.post(
        CHANNEL, "U0CALLEVENTS", "Still looking", way="acknowledgement", ephemeral_to=USER
    )


def end_of(alert: AlertEnvelope, **changes: Any) -> AlertEnvelope:
    """Return the alert's end, as its sender reports it."""
    assert alert.started_at is not None
    facts = {
        "state": "resolved",
        "jobs": (),
        "resolved_jobs": alert.jobs,
        "delivery": "end",
        "received_at": alert.started_at + 935,
    }
    return alert.model_copy(update=facts | changes)
