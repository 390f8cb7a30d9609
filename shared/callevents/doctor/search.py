"""Checks who may find calls: by name, by group, and as which agent."""

from collections.abc import Iterator

from callevents.doctor.check_result import CheckResult, failed, note, ok
from callevents.settings.model import Settings

_MAX_NAMES = 5
_SUBJECT = "finding calls"


def check_search(settings: Settings) -> Iterator[CheckResult]:
    """Name who may find calls, and who is named and still cannot; say nothing where nobody may."""
    users, groups, agents = settings.search_users, settings.search_usergroups, settings.agents
    if not (users or groups or agents):
        return
    counts = (("person", "people", users), ("user group", "user groups", groups))
    who = [f"{len(ids)} {one if len(ids) == 1 else many}" for one, many, ids in counts if ids]
    if who:
        names = _listed([*sorted(users), *sorted(groups)])
        yield ok(_SUBJECT, f"{' and '.join(who)} may find any call: {names}")
    if agents:
        yield ok(_SUBJECT, f"{len(agents)} see the calls of their own agent")
    outside = {agent for agent in agents.values() if settings.instance(agent.rpartition("@")[2]) is None}
    if outside:
        text = f"no allowed instance has the agents {_listed(sorted(outside))}"
        yield failed(_SUBJECT, text, "correct CALLEVENTS_AGENTS, or name the instance in CCC_INSTANCES")
    locked_out = (users | set(agents)) - settings.users
    if settings.users and locked_out and not settings.usergroups:
        text = f"named, but not in CALLEVENTS_USERS: {_listed(sorted(locked_out))}"
        yield note(_SUBJECT, text, "who may not look up calls may not find any: name them there too")


def _listed(names: list[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join([*names[:_MAX_NAMES], *([f"{more} more"] if more > 0 else [])])
