"""The result of a search, and the one place where it becomes a message or a window."""

from collections.abc import Collection
from typing import NamedTuple, TypeAlias

from callevents.errors import CccActionRefused
from callevents.observability.request_log import RequestOutcome
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCalls
from callevents.settings.model import Settings
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.lookups.result import Denied, Failed, HandedOff, render
from callevents.slack.messages.denials import Denial
from callevents.slack.messages.found_calls import found_lines, found_message
from callevents.slack.messages.search_notices import lists_refused
from callevents.slack.requests.search_value import SearchValue
from callevents.slack.searches.request import SearchRequest
from callevents.slack.views.modals import FOUND_VIEW, notice_view


class Found(NamedTuple):
    """The search was made; perhaps it found nothing."""

    request: SearchRequest
    viewer: Viewer
    found: FoundCalls

    @property
    def outcome(self) -> RequestOutcome:
        """The outcome, for the log."""
        return RequestOutcome("answered")

    @property
    def page(self) -> SearchValue:
        """This page's value, with what is known now: which form of the number finds calls, and how many there are."""
        page, found = self.request.page, self.found
        other = page.other != (found.query.value != self.request.query.value)
        return page._replace(other=other, total=found.total)


SearchResult: TypeAlias = Found | Denied | HandedOff | Failed


def render_search(result: SearchResult, *, now: float, data_table: bool = False) -> Message:
    """Return *result* as a message; *now* is in Unix seconds."""
    if isinstance(result, Found):
        return found_message(result.found, result.viewer, page=result.page, data_table=data_table)
    if isinstance(result, Failed) and isinstance(result.error, CccActionRefused):
        return lists_refused(result.viewer, result.error.request_id or result.request_id)
    return render(result, now=now)


def render_search_window(result: SearchResult, *, now: float) -> Block:
    """Return *result* as a window."""
    if isinstance(result, Found):
        message = found_lines(result.found, result.viewer, page=result.page)
        return notice_view(message, result.viewer) | {"callback_id": FOUND_VIEW}
    return notice_view(render_search(result, now=now), result.viewer)


def whom_to_ask(denial: Denial, settings: Settings) -> Collection[str]:
    """Return the ids of the groups and people who may do what a person may not."""
    if denial == "search":
        return settings.search_usergroups | settings.search_users
    return settings.usergroups
