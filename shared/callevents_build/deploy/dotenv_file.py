"""Reads `.env`, for development and deploying only."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from callevents_build.errors import BuildFailed

if TYPE_CHECKING:
    from dotenv.parser import Binding

_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SECRET_NAME: Final = re.compile(r"SECRET|TOKEN|ACCESS_?KEY", re.IGNORECASE)
# What stands behind the = without quotes, up to its first blank and #, and the character behind that.
_BARE: Final = re.compile(r"[^=\r\n]*=[^\S\r\n]*(?!['\"])[^\r\n]*?[^\S\r\n]#(?P<next>.?)")
_NOT_FILLED_IN: Final = frozenset({"", "…"})  # … is pasted as `make deploy` prints it

_QUOTES: Final = (
    "A value of several lines (a PEM), or one with a blank before #, stands between single quotes, where \\' is a "
    "quote and \\\\ a backslash; nothing else is changed there."
)


def with_dotenv(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Return *environ* and, behind it, the values of the file at *path*; no `$` in them is expanded.

    Raises BuildFailed, naming the lines and never showing them, where one of them sets nothing, half of a secret, or
    what another line sets otherwise: a reader that goes on would take what was not meant.
    """
    if not path.is_file():
        return dict(environ)
    from dotenv.parser import parse_stream

    bindings = [*parse_stream(io.StringIO(_text(path)))]
    _refuse(path, (each for each in bindings if _sets_nothing(each)), f"no NAME=value. {_QUOTES}")
    named = [each for each in bindings if each.key is not None]
    _refuse(path, filter(_may_be_half, named), f"is what begins with # a part of the value? {_QUOTES}")
    _refuse(path, _contradicting(named), "one name, and different values. Keep one of the lines.")
    return {each.key or "": each.value or "" for each in named} | dict(environ)


def _refuse(path: Path, bindings: Iterable["Binding"], sentence: str) -> None:
    lines = [str(each.original.line + _blank_lines_before(each.original.string)) for each in bindings]
    if lines:
        msg = f"{path.name}, line{'s' if len(lines) > 1 else ''} {', '.join(lines)}: {sentence}"
        raise BuildFailed(msg)


def _sets_nothing(binding: "Binding") -> bool:
    if binding.error:
        return True
    return binding.key is not None and not (_NAME.fullmatch(binding.key) and binding.value is not None)


def _may_be_half(binding: "Binding") -> bool:
    """Say whether a secret without quotes may go on behind a blank and #; a remark has a blank behind its #."""
    bare = _BARE.match(binding.original.string.lstrip())
    return bool(_SECRET_NAME.search(binding.key or "") and bare and bare["next"].strip())


def _contradicting(bindings: Iterable["Binding"]) -> Iterator["Binding"]:
    """Yield the lines of each name that is set to more than one value, not counting those still to be filled in."""
    filled = [each for each in bindings if (each.value or "").strip() not in _NOT_FILLED_IN]
    values: dict[str, set[str]] = {}
    for each in filled:
        values.setdefault(each.key or "", set()).add(each.value or "")
    return (each for each in filled if len(values[each.key or ""]) > 1)


def _blank_lines_before(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _text(path: Path) -> str:
    """Return the text of the file, without the mark that some editors put before it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path.name} cannot be read: {error.strerror}."
        raise BuildFailed(msg) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"{path.name}, line {line}: not UTF-8. Save the file in that encoding."
        raise BuildFailed(msg) from None
