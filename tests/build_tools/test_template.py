import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from callevents.settings.model import Settings
from callevents_build.deploy.deployment import DEFAULTS
from callevents_build.deploy.template import load, resources
from callevents_build.deploy.template_check import check
from callevents_build.deploy.template_rules import problems, setting_names

PROJECT = Path(__file__).parents[2]
TEMPLATE = (PROJECT / "template.yml").read_text()

WEBHOOK_TOKEN = "CALLEVENTS_WEBHOOK_TOKEN: ${env('CALLEVENTS_WEBHOOK_TOKEN', '')}"


@pytest.fixture(name="found")
def _found(tmp_path: Path) -> Callable[[str], list[str]]:
    """Return what the checks say of a template."""

    def found(text: str) -> list[str]:
        (tmp_path / "template.yml").write_text(text)
        return list(problems(tmp_path / "template.yml", PROJECT))

    return found


def test_the_template_is_right_and_serverless_devs_reads_it_alike() -> None:
    assert list(check(PROJECT / "template.yml", PROJECT)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("edition: 3.0.0", "edition: 1.0.0", "edition"),
        ("access: default", "access: ${env('ALIAS', 'default')}", "access has an expression"),
        ("resources:\n", "services: {}\nresources:\n", "unknown name at the top: services"),
        ("component: fc3", "component: fc", "worker: component"),
        ("memorySize: 512", "memorysize: 512", "unknown property memorysize"),
        ("memorySize: 512", "memorysize: 512", "memorySize is missing"),
        ("reservedConcurrency: 10", "reservedConcurency: 10", "unknown property concurrencyConfig.reservedConcurency"),
        ("maxAsyncRetryAttempts", "maxRetryAttempts", "unknown property asyncInvokeConfig.maxRetryAttempts"),
        ("        handler: index.initialize", "        handlr: index.initialize", "Config.initializer.handlr"),
        ("authType: anonymous", "authtype: anonymous", "unknown property triggers[].triggerConfig.authtype"),
        ("memorySize: 512", "memorySize: 500", "memorySize is 500"),
        ("memorySize: 512", "memorySize: '512'", "memorySize is '512'"),
        ("memorySize: 512", "memorySize: 2048", "do not fit"),
        ("cpu: 0.35", "cpu: 0.33", "cpu is 0.33"),
        ("cpu: 0.35", "cpu: 1", "do not fit"),
        ("diskSize: 512", "diskSize: 1024", "diskSize is 1024"),
        ("timeout: 60", "timeout: 100000", "timeout is 100000"),
        ("timeout: 60", "timeout: true", "timeout is True"),
        ("timeout: 60", "timeout: 45", "worker: timeout is 45"),
        ("timeout: 5\n", "timeout: 2\n", "slack: timeout is 2"),
        ("timeout: 10\n      role", "timeout: 600\n      role", "webhook: timeout is 600"),
        ("internetAccess: true", "internetAccess: false", "worker: internetAccess"),
        ("${yaml(env('DEPLOY_CONCURRENCY', '1'))}", "20", "worker: instanceConcurrency is for custom runtimes only"),
        ("${yaml(env('DEPLOY_CONCURRENCY', '1'))}", "'1'", "instanceConcurrency is '1', not 1 to 50"),
        ("hooks: {}", "hooks: {initializer: {handler: index.initialize, timeout: 10}}", "would post to /initialize"),
        ("    runtime: custom.debian12", "    runtime: custom.debian10", "runtime 'custom.debian10' is not"),
        ("folder: /custom", "folder: ''", "code './build/worker' is not ./build/custom/worker"),
        ("vars.manyAtOnce.runtime", "vars.oneByOne.runtime", "slack: DEPLOY_CONCURRENCY makes no custom runtime"),
        ("vars.manyAtOnce.runtime", "vars.manyAtOnce.rntime", "vars.manyAtOnce.rntime is not there"),
        ("        destinationConfig:", "        #", "worker: asyncInvokeConfig.destinationConfig is missing"),
        ("[*for-all, *for-lookups, *for-hand-over]", "[*for-all, *for-lookups]", "slack: CALLEVENTS_WORKER is not"),
        ("[*for-all, *for-lookups, *for-hand-over]", "[*for-all, *for-hand-over]", "slack: CCC_ENDPOINT is not wired"),
        ("[*for-all, *for-lookups, *for-alerts]", "[*for-all, *for-alerts]", "worker: SLACK_BOT_TOKEN is not"),
        ("[*for-all, *for-alerts, *for-hand-over]", "[*for-all, *for-lookups, *for-alerts, *for-hand-over]",
         "webhook: SLACK_BOT_TOKEN is no business of it"),
        ("[*for-all, *for-alerts, *for-hand-over]", "[*for-all, *for-alerts]", "webhook: CALLEVENTS_WORKER is not"),
        ("'Asia/Shanghai'", "'Europe/Berlin'", "slack: the default of CALLEVENTS_TIMEZONE is not the code's"),
        ("_GUESTS', 'true'", "_GUESTS', 'false'", "worker: the default of CALLEVENTS_DENY_GUESTS is not the code's"),
        ("      timeout: 5\n", "", "slack: timeout is missing"),
        ("maxAsyncRetryAttempts: 2", "maxAsyncRetryAttempts: 9", "maxAsyncRetryAttempts is 9"),
        ("maxAsyncEventAgeInSeconds: 1500", "maxAsyncEventAgeInSeconds: 18000", "maxAsyncEventAgeInSeconds is 18000"),
        ("asyncTask: true", "asyncTask: false", "asyncTask"),
        ("handler: index.handler", "handler: index.handle", "handler 'index.handle' is not in functions/worker"),
        ("handler: index.initialize", "handler: main.initialize", "handler 'main.initialize'"),
        ("code: ${vars.built}/slack", "code: ./build/webhook", "slack: code"),
        ("functionName: callevents-slack", "functionName: 1-slack", "functionName '1-slack'"),
        ("functionName: callevents-slack", "functionName: callevents-webhook", "more than one function"),
        ("functionName: callevents-slack", "functionName: 'call events'", "functionName 'call events'"),
        ("${vars.roles}/callevents-slack", "${vars.roles}/callevents-worker", "callevents-worker stands at more than"),
        ("${vars.roles}/callevents-slack", "callevents-slack", "slack: role"),
        ("python${env('PYTHON_VERSION', '3.10')}", "python3.11", "runtime"),
        ("'cn-hongkong'", "'cn-honkong'", "region"),
        ("authType: anonymous", "authType: function", "authType 'function'"),
        ("methods: [POST]", "methods: [POST, GET]", "slack: methods"),
        ("methods: [POST, PUT]", "methods: [POST]", "webhook: methods"),
        ("triggerType: http", "triggerType: htp", "slack: the trigger"),
        ("      code: ${vars.built}/worker\n", "      code: ./build/worker\n      triggers: [{}]\n", "has a trigger"),
        ("logConfig: auto", "logConfig: {project: x}", "logConfig"),
        ("    CCC_INSTANCE_ID:", "    FC_INSTANCE:", "FC_INSTANCE is reserved"),
        ("    CCC_INSTANCE_ID:", "    CCC_INSTANCE:", "CCC_INSTANCE is no setting"),
        ("    CALLEVENTS_TEAMS: ${env('CALLEVENTS_TEAMS', '')}\n", "", "CALLEVENTS_TEAMS is wired nowhere"),
        ("${env('CALLEVENTS_TEAMS', '')}", "${env('CALLEVENTS_TEAM', '')}", "CALLEVENTS_TEAMS is not wired"),
        ("${env('CALLEVENTS_TEAMS', '')}", "T012", "CALLEVENTS_TEAMS is not wired"),
        ("${env('CALLEVENTS_TEAMS', '')}", "12", "CALLEVENTS_TEAMS is no text"),
        ("${env('CALLEVENTS_TEAMS', '')}", "${env('CALLEVENTS_TEAMS')}", "has no default"),
        ("${env('SLACK_BOT_TOKEN', '')}", "${env('SLACK_BOT_TOKEN', 'abcd1234')}", "a secret in the file"),
        ("${env('SLACK_BOT_TOKEN', '')}", "xoxb-1234-abcdefgh", "a secret in the file"),
        ("# Nothing secret", "# 0123456789abcdef0123456789abcdef", "a secret in the file"),
        ("        SLACK_SIGNING_SECRET: ${env('SLACK_SIGNING_SECRET', '')}\n", "", "SLACK_SIGNING_SECRET is wired"),
        ("  for-all: &for-all\n", f"  for-all: &for-all\n    {WEBHOOK_TOKEN}\n",
         "slack: CALLEVENTS_WEBHOOK_TOKEN is no business of it"),
        ("${vars.region}", "${vars.regio}", "vars.regio is not there"),
        ("${vars.region}", "${magic()}", "do not know"),
        ("    cpu: 0.35\n", "    cpu: 0.35\n    cpu: 0.5\n", "cpu stands twice"),
        ("edition: 3.0.0", "edition: [", "cannot be read"),
        ("\n  webhook:\n", "\n  hook:\n", "no resource webhook"),
        ("'Abandoned,", "'" + "x" * 4000 + ",", "more than 4096"),
    ],
)  # fmt: skip
def test_each_error_is_found(right: str, wrong: str, said: str, found: Callable[[str], list[str]]) -> None:
    assert right in TEMPLATE
    assert said in "\n".join(found(TEMPLATE.replace(right, wrong, 1)))


