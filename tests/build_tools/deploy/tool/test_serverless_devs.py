"""`make deploy` with the real Serverless Devs, and in place of its component fc3 one that writes down what it gets."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callevents.settings.variables import settings_of
from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.access_key import without_key
from callevents_build.deploy.tool.serverless_devs import command, preview
from tests.build_tools.deploy.conftest import deploy

pytestmark = [pytest.mark.node, pytest.mark.socket]

SECRET = "of-grafana\"and'others\\$#: {}"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAA+/=\n-----END CERTIFICATE-----"
ENVIRON = {
    "DEPLOY_ACCOUNT": "1234567890123456",
    "DEPLOY_REGION": "ap-northeast-1",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-1-abcdefgh",
    "CCC_INSTANCE_ID": "ccc-test",
    "CALLEVENTS_CHANNEL": "C0ALERTS",
    "CALLEVENTS_WEBHOOK_SECRET": f"grafana:{SECRET}",
    "CALLEVENTS_EVENTBRIDGE_CERTIFICATE": CERTIFICATE,
    "CCC_INSTANCES": "热线=ccc-hot",
}
# As `s config add` keeps them, disguised: AccessKeyID is `kept`, and `mine`.
KEPT = """\
default:
  AccessKeyID: U2FsdGVkX1/V17Yt1Kqk9yq4Ok2lzLFRT1WkPs0iBuo=
  AccessKeySecret: U2FsdGVkX1/kKOAnzv3QyzQq0+IB00SWaUL8pqD26wk=
  __provider: U2FsdGVkX18KTtkvRxJcsmRwjsnJpLif9P9wL8G5rzE=
  AccountID: U2FsdGVkX19KHcYwg7K1h+uxA6iDlsnivX8AkPonEX4=
my work:
  AccessKeyID: U2FsdGVkX1/y8ZsTbdieLgTZ8faWZOyXjtezDCXM2ZE=
  AccessKeySecret: U2FsdGVkX180nB+UnWgBd/uZu5fUjWv9xBkHqIyNJYk=
  __provider: U2FsdGVkX1/DpAkGiGZJ86jr4gMDyhiDcO1VvqxvFrA=
  AccountID: U2FsdGVkX1/VuGhQolDz9y8WAhBbyPSKzZKQz3die4g=
"""
COMPONENT = """\
module.exports = class {
  async deploy(inputs) {
    const key = await inputs.getCredential();
    require("fs").appendFileSync(process.env.GOT, JSON.stringify({ props: inputs.props, key }) + "\\n");
    return { environmentVariables: inputs.props.environmentVariables };
  }
};
module.exports.default = module.exports;
"""

# Values that a template, a shell, YAML, JSON or JavaScript might take for something else.
ODD_VALUES = [
    "a\r\nb", " x ", "\tx", "x\n", "{{ x }}", "{{x", "a{%b%}", "#{x}", "$x $$ $1 $& $HOME", "\\n \\ \\\\", "a\u2028b",
    "\ufeffabc", "é中🎉", "true", "null", "123", "0x1F", "2026-01-01", "~", "- a", "a: b", "[1]", "{a: 1}", "!!str x",
    "&a *a", "@x", "`id`", "'", '"', "''", '"""', "> x", "|\nx", "$ {x}", "%>", "$(id)", "\x01\x1b[31m", "1e3", "<<",
    "__proto__", "env('X')", "&lt;b&gt; <b>",
]  # fmt: skip

