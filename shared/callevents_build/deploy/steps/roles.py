"""The second step: the roles are there and may do what the functions need, no less and no more."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from callevents.alibabacloud.fc.functions import Functions
from callevents.alibabacloud.ram import AccessManagement
from callevents.settings.model import Settings
from callevents.settings.variables import FUNCTIONS, settings_of
from callevents_build.deploy.cloud import Cloud
from callevents_build.deploy.preconditions import DEFAULTS
from callevents_build.deploy.roles.changes import Comparison, compare
from callevents_build.deploy.roles.wanted import (
    MARK,
    Place,
    WantedRole,
    regions_in,
    role_name,
    wanted_roles,
    workers_in,
)
from callevents_build.deploy.steps.account import Account
from callevents_build.deploy.steps.guide import Guide
from callevents_build.errors import BuildFailed

_ROUNDS = 3  # what was made in between by others, or by us with the answer lost, is compared once more


def place_of(account: Account) -> Place:
    """Return where the roles are needed, and which secrets each may read."""
    environ = account.environ
    return Place(
        account.id,
        account.region,
        worker=environ.get("CALLEVENTS_WORKER", "").strip() or DEFAULTS["CALLEVENTS_WORKER"],
        secrets=_secrets(environ),
        key=environ.get("DEPLOY_KMS_KEY", "").strip(),
    )


def make_roles(account: Account, project: Path, guide: Guide) -> bool:
    """Make or renew the roles; return False where a person has to decide, which is printed. Raises BuildFailed."""
    if account.environ.get("DEPLOY_ROLES", "").strip().lower() == "no":
        wanted = wanted_roles(project, place_of(account))
        guide.step("roles", "left to others (DEPLOY_ROLES=no), who make these:", described(wanted))
        return True
    cloud = account.cloud
    if cloud is None:
        msg = (
            "RAM cannot be asked with a key that only Serverless Devs can read. Set ALIBABA_CLOUD_ACCESS_KEY_ID and "
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET,\nor, if others make the roles: make deploy DEPLOY_ROLES=no"
        )
        raise BuildFailed(msg)
    place = place_of(account)
    wanted = wanted_roles(project, place._replace(others=other_regions(cloud, account.id)))
    left = _former_workers(cloud, account.id, place.worker)
    done: list[str] = []
    for _ in range(_ROUNDS):
        found = cloud.manage_access(lambda access: compare(access, wanted))
        found = found._replace(notes=(*found.notes, *left))
        if found.obstacles:
            _stop(guide, found)
            return False
        if guide.is_plan or not found.changes:
            _tell(guide, done, found)
            return True
        for change in found.changes:
            cloud.manage_access(change.act)
            guide.changed = True
            done.append(change.done)
    raise BuildFailed("RAM does not show what was just made in it. Run make deploy again in a minute.")


def _former_workers(cloud: Cloud, account: str, worker: str) -> list[str]:
    """Return a line for each function that was the worker under another name, and that nobody calls from now on."""
    named = cloud.manage_access(lambda access: workers_named(access, account)) - {worker}
    there = [each for each in sorted(named) if cloud.manage_functions(partial(Functions.function, name=each))]
    return [f"the function {name} was the worker until now: delete it in the console" for name in there]


def other_regions(cloud: Cloud, account: str) -> frozenset[str]:
    """Return the other regions whose functions have these roles too: those that the policies name, if any is there."""
    named = cloud.manage_access(lambda access: _regions_named(access, account)) - {cloud.region}
    return frozenset(
        each for each in named if any(cloud.has_function(role_name(function), each) for function in FUNCTIONS)
    )


def _regions_named(access: AccessManagement, account: str) -> frozenset[str]:
    return frozenset(region for each in _our_documents(access) for region in regions_in(each, account))


def workers_named(access: AccessManagement, account: str) -> frozenset[str]:
    """Return the names that the worker has or had, as the policies that make deploy made have them."""
    return frozenset(name for each in _our_documents(access) for name in workers_in(each, account))


def _our_documents(access: AccessManagement) -> list[str]:
    found = [access.policy(name) for name in map(role_name, FUNCTIONS)]
    return [policy.document for policy in found if policy is not None and policy.description == MARK]


def described(wanted: Sequence[WantedRole]) -> list[str]:
    """Return the roles as lines for the administrator who makes them."""
    return [
        f"a role each, which Function Compute can take: {wanted[0].role.trust}",
        *(f"{each.role.name}, with a policy of the same name: {each.policy.document}" for each in wanted),
    ]


def _tell(guide: Guide, done: Sequence[str], found: Comparison) -> None:
    if found.changes:
        guide.step("roles", "would", [*(change.plan for change in found.changes), *found.notes])
    elif done:
        guide.step("roles", "made as the functions need them", [*done, *found.notes])
    else:
        guide.step("roles", "as they should be", found.notes)


def _stop(guide: Guide, found: Comparison) -> None:
    guide.step("roles", "not made", found.obstacles)
    guide.next(
        "roles",
        "a role or policy of that name is somebody's.",
        [
            "If it is meant for these functions:  make deploy DEPLOY_ROLES=no   (prints what it must allow)",
            "If nobody needs it any more: delete it in the RAM console, and then: make deploy",
        ],
    )


def _secrets(environ: Mapping[str, str]) -> dict[str, list[str]]:
    references = Settings.from_environ(environ).references
    return {
        function: sorted(
            {name for setting, names in references.items() if setting in needed for name in names}
        )
        for function in FUNCTIONS
        for needed in (settings_of(function),)
    }
