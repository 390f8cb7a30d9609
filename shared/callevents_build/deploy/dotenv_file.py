"""Reads `.env`, for development and deploying only."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from callevents_build.errors import BuildFailed

_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def with_dotenv(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Return *environ* and, behind it, the values of the file at *path*; no `$` in them is expanded.

    Raises BuildFailed, naming the lines and never showing them, where one of them sets nothing: a reader that goes on
    would take half of a value of several lines for the whole one.
    """
    if not path.is_file():
        return dict(environ)
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    unread: list[str] = []
    for binding in parse_stream(io.StringIO(_text(path))):
        if binding.error or (
            binding.key is not None and not (_NAME.fullmatch(binding.key) and binding.value is not None)
        ):
            unread.append(str(binding.original.line + _blank_lines_before(binding.original.string)))
        elif binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
    if unread:
        lines = f"line{'s' if len(unread) > 1 else ''} {', '.join(unread)}"
        msg = (
            f"{path.name}, {lines}: no NAME=value. A value of several lines (a PEM), or one with a blank before #, "
            "stands between single quotes, where \\' is a quote and \\\\ a backslash; nothing else is changed there."
        )
        raise BuildFailed(msg)
    return values | dict(environ)


def _blank_lines_before(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _text(path: Path) -> str:
    """Return the text of the file, without the mark that some editors put before it."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"{path.name}, line {line}: not UTF-8. Save the file in that encoding."
        raise BuildFailed(msg) from None
