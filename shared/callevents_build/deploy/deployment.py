"""Deploys: checks what is required, all at once, then builds and runs Serverless Devs."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from callevents_build.deploy.access_key import access_of, without_key
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.preconditions import forbidden, missing
from callevents_build.deploy.serverless_devs import command, deploy_template
from callevents_build.deploy.tool_failure import told
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
    start = _start(tool, project, environ)
    run = deploy_template(start, project, {**environ, **access.variables}, access.options)
    if run.status:
        print("\n".join(told(run)), file=sys.stderr)
    return run.status


def _start(tool: Path | None, project: Path, environ: dict[str, str]) -> list[str]:
    """Return how to start Serverless Devs; where there is no Node, with one from a Python package."""
    if tool is not None:
        return [str(tool)]
    node = install(project)
    environ["PATH"] = os.pathsep.join([str(node.parent), environ.get("PATH", "")])
    return [str(node), str(project / "node_modules" / ".bin" / "s")]
