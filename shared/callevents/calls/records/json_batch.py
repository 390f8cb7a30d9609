"""The contents of records, each a JSON text of its own: many are parsed as one where they cannot be mixed up."""

import json
from collections.abc import Iterator, Sequence

# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
_DECODER = json.JSONDecoder(strict=False)
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_LONGEST_INTEGER = 99
_PATIENT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _LONGEST_INTEGER else int(digits)
)
_TOGETHER = 100  # so many at once: the names in them are made once, and what is wrong with one is dear to few
_FEW = 3  # of fewer than so many each by itself is as fast
_MARK = "\x7f"
_BETWEEN = f',"{_MARK}",'


def parsed(contents: Sequence[str]) -> Iterator[object]:
    """Yield what each of *contents* holds, None where it is no JSON. Never raises."""
    for start in range(0, len(contents), _TOGETHER):
        few = contents[start : start + _TOGETHER]
        yield from (len(few) >= _FEW and parsed_together(few)) or map(parsed_alone, few)


def parsed_alone(content: str) -> object:
    """Return what *content* holds, None where it is no JSON."""
    try:
        # json.loads spends as long on looking for blanks around a short document as on the document.
        value, end = _DECODER.raw_decode(content)
        if end == len(content):
            return value
    except (ValueError, RecursionError):
        pass
    try:
        return _PATIENT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None


def parsed_together(contents: Sequence[str]) -> list[object] | None:
    r"""Return what each of *contents* holds, None where it is not certain that each is one whole JSON value.

    A mark stands between any two. It closes a string that a content leaves open, and then is an error itself; and no
    string in a content can be taken for it, as none may hold its character, neither plain nor as `\u007f`. So where
    every second value is a mark, all of them are ours, and the value between two is all that stands there.
    """
    text = f'["{_MARK}",{_BETWEEN.join(contents)},"{_MARK}"]'
    if any(_MARK in content for content in contents) or ("\\" in text and "\\u00" in text):
        return None
    try:
        values, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    count = len(contents)
    if end != len(text) or len(values) != 2 * count + 1 or values[::2] != [_MARK] * (count + 1):
        return None
    alone: list[object] = values[1::2]
    return alone
