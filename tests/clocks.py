"""The clock of tests that wait for nothing."""

from dataclasses import dataclass, field

from callevents.clock import Clocks, Deadline

START = 1_772_620_200.0  # 2026-03-04T10:30:00Z


@dataclass
class FakeClock:
    """Wall and monotonic time at once: passes only where somebody sleeps, and remembers for how long they did."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.slept.append(seconds)
        self.now += seconds

    def deadline(self, seconds: float) -> Deadline:
        """Return the deadline in so many *seconds*."""
        return Deadline.after(seconds, self)

    @property
    def clocks(self) -> Clocks:
        """The clocks of an invocation."""
        return Clocks(wall=self, monotonic=self, sleep=self.sleep)
