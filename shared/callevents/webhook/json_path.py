"""Reading values out of what JSON or a form gave, of any shape. Total."""

import json
from collections.abc import Iterator

# More digits than any time or id of a sender has; int() refuses thousands of them, float() takes its time.
LONGEST_NUMBER = 32
# Where an object holds the values of a name that it has twice.
HIDDEN = "\x00"


def parse_json(text: str) -> object:
    """Return the JSON value in *text*; raise ValueError if there is none, or one nested too deep to be an alert."""
    try:
        return json.loads(text, parse_int=_integer, parse_float=_fraction, object_pairs_hook=_object)
    except RecursionError:
        msg = "nested too deep"
        raise ValueError(msg) from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object as JSON's readers do, the last of a name counts; what that hides is kept for the scanner."""
    held = dict(pairs)
    if len(held) == len(pairs):
        return held
    last = {name: number for number, (name, _) in enumerate(pairs)}
    hidden = [value for number, (name, value) in enumerate(pairs) if last[name] != number]
    return {HIDDEN: hidden, **held}


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _fraction(digits: str) -> float | str:
    return float(digits) if len(digits) <= LONGEST_NUMBER else digits


def unwrap(value: object) -> object:
    """Return the object or list that *value* is, or that is written as JSON in it; else *value* itself."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return parse_json(value)
        except ValueError:
            return value
    return value


def child(value: object, *path: str) -> object:
    """Return what stands at *path* below *value*, also inside JSON in a string; None where nothing does."""
    for name in path:
        value = unwrap(value)
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """Return the text or number at *path* as text without blanks around it; an empty string for anything else.

    The word null, as printed by senders that have nothing to say, is nothing.
    """
    found = child(value, *path)
    if isinstance(found, str):
        found = found.strip()
        return "" if found == "null" else found
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return ""


def first_text(value: object, *names: str) -> str:
    """Return the first of the named values that says something."""
    return next((found for name in names if (found := text(value, name))), "")


def items(value: object, *path: str) -> list[object]:
    """Return the list at *path*, an empty one for anything else."""
    found = unwrap(child(value, *path))
    return found if isinstance(found, list) else []


def without(value: object, name: str) -> Iterator[object]:
    """Yield what an object holds besides *name*."""
    if isinstance(value, dict):
        yield from (held for key, held in value.items() if key != name)
