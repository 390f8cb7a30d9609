"""A process with a part of a core: as the kernel's quota does it, so much CPU in every tenth of a second.

It may take its share at once, and is stopped only when it has used it up: who waits for answers is not slowed down.
Source: https://docs.kernel.org/scheduler/sched-bwc.html
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# What template.yml asks of Function Compute.
SHARE, PERIOD = 0.35, 0.1
_LOOK = 0.002


@contextmanager
def limited(process_id: int, share: float = SHARE) -> Iterator[None]:
    """Limit the process, all its threads together, until the block ends; a share of 1 is no limit."""
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(process_id, share, ended), name="quota")
    if share < 1:
        keeper.start()
    try:
        yield
    finally:
        ended.set()
        if share < 1:
            keeper.join()


def _keep(process_id: int, share: float, ended: threading.Event) -> None:
    clock = (~process_id << 3) | 2  # another process's CPU clock, as clock_getcpuclockid(3) makes its number
    owed = 0.0
    with suppress(OSError):  # it has ended
        while not ended.is_set():
            used, until = time.clock_gettime(clock), time.monotonic() + PERIOD
            quota = share * PERIOD - owed
            while (left := until - time.monotonic()) > 0 and not ended.is_set():
                if time.clock_gettime(clock) - used < quota:
                    time.sleep(min(_LOOK, left))
                    continue
                os.kill(process_id, signal.SIGSTOP)
                ended.wait(left)
                os.kill(process_id, signal.SIGCONT)
                break
            owed = max(0.0, time.clock_gettime(clock) - used - quota)
