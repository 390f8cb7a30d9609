"""What Slack is being asked about a person: each caller waits for it as long as its time allows."""

from threading import Condition
from typing import Generic, NamedTuple, TypeVar

from callevents.clock import Deadline
from callevents.slack.users.access import PersonFacts, Profile, Unavailable

T = TypeVar("T")


class Pending(Generic[T]):
    """A request to Slack; `value` is its result once it is `done`, else "unanswered"."""

    def __init__(
        self, changed: Condition, deadline: Deadline, value: "T | Unavailable | None" = None
    ) -> None:
        self.changed = changed
        self.deadline = deadline
        self.done = value is not None
        self.value: T | Unavailable = "unanswered" if value is None else value

    def wait(self, deadline: Deadline) -> "T | Unavailable":
        """Return the result, waiting for it until *deadline*."""
        with self.changed:
            while not self.done and (seconds := deadline.remaining()) > 0:
                self.changed.wait(seconds)
            return self.value


class PendingMembership(NamedTuple):
    """Whether a person is in one of several groups, which Slack is being asked for side by side."""

    user: str
    groups: tuple[Pending[frozenset[str]], ...]

    def wait(self, deadline: Deadline) -> bool | Unavailable | None:
        """Return the answer, waiting until *deadline* or until one group has the person; None for no groups."""
        if not self.groups:
            return None
        changed = self.groups[0].changed
        with changed:
            while not self._is_decided() and (seconds := deadline.remaining()) > 0:
                changed.wait(seconds)
            results = [group.value for group in self.groups]
        if any(isinstance(members, frozenset) and self.user in members for members in results):
            return True
        missing: tuple[Unavailable, ...] = ("unanswered", "failed", "unknowable")
        return next((reason for reason in missing if reason in results), False)

    def _is_decided(self) -> bool:
        known = [group.value for group in self.groups if group.done]
        is_member = any(isinstance(members, frozenset) and self.user in members for members in known)
        return is_member or len(known) == len(self.groups)


class PendingFacts(NamedTuple):
    """Facts that Slack is being asked for."""

    profile: Pending[Profile]
    member: PendingMembership
    reveal: PendingMembership
    search: PendingMembership = PendingMembership("", ())

    def facts(self, deadline: Deadline) -> PersonFacts:
        """Return the facts, waiting for them until *deadline*."""
        return PersonFacts(
            self.profile.wait(deadline),
            self.member.wait(deadline),
            self.reveal.wait(deadline),
            self.search.wait(deadline),
        )
