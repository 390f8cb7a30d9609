"""The events of calls as JSON, page by page: any number of them, in a window or in a message.

Source: https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Iterator, Sequence

from callevents.calls.document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary
from callevents.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    context,
    paragraph,
    plain,
    preformatted,
    rich,
    word,
)
from callevents.slack.button import (
    EVENTS,
    EVENTS_FIRST,
    EVENTS_LAST,
    EVENTS_NEXT,
    EVENTS_PREVIOUS,
    MOST_PAGES,
    encode,
    fits,
)
from callevents.slack.language import gettext_for
from callevents.slack.reader import Reader
from callevents.slack.text import cut_escaped, inert, named
from callevents.slack.verdict import joined
from callevents.slack.views import modal

EVENTS_VIEW = "events_view"  # its callback_id

# Characters of JSON text a page shows, as Slack counts at worst: beside ten long ids and buttons it fits a message.
_PAGE_ROOM = 8000
_VALUE_LIMIT = 300  # characters one value of an event may have


def events_view(summaries: Sequence[CallSummary], reader: Reader, page: int = 0) -> Block:
    """Return a page of the calls' events as JSON, with buttons to the others; a page too far is the last.

    Each page is a JSON list by itself; of several calls each event says which. A value longer than 300 characters
    is cut, ended by ….
    """
    _ = gettext_for(reader.language)
    jobs = [summary.job_id for summary in summaries]
    count = sum(len(summary.events) for summary in summaries)
    lines, first, page = _page(_events(summaries, reader), max(0, page))
    head = [word(f"{named(job)}\n", "code") for job in jobs[:10]]
    if not lines:
        head.append(word(_("There are no events.")))
        return modal(_("Events as JSON"), [rich(paragraph(*head))], _, EVENTS_VIEW)
    last = first + len(lines)
    shown = {"first": first + 1, "last": last, "count": count}
    head.append(word(_("Events %(first)d to %(last)d of %(count)d") % shown))
    text = ["[", *(f"{line}," for line in lines[:-1]), lines[-1], "]"]
    blocks = [rich(paragraph(*head), preformatted(text))]
    instance = summaries[0].instance_id
    if fits(jobs, instance):
        jumps = len(jobs) == 1  # of several calls the values are too long to be there four times
        turns = [(EVENTS_FIRST, _("First events"), 0)] * (jumps and page > 1)
        turns += [(EVENTS_PREVIOUS, _("Earlier events"), page - 1)] * (first > 0)
        turns += [(EVENTS_NEXT, _("Later events"), page + 1)] * (last < count)
        turns += [(EVENTS_LAST, _("Last events"), MOST_PAGES)] * (jumps and count - last > len(lines))
        row = [button(action, words, encode(EVENTS, jobs, instance, to)) for action, words, to in turns]
        blocks += [actions(row)] * bool(row)
    note = (
        _("Numbers are masked.")
        if not reader.full_numbers
        else _("Full numbers are shown to you only; this was recorded.")
    )
    return modal(_("Events as JSON"), [*blocks, context(plain(note))], _, EVENTS_VIEW)


def events_message(summaries: Sequence[CallSummary], reader: Reader, page: int = 0) -> Message:
    """Return a page of the calls' events as a message, for where no window can be opened."""
    _ = gettext_for(reader.language)
    blocks = events_view(summaries, reader, page)["blocks"]
    ids = ", ".join(named(summary.job_id) for summary in summaries[:10])
    said = joined([_("Events as JSON"), _("Call %(job)s.") % {"job": ids}], reader.language)
    return Message(cut_escaped(inert(said)), list(blocks) if isinstance(blocks, list) else [])


def _events(summaries: Sequence[CallSummary], reader: Reader) -> Iterator[str]:
    """Yield each event as one line of JSON."""
    for summary in summaries:
        document = to_document(summary if reader.full_numbers else masked(summary))
        call = {"job_id": named(summary.job_id)} if len(summaries) > 1 else {}
        events = document["events"]
        for event in events if isinstance(events, list) else ():
            values = {
                key: named(value, _VALUE_LIMIT) if isinstance(value, str) else value
                for key, value in event.items()
            }
            yield json.dumps({**call, **values}, ensure_ascii=False)


def _page(lines: Iterator[str], page: int) -> tuple[list[str], int, int]:
    """Return the lines of a page, the position of the first, and which page it is; the last where it is too far."""
    held: list[str] = []
    first = number = length = 0
    for line in lines:
        cost = len(json.dumps(line)) + 4
        if held and length + cost > _PAGE_ROOM:
            if number == page:
                return held, first, number
            first, number, length = first + len(held), number + 1, 0
            held = []
        held.append(line)
        length += cost
    return held, first, number
