"""The key that Serverless Devs deploys with: one that it keeps itself, or the one in the environment.

Source: https://docs.serverless-devs.com/user-guide/builtin/config/
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from callevents.alibabacloud.credentials import resolve
from callevents.invocation import Credentials
from callevents_build.deploy.tool.workplace import home

_DEFAULT = "default"  # as in template.yml
_ALIYUN_CLI = "${aliyun-cli}"
# Names in the environment that Serverless Devs knows: a key in three variables, or each key in a JSON object.
_TRIPLE = ("AccountID", "AccessKeyID", "AccessKeySecret")
_OBJECT = "_serverless_devs_key"
_OF_A_PIPELINE = "serverless_devs_access_cicd_alias_name"
_ALIAS = re.compile(r"^(['\"]?)(?P<alias>[^\s'\"#:][^'\"#:\n]*)\1:", re.MULTILINE)
_ID, _SECRET, _TOKEN = (
    f"ALIBABA_CLOUD_{name}" for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN")
)


class Access(NamedTuple):
    """Options of `s`, and variables that go with them."""

    options: tuple[str, ...] = ()
    variables: Mapping[str, str] = {}


def without_key(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line if there is no key to deploy with."""
    alias = environ.get("DEPLOY_ACCESS", "").strip()
    if alias and alias not in {*_kept(environ), _ALIYUN_CLI}:
        yield "DEPLOY_ACCESS names no key that `s config add` keeps"
    elif not alias and not _is_set(environ) and not _is_its_own(environ) and _DEFAULT not in _kept(environ):
        yield f"there is no key to deploy with: set {_ID} and {_SECRET}, or have `s config add` keep one"


def access_of(environ: Mapping[str, str]) -> Access:
    """Return how `s` gets its key.

    That is the one whose alias DEPLOY_ACCESS names, or that of ALIBABA_CLOUD_ACCESS_KEY_ID, or else `default`.
    """
    if alias := environ.get("DEPLOY_ACCESS", "").strip():
        return Access(("-a", alias))
    if _is_its_own(environ) or not _is_set(environ):
        return Access()
    own = zip(_TRIPLE, ("DEPLOY_ACCOUNT", _ID, _SECRET), strict=True)
    key = {name: environ[of].strip() for name, of in own}  # as our own requests are signed
    if token := environ.get(_TOKEN, "").strip():
        key["SecurityToken"] = token
    name = f"callevents{_OBJECT}"
    return Access(("-a", name), {name: json.dumps(key)})


def credentials_of(environ: Mapping[str, str]) -> Credentials | None:
    """Return the key that `s` gets, None where only `s` can read it."""
    alias = environ.get("DEPLOY_ACCESS", "").strip()
    if alias or all(environ.get(name) for name in _TRIPLE):
        held = _object(environ.get(alias, "")) if alias else environ
        _, key, secret = (held.get(name) for name in _TRIPLE)
        return Credentials(key, secret, held.get("SecurityToken") or None) if key and secret else None
    return resolve(environ)


def _object(text: str) -> Mapping[str, str]:
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    return (
        parsed if isinstance(parsed, dict) and all(isinstance(each, str) for each in parsed.values()) else {}
    )


def _is_set(environ: Mapping[str, str]) -> bool:
    return bool(environ.get(_ID, "").strip() and environ.get(_SECRET, "").strip())


def _is_its_own(environ: Mapping[str, str]) -> bool:
    """Say whether `s` finds a key by itself, whatever its options are."""
    return all(environ.get(name) for name in _TRIPLE) or _OF_A_PIPELINE in environ


def _kept(environ: Mapping[str, str]) -> set[str]:
    file = home(environ) / "access.yaml"
    text = file.read_text("utf-8") if file.is_file() else ""
    return {found["alias"] for found in _ALIAS.finditer(text)} | {
        name for name in environ if name.endswith(_OBJECT)
    }
