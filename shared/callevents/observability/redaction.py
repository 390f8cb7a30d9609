"""Redacts log lines: keys, signatures, reply addresses, whole phone numbers."""

import re
from functools import cache, lru_cache

from callevents.calls.job_ids import UUID_IN_ANY_CASE

MAX_CHARS = 4000
_MAX_PLAIN_CHARS = 11
MAX_WORD_CHARS = 20
REDACTED = "[redacted]"

# For each _ a name may also have a dash or nothing.
_SENSITIVE = (
    "authorization", "signature", "secret", "password", "passwd", "token", "cookie", "api_key", "access_key",
    "credential", "response_url", "trigger_id", "string to sign",
)  # fmt: skip
_SENSITIVE_NAMES = "|".join(_SENSITIVE).replace("_", "[_-]?")
_SCHEMES = "ACS3-HMAC-SHA256|Bearer|Basic|FC"
_VALUE = r"(?:b?\"(?:[^\"\\]|\\.)*\"?|b?'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|[^\s,;&\"'}\])]+(?:\s+\[redacted\])?)"
# Patterns and their replacements. Each takes time in proportion to the text, whatever the text is.
_RULES = (
    # A reply address: everything after its host is the key.
    (r"(?i:(https?(?::|%3A)(?:\\?/|(?:%5C)?%2F){2}hooks\.[\w.-]+)[^\s\"'<>)\]}|]*)", rf"\1/{REDACTED}"),
    # A form from Slack: it holds a token and a reply address.
    (r"\b(payload=)[^\s\"'&]+", rf"\1{REDACTED}"),
    # Any other address: its user and its query.
    (r"(?i:(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@\"']+@)", rf"\1{REDACTED}@"),
    (r"\?[\w.~%-]{1,64}=[^\s\"'<>)\]}|]*", f"?{REDACTED}"),
    # Schemes of an Authorization header, wherever they stand.
    (rf"\b({_SCHEMES})\s+(?=[\w+/=-]*[\d:=])[^\s\"'}}\]]+(?:,\s*\w+=[^\s\"'}}\]]+)*", rf"\1 {REDACTED}"),
    # name: value, name=value, "name": "value"; the name may be the end of a longer one.
    (
        rf"(?i:((?:{_SENSITIVE_NAMES})[\w-]*(?:[\"']?\s*[:=]|[\"']\s*,)\s*)(?:(?:{_SCHEMES})\s+)?{_VALUE})",
        rf"\1{REDACTED}",
    ),
    # The other pairs of a cookie header.
    (rf"(?i:(cookie[\"']?\s*[:=]\s*{re.escape(REDACTED)})(?:;\s*[\w-]+=[^\s;\"']*)+)", r"\1"),
    # Slack's and Alibaba Cloud's own forms.
    (r"(?i:\b(?:xox[a-z]|xapp|xwfp|xoxe\.xox[a-z])-[\w-]+)", REDACTED),
    (r"\b(?:LTAI|STS\.|TMP\.)[0-9A-Za-z]{8,}", REDACTED),
    (r"\bv[01]=[0-9a-f]{16,}", REDACTED),
    # Any long run that could be a key; a task id (t_ and a digest) is not matched.
    (r"(?<![0-9A-Za-z_+/-])(?=[0-9A-Za-z+/]*\d)(?=[0-9+/]*[A-Za-z])[0-9A-Za-z+/]{32,}={0,2}", REDACTED),
)
# Ids of requests, tasks and calls: their digits are not phone numbers.
_IDS = (
    rf"(\bt_[0-9a-f]{{64}}\b|\b(?:job-)?{UUID_IN_ANY_CASE}\b|"
    r"\b1-[0-9a-f]{8}-[0-9a-f-]{8,40}\b)"
)


_CALL = rf"job-{UUID_IN_ANY_CASE}"
# A task, a request id of CCC, or calls: most lines have some, and no rule matches them.
_ONLY_IDS = re.compile(
    rf"t_[0-9a-f]{{64}}|[0-9A-F]{{8}}(?:-[0-9A-F]{{4}}){{3}}-[0-9A-F]{{12}}|(?:{_CALL}(?: |$))+"
)
# What was asked of a service, with outcome and time, as each request has.
_ATTEMPT = r"(?:[A-Za-z_.]{1,40} ){1,3}\d{1,5}(?:\.\d)?"
_ATTEMPTS = rf"{_ATTEMPT}(?:, {_ATTEMPT}){{0,9}}"
# What a rule may match in a text without digits, whose only signs are blanks, underscores, dashes and colons. Looked
# for by comparison: in a cold start the pattern of these words would cost more than the lines that it is for.
_SENSITIVE_WORDS = tuple(name.replace("_", "") for name in _SENSITIVE)
_MATCHED_IN_WORDS = (
    *_SENSITIVE_WORDS,
    *("xox", "xapp", "xwfp", "ltai"),
    *_SCHEMES.lower().replace("-", "").split("|"),
)


@cache
def _compiled() -> tuple[tuple[tuple[re.Pattern[str], str], ...], re.Pattern[str]]:
    """Compile the patterns when the first line needs them: most lines of a cold start are plain words."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in _RULES), re.compile(_IDS)


def redacted(text: str) -> str:
    """Redact keys, signatures and reply addresses, mask phone numbers, cut *text* to MAX_CHARS characters."""
    if len(text) <= MAX_WORD_CHARS:
        return redacted_word(text)
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS] + "…"
    return text if _ONLY_IDS.fullmatch(text) or _is_plain(text) else redact_thoroughly(text)


@lru_cache(maxsize=512)  # outcomes, entries, people and channels recur in every line; a key is longer
def redacted_word(text: str) -> str:
    """Redact a *text* of at most MAX_WORD_CHARS characters."""
    return text if _is_plain(text) else redact_thoroughly(text)


def _is_plain(text: str) -> bool:
    """Return True for most texts in which no rule matches anything: the rules cost more than all else of a line."""
    if not text.isascii():
        return False
    words = text.replace("_", "").replace(" ", "")
    if words.isalpha():
        return "LTAI" not in text
    if len(text) <= _MAX_PLAIN_CHARS and text.isalnum():
        return not text[4:7].isdigit()  # a row of seven digits would include these
    if text.startswith("ok ") and len(text) < _MAX_PLAIN_CHARS - 1 and text[3:].replace(".", "", 1).isdigit():
        return True  # an attempt and its milliseconds: six digits at most
    if words.replace("-", "").replace(":", "").isalpha():
        return not _contains(text, _MATCHED_IN_WORDS)
    return not text or bool(re.fullmatch(_ATTEMPTS, text) and not _contains(text, _MATCHED_IN_WORDS))


def redact_thoroughly(text: str) -> str:
    """Apply every rule to *text*."""
    from callevents.calls.masking import mask

    rules, ids = _compiled()
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    parts = ids.split(text.encode("utf-8", "replace").decode())
    parts[::2] = [mask(part) for part in parts[::2]]
    return "".join(parts)


@lru_cache(maxsize=128)  # the names stand in the code, and recur in every line
def field_name(name: str) -> tuple[str, bool]:
    """Return the name of a field as it may be logged, and whether its value must not be."""
    return redacted(name), is_secret(name)


def is_secret(name: str) -> bool:
    """Return whether the value of a field of this name must not be logged."""
    return _contains(name, _SENSITIVE_WORDS)


def _contains(text: str, words: tuple[str, ...]) -> bool:
    """Return whether one of *words* is in *text*, whatever case and dashes it is written with."""
    plain = text.casefold().replace("_", "").replace("-", "")
    return any(word in plain for word in words)
