"""Proves template.yml: our own rules, then Serverless Devs' own parser, and that both read the same."""

from collections.abc import Iterator
from pathlib import Path

from callevents_build.deploy.serverless_devs import command, preview
from callevents_build.deploy.template import load, resources
from callevents_build.deploy.template_rules import problems, setting_names


def check(template: Path, project: Path) -> Iterator[str]:
    """Yield what is wrong; raises BuildFailed where the tool cannot be run or refuses the template."""
    found = list(problems(template, project))
    yield from found
    tool = None if found else command(project)
    if tool is None:
        if not found:
            print(
                "NOTE: no Node here, so Serverless Devs' own parser was not asked; our checks were.",
                flush=True,
            )
        return
    dummies = {name: f"dummy-{name.lower()}" for name in setting_names()}
    dummies["DEPLOY_FAILURE_DESTINATION"] = "acs:mns:cn-hongkong:0000000000000000:/queues/failed/messages"
    for environ in ({}, dummies, {"DEPLOY_CONCURRENCY": "20"}):
        ours, theirs = resources(load(template), environ), preview(tool, template, environ)
        for name in sorted(ours.keys() | theirs.keys()):
            if ours.get(name) != theirs.get(name):
                yield f"{name}: Serverless Devs reads it otherwise than these checks do"
