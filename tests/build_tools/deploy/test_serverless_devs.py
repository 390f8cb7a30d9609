"""`make deploy` with the real Serverless Devs, and in place of its component fc3 one that writes down what it gets."""

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
import yaml

from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.access_key import without_key
from callevents_build.deploy.deployment import deploy
from callevents_build.deploy.redacted_output import redact, run, secrets_in
from callevents_build.deploy.serverless_devs import command

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
        assert deploy(environ, project, lambda environ: None) == 0
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
        "a#b",
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


def test_a_temporary_key_keeps_its_token(deployed: Deployed) -> None:
    key = {
        f"ALIBABA_CLOUD_{name}": f"of-{name}"
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


def test_no_secret_is_printed_or_left_in_a_log(deployed: Deployed, home: Path, capfd: Any) -> None:
    (home / ".s/access.yaml").write_text(KEPT)

    deployed({})

    logs = [path for path in (home / ".s/logs").rglob("*") if path.is_file()]
    output = "\n".join([*capfd.readouterr(), *(path.read_text() for path in logs)])
    assert "CALLEVENTS_WEBHOOK_SECRET" in output
    assert "ap-northeast-1" not in output or "[redacted]" in output
    for secret in (
        ENVIRON["SLACK_BOT_TOKEN"],
        ENVIRON["SLACK_SIGNING_SECRET"],
        SECRET,
        json.dumps(SECRET)[1:-1],
    ):
        assert secret not in output
    assert {path.stat().st_mode & 0o077 for path in logs} == {0}


def test_old_logs_are_left_alone_and_the_status_is_kept(tmp_path: Path, capsys: Any) -> None:
    log = tmp_path / ".s/logs/1/s_cli.log"
    log.parent.mkdir(parents=True)
    log.write_text("old secret-of-mine")
    os.utime(log, (1, 1))
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "A_TOKEN": "secret-of-mine"}

    status = run(
        ["sh", "-c", 'mkdir .s/logs/2; echo "$A_TOKEN" | tee .s/logs/2/new; exit 3'], tmp_path, environ
    )

    assert status == 3
    assert capsys.readouterr().out == (tmp_path / ".s/logs/2/new").read_text() == "[redacted]\n"
    assert log.read_text() == "old secret-of-mine"


def test_a_secret_is_known_as_yaml_writes_it() -> None:
    secret = """it's a "secret" of \u00e9 \\ ours"""
    secrets = secrets_in({"X_SECRET": secret})

    for printed in (
        yaml.safe_dump({"a": secret}, default_style="'", allow_unicode=True, width=1000),
        yaml.safe_dump({"a": secret}, default_style='"', allow_unicode=True, width=1000),
    ):
        assert "[redacted]" in redact(printed, secrets)
        assert "secret" not in redact(printed, secrets)


def test_a_secret_is_known_however_it_is_written() -> None:
    secret = 'it\'s a/\\pass+word&"more"\u00e9 0001'
    secrets = secrets_in({"X_SECRET": secret})
    forms = [
        secret,
        json.dumps(secret),
        json.dumps(json.dumps(secret)),
        json.dumps(secret, ensure_ascii=False),
        yaml.safe_dump(secret, width=1_000, allow_unicode=True),
        shlex.quote(secret),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        urlencode({"token": secret}),
    ]

    shown = [redact(form, secrets) for form in forms]

    assert [each for each in shown if "word" in each or "more" in each] == []


def test_a_key_of_serverless_devs_in_the_environment_is_a_secret() -> None:
    key = {
        "AccountID": "1234567890123456",
        "AccessKeyID": "LTAI5tExample01",
        "AccessKeySecret": "secret-of-the-key-01",
    }
    secrets = secrets_in({"team_serverless_devs_key": json.dumps(key)})

    assert "secret-of-the-key-01" not in redact("AccessKeySecret: secret-of-the-key-01", secrets)
    assert "LTAI5tExample01" not in redact("AccessKeyID: LTAI5tExample01", secrets)


def test_words_that_are_no_secrets_stay() -> None:
    secrets = secrets_in(
        {"SLACK_BOT_TOKEN": "short", "CALLEVENTS_CHANNEL": "C0123456789", "X_SECRET": "a:longer-one,b"}
    )

    assert (
        redact("short C0123456789 a:longer-one longer-one", secrets)
        == "short C0123456789 [redacted] [redacted]"
    )
