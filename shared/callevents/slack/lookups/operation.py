"""What a lookup is for: an answer, the same answer again, a shared copy, full numbers, or a page of events."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from callevents.calls.model import CallSummary
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.blocks.buttons import Buttons
from callevents.slack.messages.answer import answer

Kind: TypeAlias = Literal["answer", "refresh", "share", "reveal", "events"]


class Operation(NamedTuple):
    """What is done with the calls, who reads it, and where it appears.

    `replace` puts the answer in place of the message that the response_url belongs to, `public` shows it to everybody
    in the channel. `alert_blocks` are the parts of an alert's card that a refresh keeps, `shared_by` is who shared the
    message that is refreshed, `page` counts pages of events, `view` is the id of the window that shows the answer.
    """

    kind: Kind = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: str = ""
    alert_blocks: str = ""
    page: int = 0
    view: str = ""


ANSWER = Operation()


def render_message(
    operation: Operation, summaries: Sequence[CallSummary], viewer: Viewer, *, user: str, now: float
) -> Message:
    """Return *summaries* as a message; *user* asked for it, *now* is in Unix seconds."""
    if operation.kind == "share":
        everybody = viewer._replace(own_zone=None, full_numbers=False)
        return answer(summaries, everybody, buttons=Buttons(share=False), shared_by=user)
    if operation.kind == "reveal":
        return answer(summaries, viewer._replace(full_numbers=True), buttons=Buttons())
    if operation.kind == "events":
        from callevents.slack.views.events_json import events_message

        return events_message(summaries, viewer, operation.page)
    if operation.alert_blocks:
        from callevents.slack.alert_cards.refresh import refreshed_card

        return refreshed_card(operation.alert_blocks, summaries, viewer, now)
    public = operation.public
    return answer(
        summaries,
        viewer._replace(own_zone=None) if public else viewer,
        buttons=Buttons(share=not public, reveal=operation.offers_reveal and not public),
        updated_at=now if operation.kind == "refresh" else None,
        shared_by=operation.shared_by or None,
    )


def render_view(operation: Operation, summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return *summaries* as a window: a page of events, or the answer without buttons."""
    if operation.kind == "events":
        from callevents.slack.views.events_json import events_view

        return events_view(summaries, viewer, operation.page)
    from callevents.slack.views.modals import answer_view

    return answer_view(summaries, viewer)
