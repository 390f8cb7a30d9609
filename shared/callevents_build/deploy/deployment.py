"""Deploys: what is required is checked first, all at once; then it is built and handed to Serverless Devs."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from callevents.settings.model import Settings
from callevents.settings.variables import form_of
from callevents_build.artefact.target import RUNTIMES
from callevents_build.deploy import redacted_output as hush
from callevents_build.deploy.access_key import access_of, without_key
from callevents_build.deploy.function_settings import NEEDED
from callevents_build.deploy.limits import ENVIRONMENT_BYTES, MOST_AT_ONCE, REGIONS
from callevents_build.deploy.serverless_devs import command
from callevents_build.errors import BuildFailed
from callevents_build.node import install

_PAIR = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=(?P<value>.*)")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<inside>.*?)(?P=quote)\s*(?:#.*)?")
_ACCOUNT = re.compile(r"\d{16}", re.ASCII)
_LEAST_SECRET = 16
_DESTINATION = re.compile(r"|acs(?::[\w*./-]*){4,}", re.ASCII)
# Serverless Devs computes what stands between these, in values too.
_EVALUATED = re.compile(r"\$\{|<%")
# What must be set, and what for; all else has a meaning when it is not.
REQUIRED = {
    "DEPLOY_ACCOUNT": "the 16 digits of the Alibaba Cloud account",
    "SLACK_SIGNING_SECRET": "from the Slack app's Basic Information",
    "SLACK_BOT_TOKEN": "xoxb-…, from the Slack app's OAuth & Permissions",
    "CCC_INSTANCE_ID": "the CCC instance to ask",
}
# What template.yml says where these are not set.
DEFAULTS = {"CALLEVENTS_WORKER": "callevents-worker", "DEPLOY_REGION": "cn-hongkong"}
CREDENTIALS_OF_ALERTS = ("CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN")


def with_dotenv(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Return *environ* and, behind it, the `NAME=value` lines of the file at *path*: Serverless Devs reads it too."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    pairs = (found for line in lines if (found := _PAIR.fullmatch(line.strip())))
    return {found["name"]: _unquoted(found["value"].strip()) for found in pairs} | dict(environ)


def _unquoted(value: str) -> str:
    """Return *value* without its quotes and without the remark after it."""
    quoted = _QUOTED.fullmatch(value)
    return quoted["inside"] if quoted else re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def missing(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each thing that is not set or cannot be used; the values are never shown."""
    settings = Settings.from_environ(environ)
    for name, what in REQUIRED.items():
        if not _set(environ, name):
            yield f"{name} is not set: {what}"
    may_come = any(_set(environ, name) for name in CREDENTIALS_OF_ALERTS)
    if may_come and not _set(environ, "CALLEVENTS_CHANNEL"):
        yield "CALLEVENTS_CHANNEL is not set: the channel id for the alerts that may come"
    if _set(environ, "CALLEVENTS_CHANNEL") and not may_come:
        yield f"{' or '.join(CREDENTIALS_OF_ALERTS)} is not set: without one every alert is refused"
    yield from (f"{name} cannot be used as it is: it must be {form_of(name)}" for name in settings.wrong)
    yield from _misread(environ)
    account, secret = environ.get("DEPLOY_ACCOUNT", ""), settings.slack_signing_secret
    if account.strip() and not _ACCOUNT.fullmatch(account):
        yield "DEPLOY_ACCOUNT is not 16 digits"
    if secret and (len(secret) < _LEAST_SECRET or len(secret.split()) > 1):
        yield "SLACK_SIGNING_SECRET is not a signing secret: Slack's are 32 hex digits"
    if (environ.get("DEPLOY_REGION") or DEFAULTS["DEPLOY_REGION"]) not in REGIONS:
        yield "DEPLOY_REGION is no region of Function Compute, such as cn-hongkong or ap-northeast-1"
    version = (environ.get("PYTHON_VERSION") or RUNTIMES[0]).removeprefix("python")
    if version not in RUNTIMES:
        yield f"PYTHON_VERSION is not {' or '.join(RUNTIMES)}"
    if not concurrency_is_sound(environ):
        yield f"DEPLOY_CONCURRENCY is not a number from 2 to {MOST_AT_ONCE}"


def concurrency_is_sound(environ: Mapping[str, str]) -> bool:
    """Say whether the number of requests that an instance serves at once is unset or one that it can serve."""
    return environ.get("DEPLOY_CONCURRENCY", "") in {"", *map(str, range(2, MOST_AT_ONCE + 1))}


def _misread(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each value that would reach no function as it is."""
    for name in sorted(frozenset().union(*NEEDED.values())):
        if _EVALUATED.search(environ.get(name, "")):
            yield f"{name} has ${{ or <% in it, and Serverless Devs would compute what follows: choose another"
    for function, names in NEEDED.items():
        size = sum(len(f"{name}{environ[name]}".encode()) for name in names if _set(environ, name))
        if size > ENVIRONMENT_BYTES:
            yield f"the settings of the function {function} have {size} bytes, more than {ENVIRONMENT_BYTES}"
    if not _DESTINATION.fullmatch(environ.get("DEPLOY_FAILURE_DESTINATION", "").strip()):
        yield "DEPLOY_FAILURE_DESTINATION is no ARN, such as acs:mns:cn-hongkong:…:/queues/failed/messages"


def _forbidden(environ: Mapping[str, str], project: Path) -> Iterator[str]:
    """Yield a line if no role may invoke the worker under its name."""
    worker = environ.get("CALLEVENTS_WORKER") or DEFAULTS["CALLEVENTS_WORKER"]
    for path in sorted(project.glob("functions/*/policy.json")):
        if f'functions/{worker}"' not in path.read_text("utf-8"):
            yield f"CALLEVENTS_WORKER is no function that {path.relative_to(project)} allows to be invoked"


def _set(environ: Mapping[str, str], name: str) -> bool:
    return bool(environ.get(name, "").strip())


def deploy(environ: Mapping[str, str], project: Path, build: Callable[[Mapping[str, str]], None]) -> int:
    """Check, build, deploy; return the exit status of `s deploy`. Raises BuildFailed.

    *build* gets the environment, `.env` included: what is built must be what the template says.
    """
    environ = with_dotenv(environ, project / ".env")
    found = [*missing(environ), *_forbidden(environ, project), *without_key(environ)]
    if found:
        msg = "Not deployed:\n" + "\n".join(f"  {line}" for line in found)
        raise BuildFailed(msg)
    if version := environ.get("PYTHON_VERSION"):
        environ["PYTHON_VERSION"] = version.removeprefix("python")  # template.yml puts it there
    access = access_of(environ)
    tool = command(project, or_on=environ.get("PATH", ""))
    build(environ)
    line = [
        *_run_by(tool, project, environ),
        "deploy",
        "-t",
        str(project / "template.yml"),
        "-y",
        *access.options,
    ]
    return hush.run(line, project, {**environ, **access.variables})


def _run_by(tool: Path | None, project: Path, environ: dict[str, str]) -> list[str]:
    """Return how to start Serverless Devs; where there is no Node, with one from a Python package."""
    if tool is not None:
        return [str(tool)]
    node = install(project)
    environ["PATH"] = os.pathsep.join([str(node.parent), environ.get("PATH", "")])
    return [str(node), str(project / "node_modules" / ".bin" / "s")]
