"""An alert: its state, and the calls that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from callevents.webhook.body import Document
from callevents.webhook.formats.text_fields import first_words, title_words
from callevents.webhook.job_ids import job_ids
from callevents.webhook.states import MemberState

State: TypeAlias = Literal["firing", "resolved", "mixed", "event", "test"]
MAX_FURTHER_THREADS = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. `key` identifies this delivery, `thread` is the same for its firing and its resolved state.

    `title`, `severity` and `action` (what happened to it, where it is an event) are the sender's own words, not yet
    sanitized. `started_at` is in Unix seconds. `instance` is the contact center instance if the sender is one, else
    None: the default. With `ends_once` nothing of the thread fires after its end (what seems to is late); with
    `follows` something of the thread came before. With `has_identity`, `thread` is the sender's own name for what
    fires and ends, so that an end that names no call finds its card; it may also be the card of `further_threads`. Of
    what fires, these are the threads of its members: their ends, one by one, are its end; `ended_threads` are those of
    members that have ended.
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
    has_identity: bool = False
    further_threads: tuple[str, ...] = ()
    ended_threads: tuple[str, ...] = ()

    @property
    def is_posted(self) -> bool:
        """Whether it goes to the worker: it names a call, or it ends something that did."""
        if self.state == "test":
            return False
        return bool(self.firing or self.resolved) or (self.state == "resolved" and self.has_identity)


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a group; `identity` is the same for its firing and its resolved state.

    With `has_identity` that is the sender's own name for it, complete.
    """

    state: MemberState
    jobs: tuple[str, ...]
    identity: str
    title: str = ""
    severity: str = ""
    started_at: float | None = None
    has_identity: bool = False


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
    """Return the alert that is the whole *document*; without a key, its text is its key.

    *thread* is the sender's own name for what fires and ends, "" if there is none.
    """
    jobs = tuple(job_ids(document.content))
    key = key or document.digest
    return Alert(
        title=title_words(title) or first_line(document),
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
        has_identity=bool(thread),
    )


def group(members: Sequence[Member], *, title: str = "") -> Alert:
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
        severity=titled.severity,
        started_at=min(starts, default=None),
        # The start is part of the identity: what fires anew is another alert.
        ends_once=len(starts) == len(counted),
        has_identity=all(member.has_identity for member in counted),
    )


def with_ends(alert: Alert, members: Sequence[Member], *, title: str = "") -> list[Alert]:
    """Return *alert*, the group of *members*, with the ends of members that name no call.

    A group grows and shrinks: the card may have been posted for the whole group, for a part of it, or for one member.
    """
    if alert.state == "resolved":
        whole = _joined(member.identity for member in members)
        return [_with_further_threads(alert, [whole, *_own_threads(members)])]
    alert = _with_members(alert, [member for member in members if member.jobs and member.state != "resolved"])
    over = [member for member in members if member.state == "resolved" and member.has_identity]
    named = _own_threads([member for member in over if member.jobs])
    alert = replace(alert, ended_threads=tuple(dict.fromkeys(named))[:MAX_FURTHER_THREADS])
    ended = [member for member in over if not member.jobs]
    if not ended:
        return [alert]
    return [alert, _with_further_threads(group(ended, title=title), _own_threads(ended))]


def _with_members(alert: Alert, firing: Sequence[Member]) -> Alert:
    """Return *alert* with the threads of its members, if all are known: else it never ends by the ends of these."""
    threads = tuple(dict.fromkeys(_own_threads(firing)))
    is_known = len(_own_threads(firing)) == len(firing) and len(threads) <= MAX_FURTHER_THREADS
    return replace(alert, further_threads=threads) if is_known and threads != (alert.thread,) else alert


def _own_threads(members: Sequence[Member]) -> list[str]:
    return [member.identity for member in members if member.has_identity]


def _with_further_threads(alert: Alert, threads: Sequence[str]) -> Alert:
    further = tuple(thread for thread in dict.fromkeys(threads) if thread != alert.thread)
    return replace(alert, further_threads=further[:MAX_FURTHER_THREADS])


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
    """Return the first line of a text that can be a title; an empty string for a JSON document or a form."""
    # The first text of XML may be an id or a time.
    return first_words(document.words, several=document.words != document.text and not document.is_html)
