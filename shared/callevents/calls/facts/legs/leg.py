"""One leg of a call."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant, Side
from callevents.calls.records.event import Event


class Leg(NamedTuple):
    """One leg, and the events it is read from; `side` is never "supervisor", which is an agent's leg with a role.

    `began_at`, `connected_at` and `ended_at` are None where the records do not say. `releases` are all its
    Released, also those after its end and at unknown moments.
    """

    channel: str
    side: Side
    supervisor: bool
    listens: bool
    agent: str | None
    first: Event
    begin: Event | None
    dialing: Event | None
    ringing: Event | None
    connection: Event | None
    release: Event | None
    ringing_timeout: Event | None
    releases: Sequence[Event]
    began_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant | None
    begins_untimed: bool  # it dialled, rang or was connected at an unknown moment only
    connection_unknown: bool  # it ended, and the records do not say whether it was connected
    connected_after_end: bool

    @property
    def label(self) -> Side:
        """Return whose leg it is as people read it."""
        return "supervisor" if self.supervisor else self.side

    @property
    def began(self) -> bool:
        """Return whether it dialled, rang or was connected, at whatever moment."""
        return self.began_at is not None or self.begins_untimed

    @property
    def end(self) -> Instant:
        """Return the moment of its end, `OPEN` where that is not known."""
        return OPEN if self.ended_at is None else self.ended_at

    @property
    def connected(self) -> Span | None:
        """Return the stretch during which it is connected."""
        return None if self.connected_at is None else Span(self.connected_at, self.end)

    @property
    def rings(self) -> Span | None:
        """Return the stretch from its Ringing to its connection or end; None where it did not ring before those."""
        if self.ringing is None or self.ringing.at is None:
            return None
        end = self.end if self.connected_at is None else self.connected_at
        return Span(self.ringing.at, end) if self.ringing.at <= end else None

    @property
    def joined(self) -> tuple[Instant, int]:
        """Return what legs are sorted by in order of joining the conversation."""
        return (
            OPEN if self.connected_at is None else self.connected_at,
            self.connection.position if self.connection else -1,
        )

    @property
    def left(self) -> tuple[Instant, int]:
        """Return what legs are sorted by in order of their ends."""
        return self.end, self.release.position if self.release else -1
