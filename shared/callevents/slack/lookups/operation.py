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

    `replace` puts the answer in place of the message that the response_url belongs to, which `public` says everybody
    in the channel reads. `offers_reveal` adds the button for full numbers. `alert_blocks` are the parts of an alert's
    card that a refresh keeps, `shared_by` is who shared the message that is refreshed, `page` counts pages of events,
    `view` is the id of the window that shows the answer.
    """

    kind: Kind = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: str = ""
    alert_blocks: str = ""
    page: int = 0
    view: str = ""

    @property
    def for_all(self) -> bool:
        """Whether everybody in the channel reads the answer: then it is masked, and in the channel's language."""
        return self.public or self.kind == "share"


ANSWER = Operation()


def render_message(
    operation: Operation, summaries: Sequence[CallSummary], viewer: Viewer, *, user: str, now: float
) -> Message:
    """Return *summaries* as a message for *viewer*; *user* asked for it, *now* is in Unix seconds."""
    buttons = Buttons(share=not operation.for_all, reveal=operation.offers_reveal)
    if operation.for_all:
        viewer = viewer._replace(own_zone=None, full_numbers=False)
    if operation.kind == "reveal":
        return answer(summaries, viewer._replace(full_numbers=True), buttons=buttons._replace(reveal=False))
    if operation.kind == "events":
        from callevents.slack.views.events_json import events_message

        return events_message(summaries, viewer, operation.page)
    if operation.alert_blocks:
        from callevents.slack.alert_cards.refresh import refreshed_card

        return refreshed_card(operation.alert_blocks, summaries, viewer, now, offers=buttons)
    return answer(
        summaries,
        viewer,
        buttons=buttons,
        updated_at=now if operation.kind == "refresh" else None,
        shared_by=(user if operation.kind == "share" else operation.shared_by) or None,
    )


def render_view(operation: Operation, summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return *summaries* as a window: a page of events, or the answer without buttons."""
    if operation.kind == "events":
        from callevents.slack.views.events_json import events_view

        return events_view(summaries, viewer, operation.page)
    from callevents.slack.views.modals import answer_view

    return answer_view(summaries, viewer)
