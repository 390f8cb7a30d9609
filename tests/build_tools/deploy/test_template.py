"""Tests for template.yml, as Serverless Devs resolves it, and for what checks it."""

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from callevents.settings.model import Settings
from callevents.settings.variables import (
    DEPLOY_REGION,
    FUNCTIONS,
    PYTHON_VERSION,
    VARIABLES,
    deployed_values,
    settings_of,
)
from callevents_build.deploy.limits import violations
from callevents_build.deploy.preconditions import DEFAULTS
from callevents_build.deploy.template import (
    ENVIRONMENTS,
    default_problems,
    frame_problems,
    problems,
    secret_lines,
)
from callevents_build.deploy.tool.serverless_devs import command, preview
from callevents_build.errors import BuildFailed

PROJECT = Path(__file__).parents[3]
TEMPLATE = (PROJECT / "template.yml").read_text("utf-8")
QUEUE = "acs:mns:cn-hongkong:1234567890123456:/queues/failed/messages"
SECRETS = {
    "SLACK_SIGNING_SECRET": {"slack"},
    "SLACK_BOT_TOKEN": {"slack", "worker"},
    "CALLEVENTS_WEBHOOK_SECRET": {"webhook"},
    "CALLEVENTS_WEBHOOK_TOKEN": {"webhook"},
}
Properties = dict[str, Any]
Resolved = Callable[..., Mapping[str, Properties]]


@pytest.fixture(scope="session")
def resolved() -> Resolved:
    """Return what resolves the template in an environment: the properties of each function, by name."""
    tool = command(PROJECT)
    if tool is None:
        pytest.skip("no Node here")

    @cache
    def resolve(environ: frozenset[tuple[str, str]]) -> Mapping[str, Properties]:
        found = preview(tool, PROJECT / "template.yml", dict(environ))
        return {name: resource["props"] for name, resource in found.items()}

    return lambda **environ: resolve(frozenset(environ.items()))


def test_the_template_is_right() -> None:
    assert list(problems(PROJECT / "template.yml", PROJECT)) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_the_variables_that_it_needs_and_no_other(function: str, resolved: Resolved) -> None:
    marked = {each.name: f"value-of-{each.name}" for each in VARIABLES if each.functions}

    variables = resolved(**marked)[function]["environmentVariables"]

    assert variables == {name: marked[name] for name in settings_of(function)}


def test_a_secret_is_in_those_functions_only_that_use_it(resolved: Resolved) -> None:
    for name, functions in SECRETS.items():
        assert {
            each for each, props in resolved().items() if name in props["environmentVariables"]
        } == functions


def test_what_is_unset_leaves_the_defaults_of_the_settings(resolved: Resolved) -> None:
    for name, props in resolved().items():
        worker = "" if name == "worker" else "callevents-worker"
        assert Settings.from_environ(props["environmentVariables"]) == Settings.from_environ(
            {"CALLEVENTS_WORKER": worker}
        )


def test_deploying_without_region_and_version_uses_those_of_the_registry(resolved: Resolved) -> None:
    for props in resolved().values():
        assert (props["region"], props["runtime"]) == (
            DEPLOY_REGION.default,
            f"python{PYTHON_VERSION.default}",
        )


def test_slack_and_alert_senders_reach_their_function_and_nobody_the_worker(resolved: Resolved) -> None:
    functions = resolved()

    for name, methods in (("slack", ["POST"]), ("webhook", ["POST", "PUT"])):
        (trigger,) = functions[name]["triggers"]
        # They cannot sign as Alibaba Cloud wants it; the function checks their own signature.
        assert trigger["triggerConfig"] == {"authType": "anonymous", "methods": methods}
    assert "triggers" not in functions["worker"]


def test_the_worker_alone_takes_tasks_and_each_once(resolved: Resolved) -> None:
    functions = resolved()
    config = functions["worker"]["asyncInvokeConfig"]

    assert config["asyncTask"] is True
    assert config["maxAsyncRetryAttempts"] == 2
    # What waits longer answers to a response_url that has expired (1800 s) before the last retry is done.
    assert config["maxAsyncEventAgeInSeconds"] <= 1500
    assert not any("asyncInvokeConfig" in functions[name] for name in ("slack", "webhook"))


@pytest.mark.parametrize("destination", ["", QUEUE])
def test_what_failed_for_good_goes_where_the_deployer_says(destination: str, resolved: Resolved) -> None:
    worker = resolved(DEPLOY_FAILURE_DESTINATION=destination)["worker"]

    expected = {"onFailure": {"destination": destination}} if destination else {}
    assert worker["asyncInvokeConfig"]["destinationConfig"] == expected


