"""A whole configuration, and the servers that the doctor asks."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from callevents.alibabacloud.clients import Clients
from callevents.clock import Clocks
from callevents.doctor.bot import OPTIONAL
from callevents.doctor.check_result import CheckResult
from callevents.doctor.runner import check_all
from callevents_sandbox.stack import (
    ROLE,
    WEBHOOK_SECRET,
    WEBHOOK_TOKEN,
    Stack,
    environment,
    open_stack,
)

NUMBERS = itertools.count()  # the platform remembers nonces and task ids
SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Configuration:
    """A stack, and the environment in which the doctor looks at it."""

    stack: Stack
    environ: dict[str, str]
    ahead: float = 0.0
    slept: list[float] = field(default_factory=list)

    def clocks(self) -> Clocks:
        return Clocks(
            wall=lambda: time.time() + self.ahead, monotonic=time.monotonic, sleep=self.slept.append
        )

    def results(self) -> list[CheckResult]:
        nonces = (f"{number:032x}" for number in NUMBERS)
        with closing(Clients(nonce=nonces.__next__, random=lambda: 0.5)) as clients:
            return list(check_all(self.environ, clients, self.clocks()))

    def wrong(self) -> list[str]:
        """Return what is not as it should be, a line each, after making sure that it holds no secret."""
        found = self.results()
        text = "\n".join(result.line() for result in found)
        for name, value in self.environ.items():
            if name.endswith(("SECRET", "TOKEN", "KEY_ID")) and value:
                assert value not in text
        return [f"{result.state} {result.subject}: {result.text}" for result in found if result.state != "ok"]


@pytest.fixture(scope="module", name="stack")
def _stack() -> Iterator[Stack]:
    with open_stack(ack_timeout=30.0) as stack:
        yield stack


@pytest.fixture(name="configuration")
def _configuration(stack: Stack) -> Iterator[Configuration]:
    """Return a complete configuration, and reset the stack afterwards."""
    environ = {
        **environment(stack, "webhook"),
        **environment(stack, "slack"),
        "SLACK_SIGNING_SECRET": SECRET,
        "CALLEVENTS_WEBHOOK_SECRET": f"grafana:{WEBHOOK_SECRET}",
        "CALLEVENTS_WEBHOOK_TOKEN": f"alertmanager:{WEBHOOK_TOKEN}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ROLE.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ROLE.secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": ROLE.token or "",
    }
    app = stack.workspace.app
    app = replace(app, scopes=app.scopes | set(OPTIONAL))
    stack.workspace.app = app
    channels = dict(stack.workspace.channels)
    yield Configuration(stack, environ)
    for server in (stack.center, stack.platform, stack.workspace, stack.vault):
        server.faults.clear()
    stack.vault.forbidden.clear()
    stack.center.permission = "granted"
    stack.workspace.app = app
    stack.workspace.channels.update(channels)


Change = Callable[[Configuration], None]


def environ(**changes: str) -> Change:
    return lambda configuration: configuration.environ.update(changes)


def without(*names: str) -> Change:
    def change(configuration: Configuration) -> None:
        for name in names:
            del configuration.environ[name]

    return change
