"""Which roles and policies there must be: those in `functions/`, narrowed to this account, region and these secrets."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from callevents.alibabacloud.ram import Policy, Role
from callevents.settings.variables import FUNCTIONS

# What RAM keeps beside each role and policy, and by which they are distinguished from those that others made.
MARK: Final = "callevents: made by make deploy"
_WORKER: Final = "callevents-worker"
_ANYWHERE: Final = re.compile(r"acs:(\w+):\*:\*:")
_READING: Final = "kms:GetSecretValue"
_DECRYPTING: Final = "kms:Decrypt"


class Place(NamedTuple):
    """The place of a deployment, the worker's name there, and the secrets in KMS that each may read.

    `others` are further regions of the account that they are deployed to: there is one role for all of them.
    `key` is the id of the key that protects the secrets, "" for the one that KMS itself keeps: it needs no permission.
    """

    account: str
    region: str
    others: frozenset[str] = frozenset()
    worker: str = _WORKER
    secrets: Mapping[str, Sequence[str]] = {}
    key: str = ""


class WantedRole(NamedTuple):
    """A function's role, and the one policy that it must have."""

    role: Role
    policy: Policy


def wanted_roles(project: Path, place: Place) -> list[WantedRole]:
    """Return the role of each function, its documents filled in for *place*."""
    trust = _written(_read(project / "functions" / "trust-policy.json"))
    return [
        WantedRole(Role(name, MARK, trust), Policy(name, MARK, policy_document(project, function, place)))
        for function in FUNCTIONS
        for name in (role_name(function),)
    ]


def role_name(function: str) -> str:
    """Return the name of the role and the policy of *function*, which template.yml gives it."""
    return f"callevents-{function}"


def policy_document(project: Path, function: str, place: Place) -> str:
    """Return the JSON of what *function* may do in *place*."""
    folder = project / "functions" / function
    statements = [*_read(folder / "policy.json")["Statement"]]
    if place.secrets.get(function):
        statements += _for_secrets(_read(folder / "kms-policy.json")["Statement"], place, function)
    filled = [{**each, "Resource": _narrowed(each["Resource"], place)} for each in statements]
    return _written({"Version": "1", "Statement": filled})


def same_document(one: str, other: str) -> bool:
    """Return whether two policies say the same, whatever the order and the blanks."""
    return _meaning(one) == _meaning(other)


def _for_secrets(statements: Sequence[Any], place: Place, function: str) -> Iterator[Any]:
    """Yield the statements about KMS with the secrets and the key that are really used."""
    for each in statements:
        if each["Action"] == _READING:
            names = place.secrets[function]
            yield {**each, "Resource": [f"acs:kms:*:*:secret/{name}" for name in names]}
        elif each["Action"] != _DECRYPTING or place.key:
            yield {**each, "Resource": f"acs:kms:*:*:key/{place.key}"}


def regions_in(document: str, account: str) -> frozenset[str]:
    """Return the regions of *account* that the policy *document* is about."""
    return frozenset(re.findall(rf"acs:fc:([a-z0-9-]+):{re.escape(account)}:functions/", document))


def workers_in(document: str, account: str) -> frozenset[str]:
    """Return the names of the functions of *account* that the policy *document* lets be invoked."""
    return frozenset(re.findall(rf"acs:fc:[a-z0-9-]+:{re.escape(account)}:functions/([\w-]+)", document))


def _narrowed(resource: str | list[str], place: Place) -> str | list[str]:
    """Return *resource* in each region of *place*."""
    patterns = [resource] if isinstance(resource, str) else resource
    named = [re.sub(rf"\bfunctions/{_WORKER}(?=/|$)", f"functions/{place.worker}", each) for each in patterns]
    narrowed = [
        _ANYWHERE.sub(rf"acs:\1:{region}:{place.account}:", each)
        for region in sorted({place.region, *place.others})
        for each in named
    ]
    unique = list(dict.fromkeys(narrowed))
    return unique if len(unique) > 1 else unique[0]


def _read(path: Path) -> Any:  # noqa: ANN401 - a policy as RAM documents it
    return json.loads(path.read_text("utf-8"))


def _written(document: object) -> str:
    return json.dumps(document, separators=(",", ":"))


def _meaning(document: str) -> object:
    """Return *document* in a form that is equal where RAM takes two documents as equal."""
    try:
        parsed = json.loads(document)
    except (ValueError, RecursionError):
        return document
    return _sorted(parsed)


def _sorted(value: object) -> object:
    """Return *value* with all lists in one order, and a list of one text as that text."""
    if isinstance(value, dict):
        return {name: _sorted(each) for name, each in value.items()}
    if isinstance(value, list):
        items = sorted((_sorted(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
        return items[0] if len(items) == 1 and isinstance(items[0], str) else items
    return value