def test_a_cap_on_spending_is_compulsory(found: Callable[[str], list[str]]) -> None:
    without = TEMPLATE.replace("      concurrencyConfig:\n        reservedConcurrency: 10\n", "")

    assert "slack: nothing caps what it may cost" in "\n".join(found(without))


def test_a_role_that_may_do_more_than_its_function_needs_is_found(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "functions", tmp_path / "functions")
    policy = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["ccc:*"], "Resource": "*"}]}
    (tmp_path / "functions/worker/policy.json").write_text(json.dumps(policy))
    (tmp_path / "functions/slack/policy.json").write_text("{")

    found = list(problems(PROJECT / "template.yml", tmp_path))

    assert found == ["worker: policy.json allows ccc:*", "slack: policy.json cannot be read"]


def test_the_settings_are_those_that_the_code_reads() -> None:
    names = setting_names()

    assert len(names) == len(set(names))
    assert {"SLACK_SIGNING_SECRET", "CCC_INSTANCE_ID", "CALLEVENTS_LOG_LEVEL"} <= set(names)


def test_what_is_unset_leaves_the_defaults_of_the_settings() -> None:
    for name, resource in resources(load(PROJECT / "template.yml"), {}).items():
        properties = resource["props"]
        assert isinstance(properties, dict)
        settings = Settings.from_environ(properties["environmentVariables"])
        worker = "" if name == "worker" else "callevents-worker"
        assert settings == Settings.from_environ({"CALLEVENTS_WORKER": worker})


