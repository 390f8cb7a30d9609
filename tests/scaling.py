"""How the time of a function grows with its input, for inputs that a stranger chooses."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def growth(run: Callable[[T], object], make: Callable[[int], T], size: int) -> float:
    """Return the CPU time for an input of four times *size* in times of that for *size*.

    Work in proportion to the input gives 4, the square of it 16: a test that allows 8 has room on a busy machine. Of
    several measurements the least disturbed counts.
    """
    small, large = make(size), make(4 * size)
    return min(_seconds(run, large) / _seconds(run, small) for _ in range(5))


def _seconds(run: Callable[[T], object], value: T) -> float:
    began = time.process_time_ns()
    run(value)
    return max(time.process_time_ns() - began, 1) / 1e9


LINEAR = 8.0
