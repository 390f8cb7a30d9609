"""Settings whose secrets stand in KMS: names the secrets, reads them, and puts each text in the place of its name.

SLACK_SIGNING_SECRET=kms://name                     the secret is the whole setting (it may itself be a list)
CALLEVENTS_WEBHOOK_SECRET=grafana:kms://name,…      each secret is one item of the list
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callevents.clock import Deadline
from callevents.errors import SecretUnavailable
from callevents.settings.model import Settings
from callevents.settings.validators import REFERENCE, ROUTES


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The secrets that were read and those that were not, by their names."""

    texts: Mapping[str, str] = field(repr=False)
    failures: Mapping[str, SecretUnavailable]


class ReferenceProblem(NamedTuple):
    """A setting that stays closed, and why: KMS's code or our own word."""

    setting: str
    reason: str
    request_id: str | None = None


class Resolved(NamedTuple):
    """Settings with the secrets in their places; those with a problem are still in `settings.references`."""

    settings: Settings
    problems: tuple[ReferenceProblem, ...] = ()


def names_in(settings: Settings) -> list[str]:
    """Return the names of all secrets that *settings* refer to, each once."""
    return list(dict.fromkeys(name for names in settings.references.values() for name in names))


def read_secrets(
    names: Iterable[str], secret: Callable[[str, Deadline], str], deadline: Deadline
) -> ReadResult:
    """Read the secrets called *names*, one after the other, all before *deadline*."""
    texts: dict[str, str] = {}
    failures: dict[str, SecretUnavailable] = {}
    for name in names:
        try:
            texts[name] = secret(name, deadline)
        except SecretUnavailable as error:  # noqa: PERF203 - the others are read all the same
            failures[name] = error
    return ReadResult(texts, failures)


def resolve(environ: Mapping[str, str], settings: Settings, read: ReadResult) -> Resolved:
    """Return *settings*, which were read from *environ*, with the secrets that were read. Never raises.

    A setting gets all of its secrets or none: one that lacks a secret could let in more than it was meant to.
    """
    filled = dict(environ)
    problems = []
    for setting, names in settings.references.items():
        text = _filled(setting, environ.get(setting, "").strip(), names, read)
        if isinstance(text, ReferenceProblem):
            problems.append(text)
        else:
            filled[setting] = text
    resolved = Settings.from_environ(filled)
    nested = resolved.references.keys() - {problem.setting for problem in problems}
    problems += [
        ReferenceProblem(setting, "another reference in the place of a secret") for setting in sorted(nested)
    ]
    return Resolved(resolved, tuple(problems))


def _filled(setting: str, text: str, names: Iterable[str], read: ReadResult) -> str | ReferenceProblem:
    for name in names:
        if name not in read.texts:
            error = read.failures.get(name) or SecretUnavailable(reason="not read yet")
            return ReferenceProblem(setting, error.reason, error.request_id)
    alone = re.fullmatch(REFERENCE, text)
    if alone:
        only = read.texts[alone[1]]
        return only if only.strip(", ") else ReferenceProblem(setting, "empty")
    # A secret of KMS is whole: for all routes it stands first, where it cannot be the rest of another one.
    written = sorted(
        (item.strip() for item in text.split(",")), key=lambda item: re.fullmatch(REFERENCE, item) is None
    )
    items = [_filled_item(item, read.texts) for item in written]
    if None in items:
        return ReferenceProblem(setting, "a list in the place of one secret")
    return ",".join(filter(None, items))


def _filled_item(item: str, texts: Mapping[str, str]) -> str | None:
    """Return an item of a list with the secret in its place; None if the secret is a list: it would be more items."""
    found = re.fullmatch(rf"((?:(?i:{'|'.join(ROUTES)})\s*:\s*)?){REFERENCE}", item)
    if found is None:
        return item
    return None if "," in texts[found[2]] else found[1] + texts[found[2]]
