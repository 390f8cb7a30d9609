"""The events of calls as JSON, in pages, as a window or as a message.

Source: https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from callevents.calls.facts.timeline.details import sentence
from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary, TimelineEvent
from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences, label
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    Block,
    Message,
    actions,
    button,
    context,
    plain,
    preformatted,
    rich_text,
    section,
    text_element,
)
from callevents.slack.requests.action_value import (
    EVENTS,
    EVENTS_FIRST,
    EVENTS_LAST,
    EVENTS_NEXT,
    EVENTS_PREVIOUS,
    MAX_PAGES,
    encode,
    is_encodable,
)
from callevents.slack.views.modals import modal

EVENTS_VIEW = "events_view"  # its callback_id

# Characters of JSON on a page, as Slack counts at worst: with ten long ids and the buttons it fits a message.
_MAX_PAGE_CHARS = 7600
_MAX_VALUE_CHARS = 300  # of one value of an event
_MAX_ESCAPE_CHARS = 6  # that one character becomes in JSON, as in \u200b
_KEYS = ("at", "type", "label", "leg", "agent", "detail")
_SEPARATOR_CHARS = 4  # a comma and an escaped line break
_TIME_CHARS = len("2026-03-04T10:22:11.309Z")


def events_view(summaries: Sequence[CallSummary], viewer: Viewer, page: int = 0) -> Block:
    """Return a page of the calls' events as JSON, with buttons to the other pages; too high a number is the last page.

    Each page is a JSON list of its own; with several calls each event has its job id. A value longer than 300
    characters is cut and ends with ….
    """
    _ = gettext_for(viewer.language)
    jobs = [summary.job_id for summary in summaries]
    count = sum(len(summary.events) for summary in summaries)
    first, last, page = _page(summaries, max(0, page))
    lines = [*_lines(summaries, viewer, first, last)]
    head = [part for job in jobs[:10] for part in (text_element(label(job), "code"), text_element("\n"))]
    if not lines:
        head.append(text_element(_("There are no events.")))
        return modal(_("Events as JSON"), [rich_text(section(*head))], _, EVENTS_VIEW)
    position = {"first": first + 1, "last": last, "count": count}
    head.append(text_element(_("Events %(first)d to %(last)d of %(count)d") % position))
    text = ["[", *(f"{line}," for line in lines[:-1]), lines[-1], "]"]
    blocks = [rich_text(section(*head), preformatted(text))]
    instance = summaries[0].instance_id
    if is_encodable(jobs, instance):
        jumps = len(jobs) == 1  # the values of several calls are too long for four buttons
        pages = [(EVENTS_FIRST, _("First events"), 0)] * (jumps and page > 1)
        pages += [(EVENTS_PREVIOUS, _("Earlier events"), page - 1)] * (first > 0)
        pages += [(EVENTS_NEXT, _("Later events"), page + 1)] * (last < count)
        pages += [(EVENTS_LAST, _("Last events"), MAX_PAGES)] * (jumps and count - last > len(lines))
        row = [button(action, words, encode(EVENTS, jobs, instance, to)) for action, words, to in pages]
        blocks += [actions(row)] * bool(row)
    note = (
        _("Numbers are masked.")
        if not viewer.full_numbers
        else _("Full numbers are shown to you only; this was recorded.")
    )
    return modal(_("Events as JSON"), [*blocks, context(plain(note))], _, EVENTS_VIEW)


def events_message(summaries: Sequence[CallSummary], viewer: Viewer, page: int) -> Message:
    """Return a page of the calls' events as a message, where no window can be opened."""
    _ = gettext_for(viewer.language)
    blocks = events_view(summaries, viewer, page)["blocks"]
    ids = _(", ").join(label(summary.job_id) for summary in summaries[:10])
    words = join_sentences([_("Events as JSON"), _("Call %(job)s.") % {"job": ids}], viewer.language)
    return Message(cut_escaped(escape_mrkdwn(words)), list(blocks) if isinstance(blocks, list) else [])


class Page(NamedTuple):
    """A page: the number of events before it, the number up to its end, and its own number from 0."""

    first: int
    last: int
    number: int


def _page(summaries: Sequence[CallSummary], requested: int) -> Page:
    """Return the page with the number *requested*, the last page if there are fewer.

    Counts the maximum length of each event: only the events of the page itself are masked and cut, which takes longer.
    """
    first = number = length = position = 0
    for cost in _costs(summaries):
        if position > first and length + cost > _MAX_PAGE_CHARS:
            if number == requested:
                break
            first, number, length = position, number + 1, 0
        length += cost
        position += 1
    return Page(first, position, number)


def _costs(summaries: Sequence[CallSummary]) -> Iterator[int]:
    """Yield the maximum length of each event as a line of JSON inside JSON."""
    max_chars = cache(_max_chars)
    empty = _size(dict.fromkeys(_KEYS, ""))
    for summary in summaries:
        frame = empty
        if len(summaries) > 1:
            frame = _size({"job_id": label(summary.job_id), **dict.fromkeys(_KEYS, "")})
        for event in summary.events:
            detail = _max_chars(sentence(event.detail) or "") if event.detail else 0
            values = (event.type, event.label, event.leg or "", event.agent or "")
            yield frame + sum(map(max_chars, values)) + detail + (0 if event.at is None else _TIME_CHARS)


def _size(line: dict[str, str]) -> int:
    """Return the length of *line* in a JSON text of preformatted lines: null is as long as an empty text."""
    return len(json.dumps(json.dumps(line))) + _SEPARATOR_CHARS


def _max_chars(text: str) -> int:
    """Return the maximum length of *text* inside JSON, before `label` and masking shorten it."""
    if len(text) > _MAX_VALUE_CHARS:
        return _MAX_ESCAPE_CHARS * _MAX_VALUE_CHARS
    return len(json.dumps(json.dumps(text, ensure_ascii=False))) - len(json.dumps(json.dumps("")))


def _lines(summaries: Sequence[CallSummary], viewer: Viewer, first: int, last: int) -> Iterator[str]:
    """Yield the events from position *first* to *last*, each as one line of JSON."""
    position = 0
    for summary in summaries:
        events = summary.events[max(0, first - position) : max(0, last - position)]
        position += len(summary.events)
        call = {"job_id": label(summary.job_id)} if len(summaries) > 1 else {}
        for event in _documents(summary, events, viewer):
            values = {
                key: label(value, _MAX_VALUE_CHARS) if isinstance(value, str) else value
                for key, value in event.items()
            }
            yield json.dumps({**call, **values}, ensure_ascii=False)


def _documents(
    summary: CallSummary, events: tuple[TimelineEvent, ...], viewer: Viewer
) -> Sequence[dict[str, object]]:
    """Return *events* of a call in the form of its JSON document."""
    # The rest of the call is not shown, and masking it may take long.
    part = summary._replace(events=events, agents=(), skill_groups=(), transfers=(), recordings=())
    documents = to_document(part if viewer.full_numbers else masked(part))["events"]
    return documents if isinstance(documents, list) else []
