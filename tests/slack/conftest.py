"""The parties around the slack function: a contact center, Slack's two APIs and a queue, each on a real socket."""

import asyncio
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from callevents.clock import Clocks
from callevents.invocation import Credentials, Invocation, Request
from callevents.observability.request_log import RequestLog
from callevents.settings.model import Settings
from callevents.slack.handler import SlackHandler
from callevents.tasks.queue import WorkerQueue
from callevents.worker.handler import WorkerHandler
from callevents_sandbox import ccc
from callevents_sandbox.fixtures.samples import sample
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.slack import Assistant, Posted, Sender, Shown, View, Workspace
from callevents_sandbox.slack import application as slack_application
from tests.slack.block_kit_judges import _judges  # noqa: F401 - a fixture
from tests.slack.scripted_slack import PatientClient, ScriptedSlack
from tests.support.made_calls import _call, _event  # noqa: F401 - fixtures
from tests.support.task_queue import ScriptedQueue

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-1-2-secret"
FORM = "application/x-www-form-urlencoded"
CREDENTIALS = Credentials(ccc.KEY.id, ccc.KEY.secret)
NUMBERS = itertools.count(1)
AGE = 0.25  # how many seconds a request was on its way


@dataclass
class SlackEnv:
    """The parties around the slack function, and the requests that Slack would send, *age* seconds on their way."""

    center: ccc.ContactCenter
    slack: ScriptedSlack
    queue: ScriptedQueue
    center_url: str
    slack_url: str
    queue_url: str
    client: Any
    slept: list[float] = field(default_factory=list)
    today: float = field(default_factory=time.time)
    began: float | None = None
    age: float = AGE

    def monotonic(self) -> float:
        """Return the seconds that were slept, without sleeping; since `began`, time passes by itself as well."""
        return sum(self.slept) + (0.0 if self.began is None else time.monotonic() - self.began)

    def wall(self) -> float:
        """Return the time of day, in the middle of a second: Slack's timestamps have whole ones."""
        return self.today + sum(self.slept)

    def settings(self, **changes: Any) -> Settings:
        given: dict[str, Any] = {
            "slack_signing_secret": SECRET,
            "slack_api_url": f"{self.slack_url}/api/",
            "response_url_hosts": frozenset({"127.0.0.1"}),
            "ccc_endpoint": self.center_url,
            "ccc_instance_id": "ccc-test",
            "fc_endpoint": self.queue_url,
        }
        return Settings(**(given | changes))

    def function(
        self, *, queue: Callable[[Invocation], WorkerQueue] | None = None, **changes: Any
    ) -> SlackHandler:
        return SlackHandler(self.settings(**changes), client=self.client, queue=queue)

    def worker(self, **changes: Any) -> WorkerHandler:
        return WorkerHandler(self.settings(**changes), client=self.client)

    def invocation(self, *, arrived_at: float | None = None) -> Invocation:
        clocks = Clocks(wall=self.wall, monotonic=self.monotonic, sleep=self.slept.append)
        return Invocation(
            request_id="1-fc-request",
            arrived_at=self.wall() if arrived_at is None else arrived_at,
            started_at=self.monotonic(),
            clocks=clocks,
            request_log=RequestLog(),
            credentials=CREDENTIALS,
            account_id="1234567890123456",
            region="cn-hongkong",
            function="callevents-slack",
        )

    def ask(
        self, function: SlackHandler, text: str, *, age: float | None = None, **fields: str
    ) -> dict[str, Any]:
        """Type a command that arrives *age* seconds after Slack's timestamp; return the message in the answer."""
        response = function.http(*self.command(text, age=age, **fields))
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("application/json")
        message: dict[str, Any] = json.loads(response.body)
        assert message["response_type"] == "ephemeral"
        assert message["text"]
        return message

    def command(self, text: str, *, age: float | None = None, **fields: str) -> tuple[Request, Invocation]:
        given = {
            "token": "gIkuvaNzQIHg97ATvDxqgjtO",
            "team_id": "T1",
            "channel_id": "C1",
            "user_id": "U1",
            "command": "/callevents",
            "text": text,
            "response_url": f"{self.slack_url}/commands/T1/2/secret",
            "trigger_id": f"{next(NUMBERS)}.2.abc",
            "api_app_id": "A1",
        }
        return self.signed(urlencode(given | fields).encode(), age=age)

    def interaction(self, payload: dict[str, Any]) -> tuple[Request, Invocation]:
        given = {
            "user": {"id": "U1", "team_id": "T1"},
            "team": {"id": "T1"},
            "trigger_id": f"{next(NUMBERS)}.2.abc",
        }
        return self.signed(urlencode({"payload": json.dumps(given | payload)}).encode())

    def signed(
        self,
        body: bytes,
        *,
        age: float | None = None,
        content_type: str = FORM,
        secret: str = SECRET,
        **headers: str,
    ) -> tuple[Request, Invocation]:
        stamp = int(self.wall())
        request = Request(
            "POST",
            "/slack/events",
            {},
            {"content-type": content_type} | signature(stamp, body, secret) | headers,
            body,
        )
        return request, self.invocation(arrived_at=stamp + (self.age if age is None else age))

    def fail(self, kind: str, **changes: Any) -> None:
        """Have the contact center fail until the test ends."""
        self.center.faults.add(Fault(kind, times=None, **changes))


