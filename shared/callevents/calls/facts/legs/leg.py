"""One leg of a call."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant, Side
from callevents.calls.records.event import Event


class Leg(NamedTuple):
    """One leg, and the events it is read from; `side` is never "supervisor", which is an agent's leg with a role.

    `began_at`, `connected_at` and `ended_at` are None where the records do not say. `releases` are all its
    Released, also those after its end and at unknown moments. `end` is `OPEN` where it is not known; `connected` is the
    stretch from its connection to its end.
    """

    channel: str
    side: Side
    supervisor: bool
    listens: bool
    agent: str | None
    first: Event
    begin: Event | None
    dialings: Sequence[Event]
    ringings: Sequence[Event]
    ringing: Event | None  # the first of them
    connection: Event | None
    release: Event | None
    ringing_timeouts: Sequence[Event]
    releases: Sequence[Event]
    began_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant | None
    end: Instant
    connected: Span | None
    untimed: frozenset[str]  # Dialing, Ringing, Established: which of them happened at an unknown moment
    connection_unknown: bool  # it ended, and the records do not say whether it was connected
    connected_after_end: bool

    @property
    def label(self) -> Side:
        """Return whose leg it is as people read it."""
        return "supervisor" if self.supervisor else self.side

    @property
    def began(self) -> bool:
        """Return whether it dialled, rang or was connected, at whatever moment."""
        return self.began_at is not None or bool(self.untimed)

    @property
    def only_dialled(self) -> bool:
        """Return whether nothing is known of it but that it dialled, as of the centre's own leg in a back2back call."""
        if self.ringings or self.connected_at is not None or self.ended_at is not None:
            return False
        return self.began and self.untimed <= {"Dialing"}

    @property
    def rings(self) -> Span | None:
        """Return the stretch from its Ringing to its connection or end; None where it did not ring before those."""
        since = self.ringing.at if self.ringing else None
        if since is None:
            return None
        end = self.end if self.connected_at is None else self.connected_at
        return Span(since, end) if since <= end else None

    @property
    def joined(self) -> tuple[Instant, int]:
        """Return the key that sorts legs by joining the conversation."""
        return (
            OPEN if self.connected_at is None else self.connected_at,
            self.connection.position if self.connection else -1,
        )

    @property
    def left(self) -> tuple[Instant, int]:
        """Return the key that sorts legs by their ends."""
        return self.end, self.release.position if self.release else -1
