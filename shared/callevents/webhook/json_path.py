"""Reads values out of decoded JSON or a form, of any shape. Total."""

import json
from collections.abc import Iterator

# More than any time or id of a sender has; int() rejects thousands of digits, float() is slow with them.
MAX_DIGITS = 32
# The name under which an object keeps the earlier values of a repeated name.
REPEATED = "\x00"


def parse_json(text: str) -> object:
    """Parse JSON, also with control characters in its strings; raise ValueError if it is none, or nested too deep."""
    try:
        return json.loads(
            text, strict=False, parse_int=_integer, parse_float=_fraction, object_pairs_hook=_object
        )
    except RecursionError:
        msg = "nested too deep"
        raise ValueError(msg) from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object in which the last value of a repeated name counts; earlier ones are kept for the id scan."""
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    last = {name: number for number, (name, _) in enumerate(pairs)}
    repeated = [value for number, (name, value) in enumerate(pairs) if last[name] != number]
    return {REPEATED: repeated, **members}


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def _fraction(digits: str) -> float | str:
    return float(digits) if len(digits) <= MAX_DIGITS else digits


def unwrap(value: object) -> object:
    """Return the object or list that is written as JSON in the string *value*; else *value* itself."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return parse_json(value)
        except ValueError:
            return value
    return value


def child(value: object, *path: str) -> object:
    """Return the value at *path* below *value*, also inside JSON in a string; None if there is none."""
    for name in path:
        value = unwrap(value)
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """Return the text or number at *path* as text without blanks around it; an empty string for anything else.

    The word null, as some senders print an absent value, counts as absent.
    """
    found = child(value, *path)
    if isinstance(found, str):
        found = found.strip()
        return "" if found == "null" else found
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return ""


def first_text(value: object, *names: str) -> str:
    """Return the first of the named values that is not empty."""
    return next((found for name in names if (found := text(value, name))), "")


def items(value: object, *path: str) -> list[object]:
    """Return the list at *path*, an empty one for anything else."""
    found = unwrap(child(value, *path))
    return found if isinstance(found, list) else []


def without(value: object, name: str) -> Iterator[object]:
    """Yield the values of an object, except that of *name*."""
    if isinstance(value, dict):
        yield from (held for key, held in value.items() if key != name)
