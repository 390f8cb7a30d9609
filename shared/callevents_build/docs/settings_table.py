"""The documents' table of variables, generated from the registry `callevents.settings.variables`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from callevents.settings.variables import FUNCTIONS, VARIABLES, Variable
from callevents_build.errors import BuildFailed

_START: Final = "<!-- variables: make readme -->\n"
_END: Final = "<!-- end of variables -->\n"


class Language(NamedTuple):
    """A document with the table, and the words of its table."""

    file: str
    heading: str
    all_functions: str
    required: str
    command_line: str


ENGLISH: Final = Language(
    "functions/README.md", "| variable | for | default | meaning |", "all", "required", "the command line"
)
CHINESE: Final = Language(
    "functions/README.zh-CN.md", "| 变量 | 用于 | 默认 | 含义 |", "全部", "必需", "命令行"
)


def table(language: Language) -> str:
    """Return the table in Markdown, one row a variable."""
    rows = [language.heading, "|---|---|---|---|", *(_row(each, language) for each in VARIABLES)]
    return "\n".join(rows) + "\n"


def _row(variable: Variable[object], language: Language) -> str:
    where = language.all_functions if variable.functions == FUNCTIONS else ", ".join(variable.functions)
    if not where:
        where = "`make deploy`" if variable.deploying else language.command_line
    default = variable.template_default or variable.default
    parts = ", ".join(f"`{part}`" for part in default.split(",")) if default else ""
    meaning = variable.chinese if language is CHINESE else variable.english
    return (
        f"| `{variable.name}` | {where} | {language.required if variable.required else parts} | {meaning} |"
    )


def outdated(project: Path, *, write: bool) -> Iterator[str]:
    """Yield the documents whose table is not up to date; with *write* renew them.

    Raises BuildFailed where a document has no place for it.
    """
    for language in (ENGLISH, CHINESE):
        path = project / language.file
        text = path.read_text("utf-8")
        before, start, rest = text.partition(_START)
        _, end, after = rest.partition(_END)
        if not (start and end):
            msg = f"{language.file} has no place for the table: {_START.strip()} … {_END.strip()}"
            raise BuildFailed(msg)
        expected = f"{before}{start}{table(language)}{end}{after}"
        if expected != text:
            yield language.file
            if write:
                path.write_text(expected, "utf-8")
