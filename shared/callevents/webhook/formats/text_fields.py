"""Finds fields of an alert in plain text, and the words that can be its title."""

import re
from collections.abc import Iterator

from callevents.webhook.job_ids import job_ids
from callevents.webhook.states import known_state

_MAX_LINES = 300
_MAX_LINE_CHARS = 1000
_MAX_TITLE_CHARS = 3000
_NAMES = {
    "title": "title", "subject": "title", "summary": "title", "alertname": "title", "标题": "title",
    "status": "status", "state": "status", "状态": "status", "告警状态": "status", "报警状态": "status",
    "severity": "severity", "level": "severity", "priority": "severity", "id": "id",
}  # fmt: skip
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
# Anywhere: `status=resolved`, up to the next name. At the start of a line or after a separator: `Status: Resolved`.
_FIELD = re.compile(
    rf"""(?<!\S)({_NAME})=(?:"([^"]{{1,300}})"|((?:(?!\s[\w.]{{1,30}}=)[^",;|}}\t]){{1,300}}))"""
    rf"""|(?:^|(?<=[,;|{{(\[\t]))[ \t"'*_`-]{{0,20}}({_NAME})[ \t"'*_`]{{0,5}}[:\uff1a=|\t][ \t"'*_`]{{0,20}}"""
    r"""([^,;|}\t]{1,300})""",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$[A-Z][A-Z0-9_]{2,40}\b")
# What a program prints where there is no title.
_ABSENT = frozenset({"null", "none", "undefined", "n/a", "nil", "no title", "no value", "untitled"})
_JSON = re.compile(r"\s*[\[{]\s*[{\"']")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3}|`{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]{0,40}(?:\s[^<>]{0,2000})?/?>|<![^<>]{0,2000}>")
_BOUNDARY = re.compile(
    r"-{2,}[^\s-]\S*|-{6,}\S*|content-(?:disposition|type|length|transfer-encoding)\s*:.*", re.IGNORECASE
)
_BRACES = str.maketrans("", "", "{}")


def text_fields(text: str) -> dict[str, object]:
    """Return the fields `title`, `status`, `severity` and `id` that stand in *text*; the first of each name.

    Of several states one that fires counts. A job id is no alert's id.
    """
    fields: dict[str, object] = {}
    states: list[str] = []
    for name, value in _found(text):
        if name == "status":
            states.append(value)
        elif name != "id" or not (" " in value or job_ids(value)):
            fields.setdefault(name, value)
    known = [state for state in states if known_state(state) is not None]
    if states:
        fields["status"] = next(
            (state for state in known if known_state(state) == "firing"), (known or states)[0]
        )
    return fields


def _found(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n", _MAX_LINES)[:_MAX_LINES]:
        for found in _FIELD.finditer(line[:_MAX_LINE_CHARS].rstrip("\r")):
            name, value = found[1] or found[4], found[2] or found[3] or found[5]
            # Where the names stand side by side, as the head of a table, none is another's value.
            if (value := value.strip(" \t\"'*_`")) and value.lower() not in _NAMES:
                yield _NAMES[name.lower()], value


def title_words(text: str) -> str:
    """Return *text* as a title: without tags, braces, placeholders and boundaries; "" if no word is left."""
    if _JSON.match(text):
        return ""
    text = _TEMPLATE.sub("", text[:_MAX_TITLE_CHARS])
    if "<" in text or "&" in text:
        from html import unescape

        text = unescape(_TAG.sub(" ", text))
    text = "\n".join(line for line in text.splitlines() if not _BOUNDARY.fullmatch(line.strip()))
    text = _EMPHASIS.sub(r"\2", text).translate(_BRACES).strip()
    is_absent = text.lower().strip("[]<>() ") in _ABSENT
    return text if any(map(str.isalpha, text)) and not is_absent else ""


def first_words(text: str, *, several: bool = False) -> str:
    """Return the first line of *text* that can be a title, "" if none can; of *several* words if that is wanted."""
    for line in text[:_MAX_TITLE_CHARS].splitlines():
        words = title_words(line)
        if words and (not several or " " in words):
            return words
    return ""
