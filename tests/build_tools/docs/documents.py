"""The documents of the project, and their parts in Markdown."""

import re
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[3]
# What others wrote, and what tests only read, is no document of the project; an application is read elsewhere.
_FOLDERS: Final = ("functions", "shared", "tests")
_NOT_OURS: Final = (
    "functions/application", "tests/build_tools/application/judges", "tests/data", "tests/slack/judges",
)  # fmt: skip
_FENCE: Final = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


class Document(NamedTuple):
    """A document in English and its translation, as paths below the project."""

    english: str
    chinese: str

    @property
    def texts(self) -> tuple[str, str]:
        """The two texts."""
        return read(self.english), read(self.chinese)


def read(name: str) -> str:
    """Return the text of the document *name*."""
    return (ROOT / name).read_text("utf-8")


def _documents() -> tuple[Document, ...]:
    paths = [*ROOT.glob("*.md"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    names = sorted(path.relative_to(ROOT).as_posix() for path in paths if "node_modules" not in path.parts)
    ours = [name for name in names if not name.startswith(_NOT_OURS)]
    return tuple(
        Document(name, f"{name.removesuffix('.md')}.zh-CN.md")
        for name in ours
        if not name.endswith(".zh-CN.md")
    )


DOCUMENTS: Final = _documents()
FILES: Final = tuple(name for document in DOCUMENTS for name in document)


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and words of each heading; a comment in a command is none."""
    return [
        (len(level), words) for level, words in re.findall(r"^(#+) (.+)$", _FENCE.sub("", text), re.MULTILINE)
    ]


def anchor(words: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def tables(text: str) -> list[list[list[str]]]:
    """Return each table as rows of cells."""
    return [
        [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in table.splitlines()]
        for table in re.findall(r"(?:^ *\|.*\n?)+", text, re.MULTILINE)
    ]


def links(text: str) -> list[str]:
    """Return the targets of links and pictures."""
    return re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", _FENCE.sub("", text))


def code(text: str) -> list[str]:
    """Return what stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def blocks(text: str) -> list[str]:
    """Return the contents of each block of commands."""
    return re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
