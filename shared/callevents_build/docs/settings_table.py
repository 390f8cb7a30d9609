"""The README's table of variables, generated from the settings, template.yml and what each variable means."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from callevents_build.deploy.access_key import VARIABLES
from callevents_build.deploy.function_settings import NEEDED, setting_names
from callevents_build.docs.variables import MEANINGS
from callevents_build.errors import BuildFailed

_START: Final = "<!-- variables: make readme -->\n"
_END: Final = "<!-- end of variables -->\n"
_ENV: Final = re.compile(r"env\('(\w+)'(?:,\s*'([^']*)')?\)")


class Language(NamedTuple):
    """A README, the words of its table, and which of a meaning's sentences it takes."""

    file: str
    heading: str
    everywhere: str
    required: str
    deploying: str
    elsewhere: str
    meaning: int


LANGUAGES: Final = (
    Language(
        "README.md",
        "| variable | for | default | meaning |",
        "all",
        "required",
        "`make deploy`",
        "the command line",
        0,
    ),
    Language(
        "README.zh-CN.md", "| 变量 | 用于 | 默认 | 含义 |", "全部", "必需", "`make deploy`", "命令行", 1
    ),
)


class Variable(NamedTuple):
    """A variable of the environment: the functions that have it, none where it is for deploying or a shell."""

    name: str
    functions: tuple[str, ...]
    default: str
    everywhere: bool = False
    required: bool = False
    deploying: bool = False


def variables(project: Path, required: Mapping[str, str]) -> list[Variable]:
    """Return every variable there is, in the order in which their meanings stand.

    Raises BuildFailed where one has no meaning, or a meaning no variable.
    """
    in_template = VARIABLES | dict(_ENV.findall((project / "template.yml").read_text("utf-8")))
    settings = setting_names()
    known = dict.fromkeys([*settings, *in_template])
    nameless = [name for name in known if name not in MEANINGS]
    idle = [name for name in MEANINGS if name not in known and not name.startswith("ALIBABA_CLOUD_")]
    if nameless or idle:
        msg = f"callevents_build/variables.py: no meaning for {nameless}, no use of {idle}"
        raise BuildFailed(msg)
    return [
        Variable(
            name,
            tuple(function for function, names in NEEDED.items() if name in names),
            in_template.get(name, ""),
            everywhere=all(name in names for names in NEEDED.values()),
            required=name in required,
            deploying=name in in_template and name not in settings,
        )
        for name in MEANINGS
    ]


def table(found: list[Variable], language: Language) -> str:
    """Return the table in Markdown, one row a variable."""
    rows = [language.heading, "|---|---|---|---|"]
    for each in found:
        place = language.everywhere if each.everywhere else ", ".join(each.functions)
        if not each.functions:
            place = language.deploying if each.deploying else language.elsewhere
        default = ", ".join(f"`{part}`" for part in each.default.split(",")) if each.default else ""
        default = language.required if each.required else default
        rows.append(f"| `{each.name}` | {place} | {default} | {MEANINGS[each.name][language.meaning]} |")
    return "\n".join(rows) + "\n"


def outdated(project: Path, required: Mapping[str, str], *, write: bool) -> Iterator[str]:
    """Yield the READMEs whose table is not what it must be; with *write* they are right afterwards.

    Raises BuildFailed where a README has no place for it.
    """
    found = variables(project, required)
    for language in LANGUAGES:
        path = project / language.file
        text = path.read_text("utf-8")
        before, start, rest = text.partition(_START)
        _, end, after = rest.partition(_END)
        if not (start and end):
            msg = f"{language.file} has no place for the table: {_START.strip()} … {_END.strip()}"
            raise BuildFailed(msg)
        right = f"{before}{start}{table(found, language)}{end}{after}"
        if right != text:
            yield language.file
            if write:
                path.write_text(right, "utf-8")
