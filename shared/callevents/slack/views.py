"""The modal views: the form that asks for calls, a page of events as JSON, and any message in a window.

Source: https://docs.slack.dev/reference/views/modal-views
"""

import json
from collections.abc import Callable, Iterator, Sequence

from callevents.calls.document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary
from callevents.slack.blocks import (
    VIEW_BLOCKS,
    Block,
    Message,
    Piece,
    actions,
    button,
    context,
    option,
    paragraph,
    plain,
    preformatted,
    rich,
    word,
)
from callevents.slack.button import EVENTS, EVENTS_NEXT, EVENTS_PREVIOUS, encode, fits
from callevents.slack.language import gettext_for
from callevents.slack.message import answer
from callevents.slack.notices import EXAMPLE
from callevents.slack.reader import Reader
from callevents.slack.text import cut, cut_escaped, inert, named
from callevents.slack.verdict import joined, verdict

# The words of callback_id, block_id and action_id.
SEARCH_FORM = "search_form"
EVENTS_VIEW = "events_view"
NOTICE_VIEW = "notice_view"
ANSWER_VIEW = "answer_view"
JOBS, INSTANCE, CHANNEL = "jobs", "instance", "channel"

_TITLE_LIMIT = 24
_INPUT_LIMIT = 3000
_SELECT_LIMIT = 100
_NAME_LIMIT = 75
_PAGE_ROOM = 9000  # characters of JSON text a page shows, as Slack counts at worst
_VALUE_LIMIT = 300  # characters one value of an event may have


def search_form(
    reader: Reader,
    *,
    instances: Sequence[str] = (),
    jobs: Sequence[str] = (),
    private_metadata: str = "",
    choose_channel: bool = False,
) -> Block:
    """Return the form that asks for job ids: block and action `jobs`; `instance` where there are two or more names.

    *jobs* are filled in; *choose_channel* asks where to answer (block and action `channel`, with a response_url).
    """
    _ = gettext_for(reader.language)
    element: Piece = {
        "type": "plain_text_input",
        "action_id": JOBS,
        "multiline": True,
        "max_length": _INPUT_LIMIT,
        "placeholder": plain(EXAMPLE, 150),
    }
    if jobs:
        element["initial_value"] = cut("\n".join(named(job) for job in jobs[:10]), _INPUT_LIMIT)
    hint = _("Up to 10 ids, in any form: alone, in links, with commas.")
    blocks = [_input(JOBS, _("Job ids"), element, hint)]
    names = [name for name in instances if name and named(name, _NAME_LIMIT) == name][:_SELECT_LIMIT]
    if len(names) > 1:
        options = [option(name, name) for name in names]
        select: Piece = {
            "type": "static_select",
            "action_id": INSTANCE,
            "options": options,
            "initial_option": options[0],
        }
        blocks.append(_input(INSTANCE, _("Instance"), select))
    if choose_channel:
        where: Piece = {
            "type": "conversations_select",
            "action_id": CHANNEL,
            "default_to_current_conversation": True,
            "response_url_enabled": True,
        }
        blocks.append(_input(CHANNEL, _("Answer in"), where, _("Only you will see the answer there.")))
    form = _modal(_("Look up calls"), blocks, _, SEARCH_FORM, private_metadata)
    form["submit"] = plain(_("Look up"), _TITLE_LIMIT)
    return form


def notice_view(message: Message, reader: Reader) -> Block:
    """Return *message* in a window."""
    _ = gettext_for(reader.language)
    return _modal(_("Call events"), message.blocks[:VIEW_BLOCKS], _, NOTICE_VIEW)


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
        return _modal(_("Events as JSON"), [rich(paragraph(*head))], _, EVENTS_VIEW)
    last = first + len(lines)
    shown = {"first": first + 1, "last": last, "count": count}
    head.append(word(_("Events %(first)d to %(last)d of %(count)d") % shown))
    text = ["[", *(f"{line}," for line in lines[:-1]), lines[-1], "]"]
    blocks = [rich(paragraph(*head), preformatted(text))]
    instance = summaries[0].instance_id
    if fits(jobs, instance):
        turns = [(EVENTS_PREVIOUS, _("Earlier events"), page - 1)] * (first > 0)
        turns += [(EVENTS_NEXT, _("Later events"), page + 1)] * (last < count)
        row = [button(action, words, encode(EVENTS, jobs, instance, to)) for action, words, to in turns]
        blocks += [actions(row)] * bool(row)
    note = (
        _("Numbers are masked.")
        if not reader.full_numbers
        else _("Full numbers are shown to you only; this was recorded.")
    )
    return _modal(_("Events as JSON"), [*blocks, context(plain(note))], _, EVENTS_VIEW)


def events_message(summaries: Sequence[CallSummary], reader: Reader, page: int = 0) -> Message:
    """Return a page of the calls' events as a message, for where no window can be opened."""
    _ = gettext_for(reader.language)
    blocks = events_view(summaries, reader, page)["blocks"]
    ids = ", ".join(named(summary.job_id) for summary in summaries[:10])
    said = joined([_("Events as JSON"), _("Call %(job)s.") % {"job": ids}], reader.language)
    return Message(cut_escaped(inert(said)), list(blocks) if isinstance(blocks, list) else [])


def answer_view(summaries: Sequence[CallSummary], reader: Reader) -> Block:
    """Return what happened on the calls in a window: without buttons, and a line a call where there are several."""
    _ = gettext_for(reader.language)
    blocks = [block for block in answer(summaries, reader).blocks if block["type"] != "table"]
    if len(summaries) > 1:
        for summary in summaries[:10]:
            found = verdict(summary, reader, _VALUE_LIMIT)
            told = joined([f" {found.title}", *found.rest], reader.language)
            blocks.append(rich(paragraph(word(named(summary.job_id), "code"), word(told))))
    return _modal(_("Call events"), blocks[:VIEW_BLOCKS], _, ANSWER_VIEW)


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


def _input(block_id: str, label: str, element: Piece, hint: str | None = None) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    if hint:
        block["hint"] = plain(hint)
    return block


def _modal(
    title: str, blocks: Sequence[Block], _: Callable[[str], str], callback_id: str, private_metadata: str = ""
) -> Block:
    if len(private_metadata) > _INPUT_LIMIT:
        raise ValueError("private_metadata holds 3000 characters")
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, _TITLE_LIMIT),
        "close": plain(_("Close"), _TITLE_LIMIT),
        "blocks": list(blocks),
    }
    if private_metadata:
        view["private_metadata"] = private_metadata
    return view
