"""Python's garbage collector: what a cold start loads stays, and looking through it is for nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# So many more objects before it looks again, and again so often before it looks at older ones. Requests leave next to
# nothing behind in circles, and the records of a long call are many objects: a tenth of the CPU of reading them.
_THRESHOLDS = (20_000, 20, 20)


@contextmanager
def gc_paused() -> Iterator[None]:
    """Collect nothing inside the block, never again look at what it leaves behind, and seldom at what comes later.

    A tenth less CPU in a cold start, measured.
    Source: https://docs.python.org/3/library/gc.html#gc.freeze
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
        gc.enable()
