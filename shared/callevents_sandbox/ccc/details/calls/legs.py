"""The lines of a call: each agent's, the customer's, and those of numbers outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from callevents_sandbox.ccc.details.calls.events import Event

Side = Literal["agent", "customer", "outside"]

_SUPERVISING = {"MONITOR", "BARGE", "COACH", "INTERCEPT"}
_LISTENING = {"MONITOR", "COACH"}
_SIDES = (
    ("ch-user", "agent"),
    ("ch:user", "agent"),
    ("ch-customer", "customer"),
    ("ch:customer", "customer"),
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One line: whose it is, and what happened on it."""

    side: Side
    party: str
    skill_group: str
    events: tuple[Event, ...]

    def first(self, type_: str) -> int | None:
        """Return when the first event of *type_* was, None if there was none."""
        return next((each.at for each in self.events if each.type == type_), None)

    @property
    def released(self) -> Event | None:
        """How it ended."""
        return next((each for each in self.events if each.type == "Released"), None)

    @property
    def ended_at(self) -> int | None:
        """When it ended."""
        return self.released.at if self.released else None

    @property
    def supervising(self) -> bool:
        """Whether a supervisor sits on it."""
        return any(each.text("callType") in _SUPERVISING for each in self.events)

    @property
    def listening(self) -> bool:
        """Whether the customer does not hear who sits on it."""
        return any(each.text("callType") in _LISTENING for each in self.events)


def read_legs(events: Sequence[Event], kind: str) -> tuple[Leg, ...]:
    """Return the lines that *events* happened on, in order of their beginning; *kind* is the call's ContactType."""
    lines: dict[str, list[Event]] = {}
    for each in events:
        if each.channel:
            lines.setdefault(each.channel, []).append(each)
    legs: list[Leg] = []
    for channel, happened in lines.items():
        side = next((side for beginning, side in _SIDES if channel.startswith(beginning)), None)
        if side == "agent":
            legs.append(Leg("agent", _agent(happened), _named(happened, "skillGroupId"), tuple(happened)))
        elif side == "customer":
            legs.append(_other_leg(happened, kind, legs))
    return tuple(legs)


def _other_leg(events: list[Event], kind: str, legs: Sequence[Leg]) -> Leg:
    """Return the customer's line; in a call with one customer all further ones lead outside."""
    number = _named(events, "destination") or _named(events, "caller" if kind == "INBOUND" else "callee")
    known = any(each.side == "customer" for each in legs)
    return Leg("outside" if known and kind != "BACK2BACK" else "customer", number, "", tuple(events))


def _agent(events: list[Event]) -> str:
    """Return whose line it is: StartMonitor names the agent who is listened to, on the supervisor's line."""
    own = ("AgentDialing", "AgentRinging", "AgentTalk", "Dialing", "Ringing", "Established", "Released")
    return next((each.agent for each in events if each.type in own and each.agent), "")


def _named(events: list[Event], name: str) -> str:
    return next((each.text(name) for each in events if each.text(name)), "")
