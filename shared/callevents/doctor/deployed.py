"""Compares what is deployed with what was meant: by digests, so that no value is shown or kept."""

import hmac
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.doctor.check_result import CheckResult, failed, ok, unknown
from callevents.invocation import Invocation
from callevents.settings.model import Settings
from callevents.settings.variables import FUNCTIONS, deployed_values

if TYPE_CHECKING:
    from callevents.alibabacloud.fc.functions import Functions

SUBJECT: Final = "deployed"
_DEPLOY: Final = "make deploy"
# Name of a setting to the digest of its value, empty values left out.
Digests: TypeAlias = Mapping[str, bytes]


def check_deployed(
    clients: Clients, settings: Settings, invocation: Invocation, environ: Mapping[str, str]
) -> Iterator[CheckResult]:
    """Read each function of template.yml as it is deployed, and name the settings that differ from *environ*."""
    service = clients.functions(settings.fc_endpoint, invocation)
    digests = _with_key(clients.nonce().encode())
    for function in FUNCTIONS:
        name = function_name(function, settings)
        try:
            yield from _check(service, name, digests, deployed_values(function, environ))
        except RpcError as error:
            yield _not_read(name, error)
            return


def _with_key(key: bytes) -> Callable[[Mapping[str, str]], Digests]:
    """Return a function that computes digests with *key*, which nobody keeps: they only show equality."""

    def digests(values: Mapping[str, str]) -> Digests:
        return {
            name: hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")
            for name, value in values.items()
            if value
        }

    return digests


def function_name(function: str, settings: Settings) -> str:
    """Return the name that template.yml gives to *function*."""
    return settings.worker if function == "worker" and settings.worker else f"callevents-{function}"


def _check(
    service: "Functions",
    name: str,
    digests: Callable[[Mapping[str, str]], Digests],
    meant: Mapping[str, str],
) -> Iterator[CheckResult]:
    deployed = service.function(name)
    if deployed is None:
        yield failed(SUBJECT, f"{name} is not there", _DEPLOY)
        return
    if found := differences(digests(deployed.environment), digests(meant)):
        yield failed(SUBJECT, f"{name} has other settings than are set here: {'; '.join(found)}", _DEPLOY)
    else:
        yield ok(SUBJECT, f"{name} has the settings that are set here")
    if not service.concurrency(name).get("reservedConcurrency"):
        finding = f"{name} has no limit of instances: what it may spend is not capped"
        yield failed(SUBJECT, finding, f"{_DEPLOY} sets it, if the account has as many instances free")


def differences(there: Digests, meant: Digests) -> list[str]:
    """Return what differs, in words with the settings' names; an empty value is the same as none."""
    groups = {
        "missing": meant.keys() - there.keys(),
        "different": {name for name in meant.keys() & there.keys() if meant[name] != there[name]},
        "only there": there.keys() - meant.keys(),
    }
    return [f"{word}: {', '.join(sorted(names))}" for word, names in groups.items() if names]


def _not_read(name: str, error: RpcError) -> CheckResult:
    tail = f", request id {error.request_id}" if error.request_id else ""
    finding = f"{name} cannot be read ({error.reason}){tail}"
    if error.kind is RpcErrorKind.REFUSED:
        return unknown(SUBJECT, finding, "use the key that deploys, or grant fc:GetFunction to this one")
    return unknown(SUBJECT, finding, "correct DEPLOY_REGION, or run the doctor again in a minute")
