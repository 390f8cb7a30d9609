"""The first step: the key, the account that it belongs to, the region and the CCC instance are known and usable."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Final, NamedTuple

from callevents.alibabacloud.clients import Clients
from callevents_build.deploy.access_key import credentials_of, without_key
from callevents_build.deploy.cloud import Cloud
from callevents_build.deploy.preconditions import DEFAULTS, missing
from callevents_build.deploy.steps.guide import Guide, to_paste
from callevents_build.errors import BuildFailed

# Slack gives them only when the app is made, and that needs the address of a function.
LATER: Final = frozenset({"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"})
_TO_FILL_IN: Final = "…"  # pasted as it was printed
_KEY: Final = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "RAM console > Users > a user with AliyunRAMFullAccess, AliyunFCFullAccess, "
    "AliyunLogFullAccess > Create AccessKey",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "shown once, beside it",
}
_WHERE: Final = {
    **_KEY,
    "CCC_INSTANCE_ID": "the end of the CCC workbench's address: ccc-test in ccc-v2.aliyun.com/#/workbench/ccc-test",
    "DEPLOY_ACCOUNT": "16 digits, behind the avatar in Alibaba Cloud's console",
}


class Account(NamedTuple):
    """The account that is deployed to; `cloud` is None where only Serverless Devs can read the key."""

    environ: dict[str, str]
    cloud: Cloud | None
    id: str
    region: str


def know_account(environ: Mapping[str, str], clients: Clients, guide: Guide) -> Account | None:
    """Return the account; None where a person has to say something first, which is printed. Raises BuildFailed."""
    environ = {name: value for name, value in environ.items() if value.strip() != _TO_FILL_IN}
    unset = [*_unset(environ)]
    wrong = [line for line in missing(environ, {*LATER, *unset}) if line]
    if not unset and not wrong:
        wrong = [*without_key(environ)]
    if unset or wrong:
        guide.step("account", "not yet known", wrong)
        if unset:
            lines = [*to_paste({name: _WHERE[name] for name in unset}), "", "and then: make deploy"]
            guide.next("account", "put into .env (its name is in .gitignore), in this folder:", lines)
        else:
            guide.next("account", "correct what is named above, in .env or the environment.", ["make deploy"])
        return None
    region = environ.get("DEPLOY_REGION") or DEFAULTS["DEPLOY_REGION"]
    if credentials_of(environ) is None:
        account = Account(dict(environ), None, environ["DEPLOY_ACCOUNT"], region)
    else:
        account = _asked(environ, Cloud(environ, clients), region)
    instance = environ["CCC_INSTANCE_ID"].strip()
    guide.step("account", f"{account.id} in {region}, CCC instance {instance}")
    return account


def with_account(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return *environ* with the account of its key, if one of these functions is deployed there; else as it is."""
    if environ.get("DEPLOY_ACCOUNT", "").strip() or credentials_of(environ) is None:
        return environ
    try:
        with closing(Clients()) as clients:
            cloud = Cloud(environ, clients)
            if cloud.manage_functions(lambda functions: functions.function("callevents-slack")) is None:
                return environ
            return {**environ, "DEPLOY_ACCOUNT": cloud.caller().account}
    except BuildFailed:
        return environ  # the doctor says what is wrong with the key or the network


def _asked(environ: Mapping[str, str], cloud: Cloud, region: str) -> Account:
    caller, wanted = cloud.caller(), environ.get("DEPLOY_ACCOUNT", "").strip()
    if wanted and wanted != caller.account:
        msg = (
            f"The key belongs to the account {caller.account}, and DEPLOY_ACCOUNT is {wanted}: nothing was done.\n"
            "Take a key of that account, or remove DEPLOY_ACCOUNT from .env to deploy to the key's own."
        )
        raise BuildFailed(msg)
    return Account({**environ, "DEPLOY_ACCOUNT": caller.account}, cloud, caller.account, region)


def _unset(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of what only a person can say, and has not."""
    if credentials_of(environ) is None:
        if not [*without_key(environ)]:
            yield from () if environ.get("DEPLOY_ACCOUNT", "").strip() else ["DEPLOY_ACCOUNT"]
        elif not environ.get("DEPLOY_ACCESS", "").strip():
            yield from (name for name in _KEY if not environ.get(name, "").strip())
    if not environ.get("CCC_INSTANCE_ID", "").strip():
        yield "CCC_INSTANCE_ID"
