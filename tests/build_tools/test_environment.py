"""Tests for environment.mk, with a Python that writes down what it is asked to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = "shared/callevents_build/environment.mk"
# `-c` asks for the key; `-m venv` makes an environment whose Python is this one; `-m pip` installs.
PYTHON = """\
#!/bin/sh
case "$1 $2" in
-c*) cat "$STUB/key";;
"-m venv") echo venv >>"$STUB/log"; rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
"-m pip") echo "pip $*" | sed "s/.* //; s/^/pip /" >>"$STUB/log"; echo "Collecting x"; [ ! -e "$STUB/broken" ];;
esac
"""

Made = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shared/callevents_build").mkdir(parents=True)
    for name in ("Makefile", RULES):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text("x==1\n", "utf-8")
    stub = tmp_path / "stub"
    stub.mkdir()
    (stub / "key").write_text("3.12.1-1\n", "utf-8")
    (stub / "python").write_text(PYTHON, "utf-8")
    (stub / "python").chmod(0o755)
    return tmp_path


@pytest.fixture
def made(project: Path) -> Made:
    """Return what makes the environment for `run` or `dev`."""

    def make(kind: str, python: str = "stub/python") -> "subprocess.CompletedProcess[str]":
        line = ["make", "-s", "-f", RULES, kind, f"PYTHON={python}"]
        environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "STUB": str(project / "stub")}
        return subprocess.run(line, cwd=project, env=environ, check=False, capture_output=True, text=True)

    return make


def log(project: Path) -> list[str]:
    """Return what was done since the last call."""
    path = project / "stub/log"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def test_it_is_made_once(project: Path, made: Made) -> None:
    first = made("run")

    assert (first.returncode, log(project)) == (0, ["venv", "pip requirements.lock", "pip ."])
    assert "Installing the packages of requirements.lock (about 1, hashes checked; once)" in first.stdout
    assert (made("run").stdout, log(project)) == ("", [])


def test_development_has_what_running_needs(project: Path, made: Made) -> None:
    made("dev")
    assert log(project) == ["venv", "pip requirements-dev.lock", "pip ."]

    made("run")

    assert log(project) == []


def test_development_is_added_to_what_running_has(project: Path, made: Made) -> None:
    made("run")
    log(project)

    made("dev")

    assert log(project) == ["pip requirements-dev.lock", "pip ."]


@pytest.mark.parametrize(
    ("changed", "done"),
    [
        ("requirements-dev.lock", ["pip requirements-dev.lock", "pip ."]),
        ("pyproject.toml", ["pip ."]),
        ("requirements.lock", []),
    ],
)
def test_what_changed_is_installed_again(changed: str, done: list[str], project: Path, made: Made) -> None:
    made("dev")
    log(project)
    later = (project / ".venv/.project-3.12.1-1").stat().st_mtime + 2
    os.utime(project / changed, (later, later))

    made("run")

    assert log(project) == done


def test_another_python_or_folder_needs_another_environment(project: Path, made: Made) -> None:
    made("run")
    log(project)
    (project / "stub/key").write_text("3.12.1-2\n", "utf-8")

    made("run")

    assert log(project) == ["venv", "pip requirements.lock", "pip ."]


def test_an_installation_that_fails_says_what_to_do_and_is_repeated(project: Path, made: Made) -> None:
    (project / "stub/broken").touch()
    failed = made("run")
    assert failed.returncode != 0
    assert "Installing failed. Is the package index reachable" in failed.stdout
    (project / "stub/broken").unlink()
    log(project)

    assert (made("run").returncode, log(project)) == (0, ["pip requirements.lock", "pip ."])


@pytest.mark.parametrize("broken", [False, True])
def test_another_python_takes_the_place_of_a_working_one_once_it_is_ready(
    broken: bool, project: Path, made: Made
) -> None:
    made("run")
    (project / "stub/key").write_text("3.13.0-1\n", "utf-8")
    (project / "stub/broken").touch() if broken else None

    done = made("run")

    assert "The one of before is of another Python or folder" in done.stdout
    assert (done.returncode != 0) == broken
    assert ("is again what it was before" in done.stdout) == broken
    kept = "3.12.1-1" if broken else "3.13.0-1"
    assert [path.name for path in (project / ".venv").glob(".project-*")] == [f".project-{kept}"]
    assert not (project / ".make/venv-before").exists()


def recipe_output(project: Path, recipe: str, arguments: Iterable[str], environ: Mapping[str, str]) -> str:
    """Return what *recipe* prints in the project's Makefile, called with *arguments* and *environ*."""
    done = subprocess.run(
        ["make", "-s", "--eval", f"recipe: ; {recipe}", "recipe", *arguments],
        cwd=project,
        env={"PATH": os.environ["PATH"], **environ},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_without_a_name_the_python_of_the_environment_stays(project: Path) -> None:
    (project / ".venv/bin").mkdir(parents=True)
    python = project / ".venv/bin/python"
    python.write_text("#!/bin/sh\necho /opt/of/before/python\n")
    python.chmod(0o755)

    def chosen(*arguments: str, **environ: str) -> str:
        return recipe_output(project, "@echo $(PYTHON)", arguments, environ).strip()

    assert chosen() == "/opt/of/before/python"
    assert chosen("PYTHON=python3.12") == chosen(PYTHON="python3.12") == "python3.12"
    python.unlink()
    assert chosen() == "python3"


def test_make_sets_no_version_of_the_functions_python_so_that_of_dotenv_counts(project: Path) -> None:
    def seen(*arguments: str, **environ: str) -> list[str]:
        lines = recipe_output(project, "@env", arguments, environ).splitlines()
        return [each for each in lines if each.startswith("PYTHON_VERSION=")]

    assert seen() == []
    assert seen("PYTHON_VERSION=3.12") == seen(PYTHON_VERSION="3.12") == ["PYTHON_VERSION=3.12"]


def test_a_python_that_does_not_fit_is_named(project: Path, made: Made) -> None:
    (project / "stub/key").write_text("3.9.18-unsupported\n", "utf-8")

    assert "Python 3.10 to 3.13 is needed, stub/python is 3.9.18." in made("run").stderr
    assert "stub/none cannot be run. Python 3.10 to 3.13 is needed." in made("run", "stub/none").stderr
    assert log(project) == []


def test_two_at_once_make_it_once(project: Path) -> None:
    environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "STUB": str(project / "stub")}
    # The lock needs a real Python; the rules get the other one.
    (project / "stub/python").write_text(
        PYTHON.replace("-c*) cat", f'-c*) case "$2" in *fcntl*) exec {sys.executable} "$@";; esac; cat'),
        "utf-8",
    )
    line = ["make", "-s", "environment-run", "PYTHON=stub/python"]
    both = [subprocess.Popen(line, cwd=project, env=environ, stdout=subprocess.DEVNULL) for _ in range(2)]

    assert [each.wait(60) for each in both] == [0, 0]
    assert log(project) == ["venv", "pip requirements.lock", "pip ."]
