"""Takes out of a log line what must not stand in one: keys, signatures, reply addresses, whole phone numbers."""

import re
from functools import cache, lru_cache

LONGEST = 4000
_SHORT = 11
WORD = 20
REDACTED = "[redacted]"

_TELLING_NAMES = (
    r"authorization|signature|secret|passw(?:or)?d|token|cookie|api[_-]?key|access[_-]?key\w*|credentials?|"
    r"response[_-]?url|trigger[_-]?id|string to sign"
)
_SCHEMES = "ACS3-HMAC-SHA256|Bearer|Basic|FC"
_VALUE = r"(?:b?\"(?:[^\"\\]|\\.)*\"?|b?'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|[^\s,;&\"'}\])]+(?:\s+\[redacted\])?)"
# What to find, and what to put there. Each needs time in proportion to the text, whatever the text is.
_RULES = (
    # An address that somebody can post to: everything after its host is the key.
    (r"(?i:(https?(?::|%3A)(?:\\?/|(?:%5C)?%2F){2}hooks\.[\w.-]+)[^\s\"'<>)\]}|]*)", rf"\1/{REDACTED}"),
    # A form that Slack sent: token and reply address are in it.
    (r"\b(payload=)[^\s\"'&]+", rf"\1{REDACTED}"),
    # Any other address: who it names, and what it asks.
    (r"(?i:(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@\"']+@)", rf"\1{REDACTED}@"),
    (r"\?[\w.~%-]{1,64}=[^\s\"'<>)\]}|]*", f"?{REDACTED}"),
    # Schemes of an Authorization header, wherever they stand.
    (rf"\b({_SCHEMES})\s+(?=[\w+/=-]*[\d:=])[^\s\"'}}\]]+(?:,\s*\w+=[^\s\"'}}\]]+)*", rf"\1 {REDACTED}"),
    # name: value, name=value, "name": "value"; the name may be the end of a longer one.
    (
        rf"(?i:((?:{_TELLING_NAMES})[\w-]*(?:[\"']?\s*[:=]|[\"']\s*,)\s*)(?:(?:{_SCHEMES})\s+)?{_VALUE})",
        rf"\1{REDACTED}",
    ),
    # The other pairs of a cookie header.
    (rf"(?i:(cookie[\"']?\s*[:=]\s*{re.escape(REDACTED)})(?:;\s*[\w-]+=[^\s;\"']*)+)", r"\1"),
    # Slack's and Alibaba Cloud's own forms.
    (r"(?i:\b(?:xox[a-z]|xapp|xwfp|xoxe\.xox[a-z])-[\w-]+)", REDACTED),
    (r"\b(?:LTAI|STS\.|TMP\.)[0-9A-Za-z]{8,}", REDACTED),
    (r"\bv[01]=[0-9a-f]{16,}", REDACTED),
    # Any long run that could be a key; a task id (t_ and a digest) is none.
    (r"(?<![0-9A-Za-z_+/-])(?=[0-9A-Za-z+/]*\d)(?=[0-9+/]*[A-Za-z])[0-9A-Za-z+/]{32,}={0,2}", REDACTED),
)
# Ids of requests, tasks and calls: digits in them are nobody's number.
_NO_NUMBER = (
    r"(\bt_[0-9a-f]{64}\b|\b(?:job-)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b|"
    r"\b1-[0-9a-f]{8}-[0-9a-f-]{8,40}\b)"
)


_CALL = r"job-[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_TASK_OR_UUID = r"t_[0-9a-f]{64}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
_ATTEMPT = r"(?:[A-Za-z_.]{1,40} ){1,3}\d{1,5}(?:\.\d)?"
_ATTEMPTS = rf"{_ATTEMPT}(?:, {_ATTEMPT}){{0,9}}"
# What a rule may find where there is no digit, and no sign but blanks, underscores, dashes and colons.
_FOUND_IN_WORDS = rf"{_TELLING_NAMES}|xox|xapp|xwfp|LTAI|\b(?:{_SCHEMES})\b"


@cache
def _compiled() -> tuple[tuple[tuple[re.Pattern[str], str], ...], re.Pattern[str]]:
    """Compile the patterns when the first line wants them: most lines of a cold start are plain words."""
    return tuple((re.compile(pattern), instead) for pattern, instead in _RULES), re.compile(_NO_NUMBER)


def redacted(text: str) -> str:
    """Return *text* without keys, signatures and reply addresses, phone numbers masked, at most LONGEST characters."""
    if len(text) <= WORD:
        return redacted_word(text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    return text if _is_plain(text) else thoroughly(text)


@lru_cache(maxsize=512)  # outcomes, entries, people and channels return with every line; a key is longer
def redacted_word(text: str) -> str:
    """Return *text*, at most WORD characters, as `redacted` does."""
    return text if _is_plain(text) else thoroughly(text)


def _is_plain(text: str) -> bool:
    """Say of most texts at once that no rule finds anything in them: the rules take longer than all else of a line."""
    if not text.isascii():
        return False
    words = text.replace("_", "").replace(" ", "")
    if words.isalpha():
        return "LTAI" not in text
    if len(text) <= _SHORT and text.isalnum():
        return not text[4:7].isdigit()  # where seven digits in a row would have to be
    if text.startswith("ok ") and len(text) < _SHORT - 1 and text[3:].replace(".", "", 1).isdigit():
        return True  # an attempt and its milliseconds: six digits at most
    if words.replace("-", "").replace(":", "").isalpha():
        return re.search(_FOUND_IN_WORDS, text, re.IGNORECASE) is None
    return not text or _is_call_ids(text) or _is_of_a_request(text)


def _is_call_ids(text: str) -> bool:
    """Say whether *text* is what the audit trail names most often: ids of calls, which every rule leaves alone."""
    return text.startswith("job-") and all(re.fullmatch(_CALL, word) for word in text.split(" "))


def _is_of_a_request(text: str) -> bool:
    """Say whether *text* is what each request's line has: a task, CCC's id, or what came of each attempt, and when."""
    if re.fullmatch(_TASK_OR_UUID, text):
        return True
    return re.fullmatch(_ATTEMPTS, text) is not None and not re.search(_FOUND_IN_WORDS, text, re.IGNORECASE)


def thoroughly(text: str) -> str:
    """Return *text* as every rule leaves it."""
    from callevents.calls.masking import mask

    rules, no_number = _compiled()
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    parts = no_number.split(text.encode("utf-8", "replace").decode())
    parts[::2] = [mask(part) for part in parts[::2]]
    return "".join(parts)


@lru_cache(maxsize=128)  # the names stand in the code, and return with every line
def field(name: str) -> tuple[str, bool]:
    """Return the name of a field as it may be printed, and whether it holds what must not be logged."""
    return redacted(name), is_secret(name)


def is_secret(name: str) -> bool:
    """Say whether a field of this name holds what must not be logged."""
    return re.search(_TELLING_NAMES, name, re.IGNORECASE) is not None
