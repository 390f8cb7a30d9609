"""How the time of a function grows with its input, for inputs that a stranger chooses."""

import gc
import time
from collections.abc import Callable
from typing import Final, TypeVar

from tests.examples import THOROUGH

T = TypeVar("T")

# Work in proportion to the input gives 4, the square of it 16: there is room for a busy machine.
LINEAR: Final = 8.0
_MEASUREMENTS: Final = 5
_QUICK: Final = 4  # a quarter of the size, where the pure tests are to take seconds


def growth(run: Callable[[T], object], make: Callable[[int], T], size: int) -> float:
    """Return the CPU time for an input of four times *size* in times of that for *size*.

    Of several measurements the least disturbed counts; the first that shows LINEAR growth is enough.
    """
    if not THOROUGH:
        size = max(size // _QUICK, 1)
    small, large = make(size), make(4 * size)
    least = float("inf")
    for _ in range(_MEASUREMENTS):
        least = min(least, _seconds(run, large) / _seconds(run, small))
        if least < LINEAR:
            break
    return least


def _seconds(run: Callable[[T], object], value: T) -> float:
    was_enabled = gc.isenabled()
    gc.disable()  # a collection looks at all that the other tests left in this process
    try:
        began = time.process_time_ns()
        run(value)
        return max(time.process_time_ns() - began, 1) / 1e9
    finally:
        if was_enabled:
            gc.enable()
