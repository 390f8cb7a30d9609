"""The use case: a query and a deadline in, a page of calls out. Nothing of Slack, and no clock of its own."""

from typing import TYPE_CHECKING, Final, Protocol

from callevents.alibabacloud.ccc.call_search import MAX_PAGE, CallSearch, DetailRecordPage
from callevents.calls.facts.disposition import MISSED, is_filed_otherwise
from callevents.calls.model import SECOND
from callevents.clock import Deadline
from callevents.search.calls import FoundCalls, found_call
from callevents.search.query import CallQuery, other_form

if TYPE_CHECKING:
    from callevents.calls.records.detail_record import DetailRow

CALLS_PER_PAGE: Final = 20


class CallSource(Protocol):
    """Where lists of calls come from: `alibabacloud.ccc.contact_center.ContactCenter`."""

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        """Return a page of the calls that *search* finds before the deadline, or raise a CallEventsError."""


def find_calls(
    query: CallQuery,
    *,
    instance_id: str,
    source: CallSource,
    deadline: Deadline,
    page: int = 1,
    page_size: int = CALLS_PER_PAGE,
    total: int | None = None,
) -> FoundCalls:
    """Return the *page* (from 1) of the calls that *query* finds; raise what *source* raises (CallEventsError).

    A number that finds nothing is sought once more with a leading 0, or without. The service counts the calls on the
    first page only: *total* is what that page said, for the pages after it.
    """

    def page_of(sought: CallQuery) -> FoundCalls:
        search = _search(sought, page, page_size)
        listed = source.list_call_detail_records(instance_id, search, deadline)
        return _found(
            sought, listed._replace(total=listed.total if page == 1 else total), search, instance_id
        )

    found = page_of(query)
    other = other_form(query.value) if query.kind == "number" and page == 1 else ""
    if found.calls or not other:
        return found
    again = page_of(query._replace(value=other))
    return again if again.calls else found


def _found(query: CallQuery, listed: DetailRecordPage, search: CallSearch, instance_id: str) -> FoundCalls:
    own = [row for row in listed.rows if _belongs(row, query, instance_id)]
    calls = {call.job_id: call for row in own if (call := found_call(row)) is not None}
    newest = sorted(
        calls.values(), key=lambda call: -1 if call.started_at is None else call.started_at, reverse=True
    )
    given, total, page, size = len(listed.rows), listed.total, search.page, search.page_size
    # A count that the rows belie is not believed: pages may be shorter than asked, and then only an empty one is the
    # last. What does not belong to the query is not to be counted either.
    agrees = total is not None and given == max(0, min(size, total - (page - 1) * size))
    is_counted = agrees and len(calls) == given
    ends = agrees and total is not None and page * size >= total
    return FoundCalls(
        query,
        instance_id,
        tuple(newest[:size]),
        page,
        total if is_counted else None,
        ends or not given or page >= MAX_PAGE,
        size,
        tuple({agent: row.agent_name for row in own if row.agent_name for agent in row.call.agents}.items()),
    )


def _search(query: CallQuery, page: int, page_size: int) -> CallSearch:
    search = CallSearch(query.period.since, query.period.until, page=page, page_size=page_size)
    if query.kind == "number":
        return search._replace(number=query.value)
    if query.kind == "missed":
        groups = (query.value,) if query.value else ()
        return search._replace(skill_groups=groups, dispositions=MISSED)
    return search._replace(agent=query.value)


def _belongs(row: "DetailRow", query: CallQuery, instance_id: str) -> bool:
    """Say whether *row* is one of the query's, whatever the service took the query for.

    A person sees their own calls only, and nobody sees calls of other days or instances, or others as missed: how the
    service matches a number is not documented, what these are does not need it.
    """
    began = row.call.started_at
    if began is not None and not query.period.since - SECOND <= began <= query.period.until + SECOND:
        return False
    if row.instance is not None and row.instance.casefold() != instance_id.casefold():
        return False
    if query.kind == "mine":
        return query.value.casefold() in {agent.casefold() for agent in row.call.agents}
    return query.kind != "missed" or not is_filed_otherwise(row.call)
