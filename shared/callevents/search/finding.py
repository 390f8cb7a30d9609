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
) -> FoundCalls:
    """Return the *page* (from 1) of the calls that *query* finds; raise what *source* raises (CallEventsError).

    A number that finds nothing is sought once more with a leading 0, or without.
    """

    def listed(sought: CallQuery) -> FoundCalls:
        search = _search(sought, page, page_size)
        return _found(
            sought, source.list_call_detail_records(instance_id, search, deadline), search, instance_id
        )

    found = listed(query)
    other = other_form(query.value) if query.kind == "number" and page == 1 else ""
    if found.calls or not other:
        return found
    again = listed(query._replace(value=other))
    return again if again.calls else found


def _found(query: CallQuery, listed: DetailRecordPage, search: CallSearch, instance_id: str) -> FoundCalls:
    own = [row for row in listed.rows if _belongs(row, query, instance_id)]
    calls = {call.job_id: call for row in own if (call := found_call(row)) is not None}
    newest = sorted(
        calls.values(), key=lambda call: -1 if call.started_at is None else call.started_at, reverse=True
    )
    given, page, size = len(listed.rows), search.page, search.page_size
    # What does not belong to the query is not to be counted, and a count that the rows belie is not believed.
    is_sound = len(calls) == given and listed.total is not None and given == min(listed.total, size)
    ends = given < size if listed.total is None else page * size >= listed.total
    return FoundCalls(
        query,
        instance_id,
        tuple(newest[:size]),
        page,
        listed.total if is_sound else None,
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