def test_cost_is_capped_and_time_fits_the_work(resolved: Resolved) -> None:
    functions = resolved()

    caps = {name: props["concurrencyConfig"]["reservedConcurrency"] for name, props in functions.items()}
    assert caps == dict.fromkeys(FUNCTIONS, 10)
    # Slack waits 3 s, senders of alerts 5 to 10; the worker looks up for 40 s and posts for 15.
    assert {name: props["timeout"] for name, props in functions.items()} == {
        "slack": 5,
        "webhook": 10,
        "worker": 60,
    }
    assert {(props["cpu"], props["memorySize"]) for props in functions.values()} == {(0.35, 512)}


def test_a_function_has_its_own_name_role_and_code(resolved: Resolved) -> None:
    for name, props in resolved(DEPLOY_ACCOUNT="1234567890123456").items():
        assert props["functionName"] == f"callevents-{name}"
        assert props["role"] == f"acs:ram::1234567890123456:role/callevents-{name}"
        assert props["code"] == f"./dist/{name}.zip"
        names = defined(PROJECT / "functions" / name / "index.py")
        assert props["handler"] == "index.handler"
        assert props["instanceLifecycleConfig"]["initializer"]["handler"] == "index.initialize"
        assert {"handler", "initialize"} <= names


def defined(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_many_requests_at_once_are_for_custom_runtimes_and_one_variable_chooses_them(
    resolved: Resolved,
) -> None:
    one, many = resolved(), resolved(DEPLOY_CONCURRENCY="20")

    for name, alone in one.items():
        together = many[name]
        changed = {key for key in alone if alone[key] != together[key]}
        assert changed == {"runtime", "instanceConcurrency", "code", "instanceLifecycleConfig"}
        assert (together["runtime"], together["instanceConcurrency"]) == ("custom.debian12", 20)
        assert together["code"] == f"./dist/custom/{name}.zip"


def test_the_doctor_looks_where_the_template_deploys(resolved: Resolved) -> None:
    worker = resolved()["worker"]

    assert {"CALLEVENTS_WORKER": worker["functionName"], "DEPLOY_REGION": worker["region"]} == DEFAULTS


@pytest.mark.parametrize(
    "changes", [{}, {"CALLEVENTS_TEAMS": "T1", "CALLEVENTS_WORKER": "w", "CALLEVENTS_LANGUAGE": "en"}]
)
def test_the_doctor_expects_the_settings_that_the_template_deploys(
    changes: dict[str, str], resolved: Resolved
) -> None:
    for function, properties in resolved(**changes).items():
        assert properties["environmentVariables"] == deployed_values(function, changes)


def test_the_checks_see_every_way_in_which_the_template_resolves() -> None:
    conditions = {
        name
        for name in ("DEPLOY_CONCURRENCY", "DEPLOY_FAILURE_DESTINATION")
        if f"env('{name}', '') ?" in TEMPLATE
    }

    assert conditions == {name for environ in ENVIRONMENTS for name in environ}
    assert TEMPLATE.count("?") == TEMPLATE.count(", '') ?")


WORKER: Properties = {
    "region": "cn-hongkong", "functionName": "callevents-worker", "runtime": "python3.10", "code": "./dist/worker.zip",
    "handler": "index.handler", "role": "acs:ram::0000000000000000:role/callevents-worker", "timeout": 60, "cpu": 0.35,
    "memorySize": 512, "diskSize": 512, "internetAccess": True, "logConfig": "auto", "instanceConcurrency": 1,
    "concurrencyConfig": {"reservedConcurrency": 10}, "environmentVariables": {"CCC_INSTANCE_ID": ""},
    "instanceLifecycleConfig": {"initializer": {"handler": "index.initialize", "timeout": 10}},
    "asyncInvokeConfig": {"asyncTask": True, "maxAsyncRetryAttempts": 2, "destinationConfig": {}},
    "triggers": [{"triggerName": "http", "triggerType": "http",
                  "triggerConfig": {"authType": "anonymous", "methods": ["POST"]}}],
}  # fmt: skip
ABSENT = object()
CUSTOM = {"runtime": "custom.debian12", "code": "./dist/custom/worker.zip", "instanceLifecycleConfig": {}}


def changed(changes: Mapping[str, object]) -> Properties:
    """Return the worker's properties, with the value at each dotted path replaced, or removed."""
    properties = copy.deepcopy(WORKER)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place: Any = properties
        for name in parents:
            place = place[int(name)] if name.isdecimal() else place[name]
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return properties


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {**CUSTOM, "instanceConcurrency": 20},
        {"logConfig": {"project": "p", "logstore": "s"}},
        {"cpu": 1, "memorySize": 1024},
        {"cpu": 0.15, "memorySize": 256},
    ],
)
def test_what_function_compute_accepts_violates_nothing(changes: Mapping[str, object]) -> None:
    assert list(violations(changed(changes))) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"memorysize": 512}, "memorysize"),
        ({"memorySize": ABSENT}, "'memorySize' is a required property"),
        ({"concurrencyConfig": {"reservedConcurency": 10}}, "reservedConcurency"),
        ({"concurrencyConfig": ABSENT}, "'concurrencyConfig' is a required property"),
        ({"asyncInvokeConfig.maxRetryAttempts": 2}, "maxRetryAttempts"),
        ({"asyncInvokeConfig.maxAsyncRetryAttempts": 9}, "maxAsyncRetryAttempts: 9"),
        ({"asyncInvokeConfig.destinationConfig": {"onFailure": {"destination": "queue"}}}, "onFailure.destination"),
        ({"instanceLifecycleConfig.initializer": {"handlr": "index.initialize", "timeout": 1}}, "handlr"),
        ({"instanceLifecycleConfig.initializer.timeout": 301}, "initializer.timeout"),
        ({"triggers.0.triggerConfig.authtype": "anonymous"}, "authtype"),
        ({"triggers.0.triggerConfig.authType": "none"}, "authType: 'none'"),
        ({"triggers.0.triggerConfig.methods": ["FETCH"]}, "methods[0]: 'FETCH'"),
        ({"triggers.0.triggerType": "htp"}, "triggerType: 'http' was expected"),
        ({"triggers.0.triggerName": ""}, "triggerName"),
        ({"memorySize": 500}, "memorySize: 500"),
        ({"memorySize": "512"}, "memorySize: '512'"),
        ({"memorySize": 2048}, "does not fit memorySize 2048"),
        ({"cpu": 0.33}, "cpu: 0.33 is not a multiple of 0.05"),
        ({"cpu": 1}, "does not fit memorySize 512"),
        ({"diskSize": 1024}, "diskSize: 1024"),
        ({"timeout": 100_000}, "timeout: 100000"),
        ({"timeout": True}, "timeout: True"),
        ({"timeout": ABSENT}, "'timeout' is a required property"),
        ({"internetAccess": False}, "internetAccess: True was expected"),
        ({"instanceConcurrency": 20}, "instanceConcurrency: 1 was expected"),
        ({**CUSTOM, "instanceConcurrency": 51}, "instanceConcurrency: 51"),
        ({**CUSTOM, "instanceLifecycleConfig": WORKER["instanceLifecycleConfig"]}, "instanceLifecycleConfig"),
        ({**CUSTOM, "code": "./dist/worker.zip"}, "code: './dist/worker.zip'"),
        ({"code": "./dist/custom/worker.zip"}, "code: './dist/custom/worker.zip'"),
        ({"code": "./worker"}, "code: './worker'"),
        ({"runtime": "python3.11"}, "runtime: 'python3.11'"),
        ({"runtime": "custom.debian10"}, "runtime: 'custom.debian10'"),
        ({"functionName": "1-slack"}, "functionName: '1-slack'"),
        ({"functionName": "call events"}, "functionName: 'call events'"),
        ({"role": "callevents-slack"}, "role: 'callevents-slack'"),
        ({"region": "cn-honkong"}, "region: 'cn-honkong'"),
        ({"handler": "index"}, "handler: 'index'"),
        ({"logConfig": {"project": "x"}}, "logConfig"),
        ({"environmentVariables": {"FC_INSTANCE": ""}}, "FC_INSTANCE"),
        ({"environmentVariables": {"ALIBABA_CLOUD_ACCESS_KEY_ID": ""}}, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        ({"environmentVariables": {"CALLEVENTS_TEAMS": 12}}, "CALLEVENTS_TEAMS: 12 is not of type 'string'"),
        ({"environmentVariables": {"CALLEVENTS_TEAMS": "x" * 4096}}, "4112 bytes, more than 4096"),
    ],
)  # fmt: skip
def test_each_violation_is_named(changes: Mapping[str, object], named: str) -> None:
    assert named in "\n".join(violations(changed(changes)))


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("edition: 3.0.0", "edition: 1.0.0", "edition is not 3.0.0"),
        ("edition: 3.0.0", "edition: [", "not YAML"),
        ("access: default", "access: ${env('ALIAS', 'default')}", "access has an expression"),
        ("resources:\n", "services: {}\nresources:\n", "unknown name at the top: services"),
        ("component: fc3@", "component: fc@", "worker: component is not fc3 of one version"),
        ("component: fc3@0.1.22", "component: fc3", "worker: component is not fc3 of one version"),
        ("\n  webhook:\n", "\n  hook:\n", "resources are hook, slack, worker"),
    ],
)
def test_a_wrong_frame_is_named(right: str, wrong: str, named: str) -> None:
    assert right in TEMPLATE
    assert named in "\n".join(frame_problems(TEMPLATE.replace(right, wrong, 1)))


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("'Asia/Shanghai'", "'Europe/Berlin'", "the default of CALLEVENTS_TIMEZONE is not that of"),
        ("_GUESTS', 'true'", "_GUESTS', 'false'", "the default of CALLEVENTS_DENY_GUESTS is not that of"),
        ("env('CALLEVENTS_TEAMS'", "env('CALLEVENTS_TEAM'", "CALLEVENTS_TEAM is no variable of"),
    ],
)
def test_a_variable_that_the_registry_has_otherwise_is_named(right: str, wrong: str, named: str) -> None:
    (problem,) = default_problems(TEMPLATE.replace(right, wrong, 1))

    assert problem.startswith(named)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("${env('SLACK_BOT_TOKEN', '')}", "${env('SLACK_BOT_TOKEN', 'abcd1234')}"),
        ("${env('SLACK_BOT_TOKEN', '')}", "xoxb-1234-abcdefgh"),
        ("# Nothing secret", "# 0123456789abcdef0123456789abcdef"),
    ],
)
def test_a_secret_in_the_file_is_noticed_and_not_shown(right: str, wrong: str) -> None:
    (problem,) = secret_lines(TEMPLATE.replace(right, wrong, 1))

    assert problem.startswith("a secret in the file, line ")
    assert wrong not in problem


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("memorySize: 512", "memorysize: 512", "worker: properties: 'memorySize' is a required property"),
        ("vars.manyAtOnce.runtime", "vars.oneByOne.runtime", "slack: code: './dist/custom/slack.zip'"),
        ("${env('CALLEVENTS_TEAMS', '')}", "12", "environmentVariables.CALLEVENTS_TEAMS: 12"),
    ],
)
def test_what_only_the_resolved_template_shows_is_named(
    right: str, wrong: str, named: str, tmp_path: Path, resolved: Resolved
) -> None:
    (tmp_path / "template.yml").write_text(TEMPLATE.replace(right, wrong, 1), "utf-8")

    assert named in "\n".join(problems(tmp_path / "template.yml", PROJECT))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("${vars.region}", "${vars.regio}"),
        ("${vars.region}", "${magic()}"),
        ("    cpu: 0.35\n", "    cpu: 0.35\n    cpu: 0.5\n"),
        ("${env('CALLEVENTS_TEAMS', '')}", "${env('CALLEVENTS_TEAMS')}"),
    ],
)
def test_what_serverless_devs_cannot_resolve_fails(
    right: str, wrong: str, tmp_path: Path, resolved: Resolved
) -> None:
    (tmp_path / "template.yml").write_text(TEMPLATE.replace(right, wrong, 1), "utf-8")

    with pytest.raises(BuildFailed, match="s preview"):
        list(problems(tmp_path / "template.yml", PROJECT))


def test_without_node_lint_says_what_it_did_not_check() -> None:
    line = [sys.executable, "-m", "callevents_build", "template"]
    done = subprocess.run(
        line, check=False, capture_output=True, text=True, env={"PATH": "/nowhere"}, cwd=PROJECT
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("NOT CHECKED: the functions of template.yml")


def test_deploying_and_building_need_no_tool_of_development() -> None:
    code = (
        "import sys; sys.modules.update(yaml=None, pytest=None, jsonschema=None);"
        "import callevents.doctor, callevents_build.__main__;"
        "import callevents_build.deploy.deployment, callevents_build.deploy.tool.serverless_devs"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_tool_is_locked_by_version_and_hash() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    wanted = json.loads((PROJECT / "package.json").read_text())["devDependencies"]["@serverless-devs/s"]

    locked = lock["packages"]["node_modules/@serverless-devs/s"]
    assert locked["version"] == wanted
    assert locked["integrity"].startswith("sha512-")


def test_the_manifest_beside_it_is_yaml() -> None:
    assert yaml.safe_load((PROJECT / "functions/slack/manifest.yml").read_text())
