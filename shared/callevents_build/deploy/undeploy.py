"""`make undeploy`: removes what `make deploy` made, and nothing else; says what it leaves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.fc.functions import Functions
from callevents.alibabacloud.ram import CUSTOM, AccessManagement, Attached
from callevents.settings.variables import FUNCTIONS
from callevents_build.deploy.access_key import credentials_of
from callevents_build.deploy.cloud import Cloud
from callevents_build.deploy.dotenv_file import with_dotenv
from callevents_build.deploy.guided import interruptible, is_set
from callevents_build.deploy.one_at_a_time import one_at_a_time
from callevents_build.deploy.preconditions import DEFAULTS
from callevents_build.deploy.roles.wanted import MARK, role_name
from callevents_build.deploy.steps.roles import other_regions, workers_named
from callevents_build.errors import BuildFailed

_LEFT: Final = (
    "the logs, in Simple Log Service (project serverless-…): delete the project in its console if nobody reads them",
    "the Slack app: api.slack.com/apps > callevents > Basic Information > Delete App",
    ".env, and the access key in it: disable the key in the RAM console if nothing else uses it",
)


class Removal(NamedTuple):
    """What goes: functions, and roles and policies by their names; and sentences about what stays."""

    functions: tuple[str, ...]
    roles: tuple[str, ...]
    policies: tuple[str, ...]
    left: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield a line for each thing that goes."""
        yield from (f"the function {name}, with its trigger and its limits" for name in self.functions)
        yield from (f"the role {name}" for name in self.roles)
        yield from (f"the policy {name}" for name in self.policies)


def undeploy(environ: Mapping[str, str], project: Path) -> int:
    """Remove what is there of it, if YES is set, else show it; return the exit status. Raises BuildFailed.

    Only the command line can say YES, not `.env`, where it would stand for the next time too.
    """
    is_sure = is_set(environ, "YES")
    with interruptible(), one_at_a_time(project), closing(Clients()) as clients:
        environ = with_dotenv(environ, project / ".env")
        if credentials_of(environ) is None:
            msg = "There is no key here: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET."
            raise BuildFailed(msg)
        cloud = Cloud(environ, clients)
        account = cloud.caller().account
        wanted = environ.get("DEPLOY_ACCOUNT", "").strip()
        if wanted and wanted != account:
            msg = f"The key belongs to the account {account}, and DEPLOY_ACCOUNT is {wanted}: nothing was removed."
            raise BuildFailed(msg)
        found = _look(cloud, environ, account)
        print(f"Account {account}, region {cloud.region}.")
        is_plan = is_set(environ, "PLAN")
        return _proceed(cloud, found, is_plan=is_plan, is_sure=is_sure and not is_plan)


def _proceed(cloud: Cloud, found: Removal, *, is_plan: bool, is_sure: bool) -> int:
    lines = [*found.lines()]
    if not lines:
        print("There is nothing here that make deploy made.")
        _print_left(found.left)
        return 0
    if not is_sure:
        _print("This would be removed:", lines)
        _print_left(found.left)
        print("\nTo remove it: make undeploy YES=1")
        return 0 if is_plan else 1
    for name in found.functions:
        cloud.manage_functions(partial(Functions.delete, name=name))
        print(f"removed the function {name}", flush=True)
    for name in found.roles:
        cloud.manage_access(partial(_remove_role, name=name))
        print(f"removed the role {name}", flush=True)
    for name in found.policies:
        cloud.manage_access(partial(AccessManagement.delete_policy, name=name))
        print(f"removed the policy {name}", flush=True)
    _print_left(found.left)
    return 0


def _look(cloud: Cloud, environ: Mapping[str, str], account: str) -> Removal:
    names = {f"callevents-{function}": function for function in FUNCTIONS}
    workers = cloud.manage_access(lambda access: workers_named(access, account))
    workers |= {environ.get("CALLEVENTS_WORKER", "").strip() or DEFAULTS["CALLEVENTS_WORKER"]}
    names |= dict.fromkeys(sorted(workers - names.keys()), "worker")
    functions, left = cloud.manage_functions(lambda each: _look_at_functions(each, names, account))
    elsewhere = other_regions(cloud, account)
    if elsewhere:
        word = f"the roles and policies: functions in {', '.join(sorted(elsewhere))} have them too"
        stay = (*left, f"{word} (make undeploy DEPLOY_REGION={min(elsewhere)} removes those)")
        return Removal(tuple(functions), (), (), stay)
    roles, policies, others = cloud.manage_access(_look_at_roles)
    return Removal(tuple(functions), tuple(roles), tuple(policies), (*left, *others))


def _look_at_functions(
    functions: Functions, names: Mapping[str, str], account: str
) -> tuple[list[str], list[str]]:
    """Return the functions that go, and sentences about those that stay, since their roles are others."""
    own, left = [], []
    for name, function in names.items():
        found = functions.function(name)
        if found is None:
            continue
        role = found.text("role").lower()
        if role == f"acs:ram::{account}:role/{role_name(function)}":
            own.append(name)
        else:
            left.append(f"the function {name}: make deploy did not make it, its role is {role or 'none'}")
    return own, left


def _look_at_roles(access: AccessManagement) -> tuple[list[str], list[str], list[str]]:
    """Return the roles and the policies that go, and sentences about what stays."""
    roles, policies, left = [], [], []
    for name in map(role_name, FUNCTIONS):
        role, policy = access.role(name), access.policy(name)
        more = (
            [each.name for each in access.policies_of(name) if each != Attached(name, CUSTOM)] if role else []
        )
        if role and role.description == MARK and not more:
            roles.append(name)
        elif role:
            why = (
                f"others gave it {', '.join(more)}"
                if role.description == MARK
                else "make deploy did not make it"
            )
            left.append(f"the role {name}: {why}")
        holders = [each for each in access.holders_of(name) if each not in roles] if policy else []
        if policy and policy.description == MARK and not holders:
            policies.append(name)
        elif policy:
            is_ours = policy.description == MARK
            why = f"{', '.join(holders)} has it too" if is_ours else "make deploy did not make it"
            left.append(f"the policy {name}: {why}")
    return roles, policies, left


def _remove_role(access: AccessManagement, name: str) -> None:
    access.detach(name, name)
    access.delete_role(name)


def _print_left(left: Sequence[str]) -> None:
    _print("\nThis stays:", [*left, *_LEFT])


def _print(heading: str, lines: Sequence[str]) -> None:
    print(heading)
    for line in lines:
        print(f"  {line}")
