"""Takes out of a log line what must not stand in one: keys, signatures, reply addresses, whole phone numbers."""

import re
from collections.abc import Callable

from callevents.calls.masking import mask

LONGEST = 4000
TAKEN_OUT = "[redacted]"

_TELLING_NAMES = (
    r"authorization|signature|secret|passw(?:or)?d|token|cookie|api[_-]?key|access[_-]?key\w*|credentials?|"
    r"response[_-]?url|trigger[_-]?id|string to sign"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # An address that somebody can post to: everything after its host is the key.
    (re.compile(r"(https?://hooks\.[\w.-]+)[^\s\"'<>)\]}|]*", re.IGNORECASE), rf"\1/{TAKEN_OUT}"),
    # Any other address: who it names and what it asks.
    (re.compile(r"(https?://)[^\s/@\"']+@", re.IGNORECASE), rf"\1{TAKEN_OUT}@"),
    (re.compile(r"\?[\w.~%-]{1,64}=[^\s\"'<>)\]}|]*"), f"?{TAKEN_OUT}"),
    # Schemes of an Authorization header, wherever they stand.
    (
        re.compile(
            r"\b(ACS3-HMAC-SHA256|Bearer|Basic|FC)(\s+)(?=[\w+/=-]*[\d:=])[^\s\"'}\]]+(?:,\s*\w+=[^\s\"'}\]]+)*"
        ),
        rf"\1 {TAKEN_OUT}",
    ),
    # name: value, name=value, "name": "value", also with a prefix such as x-acs-security- or SLACK_BOT_.
    (
        re.compile(
            rf"((?:{_TELLING_NAMES})[\w-]*[\"']?\s*[:=]\s*)"
            r"(?:(?:Bearer|Basic|FC|ACS3-HMAC-SHA256)\s+)?"
            r"(?:\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|[^\s,;&\"'}\])]+(?:\s+\[redacted\])?)",
            re.IGNORECASE,
        ),
        rf"\1{TAKEN_OUT}",
    ),
    # Slack's and Alibaba Cloud's own forms.
    (re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+", re.IGNORECASE), TAKEN_OUT),
    (re.compile(r"\b(?:LTAI|STS\.|TMP\.)[0-9A-Za-z]{8,}"), TAKEN_OUT),
    (re.compile(r"\bv[01]=[0-9a-f]{16,}"), TAKEN_OUT),
    # Any long run that could be a key; a task id (t_ and a digest) is none.
    (
        re.compile(r"(?<![0-9A-Za-z_+/-])(?=[0-9A-Za-z+/]*\d)(?=[0-9+/]*[A-Za-z])[0-9A-Za-z+/]{32,}={0,2}"),
        TAKEN_OUT,
    ),
)
# Ids of requests, tasks and calls: digits in them are nobody's number.
_NO_NUMBER = re.compile(
    r"(\bt_[0-9a-f]{64}\b|\b(?:job-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b|"
    r"\b1-[0-9a-f]{8}-[0-9a-f-]{8,40}\b)"
)


def redacted(text: str) -> str:
    """Return *text* without keys, signatures and reply addresses, phone numbers masked, at most LONGEST characters."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    parts = _NO_NUMBER.split(text.encode("utf-8", "replace").decode())
    parts[::2] = [mask(part) for part in parts[::2]]
    return "".join(parts)


def is_secret(name: str) -> bool:
    """Say whether a field of this name holds what must not be logged."""
    return _NAMES.search(name) is not None


_NAMES = re.compile(_TELLING_NAMES, re.IGNORECASE)
