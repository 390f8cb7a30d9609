"""The timeline: the events in order, with the site's time and the offset from the start.

What does not fit is left out in the middle, never silently: the beginning, the end and what decides a call stay.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from json.encoder import encode_basestring_ascii

from callevents.calls.model import CallSummary, Instant, Side, TimelineEvent
from callevents.calls.records.event_types import EVENT_TYPES, NAMELESS
from callevents.i18n import N_, gettext_for, ngettext_for
from callevents.report.formatting import SECOND, local, offset, utc_offset, zone
from callevents.report.text import masked_label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Piece, preformatted, section, text_element

COUNTED = frozenset({"TextStream", "IvrTracking"})
DECISIVE = frozenset(
    {"Established", "Released", "Abandoned", "BlindTransfer", "AttendedTransfer", "VoicemailReady", "QueueingTimeout",
     "QueueingFailure", "QueueingOverflow", "Intercept", "BargeIn"}
)  # fmt: skip
_LEGS: dict[Side, str] = {
    "customer": N_("customer"),
    "agent": N_("agent"),
    "supervisor": N_("supervisor"),
    "outside": N_("outside party"),
    "unknown": N_("unknown leg"),
}
_MINUTE = 60 * SECOND
_ENDS = 12  # events that stay at either end before anything else
_PART_LIMIT = 80  # characters of a name or a detail
_FEW = 100  # so many are tried as they are
_MOST = 250  # no more lines than this fit into a message


def timeline(summary: CallSummary, viewer: Viewer, room: int) -> list[Piece]:
    """Return rich text of at most about *room* characters of JSON; empty where there is nothing to list."""
    _ = gettext_for(viewer.language)
    listed = [event for event in summary.events if event.type not in COUNTED]
    if not listed:
        return []
    start = summary.started_at
    if start is None:
        start = next((event.at for event in listed if event.at is not None), None)
    pen = TimelineFormatter(viewer, start, summary.instance_id)
    name = viewer.site_zone if pen.begin is None else f"{viewer.site_zone}, {utc_offset(pen.begin)}"
    words = _("site time (%(zone)s) and time since the start") % {"zone": name}
    return [
        section(text_element(_("Timeline"), "bold"), text_element(f" · {words}")),
        preformatted(_chosen(pen, listed, room)),
    ]


def collapsed(summary: CallSummary, viewer: Viewer) -> str | None:
    """Return how many transcript pieces and IVR steps there were, which the timeline does not list."""
    _, ngettext = gettext_for(viewer.language), ngettext_for(viewer.language)
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
    return _("Not listed: %(what)s") % {"what": _(", ").join(said)}


def _chosen(pen: "TimelineFormatter", listed: Sequence[TimelineEvent], room: int) -> list[str]:
    """Choose the events that fit, the most telling first, and return their lines in order with the gaps counted."""
    if len(listed) <= _FEW:
        lines = [pen.line(event) for event in listed]
        if len(encode_basestring_ascii("\n".join(lines))) <= room:
            return lines
    gap_cost = len(encode_basestring_ascii(pen.gap(len(listed))))
    chosen: dict[int, str] = {}
    for position in _by_weight(listed):
        line = pen.line(listed[position])
        room -= len(encode_basestring_ascii(line))
        alone = position - 1 not in chosen and position + 1 not in chosen
        if room < gap_cost * (1 + alone):
            break
        room -= gap_cost * alone
        chosen[position] = line
    lines = []
    following = 0
    for position in sorted(chosen):
        if position > following:
            lines.append(pen.gap(position - following))
        lines.append(chosen[position])
        following = position + 1
    if following < len(listed):
        lines.append(pen.gap(len(listed) - following))
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


class TimelineFormatter:
    """Writes the lines of one timeline; a name that stands in many of them is made harmless once."""

    def __init__(self, viewer: Viewer, start: Instant | None, instance: str) -> None:
        self.viewer = viewer
        self.instance = instance
        self.start = start
        self.where = zone(viewer.site_zone)
        self.begin = None if start is None else local(start, self.where)
        self.day = "" if self.begin is None else self.begin.isoformat()[:10]
        _ = self.translate = gettext_for(viewer.language)
        self.unknown = _("time unknown")
        self.legs = {leg: _(words) for leg, words in _LEGS.items()}
        self.seen: dict[str, str] = {}
        self.minutes: dict[int, str] = {}

    def line(self, event: TimelineEvent) -> str:
        """Return one event: when, what, whose leg, who, and what matters."""
        known = EVENT_TYPES.get(event.type)
        label = known.label if known else event.label
        ours = known is not None or label == NAMELESS
        parts = [self.translate(label) if ours else self.harmless(label or event.type)]
        if event.leg:
            parts.append(self.legs[event.leg])
        if event.agent:
            parts.append(self.harmless(event.agent))
        if event.detail:
            parts.append(", ".join(self.phrase(*phrase) for phrase in event.detail))
        return f"{self.when(event.at)}  {' · '.join(filter(None, parts))}"

    def phrase(self, words: str, value: str) -> str:
        """Return one phrase of a detail in the reader's language."""
        said = words if words == "%s" else self.translate(words)
        return said.replace("%s", self.harmless(value)) if value else said

    def when(self, at: Instant | None) -> str:
        """Return the site's time of a moment and the time since the start."""
        if at is None:
            return self.unknown
        minute, rest = divmod(at, _MINUTE)
        begins = self.minutes.get(minute)
        if begins is None:
            begins = self.minutes[minute] = self.time(minute * _MINUTE)
        seconds = rest // SECOND
        # Else an offset of odd seconds, as there were before 1972, or no moment of any calendar.
        time = f"{begins[:-2]}{seconds:02}" if begins.endswith(":00") else self.time(at)
        if not time:
            return self.unknown
        time = f"{time}.{rest % SECOND // 1_000_000:03}"
        return time if self.start is None else f"{time}  {offset(at, self.start)}"

    def time(self, at: Instant) -> str:
        """Return the site's time of a moment, with the day where it is another; "" for no moment of any calendar."""
        moment = local(at, self.where)
        if moment is None:
            return ""
        text = moment.isoformat(" ", "seconds")[:19]
        return text[11:] if not self.day or text.startswith(self.day) else text

    def harmless(self, text: str) -> str:
        """Return foreign *text* as one clean line, masked where it must be."""
        known = self.seen.get(text)
        if known is None:
            known = self.seen[text] = masked_label(text, self.viewer, _PART_LIMIT, self.instance)
        return known

    def gap(self, count: int) -> str:
        """Return the line that stands for *count* events that are left out."""
        ngettext = ngettext_for(self.viewer.language)
        words = ngettext("… %(count)d more event …", "… %(count)d more events …", count)
        return words % {"count": count}
