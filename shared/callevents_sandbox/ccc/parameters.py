"""The parameters of a request, read and checked as the gateway and the contact center do it."""

import json
from collections.abc import Mapping

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.ccc.errors import BusinessError

_MAX_DIGITS = 18
_JSON_LIST = "It must be a JSON array of strings."


def require(params: Mapping[str, str], *names: str, as_null: bool) -> None:
    """Refuse a request that lacks one of *names*: as the contact center (*as_null*) or as the gateway."""
    for name in names:
        if not params.get(name):
            if as_null:
                raise BusinessError("Parameter.Null", name)
            raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")


def texts(params: Mapping[str, str], name: str) -> list[str] | None:
    """Return the texts of the JSON list *name*, None where it is no such list."""
    try:
        given = json.loads(params.get(name, ""))
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, list) and all(isinstance(each, str) for each in given) else None


def optional_texts(params: Mapping[str, str], name: str) -> list[str]:
    """Return the texts of the JSON list *name*, none if there is no such parameter; Parameter.Format for others."""
    if not params.get(name):
        return []
    found = texts(params, name)
    if found is None:
        raise BusinessError("Parameter.Format", name, _JSON_LIST)
    return found


def optional_number(params: Mapping[str, str], name: str) -> int | None:
    """Return the whole number *name*, None if there is no such parameter; Parameter.Format for others."""
    given = params.get(name)
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _MAX_DIGITS):
        raise BusinessError("Parameter.Format", name, "It must be a number.")
    return int(given)


def number_within(params: Mapping[str, str], name: str, lowest: int, highest: int) -> int:
    """Return the number *name*; Parameter.Minimum or Parameter.Maximum beyond its limits."""
    number = optional_number(params, name) or 0
    if number < lowest:
        raise BusinessError("Parameter.Minimum", name, str(lowest))
    if number > highest:
        raise BusinessError("Parameter.Maximum", name, str(highest))
    return number
