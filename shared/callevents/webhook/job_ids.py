"""Finds job ids anywhere in a value: in text, keys, links, JSON inside a string."""

import re
from collections.abc import Sequence

from callevents.calls.job_ids import UUID
from callevents.webhook.json_path import parse_json

MAX_JSON_LEVELS = 3
MAX_PERCENT_ROUNDS = 2
MIN_ID_CHARS = len("job-") + 15
# A megabyte holds half a million members; so many are enough to identify an alert without calls.
MAX_MEMBERS_WITHOUT_CALL = 1000

# Before an id stands no letter, digit or dash, except for an undecoded escape, or the time in a channel id
# (ch-customer-…-1795162471285-job-…). After it stands nothing that would make it longer, or a truncated one.
_JOB_ID = re.compile(
    r"job-(?:(?<![0-9a-z-]job-)|(?<=\\[nrtbf]job-)|(?<=%[0-9a-f]{2}job-)|(?<=\\u[0-9a-f]{4}job-)"
    r"|(?<=[0-9]{13}-job-))"
    # Between asterisks it is printed bold, not masked.
    rf"(?:{UUID}(?![0-9a-z*])|(?<=\*job-){UUID}(?=\*{{1,3}}(?![0-9a-z*]))|[0-9]{{15,20}}(?![0-9a-z*_-]))",
    re.IGNORECASE | re.ASCII,
)
# A call's fields may hold ids of another form; but neither a word (job-exporter) nor the start of a uuid.
_CALL_FIELDS = frozenset({"contactid", "jobid"})
_MAX_CALL_FIELD_CHARS = len("contact_id")
_OTHER_ID = re.compile(r"job-(?=[0-9A-Za-z-]*[0-9])[0-9A-Za-z-]{4,64}", re.ASCII)
_TRUNCATED_ID = re.compile(r"job-[0-9a-f]{8}-[0-9a-f-]{0,26}", re.IGNORECASE | re.ASCII)
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+", re.ASCII)


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
            if of_call and (other := _other_id(value)):
                found[other] = None
            elif len(value) >= MIN_ID_CHARS:
                inner = _parsed(value) if levels else None
                if inner is None:
                    found.update(dict.fromkeys(_in_text(value)))
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


def _in_text(value: str) -> list[str]:
    readings = [value]
    for _ in range(MAX_PERCENT_ROUNDS):
        if "%" not in readings[-1]:
            break
        readings.append(_ESCAPES.sub(_unescaped, readings[-1]))
    # The most decoded reading first: it has all ids in order.
    return [match.group().lower() for reading in reversed(readings) for match in _JOB_ID.finditer(reading)]


def _unescaped(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes.group().replace("%", "")).decode("utf-8", "replace")


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


def _other_id(value: str) -> str | None:
    value = value.strip()
    if _JOB_ID.fullmatch(value) or _TRUNCATED_ID.fullmatch(value) or not _OTHER_ID.fullmatch(value):
        return None
    return value
