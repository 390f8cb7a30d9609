"""Parses the text of a slash command or a mention. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from callevents.calls.job_ids import find_job_ids

MAX_JOBS = 10
HELP_WORDS = frozenset({"help", "?", "-h", "--help", "帮助", "usage"})

# Stripped from a name: quotes and back-ticks, and the punctuation that ends a sentence.
_PUNCTUATION = "`'\"\u2018\u2019\u201c\u201d\u300c\u300d,;!?\uff0c\uff1b\u3002\uff01\uff1f"
# Many keyboards turn two hyphens into a dash.
_OPTION = r"(?<!\S)(?:--|\u2014|\u2013)(?i:instance)(?:\s*[=:\uff1a]\s*|\s+)(?P<name>\S+)"
_LAST = r"(?<!\S)[iI][nN]\s+(?P<name>\S+)\s*$"


class Lookup(NamedTuple):
    """Calls to look up in one instance."""

    jobs: tuple[str, ...]
    instance: str


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


ParsedCommand: TypeAlias = Lookup | Help | Form | TooMany | UnknownInstance


def parse_command(text: str, instance: Callable[[str | None], str | None]) -> ParsedCommand:
    """Return the request in *text*; *instance* turns a name (None = the default) into an allowed instance's id."""
    words = text.strip()
    if not words:
        return Form()
    if words.casefold() in HELP_WORDS:
        return Help(understood=True)
    named, rest = _named_instance(words)
    jobs = find_job_ids(rest)
    if not jobs:
        return Help(understood=False)
    if len(jobs) > MAX_JOBS:
        return TooMany(len(jobs))
    chosen = instance(named)
    if chosen is None:
        return UnknownInstance(named)
    return Lookup(tuple(jobs), chosen)


def _named_instance(words: str) -> tuple[str | None, str]:
    """Return the instance named in *words*, and the words without it; the last name wins."""
    if len(words.split()) == 1 and "instance" not in words.lower():  # an id alone, as nearly always
        return None, words
    name = None
    found = list(re.finditer(_OPTION, words))
    if found:
        name = found[-1]["name"].strip(_PUNCTUATION)
        words = re.sub(_OPTION, " ", words)
    else:
        last = re.search(_LAST, words)
        # "what happened in job-…" does not name an instance.
        if last and not find_job_ids(last["name"]):
            name = last["name"].strip(_PUNCTUATION)
            words = words[: last.start()]
    return name, words
