"""The contents of records: texts that should hold one JSON object each."""

import json
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

_Scan: TypeAlias = Callable[[str, int], tuple[object, int]]

# What stands between contents that are read at once: the only word that is read as this object.
_SEPARATOR = object()
_WORD = "-Infinity"
_AT_ONCE = 100  # one that is broken has no more than these read again
_CONSTANTS = {"NaN": math.nan, "Infinity": math.inf, _WORD: _SEPARATOR}
# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_CONSTANTS.__getitem__)
_scan: _Scan = _DECODER.scan_once  # type: ignore[attr-defined]
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_MAX_DIGITS = 99
_TOLERANT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _MAX_DIGITS else int(digits)
)


def parse_contents(contents: Sequence[str]) -> list[object]:
    """Return the JSON value that each of *contents* holds, None where it is not JSON. Never raises."""
    values: list[object] = []
    for first in range(0, len(contents), _AT_ONCE):
        some = contents[first : first + _AT_ONCE]
        found = _parse_at_once(some)
        values += [_parse(content) for content in some] if found is None else found
    return values


def _parse_at_once(contents: Sequence[str]) -> list[object] | None:
    """Return the values of *contents* read as one array, a third faster; None where one of them is not JSON.

    Each is one value: every separator in the text has been found between two values of the array, none within one.
    """
    text = f",{_WORD},".join(contents)
    gaps = len(contents) - 1
    if text.count(_WORD) != gaps:
        return None
    try:
        values, end = _scan(f"[{text}]", 0)
    except (StopIteration, ValueError, RecursionError):
        return None
    if end != len(text) + 2 or not isinstance(values, list) or len(values) != gaps * 2 + 1:
        return None
    return values[::2] if values[1::2].count(_SEPARATOR) == gaps else None


def _parse(content: str) -> object:
    try:
        return _TOLERANT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None
