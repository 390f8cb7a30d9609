"""What a person asks for with `/callevents …`. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from callevents.calls.job_ids import find_job_ids

MOST_JOBS = 10
HELP_WORDS = frozenset({"help", "?", "-h", "--help", "帮助", "usage"})

# A name may come in quotes or back-ticks, and with the end of a sentence behind it.
_AROUND = "`'\"\u2018\u2019\u201c\u201d\u300c\u300d,;!?\uff0c\uff1b\u3002\uff01\uff1f"
# Typing two hyphens gives a dash on many keyboards.
_OPTION = re.compile(r"(?<!\S)(?:--|\u2014|\u2013)(?i:instance)(?:\s*[=:\uff1a]\s*|\s+)(?P<name>\S+)")
_LAST = re.compile(r"(?<!\S)[iI][nN]\s+(?P<name>\S+)\s*$")


class Lookup(NamedTuple):
    """Calls to look up in one instance."""

    jobs: tuple[str, ...]
    instance: str


class Help(NamedTuple):
    """How to use the command; `understood` is false where something was typed that is no request."""

    understood: bool


class Form:
    """Nothing was typed."""


class TooMany(NamedTuple):
    """More calls than one command looks up."""

    jobs: int


class UnknownInstance(NamedTuple):
    """An instance that is not among the allowed; None where none was named and there is no default."""

    name: str | None


ParsedCommand: TypeAlias = Lookup | Help | Form | TooMany | UnknownInstance


def parse_command(text: str, instance: Callable[[str | None], str | None]) -> ParsedCommand:
    """Return what *text* asks for; *instance* turns a name (None = the default) into an allowed instance's id."""
    words = text.strip()
    if not words:
        return Form()
    if words.casefold() in HELP_WORDS:
        return Help(understood=True)
    named, rest = _named_instance(words)
    jobs = find_job_ids(rest)
    if not jobs:
        return Help(understood=False)
    if len(jobs) > MOST_JOBS:
        return TooMany(len(jobs))
    chosen = instance(named)
    if chosen is None:
        return UnknownInstance(named)
    return Lookup(tuple(jobs), chosen)


def _named_instance(words: str) -> tuple[str | None, str]:
    """Return the instance that *words* name, and the words without it; the last one named counts."""
    name = None
    found = list(_OPTION.finditer(words))
    if found:
        name = found[-1]["name"].strip(_AROUND)
        words = _OPTION.sub(" ", words)
    else:
        last = _LAST.search(words)
        # "what happened in job-…" names no instance.
        if last and not find_job_ids(last["name"]):
            name = last["name"].strip(_AROUND)
            words = words[: last.start()]
    return name, words
