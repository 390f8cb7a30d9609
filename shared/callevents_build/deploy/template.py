"""Checks template.yml: its frame as it is written, its functions as Serverless Devs itself resolves them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from callevents.settings.variables import FUNCTIONS, VARIABLES
from callevents_build.deploy.limits import violations
from callevents_build.deploy.tool.serverless_devs import command, preview

# What decides how the template resolves: nothing set, many requests at once, and a place for what failed.
ENVIRONMENTS: Final[tuple[Mapping[str, str], ...]] = (
    {},
    {"DEPLOY_CONCURRENCY": "20"},
    {"DEPLOY_FAILURE_DESTINATION": "acs:mns:cn-hongkong:0000000000000000:/queues/failed/messages"},
)
_TOP_NAMES: Final = frozenset({"edition", "name", "access", "vars", "resources"})
_ENV: Final = re.compile(r"env\('(\w+)'(?:,\s*'([^']*)')?\)")
_SECRET: Final = re.compile(
    r"xox[a-z]-[\w-]{8,}|xapp-\w+|\bLTAI[0-9A-Za-z]{10,}|\bSTS\.\w{8,}|-----BEGIN|\b[0-9a-f]{32,}\b|"
    r"env\('\w*(?:SECRET|TOKEN|KEY)\w*',\s*'[^']+'\)|"
    r"(?i:[\w-]*(?:secret|token|password|access_?key)[\w-]*)\s*:\s*['\"]?(?!\$\{)[^\s'\"#&*|>{\[]{4,}"
)


def problems(template: Path, project: Path) -> Iterator[str]:
    """Yield what is wrong with *template*; without Node its functions are not checked, which is printed.

    Raises BuildFailed where Serverless Devs cannot be installed or refuses the template.
    """
    text = template.read_text("utf-8")
    found = [*secret_lines(text), *frame_problems(text), *default_problems(text)]
    yield from found
    if found:
        return
    tool = command(project)
    if tool is None:
        print(
            "NOT CHECKED: the functions of template.yml, which Serverless Devs resolves; there is no Node here"
        )
        return
    for environ in ENVIRONMENTS:
        for name, resource in preview(tool, template, environ).items():
            yield from (f"{name}: {each}" for each in violations(resource["props"]))


def secret_lines(text: str) -> Iterator[str]:
    """Yield a sentence for each line of a template that holds a secret, never the secret."""
    for number, line in enumerate(text.splitlines(), 1):
        if _SECRET.search(line):
            yield f"a secret in the file, line {number}"


def default_problems(text: str) -> Iterator[str]:
    """Yield the variables of a template that the registry does not know, or knows with another default."""
    known = {variable.name: variable for variable in VARIABLES}
    for name, default in sorted(set(_ENV.findall(text))):
        variable = known.get(name)
        if variable is None:
            yield f"{name} is no variable of callevents.settings.variables"
        elif variable.functions and default != (variable.template_default or variable.default):
            yield f"the default of {name} is not that of callevents.settings.variables"


def frame_problems(text: str) -> Iterator[str]:
    """Yield what Serverless Devs accepts silently around the functions, and must not be there."""
    import yaml

    try:
        template: dict[str, Any] = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield f"not YAML: {error}"
        return
    if template.get("edition") != "3.0.0":
        yield "edition is not 3.0.0"
    if "${" in str(template.get("access")):
        yield "access has an expression, and Serverless Devs computes none there"
    yield from (f"unknown name at the top: {name}" for name in sorted(template.keys() - _TOP_NAMES))
    resources: dict[str, Any] = template.get("resources") or {}
    if resources.keys() != set(FUNCTIONS):
        yield f"resources are {', '.join(sorted(resources))}, not {', '.join(sorted(FUNCTIONS))}"
    yield from (
        f"{name}: component is not fc3 of one version"
        for name, each in resources.items()
        if not re.fullmatch(r"fc3@\d+\.\d+\.\d+", str(each.get("component")))
    )
