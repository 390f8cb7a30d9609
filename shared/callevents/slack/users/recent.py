"""What each person asked last, for the form and the Home tab.

Kept in the memory of this instance only: there is no database. Another instance knows nothing of it, and it is gone
when the platform ends the instance; nothing depends on it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TypeAlias

from callevents.actor import Actor
from callevents.slack.requests.action_value import OPEN_CALL, decode, encode, is_encodable

MOST_PEOPLE = 1000
MOST_CALLS = 10

# A job id and its instance.
Call: TypeAlias = tuple[str, str]


class Recent:
    """The last ten calls of each of the last thousand people; for several threads."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._calls: OrderedDict[str, list[Call]] = OrderedDict()
        self._lock = Lock()

    def remember(self, actor: Actor, jobs: Sequence[str], instance: str) -> None:
        """Keep what *actor* asked; nothing where it is not known who that is."""
        if not actor.user:
            return
        key = _key(actor)
        with self._lock:
            self._last[key] = tuple(jobs)
            known = self._calls.pop(key, [])
            self._calls[key] = latest([*((job, instance) for job in jobs), *known])
            for kept in (self._last, self._calls):
                kept.move_to_end(key)
                if len(kept) > MOST_PEOPLE:
                    kept.popitem(last=False)

    def last(self, actor: Actor) -> tuple[str, ...]:
        """Return the job ids of the person's last request, none where that is not known."""
        with self._lock:
            return self._last.get(_key(actor), ())

    def calls(self, actor: Actor) -> list[Call]:
        """Return the person's last calls, the latest first."""
        with self._lock:
            return list(self._calls.get(_key(actor), ()))


def latest(calls: Iterable[Call]) -> list[Call]:
    """Return the first ten of *calls*, each once."""
    return list(dict.fromkeys(calls))[:MOST_CALLS]


def packed(calls: Sequence[Call]) -> str:
    """Return *calls* as one opaque text of at most 3000 characters, for the Home tab to keep."""
    values = [
        encode(OPEN_CALL, [job], instance) for job, instance in latest(calls) if is_encodable([job], instance)
    ]
    return " ".join(values)


def unpacked(text: str) -> list[Call]:
    """Return the calls that *text* says, which may be anything."""
    wishes = [decode(word) for word in text.split()[:MOST_CALLS]]
    return [(wish.jobs[0], wish.instance) for wish in wishes if wish is not None and len(wish.jobs) == 1]


def _key(actor: Actor) -> str:
    return f"{actor.team} {actor.user}"
