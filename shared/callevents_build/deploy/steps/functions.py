"""The third step: the functions are built and deployed, unless they already are as they are meant to be."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from callevents.alibabacloud.fc.functions import Functions
from callevents_build.deploy.deployment import ready_tool, run_tool
from callevents_build.deploy.steps.account import LATER, Account
from callevents_build.deploy.steps.differences import Deployed, differences
from callevents_build.deploy.steps.guide import Guide
from callevents_build.deploy.tool.serverless_devs import resolve_template
from callevents_build.errors import BuildFailed

Build = Callable[[Mapping[str, str]], None]
Props = Mapping[str, object]


class Outcome(NamedTuple):
    """How the step ended: an exit status, 0 where it went well, and the public addresses by function."""

    status: int
    addresses: Mapping[str, str] = {}


def deploy_functions(account: Account, project: Path, build: Build, guide: Guide) -> Outcome:
    """Build and deploy what is not as it is meant. Raises BuildFailed."""
    start, environ = ready_tool(project, account.environ)
    resolved = resolve_template(start, project, environ)
    meant = {function: resource["props"] for function, resource in resolved.items()}
    before = _read(account, meant)
    _refuse_what_others_made(meant, before)
    _refuse_to_lose(before, environ)
    if guide.is_plan:
        guide.step("functions", *_plan(meant, before))
        return Outcome(0, _addresses(before))
    build(environ)
    different = _different(meant, before, project)
    if account.cloud is not None and not different:
        guide.step("functions", "as they should be; nothing is uploaded", _shown(before))
        return Outcome(0, _addresses(before))
    guide.step("functions", "deploying with Serverless Devs", _why(different))
    guide.changed = True
    status = run_tool(start, project, environ, steps_only=account.cloud is not None)
    if status:
        return Outcome(status)
    after = _read(account, meant)
    guide.step(
        "functions",
        f"deployed: {', '.join(str(props['functionName']) for props in meant.values())}",
        _shown(after),
    )
    return Outcome(0, _addresses(after))


def read_function(functions: Functions, name: str) -> Deployed | None:
    """Return the function called *name* with all that hangs on it, None if there is none."""
    function = functions.function(name)
    if function is None:
        return None
    return Deployed(
        function, tuple(functions.triggers(name)), functions.concurrency(name), functions.async_config(name)
    )


def _read(account: Account, meant: Mapping[str, Props]) -> dict[str, Deployed | None]:
    """Return each function as it is deployed; nothing is known where nobody can be asked."""
    if account.cloud is None:
        return {}
    return account.cloud.manage_functions(
        lambda functions: {
            each: read_function(functions, str(props["functionName"])) for each, props in meant.items()
        }
    )


def _refuse_what_others_made(meant: Mapping[str, Props], found: Mapping[str, Deployed | None]) -> None:
    for function, props in meant.items():
        deployed = found.get(function)
        role = deployed.function.text("role") if deployed else ""
        if deployed and role.lower() != str(props["role"]).lower():
            name = deployed.function.name
            msg = (
                f"There is a function {name} in this region, and make deploy did not make it: its role is "
                f"{role or 'none'}. It stays as it is, and nothing was deployed.\nDeploy to another region "
                "(DEPLOY_REGION), or delete that function in the console and run make deploy again."
            )
            raise BuildFailed(msg)


def _refuse_to_lose(found: Mapping[str, Deployed | None], environ: Mapping[str, str]) -> None:
    """Refuse to take from a function that works the secrets that Slack gave, only because they are not set here."""
    lost = {
        name
        for deployed in found.values()
        if deployed
        for name in LATER
        if deployed.function.environment.get(name) and not environ.get(name, "").strip()
    }
    if lost:
        msg = (
            f"The deployed functions have {' and '.join(sorted(lost, reverse=True))}, and here it is not set: nothing "
            "was deployed, for they would not answer any more.\nPut it into .env as it was on the machine that "
            "deployed before (or anew from the Slack app), and run make deploy again."
        )
        raise BuildFailed(msg)


def _different(
    meant: Mapping[str, Props], found: Mapping[str, Deployed | None], project: Path | None = None
) -> dict[str, list[str]]:
    """Return for each function that is not as meant what differs; the code is compared where it was built."""
    different = {}
    for function, props in meant.items():
        deployed = found.get(function)
        code = project / str(props["code"]) if project is not None else None
        names = differences(props, deployed, code) if deployed else ["not there yet"]
        if names:
            different[str(props["functionName"])] = names
    return different


def _plan(meant: Mapping[str, Props], found: Mapping[str, Deployed | None]) -> tuple[str, list[str]]:
    different = _different(meant, found)
    if different:
        return "would build and deploy", _why(different)
    return "would build them, and deploy those whose code is another then", []


def _why(different: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{name}: {', '.join(names)}" for name, names in different.items()]


def _addresses(found: Mapping[str, Deployed | None]) -> dict[str, str]:
    return {
        function: trigger.address
        for function, deployed in found.items()
        for trigger in (deployed.triggers if deployed else ())
        if trigger.address
    }


def _shown(found: Mapping[str, Deployed | None]) -> list[str]:
    return [f"{function}: {address}" for function, address in _addresses(found).items()]
