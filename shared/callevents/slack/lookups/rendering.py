"""What becomes of the calls once they are found: an answer, the same again, a shared copy, a page of events."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from callevents.calls.model import CallSummary
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.messages.answer import Buttons, answer

Kind: TypeAlias = Literal["answer", "refresh", "share", "reveal", "events"]


class Operation(NamedTuple):
    """What is done, by whom it is read, and where it goes.

    `replace`: the answer takes the place of the message that the response_url belongs to. `public`: everybody in the
    channel reads it. `kept` is what stays of an alert's card (card_again.py), `shared_by` who shared the message that
    is looked up again, `page` where the events as JSON go on, `view` the id of the window that shows it.
    """

    kind: Kind = "answer"
    replace: bool = True
    offers_reveal: bool = False
    public: bool = False
    shared_by: str = ""
    kept: str = ""
    page: int = 0
    view: str = ""


ANSWER = Operation()


def render_message(
    deed: Operation, summaries: Sequence[CallSummary], viewer: Viewer, *, user: str, now: float
) -> Message:
    """Return the message that *deed* makes of *summaries*; *user* did it, *now* in Unix seconds."""
    if deed.kind == "share":
        everybody = viewer._replace(own_zone=None, full_numbers=False)
        return answer(summaries, everybody, buttons=Buttons(share=False), shared_by=user)
    if deed.kind == "reveal":
        return answer(summaries, viewer._replace(full_numbers=True), buttons=Buttons())
    if deed.kind == "events":
        from callevents.slack.views.events_json import events_message

        return events_message(summaries, viewer, deed.page)
    updated_at = now if deed.kind == "refresh" else None
    if deed.kept:
        from callevents.slack.alert_cards.refresh import refreshed_card

        return refreshed_card(deed.kept, summaries, viewer, now)
    return answer(
        summaries,
        viewer._replace(own_zone=None) if deed.public else viewer,
        buttons=Buttons(share=not deed.public, reveal=deed.offers_reveal and not deed.public),
        updated_at=updated_at,
        shared_by=deed.shared_by or None,
    )


def render_view(deed: Operation, summaries: Sequence[CallSummary], viewer: Viewer) -> Block:
    """Return the window that *deed* makes of *summaries*: a page of events, or the answer without buttons."""
    if deed.kind == "events":
        from callevents.slack.views.events_json import events_view

        return events_view(summaries, viewer, deed.page)
    from callevents.slack.views.modals import answer_view

    return answer_view(summaries, viewer)
