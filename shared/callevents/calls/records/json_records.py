"""The content of a record: text that should hold one JSON object."""

import json
from collections.abc import Callable

# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
# Its scanner, called without the decoder's steps around it: for thousands of short contents they would be a tenth.
_scan: Callable[[str, int], tuple[object, int]] = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_MAX_DIGITS = 99
_TOLERANT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _MAX_DIGITS else int(digits)
)


def parse_content(content: str) -> object:
    """Return the JSON value that *content* holds, None where it is not JSON. Never raises."""
    try:
        value, end = _scan(content, 0)
        if end == len(content):
            return value
    except (StopIteration, ValueError, RecursionError):
        pass
    try:
        return _TOLERANT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None
