"""Modal views: the form that asks for calls, the answer, and any message as a window.

Source: https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Callable, Sequence

from callevents.calls.model import CallSummary
from callevents.i18n import gettext_for
from callevents.report.text import join_sentences, label, truncate
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    MAX_VIEW_BLOCKS,
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
from callevents.slack.messages.notices import EXAMPLE, where_ids_stand
from callevents.slack.requests.command_text import MAX_JOBS
from callevents.slack.requests.interactions import SEARCH_FORM

# Values of callback_id, block_id and action_id.
NOTICE_VIEW = "notice_view"
ANSWER_VIEW = "answer_view"
FOUND_VIEW = "found_view"
JOBS, INSTANCE, CHANNEL = "jobs", "instance", "channel"

_MAX_TITLE_CHARS = 24
_MAX_INPUT_CHARS = 3000
_MAX_OPTIONS = 100
_MAX_OPTION_CHARS = 75
_MAX_NAME_CHARS = 300


def search_form(
    viewer: Viewer,
    *,
    instances: Sequence[str] = (),
    jobs: Sequence[str] = (),
    private_metadata: str = "",
    choose_channel: bool = False,
    finds: Sequence[str] = (),
) -> Block:
    """Return the form for job ids (block and action `jobs`), and for an `instance` if there are several.

    *jobs* are filled in; *choose_channel* asks where to answer (block and action `channel`, with a response_url).
    *finds* are the kinds of search that the person may make: then calls may be found in place of giving ids.
    """
    _ = gettext_for(viewer.language)
    blocks = [_jobs_input(jobs, viewer)]
    if finds:
        from callevents.slack.views.find_form import find_inputs

        blocks[0]["optional"] = True
        blocks += find_inputs(finds, viewer)
    names = [name for name in instances if name and label(name, _MAX_OPTION_CHARS) == name][:_MAX_OPTIONS]
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
        channel: Piece = {
            "type": "conversations_select",
            "action_id": CHANNEL,
            "default_to_current_conversation": True,
            "response_url_enabled": True,
        }
        blocks.append(_input(CHANNEL, _("Answer in"), channel, _("Only you will see the answer there.")))
    form = modal(_("Look up calls"), blocks, _, SEARCH_FORM, private_metadata)
    form["submit"] = plain(_("Look up"), _MAX_TITLE_CHARS)
    return form


def _jobs_input(jobs: Sequence[str], viewer: Viewer) -> Block:
    _ = gettext_for(viewer.language)
    element: Piece = {
        "type": "plain_text_input",
        "action_id": JOBS,
        "multiline": True,
        "max_length": _MAX_INPUT_CHARS,
        "placeholder": plain(EXAMPLE, 150),
    }
    if jobs:
        ids = "\n".join(label(job) for job in jobs[:MAX_JOBS])
        element["initial_value"] = truncate(ids, _MAX_INPUT_CHARS)
    forms = _("Up to 10 ids, in any form: alone, in links, with commas.")
    hint = join_sentences([forms, where_ids_stand(viewer)], viewer.language)
    return _input(JOBS, _("Job ids"), element, hint)


def notice_view(message: Message, viewer: Viewer) -> Block:
    """Return *message* as a window."""
    _ = gettext_for(viewer.language)
    return modal(_("Call events"), message.blocks[:MAX_VIEW_BLOCKS], _, NOTICE_VIEW)


def answer_view(summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return the answer as a window: without buttons, and for several calls a line for each in place of the table."""
    _ = gettext_for(viewer.language)
    blocks = [block for block in answer(summaries, viewer).blocks if block["type"] != "table"]
    if len(summaries) > 1:
        for summary in summaries[:MAX_JOBS]:
            found = verdict(summary, viewer, _MAX_NAME_CHARS)
            line = join_sentences([f" {found.title}", *found.rest], viewer.language)
            blocks.append(rich_text(section(text_element(label(summary.job_id), "code"), text_element(line))))
    return modal(_("Call events"), blocks[:MAX_VIEW_BLOCKS], _, ANSWER_VIEW)


def _input(block_id: str, label: str, element: Piece, hint: str | None = None) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
    if hint:
        block["hint"] = plain(hint)
    return block


def modal(
    title: str, blocks: Sequence[Block], _: Callable[[str], str], callback_id: str, private_metadata: str = ""
) -> Block:
    """Return a window with *blocks* and a button that closes it; *_* translates."""
    if len(private_metadata) > _MAX_INPUT_CHARS:
        raise ValueError("private_metadata is limited to 3000 characters")
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, _MAX_TITLE_CHARS),
        "close": plain(_("Close"), _MAX_TITLE_CHARS),
        "blocks": list(blocks),
    }
    if private_metadata:
        view["private_metadata"] = private_metadata
    return view
