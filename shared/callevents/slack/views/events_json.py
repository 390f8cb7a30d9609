"""The events of calls as JSON, page by page: any number of them, in a window or in a message.

Source: https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from callevents.calls.facts.timeline.details import sentence
from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary, TimelineEvent
from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, label
from callevents.report.verdict import join_sentences
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
    MOST_PAGES,
    encode,
    is_encodable,
)
from callevents.slack.views.modals import modal

EVENTS_VIEW = "events_view"  # its callback_id

# Characters of JSON text a page shows, as Slack counts at worst: beside ten long ids and buttons it fits a message.
_PAGE_ROOM = 8000
_VALUE_LIMIT = 300  # characters one value of an event may have
_LONGEST = 6  # characters that one may become in JSON, as in \u200b
_KEYS = ("at", "type", "label", "leg", "agent", "detail")
_BETWEEN = 4  # characters: a comma and a line break, which is two in JSON
_TIME = len("2026-03-04T10:22:11.309Z")


def events_view(summaries: Sequence[CallSummary], viewer: Viewer, page: int = 0) -> Block:
    """Return a page of the calls' events as JSON, with buttons to the others; a page too far is the last.

    Each page is a JSON list by itself; of several calls each event says which. A value longer than 300 characters
    is cut, ended by ….
    """
    _ = gettext_for(viewer.language)
    jobs = [summary.job_id for summary in summaries]
    count = sum(len(summary.events) for summary in summaries)
    first, last, page = _page(summaries, max(0, page))
    lines = [*_lines(summaries, viewer, first, last)]
    head = [text_element(f"{label(job)}\n", "code") for job in jobs[:10]]
    if not lines:
        head.append(text_element(_("There are no events.")))
        return modal(_("Events as JSON"), [rich_text(section(*head))], _, EVENTS_VIEW)
    shown = {"first": first + 1, "last": last, "count": count}
    head.append(text_element(_("Events %(first)d to %(last)d of %(count)d") % shown))
    text = ["[", *(f"{line}," for line in lines[:-1]), lines[-1], "]"]
    blocks = [rich_text(section(*head), preformatted(text))]
    instance = summaries[0].instance_id
    if is_encodable(jobs, instance):
        jumps = len(jobs) == 1  # of several calls the values are too long to be there four times
        turns = [(EVENTS_FIRST, _("First events"), 0)] * (jumps and page > 1)
        turns += [(EVENTS_PREVIOUS, _("Earlier events"), page - 1)] * (first > 0)
        turns += [(EVENTS_NEXT, _("Later events"), page + 1)] * (last < count)
        turns += [(EVENTS_LAST, _("Last events"), MOST_PAGES)] * (jumps and count - last > len(lines))
        row = [button(action, words, encode(EVENTS, jobs, instance, to)) for action, words, to in turns]
        blocks += [actions(row)] * bool(row)
    note = (
        _("Numbers are masked.")
        if not viewer.full_numbers
        else _("Full numbers are shown to you only; this was recorded.")
    )
    return modal(_("Events as JSON"), [*blocks, context(plain(note))], _, EVENTS_VIEW)


def events_message(summaries: Sequence[CallSummary], viewer: Viewer, page: int = 0) -> Message:
    """Return a page of the calls' events as a message, for where no window can be opened."""
    _ = gettext_for(viewer.language)
    blocks = events_view(summaries, viewer, page)["blocks"]
    ids = ", ".join(label(summary.job_id) for summary in summaries[:10])
    said = join_sentences([_("Events as JSON"), _("Call %(job)s.") % {"job": ids}], viewer.language)
    return Message(cut_escaped(escape_mrkdwn(said)), list(blocks) if isinstance(blocks, list) else [])


class Page(NamedTuple):
    """How many events of all calls stand before a page, how many up to its end, and which page it is."""

    first: int
    last: int
    number: int


def _page(summaries: Sequence[CallSummary], wanted: int) -> Page:
    """Return the page of that number, the last one where it is too far.

    Events are counted as long as they can be at most: only those that are shown are masked and cut, and of thousands
    these are few.
    """
    first = number = length = position = 0
    for cost in _costs(summaries):
        if position > first and length + cost > _PAGE_ROOM:
            if number == wanted:
                break
            first, number, length = position, number + 1, 0
        length += cost
        position += 1
    return Page(first, position, number)


def _costs(summaries: Sequence[CallSummary]) -> Iterator[int]:
    """Yield how many characters each event has at most as a line of JSON inside JSON."""
    most = cache(_most)
    empty = _size(dict.fromkeys(_KEYS, ""))
    for summary in summaries:
        frame = empty
        if len(summaries) > 1:
            frame = _size({"job_id": label(summary.job_id), **dict.fromkeys(_KEYS, "")})
        for event in summary.events:
            detail = _most(sentence(event.detail) or "") if event.detail else 0
            texts = most(event.type) + most(event.label) + most(event.leg or "") + most(event.agent or "")
            yield frame + texts + detail + (0 if event.at is None else _TIME)


def _size(line: dict[str, str]) -> int:
    """Return what *line* takes in a JSON text of preformatted lines: null takes as much as an empty text."""
    return len(json.dumps(json.dumps(line))) + _BETWEEN


def _most(text: str) -> int:
    """Return how many characters *text* takes at most, whatever `named` and masking leave of it."""
    if len(text) > _VALUE_LIMIT:
        return _LONGEST * _VALUE_LIMIT
    return len(json.dumps(json.dumps(text, ensure_ascii=False))) - len(json.dumps(json.dumps("")))


def _lines(summaries: Sequence[CallSummary], viewer: Viewer, first: int, last: int) -> Iterator[str]:
    """Yield the events behind the *first* ones up to the *last*, each as one line of JSON."""
    position = 0
    for summary in summaries:
        events = summary.events[max(0, first - position) : max(0, last - position)]
        position += len(summary.events)
        call = {"job_id": label(summary.job_id)} if len(summaries) > 1 else {}
        for event in _documents(summary, events, viewer):
            values = {
                key: label(value, _VALUE_LIMIT) if isinstance(value, str) else value
                for key, value in event.items()
            }
            yield json.dumps({**call, **values}, ensure_ascii=False)


def _documents(
    summary: CallSummary, events: tuple[TimelineEvent, ...], viewer: Viewer
) -> Sequence[dict[str, object]]:
    """Return *events* of a call as its document has them."""
    # Nothing else of the call is shown, and to mask it may take longer.
    part = replace(summary, events=events, agents=(), skill_groups=(), transfers=(), recordings=())
    documents = to_document(part if viewer.full_numbers else masked(part))["events"]
    return documents if isinstance(documents, list) else []
