"""Reads single fields of untrusted JSON or form data. Never raises."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from callevents.actor import Belonging

Json: TypeAlias = Mapping[str, object]

_EMPTY: Json = {}
_ID = re.compile(r"[A-Z][0-9A-Z]{1,30}", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?", re.ASCII)


def text(data: Json, key: str, limit: int = 3000) -> str:
    """Return the text under *key* without NUL and lone surrogates, "" where it is missing or longer than *limit*."""
    value = data.get(key)
    if not isinstance(value, str) or len(value) > limit:
        return ""
    return printable(value.replace("\x00", " "))


def slack_id(data: Json, key: str) -> str:
    """Return the Slack id (U…, T…, C…) under *key*, "" where it is missing."""
    value = data.get(key)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def timestamp(data: Json, key: str) -> str:
    """Return the message timestamp (`1795334591.000200`) under *key*, "" where it is missing."""
    value = data.get(key)
    return value if isinstance(value, str) and _TIMESTAMP.fullmatch(value) else ""


def belongs(own: str, installed: str, enterprise: str) -> tuple[str, Belonging]:
    """Return the person's workspace, and how it relates to the app's own, *installed*, a part of *enterprise*.

    In an externally shared channel the payload's team is the app's and not the person's. *own* is the person's
    workspace, or in an Enterprise organisation the organisation: then they belong to it, whatever the workspace.
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
    """Return the object at the path *keys*, an empty one where it is missing."""
    for key in keys:
        value = data.get(key)
        if not isinstance(value, dict):
            return _EMPTY
        data = value
    return data


def objects(data: Json, key: str, limit: int = 100) -> list[Json]:
    """Return the objects in the list under *key*, at most *limit*."""
    value = data.get(key)
    return [item for item in value[:limit] if isinstance(item, dict)] if isinstance(value, list) else []


def flag(data: Json, key: str) -> bool:
    """Say whether *key* holds true, in the notation of JSON or of a form."""
    return data.get(key) in (True, "true")


def printable(value: str) -> str:
    """Return *value* with each lone surrogate replaced by a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
