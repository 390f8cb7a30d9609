"""Found calls as a message or a window: a table, a button for each row, the pages before and after."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.i18n import gettext_for
from callevents.report.found_calls import (
    CallRow,
    call_row,
    columns,
    found_title,
    lines,
    nothing_found,
    shown,
)
from callevents.report.text import NOTHING, cut_escaped, escape_mrkdwn, join_sentences, truncate
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCall, FoundCalls
from callevents.slack.blocks.block_kit import (
    MAX_BLOCKS_CHARS,
    MAX_HEADER_CHARS,
    Block,
    Message,
    Piece,
    actions,
    bullets,
    button,
    context,
    header,
    inline_code,
    json_length,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.requests.action_value import FIND_NEWER, FIND_OLDER, OPEN_CALL, encode, is_encodable
from callevents.slack.requests.search_value import SearchValue
from callevents.slack.requests.search_value import encode as encode_page

_MAX_CELL_CHARS = 120


class Layout(NamedTuple):
    """How much of each call a list shows: characters of a name, agents, a column for the direction, labels of buttons.

    Without agents their column is left out; without names their ids stand alone.
    """

    limit: int
    agents: int
    direction: bool
    labels: bool
    names: bool = False


# Until the message fits: Chinese and emoji count six characters each, as Slack may count them.
_LAYOUTS = (
    Layout(40, 3, direction=True, labels=True, names=True),
    Layout(24, 3, direction=True, labels=True, names=True),
    Layout(24, 3, direction=True, labels=True),
    Layout(24, 2, direction=True, labels=False),
    Layout(14, 2, direction=False, labels=False),
    Layout(8, 1, direction=False, labels=False),
    Layout(4, 1, direction=False, labels=False),
    Layout(4, 0, direction=False, labels=False),
)


def found_message(
    found: FoundCalls, viewer: Viewer, *, page: SearchValue | None = None, data_table: bool = False
) -> Message:
    """Return the calls that were found as a table, or why there are none; within all of Slack's limits.

    *page* is this page's value, for the buttons of its neighbours. With *data_table* the table can be sorted and
    filtered, where the workspace has that block.
    """
    if not found.calls:
        return _nothing(found, viewer, page)
    title, count = found_title(found, viewer), shown(found, viewer)
    for layout in _LAYOUTS:
        cells = _cells(found, viewer, layout)
        table = _data_table(cells, truncate(title, MAX_HEADER_CHARS)) if data_table else _table(cells)
        blocks = [header(title), table, *_foot(found, viewer, page, count, labels=layout.labels)]
        if json_length(blocks) <= MAX_BLOCKS_CHARS:
            break
    text = "\n".join(escape_mrkdwn(line) for line in [_sentence(title, count, viewer), *lines(found, viewer)])
    return Message(cut_escaped(text), blocks)


def found_lines(found: FoundCalls, viewer: Viewer, *, page: SearchValue | None = None) -> Message:
    """Return the same without a table, for a window, which has none."""
    if not found.calls:
        return _nothing(found, viewer, page)
    title, count = found_title(found, viewer), shown(found, viewer)
    first = (found.page - 1) * found.page_size
    for layout in _LAYOUTS:
        items = (
            [text_element(" · ".join(filter(None, [f"{number}", *_texts(call, found, viewer, layout)])))]
            for number, call in enumerate(found.calls, first + 1)
        )
        listed = bullets(items)
        foot = _foot(found, viewer, page, count, labels=layout.labels)
        blocks = [header(title), rich_text(listed), *foot]
        if json_length(blocks) <= MAX_BLOCKS_CHARS:
            break
    return Message(cut_escaped(escape_mrkdwn(_sentence(title, count, viewer))), blocks)


def _sentence(title: str, count: str, viewer: Viewer) -> str:
    _ = gettext_for(viewer.language)
    return join_sentences([_("%(found)s.") % {"found": title}, *([count] if count else [])], viewer.language)


def _nothing(found: FoundCalls, viewer: Viewer, page: SearchValue | None) -> Message:
    sentences = nothing_found(found, viewer)
    causes = sentences[_causes_from(sentences, viewer) :]
    lead = sentences[: len(sentences) - len(causes)]
    parts = [section(text_element("🔎 "), *inline_code(join_sentences(lead, viewer.language)))]
    if causes:
        parts.append(bullets(inline_code(cause) for cause in causes))
    blocks = [rich_text(*parts), *_page_buttons(found, viewer, page)]
    text = join_sentences([sentence.replace("`", "") for sentence in sentences], viewer.language)
    return Message(cut_escaped(escape_mrkdwn(text)), blocks)


def _causes_from(sentences: Sequence[str], viewer: Viewer) -> int:
    title = gettext_for(viewer.language)("Possible causes:")
    return sentences.index(title) + 1 if title in sentences else len(sentences)


def _cells(found: FoundCalls, viewer: Viewer, layout: Layout) -> list[list[Piece]]:
    _ = gettext_for(viewer.language)
    first = (found.page - 1) * found.page_size
    texts = [[_("No."), *_laid_out(columns(viewer), layout)]]
    texts += [
        [f"{first + at}", *_texts(call, found, viewer, layout)] for at, call in enumerate(found.calls, 1)
    ]
    return [
        [{"type": "raw_text", "text": truncate(text, _MAX_CELL_CHARS) or NOTHING} for text in row]
        for row in texts
    ]


def _texts(call: FoundCall, found: FoundCalls, viewer: Viewer, layout: Layout) -> list[str]:
    named = found if layout.names else found._replace(names=())
    return _laid_out(call_row(call, named, viewer, layout.limit, layout.agents), layout)


def _laid_out(row: CallRow, layout: Layout) -> list[str]:
    """Return the texts of *row* that the layout has room for."""
    direction = [row.direction] if layout.direction else []
    agents = [row.agents] if layout.agents else []
    return [row.start, *direction, row.outcome, row.parties, *agents, row.length]


def _table(cells: list[list[Piece]]) -> Block:
    wrapped: Piece = {"is_wrapped": True}
    return {
        "type": "table",
        "column_settings": [{"align": "right"}, *[wrapped] * (len(cells[0]) - 1)],
        "rows": cells,
    }


def _data_table(cells: list[list[Piece]], caption: str) -> Block:
    """Return a table that people sort, filter and leaf through.

    Source: https://docs.slack.dev/reference/block-kit/blocks/data-table-block
    """
    return {"type": "data_table", "caption": caption, "page_size": len(cells) - 1, "rows": cells}


def _foot(
    found: FoundCalls, viewer: Viewer, page: SearchValue | None, count: str, *, labels: bool
) -> list[Block]:
    """Return how many calls are shown, a row with a button for each, and one for the neighbouring pages."""
    _ = gettext_for(viewer.language)
    first = (found.page - 1) * found.page_size
    listed = [
        button(
            f"{OPEN_CALL}_{at}",
            f"{first + at}",
            encode(OPEN_CALL, [call.job_id], found.instance),
            label=_("Call %(number)d") % {"number": first + at} if labels else None,
        )
        for at, call in enumerate(found.calls, 1)
        if is_encodable([call.job_id], found.instance)
    ]
    hint = context(plain(_("Press a call's number for all that happened on it."))) if listed else None
    return [
        *([context(plain(count))] if count else []),
        *([hint, actions(listed)] if hint else []),
        *_page_buttons(found, viewer, page),
    ]


def _page_buttons(found: FoundCalls, viewer: Viewer, page: SearchValue | None) -> list[Block]:
    if page is None:
        return []
    _ = gettext_for(viewer.language)

    def to(action_id: str, words: str, number: int) -> Piece:
        return button(action_id, words, encode_page(page._replace(page=number)))

    each: list[Piece] = []
    if found.page > 1:
        each.append(to(FIND_NEWER, _("Newer calls"), found.page - 1))
    if not found.is_last:
        each.append(to(FIND_OLDER, _("Older calls"), found.page + 1))
    return [actions(each)] if each else []
