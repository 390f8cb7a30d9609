"""Deploys: checks what is required, all at once, then builds and runs Serverless Devs."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from callevents_build.deploy import redacted_output
from callevents_build.deploy.access_key import access_of, without_key
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.preconditions import forbidden, missing
from callevents_build.deploy.serverless_devs import command
from callevents_build.errors import BuildFailed
from callevents_build.node import install


def deploy(environ: Mapping[str, str], project: Path, build: Callable[[Mapping[str, str]], None]) -> int:
    """Check, build, deploy; return the exit status of `s deploy`. Raises BuildFailed.

    *build* gets the environment, `.env` included: what is built must be what the template says.
    """
    environ = with_dotenv(environ, project / ".env")
    found = [*missing(environ), *forbidden(environ, project), *without_key(environ)]
    if found:
        msg = "Not deployed:\n" + "\n".join(f"  {line}" for line in found)
        raise BuildFailed(msg)
    if version := environ.get("PYTHON_VERSION"):
        environ["PYTHON_VERSION"] = version.removeprefix("python")  # template.yml puts it there
    access = access_of(environ)
    tool = command(project, or_on=environ.get("PATH", ""))
    build(environ)
    with _folder_without_dotenv(project) as folder:
        template = str(folder / "template.yml")
        line = [*_start(tool, project, environ), "deploy", "-t", template, "-y", *access.options]
        return redacted_output.run(line, folder, {**environ, **access.variables})


@contextmanager
def _folder_without_dotenv(project: Path) -> Iterator[Path]:
    """Yield a folder with the template and what was built.

    Serverless Devs reads a `.env` beside the template and in its working directory too, and then expands `$` in every
    variable that the file names, in the environment's values as well.
    """
    with tempfile.TemporaryDirectory(prefix="callevents-deploy-") as name:
        folder = Path(name)
        shutil.copy(project / "template.yml", folder)
        (folder / "build").symlink_to(project / "build", target_is_directory=True)
        yield folder


def _start(tool: Path | None, project: Path, environ: dict[str, str]) -> list[str]:
    """Return how to start Serverless Devs; where there is no Node, with one from a Python package."""
    if tool is not None:
        return [str(tool)]
    node = install(project)
    environ["PATH"] = os.pathsep.join([str(node.parent), environ.get("PATH", "")])
    return [str(node), str(project / "node_modules" / ".bin" / "s")]
