"""The one retry loop: the caller decides how long to wait after which error, and the loop keeps to the deadline.

Pure but for what is passed in: the clock comes with the deadline, `sleep` and `random` are arguments.

    retry(
        lambda: api.call(...),
        wait=lambda error, failed: BACKOFF.seconds(failed, random, error.retry_after) if is_retryable(error) else None,
        deadline=deadline,
        sleep=clocks.sleep,
        attempts=3,
    )
"""

from collections.abc import Callable
from itertools import count
from math import inf
from typing import Final, NamedTuple, TypeVar

from callevents.clock import Deadline

T = TypeVar("T")

# Clients that were given the same Retry-After come back spread over this share of it, and never early.
_RETRY_AFTER_SPREAD: Final = 0.1


class Backoff(NamedTuple):
    """Waits that double, in seconds: `initial`, at most `maximum`, each varied by the share `jitter` of itself."""

    initial: float
    maximum: float = inf
    jitter: float = 0.0

    def seconds(self, failed: int, random: Callable[[], float], retry_after: float | None = None) -> float:
        """Return the wait after *failed* attempts; what the server asks for (*retry_after*) takes its place.

        *random* gives numbers from 0 up to 1; without jitter it is not called.
        """
        if retry_after is not None:
            return retry_after * (1 + _RETRY_AFTER_SPREAD * random()) if self.jitter else retry_after
        # A float has no room for 2**1024, and no deadline for 2**60 seconds.
        wait = min(self.initial * 2.0 ** min(failed - 1, 60), self.maximum)
        return wait * (1 - self.jitter + 2 * self.jitter * random()) if self.jitter else wait


def retry(
    call: Callable[[], T],
    *,
    wait: Callable[[Exception, int], float | None],
    deadline: Deadline,
    sleep: Callable[[float], None],
    attempts: float = inf,
    max_wait: float = inf,
) -> T:
    """Return what *call* returns, calling it again after errors that *wait* gives a time for.

    *wait* gets the error and how many attempts have failed, and returns the seconds to wait, or None for an error that
    no retry helps. Raises the last error: also after *attempts*, where the wait exceeds *max_wait*, and where it would
    not end before *deadline*. An attempt that is under way is not cut off: *call* keeps to the deadline itself.
    """
    for failed in count(1):
        try:
            return call()
        except Exception as error:
            seconds = wait(error, failed) if failed < attempts else None
            if seconds is None or seconds > max_wait or seconds >= deadline.remaining():
                raise
        if seconds > 0:
            sleep(seconds)
    raise AssertionError("the loop returns or raises")
