"""What the tests of `make deploy` share: the functions built once, and an account with nothing in it."""

import contextlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.build import PROJECT
from callevents_build.deploy.deployment import ready_tool, run_tool
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.tool.serverless_devs import command
from callevents_build.rehearsal.cloud import EmptyCloud, Run, build_once, empty_cloud


@pytest.fixture(scope="session", name="dist")
def _dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with contextlib.redirect_stdout(io.StringIO()):
        return build_once(tmp_path_factory.mktemp("built"))


class WatchedCloud(EmptyCloud):
    """Notices after each run what may never be: a secret on the screen, a traceback, a file left behind."""

    def end(self, process: "subprocess.Popen[str]") -> Run:
        run = super().end(process)
        assert [each for each in self.secrets if each in run.text] == []
        assert "Traceback" not in run.text
        assert self.leftovers() == []
        return run


@pytest.fixture(name="cloud")
def _cloud(tmp_path: Path) -> Iterator[EmptyCloud]:
    """Yield an empty account in which functions can be deployed; theirs is a line of code, since nobody calls them."""
    dist = tmp_path / "dist"
    dist.mkdir()
    for function in FUNCTIONS:
        with zipfile.ZipFile(dist / f"{function}.zip", "w") as archive:
            archive.writestr("index.py", f"# {function}\n")
    yield from _watched(tmp_path, dist)


@pytest.fixture(name="whole_cloud")
def _whole_cloud(tmp_path: Path, dist: Path) -> Iterator[EmptyCloud]:
    """Yield an empty account in which the built functions can be deployed, and called."""
    yield from _watched(tmp_path, dist)


def _watched(folder: Path, dist: Path) -> Iterator[EmptyCloud]:
    if command(PROJECT) is None:
        pytest.skip("no Node here")
    with empty_cloud(folder, dist, WatchedCloud) as cloud:
        yield cloud


@pytest.fixture(name="unbuilt")
def _unbuilt(tmp_path: Path) -> Iterator[EmptyCloud]:
    """Yield an empty account for what ends before anything is built."""
    with empty_cloud(tmp_path, tmp_path, WatchedCloud) as cloud:
        cloud.paste_key()
        yield cloud


def deploy(environ: dict[str, str], project: Path) -> int:
    """Deploy what was built, with `.env` behind *environ*."""
    start, own = ready_tool(project, with_dotenv(environ, project / ".env"))
    return run_tool(start, project, own)
