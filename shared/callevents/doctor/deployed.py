"""Compares what is deployed with what was meant: by digests, so that no value is shown or kept."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.clock import Deadline
from callevents.doctor.finding import Finding, failed, ok, unknown
from callevents.invocation import Invocation
from callevents.settings.model import Settings
from callevents.settings.variables import ALL, deployed_values

if TYPE_CHECKING:
    from callevents.alibabacloud.fc.functions import DeployedFunction, FunctionCompute

TIMEOUT_SECONDS: Final = 10.0
SUBJECT: Final = "deployed"
_DEPLOY: Final = "make deploy"


def check_deployed(
    clients: Clients, settings: Settings, invocation: Invocation, environ: Mapping[str, str]
) -> Iterator[Finding]:
    """Read each function of template.yml as it is deployed, and name the settings that differ from *environ*."""
    service = clients.function_compute(settings.fc_endpoint, invocation)
    for function in ALL:
        name = function_name(function, settings)
        deadline = Deadline.after(TIMEOUT_SECONDS, invocation.clocks.monotonic)
        try:
            yield from _check(service, name, deployed_values(function, environ), deadline)
        except RpcError as error:
            yield _not_read(name, error)
            return


def function_name(function: str, settings: Settings) -> str:
    """Return the name that template.yml gives to *function*."""
    return settings.worker if function == "worker" and settings.worker else f"callevents-{function}"


def _check(
    service: "FunctionCompute", name: str, meant: Mapping[str, str], deadline: Deadline
) -> Iterator[Finding]:
    deployed = service.function(name, deadline)
    if deployed is None:
        yield failed(SUBJECT, f"{name} is not there", _DEPLOY)
        return
    found = differences(service, deployed, meant)
    if found:
        yield failed(SUBJECT, f"{name} has other settings than are set here: {'; '.join(found)}", _DEPLOY)
    else:
        yield ok(SUBJECT, f"{name} has the settings that are set here")
    if service.reserved_concurrency(name, deadline) is None:
        finding = f"{name} has no limit of instances: what it may spend is not capped"
        yield failed(SUBJECT, finding, f"{_DEPLOY} sets it, if the account has as many instances free")


def differences(
    service: "FunctionCompute", deployed: "DeployedFunction", meant: Mapping[str, str]
) -> list[str]:
    """Return what differs, in words with the settings' names; an empty value is the same as none."""
    there, empty = deployed.digests, service.digest("")
    groups = {
        "missing": sorted(name for name, value in meant.items() if value and there.get(name, empty) == empty),
        "different": sorted(
            name
            for name, value in meant.items()
            if there.get(name, empty) != empty and there[name] != service.digest(value)
        ),
        "only there": sorted(name for name, digest in there.items() if name not in meant and digest != empty),
    }
    return [f"{word}: {', '.join(names)}" for word, names in groups.items() if names]


def _not_read(name: str, error: RpcError) -> Finding:
    tail = f", request id {error.request_id}" if error.request_id else ""
    finding = f"{name} cannot be read ({error.reason}){tail}"
    if error.kind is RpcErrorKind.REFUSED:
        return unknown(SUBJECT, finding, "use the key that deploys, or grant fc:GetFunction to this one")
    return unknown(SUBJECT, finding, "correct DEPLOY_REGION, or run the doctor again in a minute")
