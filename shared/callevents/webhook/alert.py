"""What a sender tells: an alert, its state, and the calls that it names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callevents.webhook.body import Document
from callevents.webhook.job_ids import job_ids

State: TypeAlias = Literal["firing", "resolved", "mixed", "event", "test"]
# `firing` and `resolved` are what may follow one another; `event` is neither; `test` deserves nothing.
OneState: TypeAlias = Literal["firing", "resolved", "event", "test"]


@dataclass(frozen=True, slots=True)
class AuthenticatedRequest:
    """An authentic request, decoded: what a sender's module reads.

    `instances` are our contact center instances, `wanted` the types of the contact center's own events that deserve
    a post.
    """

    document: Document
    headers: Mapping[str, str]
    instances: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. `key` is what makes it this delivery, `thread` is the same for its firing and its resolved state.

    `title`, `severity` and `action` (what happened to it, where it is an event) are the sender's own words, not yet
    made harmless. `started_at` is in Unix seconds. `instance` is the contact center instance where the sender is one,
    else None: the default. With `ends_once` nothing of the thread fires after its end (what seems to is late); with
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
    """One of the alerts in a group; `identity` is the same for its firing and its resolved state."""

    state: OneState
    jobs: tuple[str, ...]
    identity: str
    title: str = ""
    severity: str = ""
    started_at: float | None = None


def identity(*parts: str) -> str:
    """Return one key of several parts, empty if they all are."""
    return "\x1f".join(parts) if any(parts) else ""


def single(
    document: Document,
    state: OneState,
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

    Only the members that name a call count, all of them where none does: so neither a member that comes and goes
    without one nor the order makes a new alert of it.
    """
    counting = [member for member in members if member.jobs] or list(members)
    firing = dict.fromkeys(job for member in counting if member.state != "resolved" for job in member.jobs)
    resolved = dict.fromkeys(
        job for member in counting if member.state == "resolved" for job in member.jobs if job not in firing
    )
    state = _state(counting, firing, resolved)
    shown = next(
        (member for member in counting if (member.state == "resolved") == (state == "resolved")), counting[0]
    )
    starts = [member.started_at for member in counting if member.started_at is not None]
    return Alert(
        title=title or shown.title,
        state=state,
        key=_of_all(f"{member.identity}\x1f{member.state}" for member in counting),
        thread=_of_all(member.identity for member in counting),
        firing=tuple(firing),
        resolved=tuple(resolved),
        severity=shown.severity or severity,
        started_at=min(starts, default=None),
        # The start is a part of the identity: what fires anew is another alert.
        ends_once=len(starts) == len(counting),
    )


def _state(members: Sequence[Member], firing: Iterable[str], resolved: Iterable[str]) -> State:
    states = {member.state for member in members}
    if len(states) == 1:
        return states.pop()
    if any(firing):
        return "mixed" if any(resolved) else "firing"
    return "resolved" if any(resolved) else "firing"


def _of_all(parts: Iterable[str]) -> str:
    return "\x1e".join(sorted(set(parts)))


def first_line(document: Document) -> str:
    """Return the first line of a text that says something; nothing of a JSON document or a form."""
    if document.tree is not None and not isinstance(document.tree, str):
        return ""
    content = str(document.content)
    return next((line for line in content[:2000].splitlines() if line.strip()), "")
