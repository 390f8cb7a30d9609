"""The application, checked with the registry's schema and rendered by Serverless Devs' own loader."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from callevents_build.application import make_application
from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.tool.serverless_devs import command, preview
from callevents_build.judges import APPLICATION
from tests.build_tools.application.test_application import artefacts

pytestmark = [pytest.mark.node, pytest.mark.socket]
GIVEN = {
    "DEPLOY_ACCOUNT": "1234567890123456",
    "DEPLOY_REGION": "ap-northeast-1",
    "CCC_INSTANCE_ID": "ccc-test",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99eee11185a5",
    "SLACK_BOT_TOKEN": "xoxb-1-abc",
    "CALLEVENTS_WEBHOOK_TOKEN": "grafana:0123456789abcdef,pagerduty:fedcba9876543210+/=",
}


@pytest.fixture(name="package", scope="module")
def _package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("project")
    (project / "dist").mkdir()
    for name in ("template.yml", "functions", "pyproject.toml", "node_modules", "package.json"):
        (project / name).symlink_to(PROJECT / name)
    return make_application(project, lambda _version: artefacts(project))


def made(package: Path, folder: Path, parameters: Mapping[str, str] | None) -> Any:
    """Make an application of *package* in *folder* as `s init` does; return what the registry's schema says."""
    given = "-y" if parameters is None else json.dumps(parameters)
    line = ["node", "judge.cjs", str(package), str(folder), given]
    environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder.parent)}
    done = subprocess.run(line, cwd=APPLICATION, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_registry_takes_it(package: Path, tmp_path: Path) -> None:
    assert made(package, tmp_path / "app", GIVEN) == {"illegal": []}


def test_what_is_given_reaches_the_functions(package: Path, tmp_path: Path) -> None:
    made(package, tmp_path / "app", GIVEN)
    tool = command(PROJECT)
    assert tool is not None

    resources = preview(tool, tmp_path / "app" / "s.yaml", {})

    slack, webhook = (resources[name]["props"] for name in ("slack", "webhook"))
    for name in ("CCC_INSTANCE_ID", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"):
        assert slack["environmentVariables"][name] == GIVEN[name]
    assert webhook["environmentVariables"]["CALLEVENTS_WEBHOOK_TOKEN"] == GIVEN["CALLEVENTS_WEBHOOK_TOKEN"]
    assert slack["environmentVariables"]["CALLEVENTS_CHANNEL_LANGUAGE"] == "zh-CN"
    assert slack["region"] == "ap-northeast-1"
    assert slack["role"] == "acs:ram::1234567890123456:role/callevents-slack"
    assert (tmp_path / "app" / slack["code"]).is_file()


@pytest.mark.parametrize("parameters", [GIVEN, None])
def test_the_template_comes_out_as_it_is_but_for_the_key(
    parameters: dict[str, str] | None, package: Path, tmp_path: Path
) -> None:
    made(package, tmp_path / "app", parameters)

    text = (tmp_path / "app" / "s.yaml").read_text("utf-8")
    own = (PROJECT / "template.yml").read_text("utf-8").splitlines()
    (access,) = [new for new, old in zip(text.splitlines(), own, strict=True) if new != old]
    assert access == ('access: "mine"' if parameters else 'access: "{{ access }}"')
    assert (tmp_path / "app" / ".env").exists() == bool(parameters)
