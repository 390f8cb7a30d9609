"""The timeline: the events in order, with the site's time and the offset from the start.

What does not fit is left out in the middle, never silently: the beginning, the end and what decides a call stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice, zip_longest
from json.encoder import encode_basestring_ascii
from math import inf
from typing import NamedTuple

from callevents.calls.model import SECOND, CallSummary, Instant, TimelineEvent
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.event_text import EventText
from callevents.report.folding import Folded, fold
from callevents.report.formatting import day, local, offset, utc_offset, zone
from callevents.report.viewer import Viewer

DECISIVE = frozenset(
    {"Established", "Released", "Abandoned", "BlindTransfer", "AttendedTransfer", "VoicemailReady", "QueueingTimeout",
     "QueueingFailure", "QueueingOverflow", "Intercept", "BargeIn"}
)  # fmt: skip
_MINUTE = 60 * SECOND
_TIME = "%s:%06.3f"
_ENDS = 12  # events that stay at either end before anything else
_MAX_TRIED_WHOLE = 100  # so many are tried as they are
_MAX_LINES = 250  # no more lines than this fit into a message
_MAX_DIVIDERS = 10
_DIVIDER_CHARS = 60  # of JSON, at most


class Timeline(NamedTuple):
    """A heading, the lines below it, and what is not listed, in words."""

    title: str
    clock: str
    lines: tuple[str, ...]
    left_out: str


def timeline(summary: CallSummary, viewer: Viewer, max_chars: float = inf) -> Timeline | None:
    """Return the timeline of at most about *max_chars* characters of JSON; None where there is nothing to list."""
    folded = fold(summary.events)
    if not folded.events:
        return None
    start = summary.started_at
    if start is None:
        start = next((event.at for event in folded.events if event.at is not None), None)
    formatter = TimelineFormatter(summary, viewer, start)
    _ = gettext_for(viewer.language)
    clock = _("site time (%(zone)s) and time since the start") % {"zone": formatter.zone_name}
    lines = _choose(formatter, folded.events, max_chars)
    return Timeline(_("Timeline"), clock, tuple(lines), _left_out(folded, viewer))


def _left_out(folded: Folded, viewer: Viewer) -> str:
    """Return how many events the timeline does not list, by kind; "" where it lists all."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
    listed: list[str] = []
    if count := folded.transcript_pieces:
        words = ngettext("%(count)d live transcript piece", "%(count)d live transcript pieces", count)
        listed.append(words % {"count": count})
    if count := folded.ivr_steps:
        listed.append(ngettext("%(count)d IVR step", "%(count)d IVR steps", count) % {"count": count})
    if count := folded.status_changes:
        words = ngettext("%(count)d status change of an agent", "%(count)d status changes of agents", count)
        listed.append(words % {"count": count})
    if count := folded.desk_reports:
        words = ngettext(
            "%(count)d repeated report of an agent's workbench",
            "%(count)d repeated reports of agents' workbenches",
            count,
        )
        listed.append(words % {"count": count})
    return _("Not listed: %(what)s") % {"what": _(", ").join(listed)} if listed else ""


def _choose(formatter: "TimelineFormatter", events: Sequence[TimelineEvent], max_chars: float) -> list[str]:
    """Choose the events that fit, the most telling first, and return their lines in order with the gaps counted."""
    if len(events) <= _MAX_TRIED_WHOLE or max_chars == inf:
        lines = formatter.lines([(event, 0) for event in events])
        if max_chars == inf or _length("\n".join(lines)) <= max_chars:
            return lines
    room = max_chars - _MAX_DIVIDERS * _DIVIDER_CHARS
    gap_cost = _length(formatter.gap(len(events)))
    chosen: set[int] = set()
    for position in _by_weight(events):
        room -= _length(formatter.line(events[position]))
        alone = position - 1 not in chosen and position + 1 not in chosen
        if room < gap_cost * (1 + alone):
            break
        room -= gap_cost * alone
        chosen.add(position)
    ordered = sorted(chosen)
    before = [position - previous - 1 for position, previous in zip(ordered, [-1, *ordered], strict=False)]
    lines = formatter.lines((events[position], gap) for position, gap in zip(ordered, before, strict=True))
    rest = len(events) - 1 - (ordered[-1] if ordered else -1)
    return [*lines, *([formatter.gap(rest)] if rest else [])]


def _length(text: str) -> int:
    return len(encode_basestring_ascii(text))


