"""The content of a record: text that should hold one JSON object."""

import json
from collections.abc import Callable, Iterable, Iterator

# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
# Its scanner, called without the decoder's steps around it: for thousands of short contents they would be a tenth.
_scan: Callable[[str, int], tuple[object, int]] = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_MAX_DIGITS = 99
_TOLERANT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _MAX_DIGITS else int(digits)
)


def parse_contents(contents: Iterable[str]) -> Iterator[object]:
    """Yield the JSON value that each of *contents* holds, None where it is not JSON. Never raises."""
    scan = _scan
    for content in contents:
        try:
            value, end = scan(content, 0)
        except (StopIteration, ValueError, RecursionError):
            end = -1
        yield value if end == len(content) else _parse_tolerantly(content)


def _parse_tolerantly(content: str) -> object:
    try:
        return _TOLERANT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None