Deployed = Callable[[dict[str, str]], list[Any]]


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Path:
    component = tmp_path / ".s/components/devsapp.cn/v3/fc3@0.1.22"
    component.mkdir(parents=True)
    (component / "package.json").write_text('{"name": "fc3", "version": "0.1.22", "main": "index.js"}')
    (component / "index.js").write_text(COMPONENT)
    # Checked for a newer one never again.
    (component / ".s.lock").write_text('{"version": "0.1.22", "lastUpdateCheck": 9999999999999}')
    return tmp_path


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    """Return a project of its own, with the real template, policies and tools."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("template.yml", "functions", "node_modules"):
        (project / name).symlink_to(PROJECT / name)
    return project


@pytest.fixture(name="deployed")
def _deployed(home: Path, project: Path) -> Deployed:
    """Deploy with the real tool; return what its component got, one after the other."""
    if command(PROJECT) is None:
        pytest.skip("no Node here")

    def deployed(changes: dict[str, str]) -> list[Any]:
        outside = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GOT": str(home / "got"),
            "NODE_ENV": "test",
        }
        environ = outside | ENVIRON | changes
        assert deploy(environ, project) == 0
        return [json.loads(line) for line in (home / "got").read_text().splitlines()]

    return deployed


def test_every_function_gets_its_settings_as_they_are(deployed: Deployed, home: Path) -> None:
    (home / ".s/access.yaml").write_text(KEPT)

    worker, slack, webhook = (each["props"] for each in deployed({}))

    assert [each["functionName"] for each in (worker, slack, webhook)] == [
        "callevents-worker", "callevents-slack", "callevents-webhook",
    ]  # fmt: skip
    assert slack["environmentVariables"]["SLACK_SIGNING_SECRET"] == ENVIRON["SLACK_SIGNING_SECRET"]
    assert worker["environmentVariables"]["SLACK_BOT_TOKEN"] == ENVIRON["SLACK_BOT_TOKEN"]
    assert worker["environmentVariables"]["CCC_INSTANCES"] == ENVIRON["CCC_INSTANCES"]
    assert (
        webhook["environmentVariables"]["CALLEVENTS_WEBHOOK_SECRET"] == ENVIRON["CALLEVENTS_WEBHOOK_SECRET"]
    )
    assert webhook["environmentVariables"]["CALLEVENTS_EVENTBRIDGE_CERTIFICATE"] == CERTIFICATE
    assert worker["role"] == "acs:ram::1234567890123456:role/callevents-worker"
    assert {each["region"] for each in (worker, slack, webhook)} == {"ap-northeast-1"}


@pytest.mark.parametrize(
    "value",
    [
        "a$HOME$",
        "`id`",
        "it's",
        'say "x"',
        "a # b",
        "{{ a }} {% b %}",
        "-----BEGIN\nAA+/=\n-----END",
        "热线-密钥",
        "back\\slash",
    ],
)
def test_a_value_in_dotenv_reaches_the_function_as_it_is(
    value: str, deployed: Deployed, home: Path, project: Path
) -> None:
    (home / ".s/access.yaml").write_text(KEPT)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    (project / ".env").write_text(f"CALLEVENTS_WEBHOOK_TOKEN='{escaped}-0123456789abcdef'\n", "utf-8")

    webhook = deployed({})[2]["props"]

    assert webhook["environmentVariables"]["CALLEVENTS_WEBHOOK_TOKEN"] == f"{value}-0123456789abcdef"


def resolved_values(values: list[str]) -> list[str]:
    """Return *values* as the real tool hands them to a function, each in a variable of its own."""
    names = sorted(settings_of("worker") & settings_of("slack") - {"CALLEVENTS_WORKER"})
    tool = command(PROJECT)
    if tool is None:
        pytest.skip("no Node here")
    arrived: list[str] = []
    for begin in range(0, len(values), len(names)):
        environ = dict(zip(names, values[begin : begin + len(names)], strict=False))
        resources = preview(tool, PROJECT / "template.yml", environ)
        arrived += [resources["worker"]["props"]["environmentVariables"][name] for name in environ]
    return arrived


def test_odd_values_arrive_as_they_are() -> None:
    assert resolved_values(ODD_VALUES) == ODD_VALUES


@settings(max_examples=3, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        min_size=8,
        max_size=15,
    )
)
def test_any_value_that_is_not_refused_arrives_as_it_is(values: list[str]) -> None:
    values = [value for value in values if not re.search(r"\$\{|<%", value)]

    assert resolved_values(values) == values


@pytest.mark.parametrize(
    ("changes", "kept", "id_"),
    [
        ({}, KEPT, "kept"),
        (
            {
                "DEPLOY_ACCESS": "my work",
                "ALIBABA_CLOUD_ACCESS_KEY_ID": "own",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x",
            },
            KEPT,
            "mine",
        ),
        ({"ALIBABA_CLOUD_ACCESS_KEY_ID": "own", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "own-secret"}, "", "own"),
        (
            {"ALIBABA_CLOUD_ACCESS_KEY_ID": "own", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "own-secret"},
            KEPT,
            "own",
        ),
        ({"AccountID": "1", "AccessKeyID": "triple", "AccessKeySecret": "s"}, "", "triple"),
    ],
)
def test_it_deploys_with_the_key_that_is_meant(
    changes: dict[str, str], kept: str, id_: str, deployed: Deployed, home: Path
) -> None:
    (home / ".s/access.yaml").write_text(kept)

    assert {each["key"]["AccessKeyID"] for each in deployed(changes)} == {id_}


def test_a_temporary_key_keeps_its_token_and_loses_blanks_around_it(deployed: Deployed) -> None:
    key = {
        f"ALIBABA_CLOUD_{name}": f" of-{name}\n"
        for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")
    }

    assert deployed(key)[0]["key"] == {
        "AccountID": ENVIRON["DEPLOY_ACCOUNT"], "AccessKeyID": "of-ACCESS_KEY_ID",
        "AccessKeySecret": "of-ACCESS_KEY_SECRET", "SecurityToken": "of-SECURITY_TOKEN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("environ", "named"),
    [({}, "ALIBABA_CLOUD_ACCESS_KEY_ID"), ({"DEPLOY_ACCESS": "none", "AccountID": "1"}, "DEPLOY_ACCESS")],
)
def test_a_missing_key_is_named(environ: dict[str, str], named: str, home: Path) -> None:
    (line,) = without_key({"HOME": str(home), **environ})

    assert named in line


def test_no_secret_is_printed_or_left_anywhere(deployed: Deployed, home: Path, capfd: Any) -> None:
    (home / ".s/access.yaml").write_text(KEPT)

    deployed({})

    output = "\n".join(capfd.readouterr())
    assert "  worker: deployed (" in output
    assert "CALLEVENTS_WEBHOOK_SECRET: [redacted]" in output
    for secret in (ENVIRON["SLACK_BOT_TOKEN"], ENVIRON["SLACK_SIGNING_SECRET"], SECRET, "CERTIFICATE----"):
        assert secret not in output
    assert not [
        path
        for path in home.rglob("*")
        if path.is_file() and b"xoxb-1" in path.read_bytes() and path.name != "got"
    ]
    assert not (home / ".s/logs").exists()
