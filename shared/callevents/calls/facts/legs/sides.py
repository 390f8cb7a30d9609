"""Whose leg a channel is."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from callevents.calls.facts.legs.channels import ChannelEvents

ChannelSide: TypeAlias = Literal["customer", "agent", "unknown"]

WITH_CUSTOMER = frozenset({"inbound", "outbound", "predictive"})
CALLER_EVENTS = ("Route2IVR", "Enqueue", "Abandoned")
_AGENT_EVENTS = ("AgentDialing", "AgentRinging", "AgentTalk", "AgentRelease", "AgentRingingTimeout")
# What a supervisor does, as scenario or as callType: is it only to listen?
_SUPERVISING = {
    **dict.fromkeys(("MONITORING", "COACHING", "MONITOR", "COACH"), True),
    **dict.fromkeys(("BARGING", "INTERCEPTING", "BARGE", "INTERCEPT"), False),
}


class Role(NamedTuple):
    """The party of a leg; a supervisor's is an agent's that never answers a call, and may only listen."""

    side: ChannelSide
    supervisor: bool = False
    listens: bool = False


_CUSTOMER = Role("customer")


def side_of(channel: str) -> ChannelSide:
    """Return whose leg the name of a channel shows, which old names (a uuid) do not."""
    if channel.startswith(("ch-customer", "ch:customer")):
        return "customer"
    return "agent" if channel.startswith(("ch-user", "ch:user")) else "unknown"


def find_roles(channels: Mapping[str, ChannelEvents], direction: str | None) -> dict[str, Role]:
    """Return the role of each of *channels*, in their order."""
    roles = {name: _role(name, events) for name, events in channels.items()}
    left_over = [name for name, role in roles.items() if role.side == "unknown"]
    if direction in WITH_CUSTOMER and len(left_over) == 1:
        sides = {role.side for role in roles.values()}
        if "agent" in sides and "customer" not in sides:
            roles[left_over[0]] = _CUSTOMER
    return roles


def _role(name: str, events: ChannelEvents) -> Role:
    side = side_of(name)
    if side == "unknown":
        if _any_of(_AGENT_EVENTS, events):
            side = "agent"
        elif _any_of(CALLER_EVENTS, events):
            side = "customer"
    if side == "customer":
        return _CUSTOMER
    tasks = [_SUPERVISING[mark] for each in events.marks if (mark := each.strip().upper()) in _SUPERVISING]
    if tasks:
        return Role("agent", supervisor=True, listens=all(tasks))
    return Role(side)


def _any_of(types: Iterable[str], events: ChannelEvents) -> bool:
    return any(type_ in events.by_type for type_ in types)
