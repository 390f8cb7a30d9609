"""What a button carries: which calls of which instance, opaque and versioned. It is a wish, never a permission.

Anybody who sees a message can send any value, so whoever gets one decodes it and authorises the click anew.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import NamedTuple

# The words of `action_id`; a button per call has its number behind the word.
REFRESH = "refresh"
SHARE = "share"
MORE = "more"  # the overflow: the chosen option says which of the actions below
OPEN_CALL = "open_call"
EVENTS = "events"
REVEAL = "reveal"
HELP = "help"
SEARCH = "search"
# Elements of the same wish, EVENTS: the pages before and behind, the first and the last.
EVENTS_PREVIOUS, EVENTS_NEXT = "events_previous", "events_next"
EVENTS_FIRST, EVENTS_LAST = "events_first", "events_last"
EVENTS_PAGES = (EVENTS_FIRST, EVENTS_PREVIOUS, EVENTS_NEXT, EVENTS_LAST)
ACTIONS = (REFRESH, SHARE, OPEN_CALL, EVENTS, REVEAL, HELP, SEARCH)

_VERSION = 1
_MOST_JOBS = 10
MOST_PAGES = 0xFFFF
_UUID_TAG = 0
_VALUE = re.compile(r"[0-9A-Za-z_-]{1,2000}", re.ASCII)
_JOB = re.compile(r"job-[0-9A-Za-z-]{4,64}", re.ASCII)
_UUID_JOB = re.compile(r"job-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_INSTANCE = re.compile(r"(?:[0-9A-Za-z][0-9A-Za-z_.-]{0,127})?", re.ASCII)


class ActionValue(NamedTuple):
    """A click: what to do, with which calls (at most ten), of which instance; `page` is where JSON goes on."""

    action: str
    jobs: tuple[str, ...] = ()
    instance: str = ""
    page: int = 0


def encode(action: str, jobs: Sequence[str] = (), instance: str = "", page: int = 0) -> str:
    """Return the value for *action*: 1 to 1200 characters; ValueError for what `decode` would not take."""
    return encode_each((action,), jobs, instance, page)[action]


def encode_each(
    actions: Sequence[str], jobs: Sequence[str] = (), instance: str = "", page: int = 0
) -> dict[str, str]:
    """Return the values for several actions on the same calls."""
    if not (
        is_encodable(jobs, instance)
        and 0 <= page <= MOST_PAGES
        and all(action in ACTIONS for action in actions)
    ):
        raise ValueError("no button of ours")
    load = page.to_bytes(2, "big") + bytes((len(instance),)) + instance.encode("ascii")
    for job in jobs:
        if _UUID_JOB.fullmatch(job):
            load += bytes.fromhex(f"{_UUID_TAG:02x}{job[4:].replace('-', '')}")
        else:
            load += bytes((len(job) - 4,)) + job[4:].encode("ascii")
    return {
        action: urlsafe_b64encode(bytes((_VERSION, ACTIONS.index(action))) + load)
        .rstrip(b"=")
        .decode("ascii")
        for action in actions
    }


def is_encodable(jobs: Sequence[str], instance: str) -> bool:
    """Say whether a button can carry these: at most ten job ids, all well formed, and an instance id."""
    return (
        len(jobs) <= _MOST_JOBS
        and all(_JOB.fullmatch(job) for job in jobs)
        and bool(_INSTANCE.fullmatch(instance))
    )


def decode(value: object) -> ActionValue | None:
    """Return what a value says, or None for one that is not ours or of another version. Never raises."""
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        return None
    try:
        wish = _unpacked(urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        return wish if encode(wish.action, wish.jobs, wish.instance, wish.page) == value else None
    except (ValueError, IndexError):
        return None


def _unpacked(raw: bytes) -> ActionValue:
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
