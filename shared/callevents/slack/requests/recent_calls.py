"""The person's last calls in the private metadata of the Home tab. Slack sends it back, so it is untrusted input.

Source: https://docs.slack.dev/reference/views/home-tab-views (private_metadata, 3000 characters)
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from callevents.report.text import label
from callevents.slack.requests.action_value import OPEN_CALL, decode, encode, is_encodable
from callevents.slack.requests.private_metadata import MAX_CHARS

MAX_CALLS = 10
_MAX_VERDICT_CHARS = 100
_MEMBERS = 3  # of a call in the metadata
_MAX_TIME = 4_102_444_800  # 2100-01-01, in Unix seconds


class RecentCall(NamedTuple):
    """A call that was looked up, with its short `verdict` and when in Unix seconds; "" and 0 where not known."""

    job: str
    instance: str
    verdict: str = ""
    looked_up_at: int = 0


def latest(calls: Iterable[RecentCall]) -> list[RecentCall]:
    """Return the first ten of *calls*, each job once."""
    found: dict[tuple[str, str], RecentCall] = {}
    for call in calls:
        found.setdefault((call.job, call.instance), call)
    return list(found.values())[:MAX_CALLS]


def encode_calls(calls: Sequence[RecentCall]) -> str:
    """Return *calls* as text of at most 3000 characters, for the private metadata of the Home tab.

    Where the verdicts are too long together, those of the oldest calls are left out.
    """
    listed = [call for call in latest(calls) if is_encodable([call.job], call.instance)]
    for kept in range(len(listed), -1, -1):
        text = json.dumps(
            [
                [
                    encode(OPEN_CALL, [call.job], call.instance),
                    call.looked_up_at,
                    label(call.verdict, _MAX_VERDICT_CHARS) if position < kept else "",
                ]
                for position, call in enumerate(listed)
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        if len(text) <= MAX_CHARS:
            return text
    return ""


def decode_calls(text: str) -> list[RecentCall]:
    """Return the calls in *text*, none where it cannot be decoded. Never raises.

    Tabs of earlier versions hold the calls only, with blanks between.
    """
    try:
        entries = json.loads(text) if len(text) <= MAX_CHARS else []
    except (ValueError, RecursionError):
        entries = text.split()
    listed = entries[:MAX_CALLS] if isinstance(entries, list) else []
    return [call for entry in listed if (call := _decode(entry)) is not None]


def _decode(entry: object) -> RecentCall | None:
    value, at, verdict = entry if isinstance(entry, list) and len(entry) == _MEMBERS else (entry, 0, "")
    call = decode(value)
    if call is None or len(call.jobs) != 1:
        return None
    return RecentCall(
        call.jobs[0],
        call.instance,
        label(verdict, _MAX_VERDICT_CHARS) if isinstance(verdict, str) else "",
        at if type(at) is int and 0 < at < _MAX_TIME else 0,
    )
