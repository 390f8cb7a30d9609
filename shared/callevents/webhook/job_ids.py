"""Job ids, wherever they stand in a value: text, keys, links, JSON inside a string."""

import re
from collections.abc import Sequence

from callevents.webhook.json_path import parse_json

JSON_LEVELS = 3
PERCENT_ROUNDS = 2
SHORTEST = len("job-") + 15
# Members of a group without a call that are worth reading: a megabyte holds half a million of them.
MOST_SILENT = 1000

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# What may stand before an id: no letter, digit or dash, unless it is an escape that nobody decoded, or the time
# in a channel id (ch-customer-…-1795162471285-job-…). What may follow: nothing that makes it a longer or a cut one.
_JOB_ID = re.compile(
    r"job-(?:(?<![0-9a-z-]job-)|(?<=\\[nrtbf]job-)|(?<=%[0-9a-f]{2}job-)|(?<=\\u[0-9a-f]{4}job-)"
    r"|(?<=[0-9]{13}-job-))"
    # Between asterisks it is printed bold, not cut.
    rf"(?:{_UUID}(?![0-9a-z*])|(?<=\*job-){_UUID}(?=\*{{1,3}}(?![0-9a-z*]))|[0-9]{{15,20}}(?![0-9a-z*_-]))",
    re.IGNORECASE | re.ASCII,
)
# Fields that mean a call may hold ids of another form; but neither a word (job-exporter) nor the start of a uuid.
_CALL_FIELDS = frozenset({"contactid", "jobid"})
_LONGEST_CALL_FIELD = len("contact_id")
_OTHER_ID = re.compile(r"job-(?=[0-9A-Za-z-]*[0-9])[0-9A-Za-z-]{4,64}", re.ASCII)
_CUT_ID = re.compile(r"job-[0-9a-f]{8}-[0-9a-f-]{0,26}", re.IGNORECASE | re.ASCII)
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+", re.ASCII)


def job_ids(*values: object) -> list[str]:
    """Return the ids in *values* (what JSON or a form gave, or text), unique, lower case, in order of appearance.

    Time and memory are linear in the size of the values; no nesting is too deep.
    """
    found: dict[str, None] = {}
    # What is left to read, the next on top: a value, how many levels of JSON in strings, and is it a call's field.
    left: list[tuple[object, int, bool]] = [(value, JSON_LEVELS, False) for value in reversed(values)]
    while left:
        value, levels, of_call = left.pop()
        if isinstance(value, str):
            if of_call and (other := _other_id(value)):
                found[other] = None
            elif len(value) >= SHORTEST:
                inner = _inner(value) if levels else None
                if inner is None:
                    found.update(dict.fromkeys(_in_text(value)))
                else:
                    left += ((value, 0, False), (inner, levels - 1, False))
        elif isinstance(value, dict):
            for key, held in reversed(value.items()):
                left += ((held, levels, _means_call(key)), (key, levels, False))
        elif isinstance(value, list):
            left += [(held, levels, False) for held in reversed(value)]
    return list(found)


def telling(members: Sequence[object]) -> Sequence[object]:
    """Return those of *members* that name a call; where none does, so many that they tell which alert it is."""
    return [member for member in members if job_ids(member)] or members[:MOST_SILENT]


def _in_text(value: str) -> list[str]:
    readings = [value]
    for _ in range(PERCENT_ROUNDS):
        if "%" not in readings[-1]:
            break
        readings.append(_ESCAPES.sub(_unescaped, readings[-1]))
    # The most decoded first: it shows all ids in their order.
    return [match.group().lower() for reading in reversed(readings) for match in _JOB_ID.finditer(reading)]


def _unescaped(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes.group().replace("%", "")).decode("utf-8", "replace")


def _inner(value: str) -> object:
    """Return what is written as JSON in *value*, None if nothing is."""
    if value.lstrip()[:1] not in {"{", "[", '"'}:
        return None
    try:
        return parse_json(value)
    except ValueError:
        return None


def _means_call(key: str) -> bool:
    return len(key) <= _LONGEST_CALL_FIELD and key.replace("_", "").replace("-", "").lower() in _CALL_FIELDS


def _other_id(value: str) -> str | None:
    value = value.strip()
    if _JOB_ID.fullmatch(value) or _CUT_ID.fullmatch(value) or not _OTHER_ID.fullmatch(value):
        return None
    return value
