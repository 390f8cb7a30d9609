"""Parses the text of a slash command or a mention. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from callevents.calls.job_ids import Fragment, JobIds, find_job_ids, is_only_ids, read_job_ids

MAX_JOBS = 10
_MAX_HELP_CHARS = 40
HELP_WORDS = frozenset(
    {
        "", "-h", "--help", "/help", "help", "help me", "help please", "please help", "please help me", "usage", "info",
        "commands", "start", "status", "ping", "test", "hi", "hi there", "hello", "hello there", "hey", "how",
        "how does this work", "how do i use this", "what can you do", "帮助", "幫助", "使用帮助", "帮帮我", "帮忙",
        "求助", "用法", "怎么用", "如何使用", "使用说明", "说明", "你好", "您好", "状态",
    }
)  # fmt: skip

# With words around it: `Help, please`, `can you help me`, `-help`.
_POLITE = r"(?:(?:please|pls|plz|can|could|you|me|us|out|i|we|need|want|some|here|hi|hello|hey)[\s,.!]*)"
_ASKS_FOR_HELP = rf"-*{_POLITE}{{0,6}}help[\s,.!?]*{_POLITE}{{0,4}}"
# Stripped from a name: quotes and back-ticks, and the punctuation that ends a sentence.
_PUNCTUATION = "`'\"\u2018\u2019\u201c\u201d\u300c\u300d,;!?\uff0c\uff1b\u3002\uff01\uff1f"
_SENTENCE_END = f"{_PUNCTUATION}.\u2026~\uff5e "
# Many keyboards turn two hyphens into a dash.
_OPTION = r"(?<!\S)(?:--|\u2014|\u2013)(?i:instance)(?:\s*[=:\uff1a]\s*|\s+)(?P<name>\S+)"
_LAST = r"(?<!\S)[iI][nN]\s+(?P<name>\S+)\s*$"


# As the manifest names it; what a person typed may be named otherwise.
COMMAND = "/callevents"


class LeftOut(NamedTuple):
    """The parts of a request that were not looked up: how many more ids, and text that is no whole id."""

    more: int = 0
    fragments: tuple[Fragment, ...] = ()


NOTHING_LEFT_OUT = LeftOut()


class Lookup(NamedTuple):
    """Calls to look up in one instance."""

    jobs: tuple[str, ...]
    instance: str
    left_out: LeftOut = NOTHING_LEFT_OUT


class NotWhole(NamedTuple):
    """No id, but what looks like one."""

    fragments: tuple[Fragment, ...]


class Help(NamedTuple):
    """Help; `understood` is false where it answers text that is not a request."""

    understood: bool


class Form:
    """The form: nothing was typed."""


class TooMany(NamedTuple):
    """More calls than one command looks up."""

    jobs: int


class UnknownInstance(NamedTuple):
    """An instance that is not allowed; `name` is None where none was named and there is no default."""

    name: str | None


ParsedCommand: TypeAlias = Lookup | NotWhole | Help | Form | TooMany | UnknownInstance


def parse_command(text: str, instance: Callable[[str | None], str | None]) -> ParsedCommand:
    """Return the request in *text*; *instance* turns a name (None = the default) into an allowed instance's id."""
    found = read_job_ids(text)
    if len(found.whole) > MAX_JOBS:
        return TooMany(len(found.whole))
    return parse_mention(text, found, instance)


def parse_mention(
    text: str, found: JobIds, instance: Callable[[str | None], str | None]
) -> Lookup | NotWhole | Help | Form | UnknownInstance:
    """Return the request in the words *text* about the ids *found* in the whole message, at most ten of them."""
    words = text.strip()
    if found.whole:
        name = _named_instance(words, instance)
        chosen = instance(name)
        if chosen is None:
            return UnknownInstance(name)
        return Lookup(
            found.whole[:MAX_JOBS], chosen, LeftOut(max(0, len(found.whole) - MAX_JOBS), found.fragments)
        )
    if words and is_help(words):
        return Help(understood=True)
    if found.fragments:
        return NotWhole(found.fragments)
    return Help(understood=False) if words else Form()


def is_help(words: str) -> bool:
    """Say whether *words* ask what the bot does, or only greet it."""
    if len(words) >= _MAX_HELP_CHARS:
        return False
    plain = " ".join(words.casefold().strip(_SENTENCE_END).split())
    return plain in HELP_WORDS or re.fullmatch(_ASKS_FOR_HELP, plain) is not None


def _named_instance(words: str, instance: Callable[[str | None], str | None]) -> str | None:
    """Return the instance that *words* choose, None for the default; the last option wins.

    "… came in today" chooses nothing: unless only ids stand before "in", the name must be an allowed one.
    """
    if len(words.split()) == 1 and "instance" not in words.lower():  # an id alone, as nearly always
        return None
    if options := [*re.finditer(_OPTION, words)]:
        return _stripped(options[-1]["name"], instance)
    last = re.search(_LAST, words)
    # "what happened in job-…" does not name an instance.
    if last is None or find_job_ids(last["name"]):
        return None
    name = _stripped(last["name"], instance)
    return name if instance(name) is not None or is_only_ids(words[: last.start()]) else None


def _stripped(name: str, instance: Callable[[str | None], str | None]) -> str:
    """Return *name* without quotes and the end of the sentence; a point may be a part of it."""
    stripped = name.strip(_PUNCTUATION)
    without_point = stripped.strip(f"{_PUNCTUATION}.")
    return stripped if instance(stripped) is not None or not without_point else without_point
