"""The doctor compares what is deployed with what was meant."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from callevents.alibabacloud.clients import Clients, terminal_invocation
from callevents.clock import Clocks
from callevents.doctor.deployed import check_deployed
from callevents.settings.model import Settings
from callevents.settings.variables import FUNCTIONS, deployed_values
from callevents_sandbox.function_compute import FunctionCompute
from callevents_sandbox.function_compute.management import (
    Managed,
    Management,
)
from callevents_sandbox.function_compute.management import (
    application as management_application,
)
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import ROLE

ENVIRON = {
    "DEPLOY_ACCOUNT": "1234567890123456",
    "DEPLOY_REGION": "cn-hongkong",
    "ALIBABA_CLOUD_ACCESS_KEY_ID": ROLE.id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ROLE.secret,
    "ALIBABA_CLOUD_SECURITY_TOKEN": ROLE.token or "",
    "CALLEVENTS_WORKER": "callevents-worker",
    "CCC_INSTANCE_ID": "ccc-test",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-1-of-the-sandbox-bot",
    "CALLEVENTS_WEBHOOK_TOKEN": "grafana:0123456789abcdef-grafana",
    "CALLEVENTS_TEAMS": "T0SANDBOX",
    "CALLEVENTS_USERS": "U0MEI",
}


@pytest.fixture(name="management")
def _management(tmp_path: Path) -> Iterator[Management]:
    with closing(FunctionCompute(keys=(ROLE,))) as platform:
        yield Management(platform, tmp_path, ROLE)


@pytest.fixture(name="environ")
def _environ(management: Management) -> Iterator[dict[str, str]]:
    """Deploy all functions as they were meant, and return that environment."""
    with serve(management_application(management)) as url:
        environ = {**ENVIRON, "CALLEVENTS_FC_ENDPOINT": url}
        for function in FUNCTIONS:
            properties: dict[str, object] = {"environmentVariables": deployed_values(function, environ)}
            limit: dict[str, object] = {"reservedConcurrency": 10}
            management.functions[f"callevents-{function}"] = Managed(
                properties, management.folder, "1", concurrency=limit
            )
        yield environ


def results(environ: dict[str, str]) -> list[str]:
    clocks = Clocks(wall=time.time, monotonic=time.monotonic, sleep=lambda _seconds: None)
    with closing(Clients()) as clients:
        invocation = terminal_invocation(environ, clocks)
        settings = Settings.from_environ(environ)
        found = [each.line() for each in check_deployed(clients, settings, invocation, environ)]
    assert not any(value in line for value in environ.values() if len(value) > 20 for line in found)
    return found


def test_the_same_settings_are_said_to_be_the_same(environ: dict[str, str]) -> None:
    assert results(environ) == [
        f"ok      deployed         callevents-{function} has the settings that are set here"
        for function in FUNCTIONS
    ]


@pytest.mark.parametrize(
    ("changes", "function", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-another-token"}, "slack", "different: SLACK_BOT_TOKEN"),
        ({"CALLEVENTS_WEBHOOK_TOKEN": "grafana:x-0123456789abcdef"}, "webhook", "different: CALLEVENTS_WEBHOOK_TOKEN"),
        ({"CCC_INSTANCES": "hot=ccc-hot"}, "worker", "missing: CCC_INSTANCES"),
        ({"CALLEVENTS_USERS": "", "CALLEVENTS_TEAMS": "T1"}, "slack",
         "different: CALLEVENTS_TEAMS; only there: CALLEVENTS_USERS"),
    ],
)  # fmt: skip
def test_the_settings_that_differ_are_named_for_each_function(
    changes: dict[str, str], function: str, words: str, environ: dict[str, str]
) -> None:
    found = "\n".join(results({**environ, **changes}))

    line = f"FAILED  deployed         callevents-{function} has other settings than are set here: {words}\n"
    assert f"{line}{'':<24} → make deploy" in found


def test_what_is_only_there_is_named(environ: dict[str, str], management: Management) -> None:
    deployed = management.functions["callevents-slack"].properties["environmentVariables"]
    assert isinstance(deployed, dict)
    deployed |= {"BY_HAND": "x", "CLEARED": ""}

    assert "are set here: only there: BY_HAND\n" in "\n".join(results(environ))


def test_a_function_that_is_not_there_is_named(environ: dict[str, str]) -> None:
    found = results({**environ, "CALLEVENTS_WORKER": "another-worker"})

    assert "FAILED  deployed         another-worker is not there" in "\n".join(found)


def test_a_function_without_a_limit_is_named(environ: dict[str, str], management: Management) -> None:
    management.functions["callevents-slack"].concurrency = {}

    assert "callevents-slack has no limit of instances" in "\n".join(results(environ))


@pytest.mark.parametrize(
    ("fault", "words"), [("refuse", "AccessDenied"), ("not_json", "HTTP 200"), ("reset", "Error")]
)
def test_what_cannot_be_read_is_unknown(
    fault: str, words: str, environ: dict[str, str], management: Management
) -> None:
    for _ in range(9):
        management.faults.add(Fault(fault))

    (line,) = results(environ)

    assert line.startswith("??      deployed         callevents-slack cannot be read (")
    assert words in line
