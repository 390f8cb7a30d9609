"""The account that is deployed to, asked with the deployer's own key; every failure is a sentence and what to do."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeVar
from urllib.parse import urlsplit

from callevents.alibabacloud import ram, sts
from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.fc.functions import Functions, endpoint_of
from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.clock import Clocks
from callevents.errors import CredentialsMissing
from callevents.settings.variables import (
    DEPLOY_RAM_ENDPOINT,
    DEPLOY_REGION,
    DEPLOY_STS_ENDPOINT,
    Variable,
)
from callevents_build.deploy.access_key import credentials_of
from callevents_build.errors import BuildFailed

T = TypeVar("T")
CLOCKS: Final = Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
_AGAIN: Final = "Run it again: what is done stays done, and it goes on from there."
_KEY: Final = "ALIBABA_CLOUD_ACCESS_KEY_ID"
_WRONG_KEYS: Final = (
    (
        "InvalidAccessKeyId",
        f"{_KEY} is no key that Alibaba Cloud knows, or it is disabled: copy it once more",
    ),
    (
        "SignatureDoesNotMatch",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET does not belong to the key: copy it once more",
    ),
    ("IncompleteSignature", "the key or its secret holds characters that no key has: copy both once more"),
    ("InvalidTimeStamp", "this machine's clock is wrong by more than 15 minutes: set it"),
    (
        "InvalidSecurityToken",
        "ALIBABA_CLOUD_SECURITY_TOKEN has expired or belongs to another key: take a new one",
    ),
    ("MissingSecurityToken", "the key is a temporary one: ALIBABA_CLOUD_SECURITY_TOKEN is needed too"),
)

_MAY_PASS: Final = frozenset({RpcErrorKind.UNAVAILABLE, RpcErrorKind.TIMED_OUT})
_SENTENCES: Final = {
    "unreachable": "{host} cannot be reached, or does not answer{tail}: is there a network here, and does it let https "
    f"pass? {_AGAIN}",
    "throttled": "{host} asks to wait{tail}. Run it again in a minute: it goes on where it stopped.",
    "unavailable": f"{{host}} cannot serve at the moment{{tail}}. {_AGAIN}",
    "timed_out": f"{{host}} did not answer in time{{tail}}. {_AGAIN}",
    "unreadable": f"{{host}} gave an answer to {{action}} that cannot be read{{tail}}: is it the service? {_AGAIN}",
    "rejected": f"{{host}} did not take {{action}}{{tail}}. {_AGAIN}",
}


class Cloud:
    """The account of the key in the environment: its roles, policies and functions."""

    def __init__(self, environ: Mapping[str, str], clients: Clients) -> None:
        """Take the key and the endpoints from *environ*; nothing is asked yet. Raises BuildFailed."""
        self.credentials = credentials_of(environ)
        self.ram_endpoint = _endpoint(environ, DEPLOY_RAM_ENDPOINT)
        self.sts_endpoint = _endpoint(environ, DEPLOY_STS_ENDPOINT)
        self.fc_endpoint = environ.get("CALLEVENTS_FC_ENDPOINT", "").strip()
        self.region = environ.get("DEPLOY_REGION", "").strip() or DEPLOY_REGION.default
        self.account = ""
        self.outbound = Outbound(clients.http(), CLOCKS)

    def caller(self) -> sts.Caller:
        """Return whose key it is. Raises BuildFailed."""
        with _explained(self.sts_endpoint, lambda: "sts:GetCallerIdentity"):
            caller = sts.caller(self.outbound, self.credentials, self.sts_endpoint)
        self.account = caller.account
        return caller

    def manage_access(self, work: Callable[[ram.AccessManagement], T]) -> T:
        """Return what *work* makes of the account's roles and policies. Raises BuildFailed."""
        access = ram.AccessManagement(self.outbound, self.credentials, self.ram_endpoint)
        with _explained(self.ram_endpoint, lambda: f"ram:{access.action}"):
            return work(access)

    def manage_functions(self, work: Callable[[Functions], T]) -> T:
        """Return what *work* makes of the functions of the account and region. Raises BuildFailed."""
        return self._manage(work, self.region, self.fc_endpoint)

    def has_function(self, name: str, region: str) -> bool:
        """Return whether another region has a function called *name*; yes if only one region can be asked."""
        if self.fc_endpoint:
            return True
        return self._manage(lambda asked: asked.function(name) is not None, region)

    def _manage(self, work: Callable[[Functions], T], region: str, endpoint: str = "") -> T:
        endpoint = endpoint or endpoint_of(self.account or self.caller().account, region)
        functions = Functions(self.outbound, self.credentials, endpoint)
        with _explained(endpoint, lambda: f"fc:{functions.action}"):
            return work(functions)


def _endpoint(environ: Mapping[str, str], variable: Variable[str]) -> str:
    try:
        return variable.parse(environ.get(variable.name, "").strip() or variable.default)
    except ValueError:
        msg = f"{variable.name} cannot be used as it is: it must be {variable.form}"
        raise BuildFailed(msg) from None


@contextmanager
def _explained(endpoint: str, action: Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except CredentialsMissing:
        msg = f"There is no key to ask {urlsplit(endpoint).hostname} with: set {_KEY} and its secret."
        raise BuildFailed(msg) from None
    except RpcError as error:
        raise BuildFailed(explanation(error, urlsplit(endpoint).netloc, action())) from None


def explanation(error: RpcError, host: str, action: str) -> str:
    """Return what *error* of *action* at *host* means and what to do, in sentences without any text of the service."""
    tail = f" [{error.reason}{f', request id {error.request_id}' if error.request_id else ''}]"
    for code, advice in _WRONG_KEYS:
        if error.reason.startswith(code):
            return f"{host} does not accept the key{tail}: {advice}."
    if error.kind is RpcErrorKind.REFUSED:
        return f"The key may not do {action}{tail}: {_who_may(action)}. {_AGAIN}"
    if error.reason.startswith("LimitExceeded"):
        return f"The account holds as many roles or policies as it may{tail}: delete some, or have the limit raised."
    kind = "unreachable" if error.status == 0 and error.kind in _MAY_PASS else error.kind.value
    return _SENTENCES[kind].format(host=host, tail=tail, action=action)


def _who_may(action: str) -> str:
    if action.startswith("ram:"):
        return (
            "give its user AliyunRAMFullAccess for the time of deploying, or have somebody else make the roles "
            "(`make deploy DEPLOY_ROLES=no` prints what is needed)"
        )
    if action.startswith("sts:"):
        return "everybody may, unless a policy of its user denies it or the key is bound to other networks"
    return (
        "give its user AliyunFCFullAccess; in an account that never had a function, first activate Function Compute: "
        "https://fcnext.console.aliyun.com"
    )
