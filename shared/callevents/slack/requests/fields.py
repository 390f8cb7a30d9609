"""Reads single fields out of JSON or form data that a stranger may have filled in. Nothing here raises."""

import re
from collections.abc import Collection, Mapping
from typing import TypeAlias

from callevents.actor import Belonging

Json: TypeAlias = Mapping[str, object]

_NOTHING: Json = {}
_ID = re.compile(r"[A-Z][0-9A-Z]{1,30}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?", re.ASCII)


def text(data: Json, key: str, limit: int = 3000) -> str:
    """Return the text under *key*, without NUL and lone surrogates, "" where there is none or it is over *limit*."""
    value = data.get(key)
    if not isinstance(value, str) or len(value) > limit:
        return ""
    return _whole(value.replace("\x00", " "))


def slack_id(data: Json, key: str) -> str:
    """Return the Slack id (U…, T…, C…) under *key*, "" where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def moment(data: Json, key: str) -> str:
    """Return the message time stamp (`1795334591.000200`) under *key*, "" where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) and _MOMENT.fullmatch(value) else ""


def belongs(own: str, installed: str, enterprise: str) -> tuple[str, Belonging]:
    """Return the person's workspace, and where it stands to the one the app is *installed* in, which is *enterprise*'s.

    In an externally shared channel the payload's team is the app's and not the person's. *own* is the person's
    workspace, or in an Enterprise organisation the organisation: then they are its own, whatever the workspace.
    Sources: https://docs.slack.dev/apis/slack-connect, …/reference/interaction-payloads/block_suggestion-payload
    """
    if own.startswith("E") and own != enterprise:
        return own, "outside"
    if not own.startswith("T"):
        return installed or own, "inside"
    if not installed.startswith("T") or own == installed:
        return own, "inside"
    return own, "elsewhere" if enterprise else "outside"


def nested(data: Json, *keys: str) -> Json:
    """Return the object found by following *keys*, an empty one where there is none."""
    for key in keys:
        value = data.get(key)
        if not isinstance(value, dict):
            return _NOTHING
        data = value
    return data


def objects(data: Json, key: str, limit: int = 100) -> list[Json]:
    """Return the objects in the list under *key*, at most *limit*."""
    value = data.get(key)
    return [item for item in value[:limit] if isinstance(item, dict)] if isinstance(value, list) else []


def flag(data: Json, key: str) -> bool:
    """Say whether *key* holds true, as JSON or as a form writes it."""
    return data.get(key) in (True, "true")


def all_text(value: object, limit: int = 65_536, *, without: Collection[str] = ()) -> str:
    """Return every text inside *value*, however deep, one per line, up to *limit* characters in all.

    What stands under the keys in *without* is left out.
    """
    found: list[str] = []
    length = 0
    waiting = [value]
    while waiting and length < limit:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item[: limit - length])
            length += len(item) + 1
        elif isinstance(item, dict):
            waiting.extend(reversed([part for key, part in item.items() if key not in without]))
        elif isinstance(item, list):
            waiting.extend(reversed(item))
    return _whole("\n".join(found))


def _whole(value: str) -> str:
    """Return *value* with a question mark for each half of a character."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
