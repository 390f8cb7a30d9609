"""The page's fault switches, and the faults that each turns on."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.stack import Stack, name_of


class Switch(NamedTuple):
    """One switch: its `name`, and the fault of the contact center (`ccc`) if it is one that answers.

    `apart` is what happens at the contact center to other requests or besides, `slack` what does in the workspace.
    """

    name: str
    ccc: str | None = None
    apart: Fault | None = None
    slack: Fault | None = None


SWITCHES = (
    Switch("slow"),
    Switch("throttled", "throttled"),
    Switch("down", "unavailable"),
    Switch("garbled", "truncated"),
    Switch("lost"),
    Switch("no_records", apart=Fault("no_records", times=None)),
    Switch("refused", apart=Fault("no_permission", times=None, match="CallDetailRecord")),
    Switch("no_data_tables", slack=Fault("no_data_tables", times=None)),
)
SLOW_SECONDS = 4.0
RETRY_SECONDS = 60.0  # what a refusal for too many requests asks for: too long for anybody to wait


def set_switches(stack: Stack, on: Collection[str]) -> None:
    """Switch on the faults called *on*, and all others off; a lost hand-over needs a slow contact center."""
    stack.center.faults.clear()
    stack.platform.faults.clear()
    stack.workspace.faults.clear()
    for switch in SWITCHES:
        if switch.name in on and switch.apart:
            stack.center.faults.add(switch.apart)
        if switch.name in on and switch.slack:
            stack.workspace.faults.add(switch.slack)
    for fault in _contact_center_faults(on):  # after those that are about some operations only
        stack.center.faults.add(fault)
    if "lost" in on:
        stack.platform.faults.add(Fault("reset", times=None, match=f"{name_of('worker')} "))


def _contact_center_faults(on: Collection[str]) -> Iterator[Fault]:
    seconds = SLOW_SECONDS if {"slow", "lost"} & set(on) else 0.0
    kinds = [switch.ccc for switch in SWITCHES if switch.ccc and switch.name in on]
    if kinds or seconds:
        yield Fault(kinds[0] if kinds else "delay", times=None, seconds=seconds, retry_after=RETRY_SECONDS)
