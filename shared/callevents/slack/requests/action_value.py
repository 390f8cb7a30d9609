"""The value of a button: which calls of which instance, opaque and versioned. It is a request, never a permission.

Anybody who sees a message can send any value, so a click is decoded and authorised anew.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.job_ids import JOB_ID, UUID_JOB
from callevents.slack.requests.command_text import MAX_JOBS

# Values of `action_id`; the button of one call of several has the call's number appended.
REFRESH = "refresh"
SHARE = "share"
MORE = "more"  # the overflow menu: the chosen option holds one of the actions below
OPEN_CALL = "open_call"
EVENTS = "events"
REVEAL = "reveal"
HELP = "help"
SEARCH = "search"
CONSOLE = "console"  # a link that the browser opens: the click is only acknowledged
# Four buttons of one action, EVENTS: the previous, next, first and last page.
EVENTS_PREVIOUS, EVENTS_NEXT = "events_previous", "events_next"
EVENTS_FIRST, EVENTS_LAST = "events_first", "events_last"
# The pages of found calls: their values are callevents.slack.requests.search_value's.
FIND_NEWER, FIND_OLDER = "find_newer", "find_older"
EVENTS_PAGES = (EVENTS_FIRST, EVENTS_PREVIOUS, EVENTS_NEXT, EVENTS_LAST)
ACTIONS = (REFRESH, SHARE, OPEN_CALL, EVENTS, REVEAL, HELP, SEARCH, CONSOLE)

_VERSION = 1
MAX_PAGES = 0xFFFF
_UUID_TAG = 0
_VALUE = r"[0-9A-Za-z_-]{1,2000}"
_JOB = re.compile(JOB_ID, re.ASCII)
_INSTANCE = re.compile(r"(?:[0-9A-Za-z][0-9A-Za-z_.-]{0,127})?", re.ASCII)


class ActionValue(NamedTuple):
    """A decoded value: the action, its calls (at most ten), their instance; `page` counts pages of events from 0."""

    action: str
    jobs: tuple[str, ...] = ()
    instance: str = ""
    page: int = 0


def encode(action: str, jobs: Sequence[str] = (), instance: str = "", page: int = 0) -> str:
    """Return the value for *action* in 1 to 1200 characters; raise ValueError for what `decode` rejects."""
    return encode_each((action,), jobs, instance, page)[action]


def encode_each(actions: Sequence[str], jobs: Sequence[str], instance: str, page: int = 0) -> dict[str, str]:
    """Return the values for several actions on the same calls; raise ValueError for what `decode` rejects."""
    if not (is_encodable(jobs, instance) and 0 <= page <= MAX_PAGES and set(actions).issubset(ACTIONS)):
        raise ValueError("not encodable")
    payload = page.to_bytes(2, "big") + bytes((len(instance),)) + instance.encode("ascii")
    for job in jobs:
        if UUID_JOB.fullmatch(job):
            payload += bytes.fromhex(f"{_UUID_TAG:02x}{job[4:].replace('-', '')}")
        else:
            payload += bytes((len(job) - 4,)) + job[4:].encode("ascii")
    return {
        action: urlsafe_b64encode(bytes((_VERSION, ACTIONS.index(action))) + payload)
        .rstrip(b"=")
        .decode("ascii")
        for action in actions
    }


def is_encodable(jobs: Sequence[str], instance: str) -> bool:
    """Say whether a value can hold these: at most ten well-formed job ids, and an instance id."""
    return (
        len(jobs) <= MAX_JOBS
        and all(_JOB.fullmatch(job) for job in jobs)
        and bool(_INSTANCE.fullmatch(instance))
    )


def decode(value: object) -> ActionValue | None:
    """Return the decoded value, None for one that is malformed or of another version. Never raises."""
    if not isinstance(value, str) or not re.fullmatch(_VALUE, value, re.ASCII):
        return None
    try:
        decoded = _unpack(urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        return decoded if encode(*decoded) == value else None
    except (ValueError, IndexError):
        return None


def _unpack(raw: bytes) -> ActionValue:
    if raw[0] != _VERSION:
        raise ValueError("another version")
    action, page, end = ACTIONS[raw[1]], int.from_bytes(raw[2:4], "big"), 5 + raw[4]
    instance = raw[5:end].decode("ascii")
    jobs = []
    while end < len(raw):
        tag, start = raw[end], end + 1
        end = start + (16 if tag == _UUID_TAG else tag)
        part = raw[start:end]
        if tag == _UUID_TAG:
            digits = part.hex()
            jobs.append(f"job-{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}")
        else:
            jobs.append(f"job-{part.decode('ascii')}")
    return ActionValue(action, tuple(jobs), instance, page)
