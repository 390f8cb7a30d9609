"""An alert: its state, and the calls that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callevents.webhook.body import Document
from callevents.webhook.job_ids import job_ids

# `firing` and `resolved` may follow one another; `event` is neither; `test` is not posted.
MemberState: TypeAlias = Literal["firing", "resolved", "event", "test"]
State: TypeAlias = Literal["firing", "resolved", "mixed", "event", "test"]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. `key` identifies this delivery, `thread` is the same for its firing and its resolved state.

    `title`, `severity` and `action` (what happened to it, where it is an event) are the sender's own words, not yet
    sanitized. `started_at` is in Unix seconds. `instance` is the contact center instance if the sender is one, else
    None: the default. With `ends_once` nothing of the thread fires after its end (what seems to is late); with
    `follows` something of the thread came before.
    """

    title: str
    state: State
    key: str
    thread: str
    firing: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    severity: str = ""
    started_at: float | None = None
    instance: str | None = None
    ends_once: bool = False
    follows: bool = False
    action: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a group; `identity` is the same for its firing and its resolved state."""

    state: MemberState
    jobs: tuple[str, ...]
    identity: str
    title: str = ""
    severity: str = ""
    started_at: float | None = None


def identity(*parts: str) -> str:
    """Return one key of several parts, empty if all parts are."""
    return "\x1f".join(parts) if any(parts) else ""


def single(
    document: Document,
    state: MemberState,
    *,
    title: str = "",
    key: str = "",
    thread: str = "",
    severity: str = "",
    started_at: float | None = None,
    ends_once: bool = False,
    follows: bool = False,
    action: str = "",
) -> Alert:
    """Return the alert that is the whole *document*; without a key, its text is its key."""
    jobs = tuple(job_ids(document.content))
    key = key or document.digest
    return Alert(
        title=title or first_line(document),
        state=state,
        key=key,
        thread=thread or key,
        firing=() if state == "resolved" else jobs,
        resolved=jobs if state == "resolved" else (),
        severity=severity,
        started_at=started_at,
        ends_once=ends_once,
        follows=follows,
        action=action if state == "event" or follows else "",
    )


def group(members: Sequence[Member], *, title: str = "", severity: str = "") -> Alert:
    """Return the alert of at least one member; an id that is firing in one and resolved in another is firing.

    Only members that name a call count, or all if none does: so neither the order nor a member without a call that
    comes and goes makes it a new alert.
    """
    counted = [member for member in members if member.jobs] or list(members)
    firing = dict.fromkeys(job for member in counted if member.state != "resolved" for job in member.jobs)
    resolved = dict.fromkeys(
        job for member in counted if member.state == "resolved" for job in member.jobs if job not in firing
    )
    state = _group_state(counted, firing, resolved)
    titled = next(
        (member for member in counted if (member.state == "resolved") == (state == "resolved")), counted[0]
    )
    starts = [member.started_at for member in counted if member.started_at is not None]
    return Alert(
        title=title or titled.title,
        state=state,
        key=_joined(f"{member.identity}\x1f{member.state}" for member in counted),
        thread=_joined(member.identity for member in counted),
        firing=tuple(firing),
        resolved=tuple(resolved),
        severity=titled.severity or severity,
        started_at=min(starts, default=None),
        # The start is part of the identity: what fires anew is another alert.
        ends_once=len(starts) == len(counted),
    )


def _group_state(members: Sequence[Member], firing: Iterable[str], resolved: Iterable[str]) -> State:
    states = {member.state for member in members}
    if len(states) == 1:
        return states.pop()
    if any(firing):
        return "mixed" if any(resolved) else "firing"
    return "resolved" if any(resolved) else "firing"


def _joined(parts: Iterable[str]) -> str:
    return "\x1e".join(sorted(set(parts)))


def first_line(document: Document) -> str:
    """Return the first line of a text that is not blank; an empty string for a JSON document or a form."""
    if document.tree is not None and not isinstance(document.tree, str):
        return ""
    content = str(document.content)
    return next((line for line in content[:2000].splitlines() if line.strip()), "")
