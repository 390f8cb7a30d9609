"""Serverless Devs' own command, `s`: installed from package-lock.json, run where it keeps nothing and calls nobody."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from callevents.settings.variables import VARIABLES
from callevents_build.deploy.tool.run import ToolRun, ended_with_its_parent, run
from callevents_build.deploy.tool.workplace import workplace
from callevents_build.errors import BuildFailed
from callevents_build.node import install

_PREVIEW_SECONDS: Final = 120.0


def command(project: Path, *, or_on: str = "") -> Path | None:
    """Return the path of `s`, installing it once; None where there is no Node. Raises BuildFailed.

    *or_on* is a PATH: where none is installed here, one that is found there does.
    """
    found = project / "node_modules" / ".bin" / "s"
    elsewhere = shutil.which("s", path=or_on) if or_on and not found.exists() else None
    if elsewhere:
        return Path(elsewhere)
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    if not found.exists():
        install(project)
    return found


def deploy_template(
    start: Sequence[str],
    project: Path,
    environ: Mapping[str, str],
    options: Sequence[str],
    *,
    steps_only: bool = False,
) -> ToolRun:
    """Deploy *project*'s template with the tool that *start* starts; values come from *environ* alone.

    With *steps_only* its steps are shown, not the properties of the functions.
    """
    with workplace(project, environ) as place:
        line = [*start, "deploy", "-t", str(place.template), "-y", *options]
        return run(line, place, environ, steps_only=steps_only)


def preview(s: Path, template: Path, environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the resources as the tool's own parser resolves them in *environ*. Raises BuildFailed.

    The tool prints what it resolves and logs it in its home, so it gets a temporary home; NODE_ENV=test, as in its own
    tests, keeps it from starting a background process that asks for updates.
    """
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [str(s), "preview", "-t", str(template), "--output-format", "json"],
            check=False,
            capture_output=True,
            text=True,
            cwd=home,
            env={"PATH": os.environ.get("PATH", ""), "HOME": home, "NODE_ENV": "test", **environ},
            timeout=120,
        )
    begins = done.stdout.find("{\n")
    if done.returncode or begins < 0:
        msg = f"s preview says:\n{(done.stdout + done.stderr).strip()[-2000:]}"
        raise BuildFailed(msg)
    found: dict[str, Any] = json.loads(done.stdout[begins:])["resources"]
    return found


def resolve_template(start: Sequence[str], project: Path, environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the resources of *project*'s template as the tool resolves them in *environ*, which may hold secrets.

    Raises BuildFailed, without a word of what the tool printed.
    """
    names = {"PATH", *(variable.name for variable in VARIABLES)}
    visible = {name: value for name, value in environ.items() if name in names}
    with workplace(project, environ) as place:
        line = [*start, "preview", "-t", str(place.template), "--output-format", "json"]
        printed = _output(line, place.folder, {**visible, "HOME": str(place.folder), **place.variables})
    try:
        found: dict[str, Any] = json.loads(printed[max(0, printed.find("{\n")) :])["resources"]
    except (ValueError, KeyError, TypeError):
        msg = "Serverless Devs cannot read template.yml as it is set here. `make lint` says what is wrong with it."
        raise BuildFailed(msg) from None
    return found


def _output(line: Sequence[str], folder: Path, environ: Mapping[str, str]) -> str:
    """Return what *line* prints; however this ends, nothing of it runs on and writes where its logs are removed."""
    with subprocess.Popen(
        line, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
        preexec_fn=ended_with_its_parent(),  # noqa: PLW1509 - one call, and no threads yet
    ) as process:  # fmt: skip
        try:
            return process.communicate(timeout=_PREVIEW_SECONDS)[0]
        except subprocess.TimeoutExpired:
            return ""
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
