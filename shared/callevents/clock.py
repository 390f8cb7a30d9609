"""The clocks as arguments, and deadlines measured by them."""

from collections.abc import Callable
from typing import NamedTuple


class Clocks(NamedTuple):
    """The time, as arguments: `wall` in Unix seconds, `monotonic` in seconds, and how to wait."""

    wall: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


class Deadline(NamedTuple):
    """A moment on a monotonic clock, in seconds."""

    expires_at: float
    clock: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float]) -> "Deadline":
        """Return the moment *seconds* from now."""
        return cls(clock() + seconds, clock)

    def remaining(self) -> float:
        """Return the seconds that are left, never negative."""
        return max(0.0, self.expires_at - self.clock())

    def earlier_by(self, seconds: float) -> "Deadline":
        """Return the moment *seconds* before this one."""
        return Deadline(self.expires_at - seconds, self.clock)

    def capped(self, seconds: float) -> "Deadline":
        """Return this moment, or *seconds* from now if that is earlier."""
        return Deadline(min(self.expires_at, self.clock() + seconds), self.clock)
