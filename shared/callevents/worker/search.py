"""Answers a search for calls that was handed over: with retries, for as long as the run has time."""

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.lookup import log_lookup_error, retry_lookup
from callevents.report.viewer import Viewer
from callevents.search.query import CallQuery, Period
from callevents.slack.lookups.operation import Kind, Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Denied, Failed, log_unchecked
from callevents.slack.requests.search_value import SearchValue
from callevents.slack.searches.request import SearchRequest
from callevents.slack.searches.result import (
    Found,
    SearchResult,
    render_search,
    render_search_window,
    whom_to_ask,
)
from callevents.slack.searches.service import audit_search, find_page
from callevents.tasks.envelope import FindEnvelope
from callevents.worker.delayed_reply import DelayedReply, Reply
from callevents.worker.lookup import (
    ATTEMPT_TIMEOUT_SECONDS,
    LOOKUP_TIMEOUT_SECONDS,
    PERMISSION_TIMEOUT_SECONDS,
    place_of,
)
from callevents.worker.permission import check_search_permission

# How long a post with a data table may take, before one without is tried.
DATA_TABLE_TIMEOUT_SECONDS = 5.0


class DelayedSearch(DelayedReply):
    """Answers searches during one invocation."""

    def answer_search(self, envelope: FindEnvelope) -> None:
        """Find the calls and post them, or what went wrong; raise a SlackError if nothing was delivered."""
        request, requester = request_of(envelope), envelope.requester
        self._invocation.request_log.set(entry="find", queued_ms=self._age(envelope.queued_at))
        viewer = Viewer(requester.language, self._settings.timezone, requester.timezone)
        result = self._find(request, viewer)
        self._invocation.request_log.set_outcome(*result.outcome)
        audited = str(result.outcome)
        self._wait_for_ack(envelope.queued_at)
        try:
            self._deliver_result(request, result)
        except SlackError as error:
            audited = f"{audited}, not delivered: {error}"
            raise
        finally:
            audit_search(request, audited, envelope.task)

    def _find(self, request: SearchRequest, viewer: Viewer) -> Found | Denied | Failed:
        """Return the calls of *request*, or why there are none; raise nothing."""
        settings, clocks, place = self._settings, self._clocks, request.place
        try:
            settings.require_sound()
            settings.require_allowed(place.instance)
            deadline = Deadline.after(LOOKUP_TIMEOUT_SECONDS, clocks.monotonic)
            if place.unchecked:
                with self._invocation.request_log.timer("people", clocks.monotonic):
                    viewer, reason = check_search_permission(
                        place.actor,
                        self._resources,
                        self._invocation,
                        deadline.capped(PERMISSION_TIMEOUT_SECONDS),
                        own=request.own,
                    )
                if reason is not None:
                    log_unchecked(reason)
                    return Denied(place, viewer, reason, whom_to_ask(reason, settings))
            found = retry_lookup(
                lambda own: find_page(request, self._resources, self._invocation, own),
                deadline=deadline,
                attempt_seconds=ATTEMPT_TIMEOUT_SECONDS,
                invocation=self._invocation,
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for an answer
            request_id = self._invocation.request_id
            known = log_lookup_error("search failed", error, request_id)
            return Failed(place, viewer, known, request_id, has_worker=True)
        return Found(request, viewer, found)

    def _deliver_result(self, request: SearchRequest, result: SearchResult) -> None:
        place, now = request.place, self._clocks.wall()
        replace = place.operation.replace and (isinstance(result, Found) or place.operation.kind == "answer")
        posts = bool(place.response_url) and not place.operation.view
        if isinstance(result, Found) and posts and self._post_data_table(place, result, replace=replace):
            return
        window = render_search_window(result, now=now) if place.operation.view else None
        reply = Reply(place, render_search(result, now=now), window, replace, result.outcome)
        self._deliver(place, reply, self._resources.response_urls(self._invocation).post)

    def _post_data_table(self, place: LookupRequest, found: Found, *, replace: bool) -> bool:
        """Post what was found with a data table; say whether Slack took it, and remember where it does not."""
        known, now = self._resources.data_tables, self._invocation.arrived_at
        if known.get(place.actor.team, now) is False:
            return False
        try:
            self._resources.response_urls(self._invocation).post(
                place.response_url,
                render_search(found, now=now, data_table=True),
                Deadline.after(DATA_TABLE_TIMEOUT_SECONDS, self._clocks.monotonic),
                replace=replace,
            )
        except SlackError as error:
            if isinstance(error, SlackRefused):
                known.put(place.actor.team, False, now)
            return False
        known.put(place.actor.team, True, now)
        return True


def request_of(envelope: FindEnvelope) -> SearchRequest:
    """Return the request that *envelope* was handed over for."""
    kind: Kind = "answer" if envelope.page == 1 else "refresh"
    operation = Operation(kind, replace=envelope.replace, view=envelope.view)
    query = CallQuery(envelope.query_kind, envelope.query_value, Period(envelope.since, envelope.until))
    page = SearchValue(envelope.sealed, envelope.page, envelope.other_form, envelope.total)
    return SearchRequest(place_of(envelope, operation), query, page, envelope.sought)
