"""What has to change in RAM until the roles are as wanted; and what stands in the way, because others made it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from callevents.alibabacloud.ram import CUSTOM, AccessManagement, Attached
from callevents_build.deploy.roles.wanted import MARK, WantedRole, same_document


class Change(NamedTuple):
    """One change: its words in a plan, its words when it is done, and the function that does it."""

    plan: str
    done: str
    act: Callable[[AccessManagement], object]


class Comparison(NamedTuple):
    """The changes that are needed, what only a person may decide, and what stays as it is."""

    changes: tuple[Change, ...] = ()
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def compare(ram: AccessManagement, wanted: Iterable[WantedRole]) -> Comparison:
    """Return how the account differs from *wanted*; asks only, and raises what *ram* raises."""
    found = [_compare_one(ram, each) for each in wanted]
    return Comparison(
        tuple(change for each in found for change in each.changes),
        tuple(obstacle for each in found for obstacle in each.obstacles),
        tuple(note for each in found for note in each.notes),
    )


def _compare_one(ram: AccessManagement, wanted: WantedRole) -> Comparison:
    name = wanted.role.name
    role, policy = ram.role(name), ram.policy(wanted.policy.name)
    obstacles = [
        f"the {kind} {name} is there, and make deploy did not make it: it stays as it is"
        for kind, found in (("role", role), ("policy", policy))
        if found is not None and found.description != MARK
    ]
    if obstacles:
        return Comparison(obstacles=tuple(obstacles))
    changes = []
    if role is None:
        made = f"the role {name}, which only Function Compute can take"
        changes.append(Change(f"make {made}", f"made {made}", lambda ram: ram.create_role(wanted.role)))
    elif not same_document(role.trust, wanted.role.trust):
        changes.append(_trust(wanted))
    if policy is None:
        made = f"the policy {name}"
        changes.append(Change(f"make {made}", f"made {made}", lambda ram: ram.create_policy(wanted.policy)))
    elif not same_document(policy.document, wanted.policy.document):
        changes.append(_document(wanted))
    attached = ram.policies_of(name) if role is not None else ()
    if Attached(wanted.policy.name, CUSTOM) not in attached:
        given = f"the policy {name} to the role {name}"
        changes.append(
            Change(f"give {given}", f"gave {given}", lambda ram: ram.attach(wanted.policy.name, name))
        )
    return Comparison(tuple(changes), notes=tuple(_notes(attached, wanted)))


def _trust(wanted: WantedRole) -> Change:
    what = f"the role {wanted.role.name}: only Function Compute can take it"
    return Change(
        f"correct {what}",
        f"corrected {what}",
        lambda ram: ram.update_trust(wanted.role.name, wanted.role.trust),
    )


def _document(wanted: WantedRole) -> Change:
    what = f"the policy {wanted.policy.name}, whose text differs (RAM keeps the earlier version)"
    return Change(
        f"renew {what}",
        f"renewed {what}",
        lambda ram: ram.update_policy(wanted.policy.name, wanted.policy.document),
    )


def _notes(attached: Iterable[Attached], wanted: WantedRole) -> Iterable[str]:
    for each in attached:
        if each != Attached(wanted.policy.name, CUSTOM):
            yield f"the role {wanted.role.name} also has the policy {each.name}, which others gave it: it stays"
