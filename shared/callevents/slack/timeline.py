"""The timeline: the events in order, with the site's time and the offset from the start.

What does not fit is left out in the middle, never silently: the beginning, the end and what decides a call stay.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice, zip_longest
from json.encoder import encode_basestring_ascii

from callevents.calls.model import CallSummary, Instant, Leg, TimelineEvent
from callevents.marking import N_
from callevents.slack.blocks import Piece, paragraph, preformatted, word
from callevents.slack.language import gettext_for, ngettext_for
from callevents.slack.moment import local, offset, time_of_day, utc_offset, zone
from callevents.slack.reader import Reader
from callevents.slack.text import shown

COUNTED = frozenset({"TextStream", "IvrTracking"})
DECISIVE = frozenset(
    {"Established", "Released", "Abandoned", "BlindTransfer", "AttendedTransfer", "VoicemailReady", "QueueingTimeout",
     "QueueingFailure", "QueueingOverflow", "Intercept", "BargeIn"}
)  # fmt: skip
_LEGS: dict[Leg, str] = {
    "customer": N_("customer"),
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "unknown": N_("unknown leg"),
}
_ENDS = 12  # events that stay at either end before anything else
_MOST = 250  # no more lines than this fit into a message


def timeline(summary: CallSummary, reader: Reader, room: int) -> list[Piece]:
    """Return rich text of at most about *room* characters of JSON; empty where there is nothing to list."""
    _ = gettext_for(reader.language)
    listed = [event for event in summary.events if event.type not in COUNTED]
    if not listed:
        return []
    start = summary.started_at
    if start is None:
        start = next((event.at for event in listed if event.at is not None), None)
    begin = None if start is None else local(start, zone(reader.site_zone))
    name = reader.site_zone if begin is None else f"{reader.site_zone}, {utc_offset(begin)}"
    head = paragraph(
        word(_("Timeline"), "bold"),
        word(" · " + _("site time (%(zone)s) and time since the start") % {"zone": name}),
    )
    return [head, preformatted(_lines(listed, reader, start, begin, room))]


def collapsed(summary: CallSummary, reader: Reader) -> str | None:
    """Return how many transcript pieces and IVR steps there were, which the timeline does not list."""
    ngettext = ngettext_for(reader.language)
    pieces = steps = 0
    for event in summary.events:
        if event.type in COUNTED:
            pieces += event.type == "TextStream"
            steps += event.type == "IvrTracking"
    said = []
    if pieces:
        said.append(
            ngettext("%(count)d live transcript piece", "%(count)d live transcript pieces", pieces)
            % {"count": pieces}
        )
    if steps:
        said.append(ngettext("%(count)d IVR step", "%(count)d IVR steps", steps) % {"count": steps})
    if not said:
        return None
    return gettext_for(reader.language)("Not listed: %(what)s") % {"what": ", ".join(said)}


def _lines(
    listed: Sequence[TimelineEvent], reader: Reader, start: Instant | None, begin: datetime | None, room: int
) -> list[str]:
    """Choose the events that fit, the most telling first, and return their lines in order with the gaps counted."""
    ngettext = ngettext_for(reader.language)

    def gap(count: int) -> str:
        return ngettext("… %(count)d more event …", "… %(count)d more events …", count) % {"count": count}

    gap_cost = len(encode_basestring_ascii(gap(len(listed))))
    chosen: dict[int, str] = {}
    for position in _by_weight(listed):
        line = _line(listed[position], reader, start, begin)
        room -= len(encode_basestring_ascii(line))
        needs_gap = position - 1 not in chosen and position + 1 not in chosen
        if room < gap_cost * (1 + needs_gap):
            break
        room -= gap_cost * needs_gap
        chosen[position] = line
    lines: list[str] = []
    next_position = 0
    for position in sorted(chosen):
        if position > next_position:
            lines.append(gap(position - next_position))
        lines.append(chosen[position])
        next_position = position + 1
    if next_position < len(listed):
        lines.append(gap(len(listed) - next_position))
    return lines


def _by_weight(listed: Sequence[TimelineEvent]) -> Iterator[int]:
    """Yield positions: both ends, then what decides a call, then the rest from both ends inwards."""
    count = len(listed)
    if count <= 2 * _ENDS:
        yield from range(count)
        return
    ends = set(chain(range(_ENDS), range(count - _ENDS, count)))
    yield from sorted(ends, key=lambda position: min(position, count - 1 - position))
    inside = range(_ENDS, count - _ENDS)
    decisive = list(islice((position for position in inside if listed[position].type in DECISIVE), _MOST))
    yield from decisive
    yielded = ends.union(decisive)
    half = inside[: len(inside) // 2 + 1], reversed(inside[len(inside) // 2 + 1 :])
    inwards = (position for pair in zip_longest(*half) for position in pair if position is not None)
    yield from islice((position for position in inwards if position not in yielded), _MOST)


def _line(event: TimelineEvent, reader: Reader, start: Instant | None, begin: datetime | None) -> str:
    _: Callable[[str], str] = gettext_for(reader.language)
    label = _(event.label) if event.label else event.type
    parts = [shown(label, reader, 60)]
    if event.leg:
        parts.append(_(_LEGS.get(event.leg, "unknown leg")))
    if event.agent:
        parts.append(shown(event.agent, reader, 60))
    if event.detail:
        parts.append(shown(event.detail, reader, 100))
    said = " · ".join(part for part in parts if part)
    moment = None if event.at is None else local(event.at, zone(reader.site_zone))
    if event.at is None or moment is None:
        return f"{_('time unknown')}  {said}"
    day = "" if begin is None or moment.date() == begin.date() else f"{moment.isoformat()[:10]} "
    since = "" if start is None else offset(event.at, start)
    return f"{day}{time_of_day(event.at, moment)}  {since}  {said}"
