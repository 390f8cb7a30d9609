"""The outside stack of all contenders, in a process of its own: contact center, Function Compute and Slack.

`python -m tests.bench.upstreams.servers CERTIFICATE KEY` reads commands as JSON lines and answers each with one.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from time import time
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from callevents.slack.handler import MCP_PATH
from callevents_sandbox import ccc, function_compute, slack
from callevents_sandbox.alibabacloud.acs3_verifier import SentRequest
from callevents_sandbox.function_compute import Deployment, FunctionCompute
from callevents_sandbox.function_compute.event import Arrival, http_event
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import Certificate, serve
from callevents_sandbox.slack import Assistant, Workspace
from callevents_sandbox.slack.delivery.payloads import FORM, command
from callevents_sandbox.slack.delivery.signed_request import signature
from callevents_sandbox.stack import INSTANCE, ROLE, ROOT
from tests.bench.upstreams.calls import UNLISTED, UNRECORDED, job_of, records_of

FUNCTION, WORKER = "callevents-slack", "callevents-worker"


class Delayed:
    """An application that keeps each request waiting first."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner
        self.seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.seconds:
            await asyncio.sleep(self.seconds)
        await self.inner(scope, receive, send)


@dataclass(frozen=True)
class BenchStack:
    """The three servers, each over plain HTTP and over TLS."""

    center: ccc.ContactCenter
    platform: FunctionCompute
    workspace: Workspace
    delays: dict[str, Delayed]
    urls: dict[str, dict[str, str]]
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def environ(self, scheme: str) -> dict[str, str]:
        """Return the settings of every contender."""
        app = self.workspace.app
        return {
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_API_URL": f"{self.urls[scheme]['slack']}/api/",
            "SLACK_RESPONSE_URL_HOSTS": "127.0.0.1",
            "CCC_INSTANCE_ID": INSTANCE,
            "CCC_ENDPOINT": self.urls[scheme]["ccc"],
            "CALLEVENTS_FC_ENDPOINT": self.urls[scheme]["fc"],
            "CALLEVENTS_WORKER": WORKER,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": ROLE.id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ROLE.secret,
            "ALIBABA_CLOUD_SECURITY_TOKEN": ROLE.token or "",
            "FC_FUNCTION_NAME": FUNCTION,
        }

    def delay(self, seconds: dict[str, float]) -> None:
        """Answer from now on so much later."""
        for name, delayed in self.delays.items():
            delayed.seconds = seconds[name]

    def events(self, scheme: str, records: int, count: int, jobs: int = 1) -> list[str]:
        """Return *count* signed commands about calls of *records* records."""
        return self.commands(scheme, " ".join(job_of(records, number) for number in range(jobs)), count)

    def commands(self, scheme: str, text: str, count: int) -> list[str]:
        """Return *count* signed commands as Function Compute hands them over, no two of them equal."""
        return [self._event(scheme, text) for _ in range(count)]

    def _event(self, scheme: str, text: str) -> str:
        workspace = self.workspace
        url = workspace.new_response_url("U0MEI", "C0SUPPORT")
        address = f"{self.urls[scheme]['slack']}/commands/{workspace.app.team}/{int(time())}/{url.token}"
        body = command(
            workspace, "/callevents", text, user="U0MEI", channel="C0SUPPORT", response_url=address
        )
        return self._signed("/", FORM, body)

    def questions(self, records: int, count: int) -> list[str]:
        """Return *count* signed calls of the tool `look_up_call`, as Slack's assistant sends them."""
        assistant = Assistant(self.workspace, "")
        params = {"name": "look_up_call", "arguments": {"ids": [job_of(records)]}}
        messages = (assistant.message("tools/call", params, user="U0MEI") for _ in range(count))
        return [self._signed(MCP_PATH, "application/json", json.dumps(each).encode()) for each in messages]

    def _signed(self, path: str, content_type: str, body: bytes) -> str:
        workspace, stamp = self.workspace, str(int(time()))
        headers = [
            ("content-type", content_type),
            ("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)"),
            ("x-slack-request-timestamp", stamp),
            ("x-slack-signature", signature(workspace.app.signing_secret, stamp, body)),
        ]
        arrival = Arrival(
            SentRequest("POST", path, "", headers, body), path, "203.0.113.7", time(), "1-bench"
        )
        return http_event(Deployment(FUNCTION, ROOT), arrival).decode()

    def tasks(self, function: str = FUNCTION) -> list[str]:
        """Return the payloads that were queued for *function* since this was last asked; forget all others'."""
        queued = [task.payload.decode() for task in self.platform.tasks.all if task.function == function]
        self.platform.tasks.all.clear()
        return queued

    def calls(self, count: int) -> list[str]:
        """Return the ids of *count* new calls of ten records."""
        numbers = [next(self.numbers) for _ in range(count)]
        for number in numbers:
            self.center.add(records_of(10, number))
        return [job_of(10, number) for number in numbers]

    def posted(self) -> int:
        """Return how many messages there are."""
        return len(self.workspace.messages)

    def forget(self) -> None:
        """Let go of what has piled up."""
        self.center.asked.clear()
        self.workspace.messages.clear()
        self.workspace.response_urls.clear()
        self.workspace.calls.clear()


@contextmanager
def opened(certificate: Certificate) -> Iterator[BenchStack]:
    """Start the servers."""
    center = ccc.ContactCenter(keys=(ROLE,), instances=(INSTANCE,), records=())
    for size in (1, 10, 50, 1000):
        for number in range(10 if size == 10 else 1):
            center.add(records_of(size, number))
    for number in (UNRECORDED, UNLISTED):
        center.add(records_of(10, number))
        center.faults.add(Fault("no_records", times=None, match=job_of(10, number)))
    center.faults.add(
        Fault("no_permission", times=None, match=f"ListCallDetailRecordsV2 {job_of(10, UNLISTED)}")
    )
    platform = FunctionCompute(keys=(ROLE,))
    # Without a trigger: a call through the API arrives as it was sent, and the pattern need not unwrap it.
    platform.deploy(Deployment(FUNCTION, ROOT, trigger=False))
    platform.deploy(Deployment(WORKER, ROOT, trigger=False))
    platform.faults.add(Fault("lose", times=None))  # what is queued is run by whoever measures
    workspace = Workspace()
    applications: dict[str, Callable[[], ASGIApp]] = {
        "ccc": lambda: ccc.application(center),
        "fc": lambda: function_compute.application(platform),
        "slack": lambda: slack.application(workspace),
    }
    delays = {name: Delayed(make()) for name, make in applications.items()}
    with ExitStack() as stack:
        stack.callback(platform.close)
        urls = {
            scheme: {
                name: stack.enter_context(serve(delayed, certificate=chain))
                for name, delayed in delays.items()
            }
            for scheme, chain in (("http", None), ("https", certificate))
        }
        yield BenchStack(center, platform, workspace, delays, urls)


def main() -> None:
    """Serve until standard input ends."""
    with opened(Certificate(sys.argv[1], sys.argv[2])) as stack:
        for line in sys.stdin:
            asked: dict[str, Any] = json.loads(line)
            answer = getattr(stack, asked.pop("do"))(**asked)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
