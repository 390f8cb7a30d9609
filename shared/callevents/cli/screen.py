"""What an answer is written on: a terminal with colours and a width, or a file or pipe with neither."""

import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TextIO

from callevents.report.text import NO_BREAK

_MIN_COLUMNS = 20  # in fewer, lines are left to the terminal
# Where a line may break: behind blanks, and around a Chinese character, but not next to the inside of punctuation.
_CHINESE = "[\u2e80-\u9fff\uff00-\uff60]"
_OPENING = "[\uff08\u300a\u300c\u201c]*"
_CLOSING = "[\uff09\u300b\u300d\u201d\u3001\u3002\uff0c\uff1a\uff1b\uff01\uff1f]*"
_WORD = rf"(?:(?!{_CHINESE})[^ {NO_BREAK}])+"
# What follows a blank that holds: a word, or the two Chinese characters of a unit of time.
_PIECE = re.compile(
    rf" +|{_OPENING}(?:{_CHINESE}|{_WORD}|{NO_BREAK}){_CLOSING}(?:{NO_BREAK}(?:{_CHINESE}{{1,2}}|{_WORD}){_CLOSING})*"
)


class Screen(NamedTuple):
    """Whether there are colours, and how many columns there are, None where lines need not be broken."""

    colour: bool = False
    columns: int | None = None

    def fit(self, line: str, indent: int = 0) -> str:
        """Return *line* broken at words; what follows the first line is indented, by *indent* at most.

        Blanks that hold a line together become the usual ones: from a terminal people copy and search.
        """
        if self.columns is not None and self.columns >= _MIN_COLUMNS and width(line) > self.columns:
            line = "\n".join(_broken(line, self.columns, " " * min(indent, self.columns // 3)))
        return line.replace(NO_BREAK, " ")


def screen_of(out: TextIO, environ: Mapping[str, str]) -> Screen:
    """Return what *out* is; no colours where the person wants none (https://no-color.org)."""
    if not out.isatty():
        return Screen()
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Screen(colour, shutil.get_terminal_size().columns)


def width(text: str) -> int:
    """Return how many columns *text* takes: a Chinese character or an emoji takes two, a combining one none."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else not unicodedata.combining(each) for each in text
    )


def _broken(line: str, columns: int, indent: str) -> Iterator[str]:
    row = ""
    for piece in _PIECE.findall(line):
        if width(row + piece) <= columns or not row.strip():
            row += piece
            continue
        yield row.rstrip()
        row = indent + piece.lstrip()
    yield row.rstrip()
