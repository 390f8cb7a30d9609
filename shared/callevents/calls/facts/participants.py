"""Who and what took part in a call: agents, skill groups, transfers, recordings."""

from collections.abc import Sequence
from typing import Literal

from callevents.calls.facts.call import OFF_CALL, in_order
from callevents.calls.facts.legs.channels import Groups
from callevents.calls.model import Transfer
from callevents.calls.records.event import Event

RECORDINGS = ("RecordingReady", "DualTrackRecordingReady", "VoicemailReady", "VnRecordingReady")
_KINDS: dict[str, Literal["blind", "attended"]] = {"BlindTransfer": "blind", "AttendedTransfer": "attended"}


def agents_of(events: Sequence[Event], groups: Groups) -> tuple[str, ...]:
    """Return the agents in order of appearance, then those that only the records made after the call name."""
    found: dict[str, None] = {}
    for event in events:
        agent = event.agent
        if agent is not None and agent not in found and event.type not in OFF_CALL:
            found[agent] = None
    for event in in_order(groups, (*RECORDINGS, "CDRReady")):
        found.update(dict.fromkeys(event.names("agentIds")))
    return tuple(found)


def skill_groups_of(events: Sequence[Event], groups: Groups) -> tuple[str, ...]:
    """Return the skill groups in order of appearance, then those that only a call detail record names."""
    found: dict[str, None] = {}
    last: object = None  # nearly all events of a call name the same
    for event in events:
        value = event.fields.get("skillGroupId")
        if value != last and value:
            last = value
            name = event.text("skillGroupId")
            if name:
                found[name] = None
    for event in groups.get("CDRReady", ()):
        found.update(dict.fromkeys(event.names("skillGroupIds")))
    return tuple(found)


def recordings_of(groups: Groups) -> tuple[str, ...]:
    """Return the file names of the recordings, each once; of a link, what stands behind its last slash."""
    names = (event.text("fileName") for event in in_order(groups, RECORDINGS))
    return tuple(dict.fromkeys(file for name in names if name and (file := file_name(name))))


def file_name(name: str) -> str:
    """Return *name*, without address and query where it is a link: a link may open the recording.

    "" where a link has no name in it.
    """
    if "://" not in name:
        return name
    path = name.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")[2]
    return path.rstrip("/").rpartition("/")[2]


def transfers_of(groups: Groups) -> tuple[Transfer, ...]:
    """Return the transfers in order."""
    return tuple(
        [
            Transfer(
                event.at,
                _KINDS[event.type],
                event.text("originator") or event.agent,  # the agent who transfers
                event.text("destination"),
            )
            for event in in_order(groups, _KINDS)
        ]
    )
