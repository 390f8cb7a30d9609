"""Starts Serverless Devs, and says how it ended."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from callevents_build.deploy.access_key import access_of
from callevents_build.deploy.tool.failure import failure_lines
from callevents_build.deploy.tool.serverless_devs import command, deploy_template
from callevents_build.node import install


def ready_tool(project: Path, environ: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return how to start Serverless Devs, and in which environment; without Node, with one from a Python package."""
    own = dict(environ)
    if version := own.get("PYTHON_VERSION"):
        own["PYTHON_VERSION"] = version.removeprefix("python")  # template.yml puts it there
    tool = command(project, or_on=own.get("PATH", ""))
    if tool is not None:
        return [str(tool)], own
    node = install(project)
    own["PATH"] = os.pathsep.join([str(node.parent), own.get("PATH", "")])
    return [str(node), str(project / "node_modules" / ".bin" / "s")], own


def run_tool(
    start: Sequence[str], project: Path, environ: Mapping[str, str], *, steps_only: bool = False
) -> int:
    """Deploy *project*'s template as it was built; return the exit status of `s deploy`, and print why it is not 0.

    With *steps_only* the properties of the functions are not shown.
    """
    access = access_of(environ)
    whole = {**environ, **access.variables}
    run = deploy_template(start, project, whole, access.options, steps_only=steps_only)
    if run.status:
        print("\n".join(failure_lines(run)))
    return run.status
