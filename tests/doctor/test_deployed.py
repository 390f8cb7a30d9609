"""The doctor compares what is deployed with what was meant."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from callevents.alibabacloud.clients import Clients, terminal_invocation
from callevents.clock import Clocks
from callevents.doctor.deployed import check_deployed
from callevents.settings.model import Settings
from callevents.settings.variables import ALL, deployed_values
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import ROLE, Stack, environment, name_of, open_stack

DEPLOYED = {"CALLEVENTS_TEAMS": "T0SANDBOX", "CALLEVENTS_USERS": "U0MEI"}


@pytest.fixture(scope="module", name="stack")
def _stack() -> Iterator[Stack]:
    with open_stack(ack_timeout=30.0) as stack:
        yield stack


@pytest.fixture(name="environ")
def _environ(stack: Stack) -> Iterator[dict[str, str]]:
    """Deploy all functions as they were meant, and return that environment."""
    environ = {
        **environment(stack, "webhook"),
        **environment(stack, "slack"),
        **DEPLOYED,
        "DEPLOY_ACCOUNT": "1234567890123456",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ROLE.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ROLE.secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": ROLE.token or "",
    }
    for function in ALL:
        deployment = stack.platform.function(name_of(function))
        stack.platform.deploy(replace(deployment, environ=deployed_values(function, environ)))
    yield environ
    stack.platform.faults.clear()


def findings(environ: dict[str, str]) -> list[str]:
    clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=lambda _seconds: None)
    with closing(Clients()) as clients:
        invocation = terminal_invocation(environ, clocks)
        settings = Settings.from_environ(environ)
        found = [each.line() for each in check_deployed(clients, settings, invocation, environ)]
    assert not any(value in line for value in environ.values() if len(value) > 20 for line in found)
    return found


def test_the_same_settings_are_said_to_be_the_same(environ: dict[str, str]) -> None:
    assert findings(environ) == [
        f"ok      deployed         callevents-{function} has the settings that are set here"
        for function in ALL
    ]


@pytest.mark.parametrize(
    ("changes", "function", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-another-token"}, "slack", "different: SLACK_BOT_TOKEN"),
        ({"CALLEVENTS_WEBHOOK_TOKEN": "grafana:x-0123456789abcdef"}, "webhook", "different: CALLEVENTS_WEBHOOK_TOKEN"),
        ({"CCC_INSTANCES": "hot=ccc-hot"}, "worker", "missing: CCC_INSTANCES"),
        ({"CALLEVENTS_USERS": "", "CALLEVENTS_TEAMS": ""}, "slack", "different: CALLEVENTS_TEAMS, CALLEVENTS_USERS"),
    ],
)  # fmt: skip
def test_the_settings_that_differ_are_named_for_each_function(
    changes: dict[str, str], function: str, words: str, environ: dict[str, str]
) -> None:
    found = "\n".join(findings({**environ, **changes}))

    line = f"FAILED  deployed         callevents-{function} has other settings than are set here: {words}\n"
    assert f"{line}{'':<24} → make deploy" in found


def test_what_is_only_there_is_named(environ: dict[str, str], stack: Stack) -> None:
    slack = stack.platform.function(name_of("slack"))
    stack.platform.deploy(replace(slack, environ={**slack.environ, "BY_HAND": "x", "CLEARED": ""}))

    assert "are set here: only there: BY_HAND\n" in "\n".join(findings(environ))


def test_a_function_that_is_not_there_is_named(environ: dict[str, str]) -> None:
    found = findings({**environ, "CALLEVENTS_WORKER": "another-worker"})

    assert "FAILED  deployed         another-worker is not there" in "\n".join(found)


def test_a_function_without_a_limit_is_named(environ: dict[str, str], stack: Stack) -> None:
    slack = stack.platform.function(name_of("slack"))
    stack.platform.deploy(replace(slack, max_instances=0))
    try:
        assert "callevents-slack has no limit of instances" in "\n".join(findings(environ))
    finally:
        stack.platform.deploy(slack)


@pytest.mark.parametrize(
    ("fault", "words"), [("refuse", "AccessDenied"), ("bad_gateway", "HTTP 502"), ("reset", "Error")]
)
def test_what_cannot_be_read_is_unknown(
    fault: str, words: str, environ: dict[str, str], stack: Stack
) -> None:
    for _ in range(9):
        stack.platform.faults.add(Fault(fault))

    (line,) = findings(environ)

    assert line.startswith("??      deployed         callevents-slack cannot be read (")
    assert words in line
