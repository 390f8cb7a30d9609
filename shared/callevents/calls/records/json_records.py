"""The content of a record: text that should hold one JSON object."""

import json

# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
_DECODER = json.JSONDecoder(strict=False)
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_MAX_DIGITS = 99
_TOLERANT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _MAX_DIGITS else int(digits)
)


def parse_content(content: str) -> object:
    """Return the JSON value that *content* holds, None where it is not JSON. Never raises."""
    try:
        # json.loads spends as long on the blanks around a short document as on the document.
        value, end = _DECODER.raw_decode(content)
        if end == len(content):
            return value
    except (ValueError, RecursionError):
        pass
    try:
        return _TOLERANT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None
