"""What must be right before anything is built or deployed; values are never shown."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from callevents.settings.model import Settings
from callevents.settings.validators import is_signing_secret
from callevents.settings.variables import (
    CALLEVENTS_WORKER,
    DEPLOY_REGION,
    FUNCTIONS,
    VARIABLES,
    form_of,
    settings_of,
)
from callevents_build.artefact.target import RUNTIMES
from callevents_build.deploy.limits import MAX_ENVIRONMENT_BYTES, environment_bytes, max_concurrency, regions

_ACCOUNT: Final = re.compile(r"\d{16}", re.ASCII)
_KMS_KEY: Final = re.compile(r"|[0-9A-Za-z][0-9A-Za-z_-]{0,127}", re.ASCII)
_DESTINATION: Final = re.compile(r"|acs(?::[\w*./-]*){4,}", re.ASCII)
# Serverless Devs computes what stands between these, in values too.
_EXPRESSION: Final = re.compile(r"\$\{|<%")
# Linux hands no program a variable of 128 KiB or more.
_MAX_VALUE_BYTES: Final = 64 * 1024
_OWN: Final = "CALLEVENTS_"
# So alike two names are only where one is mistyped: SLACK_SIGNING_SECERT, slack_bot_token.
_MISTYPED: Final = 0.88
_OTHERS: Final = frozenset({"SLACK_APP_TOKEN"})  # make socket's
# What template.yml says where these are not set.
DEFAULTS: Final = {
    each.name: each.template_default or each.default for each in (CALLEVENTS_WORKER, DEPLOY_REGION)
}
# The names that template.yml gives the two others.
_NOT_THE_WORKER: Final = frozenset({"callevents-slack", "callevents-webhook"})
_ALERT_CREDENTIALS = ("CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN")


def missing(environ: Mapping[str, str], later: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each variable that cannot be used, or is not set and not among those that come *later*."""
    undeliverable = [*_undeliverable(environ)]
    yield from undeliverable or _missing(environ, later)


def _undeliverable(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each variable, known or not, that no program can be given as it is."""
    known = {variable.name for variable in VARIABLES}
    for name, value in environ.items():
        if "\0" in value or (name in known and not _is_text(value)):
            yield f"{name} holds bytes that are no text (UTF-8), which would arrive as others: set it anew"
        elif len(value.encode("utf-8", "surrogateescape")) > _MAX_VALUE_BYTES:
            yield f"{name} has more than {_MAX_VALUE_BYTES // 1024} kB, which is no setting: shorten or remove it"


def mistyped(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each name that would set nothing: what was to be closed by it would stay open."""
    known = [variable.name for variable in VARIABLES]
    for name in sorted(environ.keys() - {*known, *_OTHERS}):
        if not _may_be_ours(name):
            continue
        alike = get_close_matches(name.upper(), known, 1, _MISTYPED)
        if alike:
            yield f"{name} sets nothing: {alike[0]} is meant, it seems. Correct the name"
        elif name.startswith(_OWN):
            yield f"{name} sets nothing: there is no such setting. functions/README.md has them all"


def _may_be_ours(name: str) -> bool:
    return name.upper().startswith((_OWN, "SLACK_", "CCC_", "DEPLOY_"))


def _missing(environ: Mapping[str, str], later: Collection[str]) -> Iterator[str]:
    settings = Settings.from_environ(environ)
    for variable in VARIABLES:
        if variable.required and variable.name not in later and not _is_set(environ, variable.name):
            yield f"{variable.name} is not set: {variable.required}"
    accepts_alerts = any(_is_set(environ, name) for name in _ALERT_CREDENTIALS)
    if accepts_alerts and not _is_set(environ, "CALLEVENTS_CHANNEL"):
        yield "CALLEVENTS_CHANNEL is not set: the channel id for the alerts that may come"
    if _is_set(environ, "CALLEVENTS_CHANNEL") and not accepts_alerts:
        yield f"{' or '.join(_ALERT_CREDENTIALS)} is not set: without one every alert is refused"
    yield from (f"{name} cannot be used as it is: it must be {form_of(name)}" for name in settings.wrong)
    yield from mistyped(environ)
    yield from _unusable(environ)
    account, secret = environ.get("DEPLOY_ACCOUNT", ""), settings.slack_signing_secret
    if account.strip() and not _ACCOUNT.fullmatch(account):
        yield "DEPLOY_ACCOUNT is not 16 digits"
    if secret and not is_signing_secret(secret):
        yield "SLACK_SIGNING_SECRET is not a signing secret: Slack's are 32 hex digits"
    if (environ.get("DEPLOY_REGION") or DEFAULTS["DEPLOY_REGION"]) not in regions():
        yield "DEPLOY_REGION is no region of Function Compute, such as cn-hongkong or ap-northeast-1"
    version = (environ.get("PYTHON_VERSION") or RUNTIMES[0]).removeprefix("python")
    if version not in RUNTIMES:
        yield f"PYTHON_VERSION is not {' or '.join(RUNTIMES)}"
    if not is_concurrency_valid(environ):
        yield f"DEPLOY_CONCURRENCY is not a number from 2 to {max_concurrency()}"


def is_concurrency_valid(environ: Mapping[str, str]) -> bool:
    """Say whether the number of requests that an instance serves at once is unset or one that it can serve."""
    return environ.get("DEPLOY_CONCURRENCY", "") in {"", *map(str, range(2, max_concurrency() + 1))}


def _unusable(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each value that would reach no function as it is."""
    for name in (variable.name for variable in VARIABLES if variable.functions):
        if _EXPRESSION.search(environ.get(name, "")):
            yield f"{name} has ${{ or <% in it, and Serverless Devs would compute what follows: choose another"
    for function in FUNCTIONS:
        size = environment_bytes(
            {name: environ[name] for name in settings_of(function) if _is_set(environ, name)}
        )
        if size > MAX_ENVIRONMENT_BYTES:
            yield f"the settings of the function {function} have {size} bytes, more than {MAX_ENVIRONMENT_BYTES}"
    if not _DESTINATION.fullmatch(environ.get("DEPLOY_FAILURE_DESTINATION", "").strip()):
        yield "DEPLOY_FAILURE_DESTINATION is no ARN, such as acs:mns:cn-hongkong:…:/queues/failed/messages"
    if not _KMS_KEY.fullmatch(environ.get("DEPLOY_KMS_KEY", "").strip()):
        yield "DEPLOY_KMS_KEY is no id of a key in KMS, such as key-hkg1234"
    for name in ("DEPLOY_ROLES", "DEPLOY_ASSISTANT"):
        if environ.get(name, "").strip().lower() not in {"", "yes", "no"}:
            yield f"{name} is neither yes nor no"
    if environ.get("CALLEVENTS_WORKER", "").strip() in _NOT_THE_WORKER:
        yield "CALLEVENTS_WORKER is the name of another of the functions: choose one of its own"


def _is_text(value: str) -> bool:
    """Say whether a variable of a process can hold *value* as it is: no NUL, no half of a character."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return bool(environ.get(name, "").strip())
