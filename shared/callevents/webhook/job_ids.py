"""Finds job ids anywhere in a value of an alert: in its texts, its keys, and JSON inside a string."""

from collections.abc import Sequence

from callevents.calls.written_job_ids import MIN_ID_CHARS, other_job_id, whole_job_ids
from callevents.webhook.json_path import parse_json

MAX_JSON_LEVELS = 3
# A megabyte holds half a million members; so many are enough to identify an alert without calls.
MAX_MEMBERS_WITHOUT_CALL = 1000

# The names of fields that mean a call.
_CALL_FIELDS = frozenset({"contactid", "jobid"})
_MAX_CALL_FIELD_CHARS = len("contact_id")


def job_ids(*values: object) -> list[str]:
    """Return the ids in *values* (decoded JSON or forms, or text), unique, lower case, in order of appearance.

    Time and memory are linear in the size of the values; no nesting is too deep.
    """
    found: dict[str, None] = {}
    # A stack of what is yet to be read: a value, how many levels of JSON in strings to parse, and is it a call's field.
    pending: list[tuple[object, int, bool]] = [(value, MAX_JSON_LEVELS, False) for value in reversed(values)]
    while pending:
        value, levels, of_call = pending.pop()
        if isinstance(value, str):
            if of_call and (other := other_job_id(value)):
                found[other] = None
            elif len(value) >= MIN_ID_CHARS:
                inner = _parsed(value) if levels else None
                if inner is None:
                    found.update(dict.fromkeys(whole_job_ids(value)))
                else:
                    pending += ((value, 0, False), (inner, levels - 1, False))
        elif isinstance(value, dict):
            for key, held in reversed(value.items()):
                pending += ((held, levels, _is_call_field(key)), (key, levels, False))
        elif isinstance(value, list):
            pending += [(held, levels, False) for held in reversed(value)]
    return list(found)


def members_with_calls(members: Sequence[object]) -> Sequence[object]:
    """Return those of *members* that name a call; if none does, as many as identify the alert."""
    return [member for member in members if job_ids(member)] or members[:MAX_MEMBERS_WITHOUT_CALL]


def _parsed(value: str) -> object:
    """Return the value written as JSON in *value*, None if there is none."""
    if value.lstrip()[:1] not in {"{", "[", '"'}:
        return None
    try:
        return parse_json(value)
    except ValueError:
        return None


def _is_call_field(key: str) -> bool:
    return len(key) <= _MAX_CALL_FIELD_CHARS and key.replace("_", "").replace("-", "").lower() in _CALL_FIELDS