@pytest.mark.parametrize("destination", ["", "acs:mns:cn-hongkong:1234567890123456:/queues/failed/messages"])
def test_what_failed_for_good_goes_where_the_deployer_says(destination: str) -> None:
    worker = resources(load(PROJECT / "template.yml"), {"DEPLOY_FAILURE_DESTINATION": destination})["worker"]
    assert isinstance(worker["props"], dict)

    expected = {"onFailure": {"destination": destination}} if destination else {}
    assert worker["props"]["asyncInvokeConfig"]["destinationConfig"] == expected


def test_many_requests_at_once_are_for_custom_runtimes_and_one_variable_chooses_them() -> None:
    template = load(PROJECT / "template.yml")
    one, many = resources(template, {}), resources(template, {"DEPLOY_CONCURRENCY": "20"})

    for name in one:
        alone, together = one[name]["props"], many[name]["props"]
        assert isinstance(alone, dict)
        assert isinstance(together, dict)
        changed = {key for key in alone if alone[key] != together[key]}
        assert changed == {"runtime", "instanceConcurrency", "code", "instanceLifecycleConfig"}
        assert (together["runtime"], together["instanceConcurrency"]) == ("custom.debian12", 20)
        assert together["code"] == f"./build/custom/{name}"


def test_the_doctor_looks_where_the_template_deploys() -> None:
    worker = resources(load(PROJECT / "template.yml"), {})["worker"]["props"]

    assert isinstance(worker, dict)
    assert {"CALLEVENTS_WORKER": worker["functionName"], "DEPLOY_REGION": worker["region"]} == DEFAULTS


def test_deploying_and_building_need_no_tool_of_development() -> None:
    code = (
        "import sys; sys.modules.update(yaml=None, pytest=None, jsonschema=None);"
        "import callevents_build.__main__, callevents_build.deploy.deployment, callevents_build.deploy.serverless_devs, callevents.doctor"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_tool_is_locked_by_version_and_hash() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    wanted = json.loads((PROJECT / "package.json").read_text())["devDependencies"]["@serverless-devs/s"]

    locked = lock["packages"]["node_modules/@serverless-devs/s"]
    assert locked["version"] == wanted
    assert locked["integrity"].startswith("sha512-")


def test_the_trust_policy_lets_function_compute_alone_take_the_roles() -> None:
    trust = json.loads((PROJECT / "functions/trust-policy.json").read_text())

    (statement,) = trust["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Principal"] == {"Service": ["fc.aliyuncs.com"]}


def test_the_manifest_beside_it_is_yaml() -> None:
    assert yaml.safe_load((PROJECT / "functions/slack/manifest.yml").read_text())


NEEDED = {
    "slack": {"slack-signing-secret", "slack-bot-token"},
    "webhook": {"webhook-secret", "webhook-token"},
    "worker": {"slack-bot-token"},
}


@pytest.mark.parametrize("function", NEEDED)
def test_the_role_that_reads_from_kms_may_read_its_own_secrets_and_no_other(function: str) -> None:
    policy = json.loads((PROJECT / "functions" / function / "kms-policy.json").read_text())

    reading, decrypting = policy["Statement"]
    assert (reading["Action"], decrypting["Action"]) == ("kms:GetSecretValue", "kms:Decrypt")
    assert set(reading["Resource"]) == {f"acs:kms:*:*:secret/callevents/{name}" for name in NEEDED[function]}
    assert decrypting["Resource"].startswith("acs:kms:*:*:key/")
    assert "*" not in decrypting["Resource"].rpartition("/")[2]
