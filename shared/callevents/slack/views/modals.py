"""The modal views: the form that asks for calls, the answer, and any message in a window.

Source: https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Callable, Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for
from callevents.report.text import label, truncate
from callevents.report.verdict import join_sentences, verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    VIEW_BLOCKS,
    Block,
    Message,
    Piece,
    option,
    plain,
    rich_text,
    section,
    text_element,
)
from callevents.slack.messages.answer import answer
from callevents.slack.messages.notices import EXAMPLE

# The words of callback_id, block_id and action_id.
SEARCH_FORM = "search_form"
NOTICE_VIEW = "notice_view"
ANSWER_VIEW = "answer_view"
JOBS, INSTANCE, CHANNEL = "jobs", "instance", "channel"

_TITLE_LIMIT = 24
_INPUT_LIMIT = 3000
_SELECT_LIMIT = 100
_NAME_LIMIT = 75
_NAME_ROOM = 300  # characters a name may have


def search_form(
    viewer: Viewer,
    *,
    instances: Sequence[str] = (),
    jobs: Sequence[str] = (),
    private_metadata: str = "",
    choose_channel: bool = False,
) -> Block:
    """Return the form that asks for job ids: block and action `jobs`; `instance` where there are two or more names.

    *jobs* are filled in; *choose_channel* asks where to answer (block and action `channel`, with a response_url).
    """
    _ = gettext_for(viewer.language)
    element: Piece = {
        "type": "plain_text_input",
        "action_id": JOBS,
        "multiline": True,
        "max_length": _INPUT_LIMIT,
        "placeholder": plain(EXAMPLE, 150),
    }
    if jobs:
        element["initial_value"] = truncate("\n".join(label(job) for job in jobs[:10]), _INPUT_LIMIT)
    hint = _("Up to 10 ids, in any form: alone, in links, with commas.")
    blocks = [_input(JOBS, _("Job ids"), element, hint)]
    names = [name for name in instances if name and label(name, _NAME_LIMIT) == name][:_SELECT_LIMIT]
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
    form = modal(_("Look up calls"), blocks, _, SEARCH_FORM, private_metadata)
    form["submit"] = plain(_("Look up"), _TITLE_LIMIT)
    return form


def notice_view(message: Message, viewer: Viewer) -> Block:
    """Return *message* in a window."""
    _ = gettext_for(viewer.language)
    return modal(_("Call events"), message.blocks[:VIEW_BLOCKS], _, NOTICE_VIEW)


def answer_view(summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return what happened on the calls in a window: without buttons, and a line a call where there are several."""
    _ = gettext_for(viewer.language)
    blocks = [block for block in answer(summaries, viewer).blocks if block["type"] != "table"]
    if len(summaries) > 1:
        for summary in summaries[:10]:
            found = verdict(summary, viewer, _NAME_ROOM)
            told = join_sentences([f" {found.title}", *found.rest], viewer.language)
            blocks.append(rich_text(section(text_element(label(summary.job_id), "code"), text_element(told))))
    return modal(_("Call events"), blocks[:VIEW_BLOCKS], _, ANSWER_VIEW)


def _input(block_id: str, label: str, element: Piece, hint: str | None = None) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    if hint:
        block["hint"] = plain(hint)
    return block


def modal(
    title: str, blocks: Sequence[Block], _: Callable[[str], str], callback_id: str, private_metadata: str = ""
) -> Block:
    """Return a window with *blocks* and a button to close it; *_* translates."""
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