def signature(stamp: int, body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (stamp, body), sha256).hexdigest()
    return {"x-slack-request-timestamp": str(stamp), "x-slack-signature": f"v0={digest}"}


@pytest.fixture(scope="session", name="servers")
def _servers() -> Iterator[SlackEnv]:
    center, slack, queue = ccc.ContactCenter(), ScriptedSlack(), ScriptedQueue()
    with (
        serve(ccc.application(center)) as center_url,
        serve(slack.application()) as slack_url,
        serve(queue.application()) as queue_url,
        PatientClient(lambda: env.began is None) as client,
    ):
        env = SlackEnv(center, slack, queue, center_url, slack_url, queue_url, client)
        yield env


@pytest.fixture(name="slack_env")
def _slack_env(servers: SlackEnv) -> Iterator[SlackEnv]:
    servers.today = int(time.time()) + 0.5
    yield servers
    servers.began, servers.age = None, AGE
    servers.center.faults.clear()
    servers.center.asked.clear()
    vars(servers.slack).update(vars(ScriptedSlack()))
    vars(servers.queue).update(vars(ScriptedQueue()))
    servers.slept.clear()


@pytest.fixture
def passing_time(slack_env: SlackEnv) -> None:
    """Let time pass by itself: for tests in which a party is waited for in vain, or for long."""
    slack_env.began = time.monotonic()


@pytest.fixture(name="job")
def _job() -> str:
    return sample("agent-outbound").job_id


@dataclass
class WorkspaceEnv:
    """The slack function behind a real socket, and a whole Slack workspace that sends what people do to it."""

    slack_env: SlackEnv
    workspace: Workspace
    slack_url: str
    app_url: str = ""
    app: SlackHandler | None = None

    def build(self, **changes: Any) -> SlackHandler:
        """Deploy the function anew, with other settings."""
        self.app = self.slack_env.function(**self._given(changes))
        return self.app

    @property
    def sender(self) -> Sender:
        return Sender(self.workspace, self.app_url, self.slack_url)

    @property
    def assistant(self) -> Assistant:
        return Assistant(self.workspace, f"{self.app_url}mcp")

    def settle(self, **changes: Any) -> None:
        """Have the worker work off its queue."""
        worker = self.slack_env.worker(**self._given(changes))
        while self.slack_env.queue.payloads:
            worker.event(self.slack_env.queue.payloads.pop(0), self.slack_env.invocation())

    def answer(self, text: str, **asked: Any) -> Posted:
        """Type a command and return the answer."""
        shown = self.sender.command(text, **asked)
        assert (shown.status, shown.error) == (200, None)
        assert shown.message is not None
        return shown.message

    def press(self, place: Posted | View, what: str, **asked: Any) -> Shown:
        """Use a button: acknowledged at once and with nothing."""
        shown = self.sender.press(place, what, **asked)
        assert (shown.status, shown.error, shown.body) == (200, None, b"")
        return shown

    def answers(self, user: str = "U0MEI", channel: str | None = None) -> list[Posted]:
        return self.workspace.answers(user, channel)

    def calls(self, method: str) -> list[Any]:
        return [arguments for name, arguments in self.workspace.calls if name == method]

    def windows(self) -> list[View]:
        return list(self.workspace.views.values())

    def _given(self, changes: dict[str, Any]) -> dict[str, Any]:
        own = self.workspace.app
        return {
            "slack_signing_secret": own.signing_secret,
            "slack_bot_token": own.bot_token,
            "slack_api_url": f"{self.slack_url}/api/",
        } | changes


@pytest.fixture(name="workspace_env")
def _workspace_env(slack_env: SlackEnv) -> Iterator[WorkspaceEnv]:
    workspace = Workspace(clock=slack_env.wall, ack_timeout=30.0)

    async def take(request: HttpRequest) -> Response:
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken = Request(request.method, request.url.path, {}, headers, body)
        assert workspace_env.app is not None
        answer = await asyncio.to_thread(workspace_env.app.http, taken, slack_env.invocation())
        return Response(answer.body, answer.status, dict(answer.headers))

    with serve(slack_application(workspace)) as slack_url:
        workspace_env = WorkspaceEnv(slack_env, workspace, slack_url)
        methods = ["POST", "GET", "DELETE", "PUT", "OPTIONS"]
        with serve(Starlette(routes=[Route("/{path:path}", take, methods=methods)])) as app_url:
            workspace_env.app_url = f"{app_url}/"
            workspace_env.build()
            yield workspace_env
