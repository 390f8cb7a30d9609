"""Remembers what each person looked up last, for the form and the Home tab.

Kept in the memory of one instance of the function: there is no database. Other instances do not know it, and it is lost
when the platform ends the instance; nothing depends on it.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from callevents.actor import Actor
from callevents.slack.requests.recent_calls import RecentCall, latest

MAX_PEOPLE = 1000


class RecentLookups:
    """The last ten calls of each of the last thousand people. Thread-safe."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._calls: OrderedDict[str, list[RecentCall]] = OrderedDict()
        self._lock = Lock()

    def remember(self, actor: Actor, calls: Sequence[RecentCall]) -> None:
        """Remember what *actor* looked up; nothing where the person is unknown."""
        if not actor.user:
            return
        key = _key(actor)
        with self._lock:
            self._last[key] = tuple(call.job for call in calls)
            known = self._calls.pop(key, [])
            self._calls[key] = latest([*calls, *known])
            for stored in (self._last, self._calls):
                stored.move_to_end(key)
                if len(stored) > MAX_PEOPLE:
                    stored.popitem(last=False)

    def complete(self, actor: Actor, instance: str, verdicts: Mapping[str, str]) -> None:
        """Remember the *verdicts*, by job id, on calls of *instance* that *actor* looked up before."""
        with self._lock:
            calls = self._calls.get(_key(actor), [])
            calls[:] = [
                call._replace(verdict=verdicts.get(call.job, call.verdict))
                if call.instance == instance
                else call
                for call in calls
            ]

    def last(self, actor: Actor) -> tuple[str, ...]:
        """Return the job ids of the person's last lookup, none where it is unknown."""
        with self._lock:
            return self._last.get(_key(actor), ())

    def calls(self, actor: Actor) -> list[RecentCall]:
        """Return the person's last calls, the latest first."""
        with self._lock:
            return list(self._calls.get(_key(actor), ()))


def _key(actor: Actor) -> str:
    return f"{actor.team} {actor.user}"
