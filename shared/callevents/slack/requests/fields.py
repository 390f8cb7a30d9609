"""Reads single fields of untrusted JSON or form data. Never raises."""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

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


class Installation(NamedTuple):
    """An installation of the app, as a request names it: a workspace, or a whole Enterprise organisation.

    `workspace` is "" where the request names none. `whole` says whether the app is installed for all workspaces of
    `enterprise`; None where the request does not say.
    """

    workspace: str
    enterprise: str
    whole: bool | None = None


def belongs(own: str, installed: Installation) -> tuple[str, Belonging]:
    """Return the person's workspace and how it relates to the app's: the one place that reads it from a request.

    In an externally shared channel the payload's team is the app's and not the person's. *own* is the person's
    workspace, or in an Enterprise organisation the organisation. Where either is missing nothing is known of the
    person: the app's workspace is returned in its place, none for an app of a whole organisation.
    Sources: https://docs.slack.dev/apis/slack-connect, …/reference/interaction-payloads/block_suggestion-payload
    """
    workspace, enterprise, whole = installed
    if own.startswith("E"):
        return (workspace or own, "inside") if own == enterprise else (own, "outside")
    if not own.startswith("T"):
        return ("" if whole else workspace), "unknown"
    if own == workspace:
        return own, "inside"
    if enterprise and whole is not False:
        return own, "elsewhere"
    return (own, "outside") if workspace else ("", "unknown")


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


def install_flag(data: Json) -> bool | None:
    """Return `is_enterprise_install`, None where it is missing."""
    return flag(data, "is_enterprise_install") if "is_enterprise_install" in data else None


def flag(data: Json, key: str) -> bool:
    """Say whether *key* holds true, in the notation of JSON or of a form."""
    return data.get(key) in (True, "true")


def printable(value: str) -> str:
    """Return *value* with each lone surrogate replaced by a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