def _by_weight(events: Sequence[TimelineEvent]) -> Iterator[int]:
    """Yield positions: both ends, then what decides a call, then the rest from both ends inwards."""
    count = len(events)
    if count <= 2 * _ENDS:
        yield from range(count)
        return
    ends = set(chain(range(_ENDS), range(count - _ENDS, count)))
    yield from sorted(ends, key=lambda position: min(position, count - 1 - position))
    inside = range(_ENDS, count - _ENDS)
    decisive = list(
        islice((position for position in inside if events[position].type in DECISIVE), _MAX_LINES)
    )
    yield from decisive
    yielded = ends.union(decisive)
    half = inside[: len(inside) // 2 + 1], reversed(inside[len(inside) // 2 + 1 :])
    inwards = (position for pair in zip_longest(*half) for position in pair if position is not None)
    yield from islice((position for position in inwards if position not in yielded), _MAX_LINES)


class _Clock(NamedTuple):
    """A minute on the site's clocks: when it begins, a moment in it, hours and minutes, and the offset from UTC."""

    start: Instant
    moment: datetime
    hours_minutes: str
    offset: str


class TimelineFormatter:
    """Writes the lines of one timeline, with a divider where the day or the clocks change."""

    def __init__(self, summary: CallSummary, viewer: Viewer, start: Instant | None) -> None:
        self._text = EventText(summary, viewer)
        self._viewer = viewer
        self._start = start
        self._where = zone(viewer.site_zone)
        self._clocks: dict[int, _Clock | None] = {}
        self._first = None if start is None else self._clock(start)
        self._unknown = gettext_for(viewer.language)(N_("time unknown"))

    @property
    def zone_name(self) -> str:
        """The site's zone with its offset when the call started."""
        name = self._viewer.site_zone
        if self._first is None:
            return name
        words = gettext_for(self._viewer.language)(N_("%(zone)s, %(offset)s"))
        return words % {"zone": name, "offset": self._first.offset}

    def lines(self, events: Iterable[tuple[TimelineEvent, int]]) -> list[str]:
        """Return the lines of *events*, each with how many events are left out before it."""
        found: list[str] = []
        clock, dividers = self._first, 0
        for event, left_out in events:
            if left_out:
                found.append(self.gap(left_out))
            now = None if event.at is None else self._clock(event.at)
            if now is not None and clock is not None and now is not clock and dividers < _MAX_DIVIDERS:
                change = self._change(clock, now)
                if change:
                    found.append(change)
                    dividers += 1
            clock = now or clock
            found.append(self._line(event, now))
        return found

    def line(self, event: TimelineEvent) -> str:
        """Return one event: when, and what happened."""
        return self._line(event, None if event.at is None else self._clock(event.at))

    def _line(self, event: TimelineEvent, clock: _Clock | None) -> str:
        """Return one event, whose minute is *clock*: the site's time, the time since the start, and what happened."""
        at = event.at
        if at is None or clock is None:
            return f"{self._unknown}  {self._text.of(event)}"
        time = _TIME % (clock.hours_minutes, (at - clock.start) // 1_000_000 / 1000)
        if self._start is None:
            return f"{time}  {self._text.of(event)}"
        return f"{time}  {offset(at, self._start)}  {self._text.of(event)}"

    def gap(self, count: int) -> str:
        """Return the line that stands for *count* events that are left out."""
        ngettext = ngettext_for(self._viewer.language)
        words = ngettext("… %(count)d more event …", "… %(count)d more events …", count)
        return words % {"count": count}

    def _change(self, before: _Clock, now: _Clock) -> str:
        """Return a divider with what is another now: the day, the offset from UTC; "" where both are the same."""
        same_day = now.moment.date() == before.moment.date()
        if same_day and now.offset == before.offset:
            return ""
        parts = [] if same_day else [day(now.moment, self._viewer.language)]
        parts += [] if now.offset == before.offset else [now.offset]
        comma = gettext_for(self._viewer.language)(N_(", "))
        return f"── {comma.join(parts)} ──"

    def _clock(self, at: Instant) -> _Clock | None:
        """Return the clocks' minute of a moment, None for a moment no calendar holds; each minute is read once."""
        minute = at // _MINUTE
        if minute in self._clocks:
            return self._clocks[minute]
        clock = self._read(minute * _MINUTE)
        if clock is not None and clock.moment.second:
            return self._read(at)  # offsets of odd seconds, as there were before 1972
        self._clocks[minute] = clock
        return clock

    def _read(self, at: Instant) -> _Clock | None:
        moment = local(at, self._where)
        if moment is None:
            return None
        start = (at // SECOND - moment.second) * SECOND
        return _Clock(start, moment, moment.time().isoformat("minutes"), utc_offset(moment))
