"""Remembers what each person looked up last, for the form and the Home tab.

Kept in the memory of one instance of the function: there is no database. Other instances do not know it, and it is lost
when the platform ends the instance; nothing depends on it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TypeAlias

from callevents.actor import Actor
from callevents.slack.requests.action_value import OPEN_CALL, decode, encode, is_encodable

MAX_PEOPLE = 1000
MAX_CALLS = 10

# A job id and its instance.
Call: TypeAlias = tuple[str, str]


class RecentLookups:
    """The last ten calls of each of the last thousand people. Thread-safe."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._calls: OrderedDict[str, list[Call]] = OrderedDict()
        self._lock = Lock()

    def remember(self, actor: Actor, jobs: Sequence[str], instance: str) -> None:
        """Remember what *actor* looked up; nothing where the person is unknown."""
        if not actor.user:
            return
        key = _key(actor)
        with self._lock:
            self._last[key] = tuple(jobs)
            known = self._calls.pop(key, [])
            self._calls[key] = latest([*((job, instance) for job in jobs), *known])
            for stored in (self._last, self._calls):
                stored.move_to_end(key)
                if len(stored) > MAX_PEOPLE:
                    stored.popitem(last=False)

    def last(self, actor: Actor) -> tuple[str, ...]:
        """Return the job ids of the person's last lookup, none where it is unknown."""
        with self._lock:
            return self._last.get(_key(actor), ())

    def calls(self, actor: Actor) -> list[Call]:
        """Return the person's last calls, the latest first."""
        with self._lock:
            return list(self._calls.get(_key(actor), ()))


def latest(calls: Iterable[Call]) -> list[Call]:
    """Return the first ten of *calls*, each once."""
    return list(dict.fromkeys(calls))[:MAX_CALLS]


def encode_calls(calls: Sequence[Call]) -> str:
    """Return *calls* as one opaque text of at most 3000 characters, for the private metadata of the Home tab."""
    values = [
        encode(OPEN_CALL, [job], instance) for job, instance in latest(calls) if is_encodable([job], instance)
    ]
    return " ".join(values)


def decode_calls(text: str) -> list[Call]:
    """Return the calls in *text*, none where it cannot be decoded. Never raises."""
    values = [decode(word) for word in text.split()[:MAX_CALLS]]
    return [(value.jobs[0], value.instance) for value in values if value is not None and len(value.jobs) == 1]


def _key(actor: Actor) -> str:
    return f"{actor.team} {actor.user}"
