import json
import os
import re
from pathlib import Path

import pytest

from callevents_build.deploy.preconditions import missing
from tests.build_tools.deploy.conftest import deploy

ENVIRON = {
    "DEPLOY_ACCOUNT": "1234567890123456",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_BOT_TOKEN": "xoxb-1-abc",
    "CCC_INSTANCE_ID": "ccc-test",
}
KEY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI0", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret-of-the-key"}
STUB = """\
#!/bin/sh
printf '["%s", "%s", "%s", "%s"]' "$*" "$SLACK_BOT_TOKEN" "$FROM_FILE" "$PYTHON_VERSION" > "$CALLED"
ls -A > "$CALLED.files"
cat build/made dist/made >> "$CALLED.files"
exit ${STATUS:-0}
"""


def test_what_is_set_is_enough() -> None:
    assert list(missing(ENVIRON)) == []
    assert list(missing({**ENVIRON, "DEPLOY_FAILURE_DESTINATION": "acs:fc:cn-hongkong:1:functions/f"})) == []


def test_a_secret_that_stands_in_kms_counts_as_set() -> None:
    in_kms = {name: f"kms://{name}" for name in ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN")}

    assert list(missing({**ENVIRON, **in_kms})) == []
    alerts = {"CALLEVENTS_WEBHOOK_SECRET": "grafana:kms://hmac", "CALLEVENTS_CHANNEL": "C012"}
    assert list(missing({**ENVIRON, **alerts})) == []


def test_all_that_is_missing_is_named_at_once() -> None:
    found = "\n".join(missing({}))

    assert all(name in found for name in ENVIRON if name != "DEPLOY_ACCOUNT")


def test_what_comes_later_may_be_missing_but_not_wrong() -> None:
    later = {"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"}

    assert list(missing({"CCC_INSTANCE_ID": "ccc-test"}, later)) == []
    (line,) = missing({"CCC_INSTANCE_ID": "ccc-test", "SLACK_BOT_TOKEN": "abc"}, later)
    assert "SLACK_BOT_TOKEN" in line


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DEPLOY_ACCOUNT": "12"}, "DEPLOY_ACCOUNT"),
        ({"DEPLOY_ACCOUNT": " 1234567890123456"}, "DEPLOY_ACCOUNT"),
        ({"SLACK_SIGNING_SECRET": "short"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "8f742231b10e8888 abcd99yyyzzz85a5"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": "kms:/callevents/slack-signing-secret"}, "SLACK_SIGNING_SECRET"),
        ({"CALLEVENTS_KMS_ENDPOINT": "http://kms.cn-hongkong.aliyuncs.com"}, "CALLEVENTS_KMS_ENDPOINT"),
        ({"SLACK_BOT_TOKEN": "abc"}, "SLACK_BOT_TOKEN"),
        ({"CCC_ENDPOINT": "http://ccc.example.com"}, "CCC_ENDPOINT"),
        ({"CALLEVENTS_TIMEZONE": "Mars/Olympus"}, "CALLEVENTS_TIMEZONE"),
        ({"CALLEVENTS_WEBHOOK_TOKEN": "t" * 24}, "CALLEVENTS_CHANNEL"),
        ({"CALLEVENTS_CHANNEL": "C012"}, "CALLEVENTS_WEBHOOK_TOKEN"),
        ({"PYTHON_VERSION": "3.11"}, "PYTHON_VERSION"),
        ({"DEPLOY_REGION": "cn-hongkng"}, "DEPLOY_REGION"),
        ({"CALLEVENTS_CCC_EVENTS": "Abandoned," * 500}, "the settings of the function webhook have"),
        ({"DEPLOY_FAILURE_DESTINATION": "the queue: failed"}, "DEPLOY_FAILURE_DESTINATION"),
        (
            {"CALLEVENTS_WEBHOOK_TOKEN": "abc${def}ghi-0123456789", "CALLEVENTS_CHANNEL": "C012"},
            "CALLEVENTS_WEBHOOK_TOKEN",
        ),
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef<%=1%>"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-\udce4bc"}, "SLACK_BOT_TOKEN"),
        (
            {"CALLEVENTS_WEBHOOK_TOKEN": "t" * 24 + "\0", "CALLEVENTS_CHANNEL": "C012"},
            "CALLEVENTS_WEBHOOK_TOKEN",
        ),
        ({"DEPLOY_CONCURRENCY": "1"}, "DEPLOY_CONCURRENCY"),
        ({"DEPLOY_CONCURRENCY": "051"}, "DEPLOY_CONCURRENCY"),
        ({"DEPLOY_CONCURRENCY": "twenty"}, "DEPLOY_CONCURRENCY"),
        ({"DEPLOY_ROLES": "false"}, "DEPLOY_ROLES"),
        ({"DEPLOY_ASSISTANT": "1"}, "DEPLOY_ASSISTANT"),
        ({"DEPLOY_KMS_KEY": "*"}, "DEPLOY_KMS_KEY"),
        ({"CALLEVENTS_WORKER": "callevents-slack"}, "CALLEVENTS_WORKER"),
        ({"SOMEBODYS": "a\0b"}, "SOMEBODYS"),
        ({"SOMEBODYS": "x" * 200_000}, "SOMEBODYS has more than 64 kB"),
        ({"CALLEVENTS_USER": "U0123"}, "CALLEVENTS_USER sets nothing: CALLEVENTS_USERS is meant"),
        ({"slack_bot_tokn": "xoxb-1"}, "slack_bot_tokn sets nothing: SLACK_BOT_TOKEN is meant"),
        ({"CALLEVENTS_WHO_MAY": "U0123"}, "CALLEVENTS_WHO_MAY sets nothing: there is no such setting"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_never_shown(changes: dict[str, str], named: str) -> None:
    (line,) = missing({**ENVIRON, **changes})

    assert named in line
    assert not any(len(value) > 2 and value in line for value in changes.values() if value != "3.11")


def test_what_is_set_for_others_is_no_mistake() -> None:
    others = {"SLACK_APP_TOKEN": "xapp-1", "SLACK_WEBHOOK_URL": "https://x", "DEPLOY_ENV": "prod", "CCC": "1"}

    assert list(missing({**ENVIRON, **others})) == []


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    """Return a project whose `s` writes down how it was called, and fails as it is told."""
    tool = tmp_path / "node_modules" / ".bin" / "s"
    tool.parent.mkdir(parents=True)
    tool.write_text(STUB)
    tool.chmod(0o755)
    (tmp_path / "template.yml").write_text("edition: 3.0.0\n")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/made").write_text("made\n")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/made").write_text("packed\n")
    return tmp_path


@pytest.mark.parametrize("status", [0, 3])
def test_what_is_built_is_handed_to_serverless_devs(status: int, project: Path) -> None:
    (project / ".env").write_text(
        "# a comment\nexport FROM_FILE='from the file'\nSLACK_BOT_TOKEN=xoxb-2-file\n"
    )
    environ = {
        **ENVIRON,
        **KEY,
        "PATH": os.environ["PATH"],
        "STATUS": str(status),
        "CALLED": str(project / "called"),
        "PYTHON_VERSION": "python3.12",
    }

    assert deploy(environ, project) == status

    line, token, from_file, version = json.loads((project / "called").read_text())
    assert re.fullmatch(r"deploy -t /\S+/template\.yml -y -a callevents_serverless_devs_key", line)
    assert (token, from_file, version) == ("xoxb-1-abc", "from the file", "3.12")
    # Serverless Devs would read `.env` too, and otherwise.
    assert (project / "called.files").read_text().split() == [
        "build", "dist", "home", "pid", "template.yml", "made", "packed",
    ]  # fmt: skip
    assert f"-t {project}/" not in line


def test_ones_own_serverless_devs_does_where_none_is_installed(project: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (project / "node_modules" / ".bin").rename(own)
    environ = {**ENVIRON, **KEY, "PATH": f"{own}:{os.environ['PATH']}", "CALLED": str(project / "called")}

    assert deploy(environ, project) == 0

    assert json.loads((project / "called").read_text())[0].startswith("deploy -t /")
