"""The value of a button for another page of found calls: what was sought is sealed in it. A request, no permission.

A number must not stand in a button in clear, and a memory of what was sought would be another instance's: the next
click may reach one that has just started, and the answer may come from the worker. So the value carries it, sealed for
the person who asked. Page, form of the number and total are in clear: a person who changes them asks for another page.
"""

import re
from typing import NamedTuple

MAX_TOTAL = 9_999_999
_VALUE = r"1\.(?P<page>[1-9][0-9]{0,2})\.(?P<other>[01])\.(?P<total>[0-9]{0,7})\.(?P<sealed>[0-9A-Za-z_-]{20,1000})"


class SearchValue(NamedTuple):
    """A page (from 1) of what is `sealed`; `other` means the other form of its number, `total` counts all calls."""

    sealed: str
    page: int
    other: bool = False
    total: int | None = None


def encode(value: SearchValue) -> str:
    """Return *value* as text of at most 1,020 characters."""
    total = "" if value.total is None else min(value.total, MAX_TOTAL)
    return f"1.{value.page}.{int(value.other)}.{total}.{value.sealed}"


def decode(text: object) -> SearchValue | None:
    """Return the value in *text*, None where it is malformed or of another version. Never raises."""
    found = re.fullmatch(_VALUE, text, re.ASCII) if isinstance(text, str) else None
    if found is None:
        return None
    total = int(found["total"]) if found["total"] else None
    return SearchValue(found["sealed"], int(found["page"]), found["other"] == "1", total)
