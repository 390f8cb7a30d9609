"""Makes `dist/application/`: the Serverless Devs application, of template.yml, the artefacts, functions/application/.

What an application is: https://manual.serverless-devs.com/dev-guide/application/
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.target import RUNTIMES
from callevents_build.deploy.limits import violations
from callevents_build.deploy.template import secret_lines
from callevents_build.deploy.tool.serverless_devs import command, preview
from callevents_build.errors import BuildFailed

SOURCE: Final = Path("functions/application")
FOLDER: Final = Path("dist/application")
# What the files are called in the registry, where Chinese comes first.
_NAMES: Final = {
    "publish.yaml": "publish.yaml",
    "publish_en.yaml": "publish_en.yaml",
    "readme.zh-CN.md": "readme.md",
    "readme.md": "readme_en.md",
    "version.zh-CN.md": "version.md",
    "version.md": "version_body_en.md",
    "hook/index.js": "hook/index.js",
}
# `s init` fills the key's alias in here, and nothing else in the whole file.
_ACCESS: Final = re.compile(r"^access: default\b.*$", re.MULTILINE)
_VERSION: Final = re.compile(r'^version = "([0-9]+\.[0-9]+\.[0-9]+)"$', re.MULTILINE)


def make_application(project: Path, build: Callable[[str], None]) -> Path:
    """Build the artefacts, lay the application out, check it, and return its folder. Raises BuildFailed."""
    build(RUNTIMES[0])
    folder = project / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "hook").mkdir(parents=True)
    for own, theirs in _NAMES.items():
        text = (project / SOURCE / own).read_text("utf-8")
        (folder / theirs).write_text(text.replace("${version}", version_of(project)), "utf-8")
    _lay_out_source(project, folder / "src")
    if found := list(problems(project, folder)):
        msg = "The application is not as it must be:\n" + "\n".join(f"  {line}" for line in found)
        raise BuildFailed(msg)
    return folder


def version_of(project: Path) -> str:
    """Return the version of *project*, which the registry wants to be higher each time."""
    found = _VERSION.search((project / "pyproject.toml").read_text("utf-8"))
    if found is None:
        raise BuildFailed("pyproject.toml has no version of three numbers")
    return found[1]


def template_of(project: Path) -> str:
    """Return `s.yaml`: template.yml, but for the alias of the key. Raises BuildFailed."""
    text, count = _ACCESS.subn('access: "{{ access }}"', (project / "template.yml").read_text("utf-8"))
    if count != 1 or "{{" in text.replace('"{{ access }}"', ""):
        raise BuildFailed("template.yml: `access: default` must stand there once, and {{ nowhere")
    return text


def _lay_out_source(project: Path, folder: Path) -> None:
    (folder / "dist").mkdir(parents=True)
    (folder / "roles").mkdir()
    (folder / "s.yaml").write_text(template_of(project), "utf-8")
    for function in FUNCTIONS:
        shutil.copy(project / "dist" / f"{function}.zip", folder / "dist")
        shutil.copy(project / "functions" / function / "policy.json", folder / "roles" / f"{function}.json")
    shutil.copy(project / "functions" / "trust-policy.json", folder / "roles")
    shutil.copy(project / "functions" / "slack" / "manifest.yml", folder)


def problems(project: Path, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the application in *folder*; without Node, what Serverless Devs sees is not checked."""
    template = folder / "src" / "s.yaml"
    yield from secret_lines(template.read_text("utf-8"))
    yield from (
        f"{path.name}: ${{version}} stands in it"
        for path in folder.glob("*.yaml")
        if "${v" in path.read_text()
    )
    tool = command(project)
    if tool is None:
        print("NOT CHECKED: the functions of s.yaml, which Serverless Devs resolves; there is no Node here")
        return
    for name, resource in preview(tool, template, {}).items():
        yield from (f"{name}: {each}" for each in violations(resource["props"]))
        if not (template.parent / str(resource["props"]["code"])).is_file():
            yield f"{name}: {resource['props']['code']} is not there"
