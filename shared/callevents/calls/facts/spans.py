"""Stretches of time: pairs of moments, the end included; what has no known end ends at `OPEN`."""

from collections.abc import Iterable
from typing import NamedTuple

from callevents.calls.model import SECOND, Instant

OPEN: Instant = 1 << 80  # later than any moment
_MILLISECOND = 1_000_000


class Span(NamedTuple):
    """A stretch of time from *start* to *end*, both included."""

    start: Instant
    end: Instant


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the moments of *spans* as stretches in order that do not touch."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def intersection(one: Span, other: Span) -> Span | None:
    """Return the moments of both spans; None where there are none. One moment is a span too."""
    start = max(one.start, other.start)
    end = min(one.end, other.end)
    return Span(start, end) if start <= end else None


def overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return the stretches in which two or more of *spans* are open at once."""
    steps = sorted(step for span in spans for step in ((span.start, False), (span.end, True)))
    found: list[Span] = []
    up = 0
    since: Instant = 0
    for at, ends in steps:
        before, up = up, up + (-1 if ends else 1)
        if before < up == 2:  # noqa: PLR2004 - a conversation takes two
            since = at
        elif up < before == 2:  # noqa: PLR2004
            found.append(Span(since, at))
    return merge(found)


def total(spans: Iterable[Span]) -> Instant:
    """Return the nanoseconds of *spans* together."""
    return sum([end - start for start, end in spans])


def seconds(nanoseconds: Instant) -> float:
    """Return *nanoseconds* as seconds with at most three decimals."""
    whole = nanoseconds % _MILLISECOND == 0  # as nearly always: there is nothing to round
    return nanoseconds / SECOND if whole else round(nanoseconds / SECOND, 3)


def seconds_between(start: Instant | None, end: Instant | None) -> float | None:
    """Return the seconds between two moments; None where one is not known or the end lies before the start."""
    return None if start is None or end is None or end < start else seconds(end - start)
