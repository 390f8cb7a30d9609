"""Finds calls for a person: the authorization, the search within the time there is, and the hand-off."""

from typing import TYPE_CHECKING

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import CallEventsError, PermissionUnchecked
from callevents.invocation import Invocation
from callevents.lookup import is_retryable, log_lookup_error
from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCalls
from callevents.search.finding import find_calls
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS, Budget
from callevents.slack.lookups.handoff import hand_off, is_queued
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import Denied, Failed, log_unchecked
from callevents.slack.searches.handoff import envelope_of
from callevents.slack.searches.request import SearchRequest
from callevents.slack.searches.result import Found, SearchResult, whom_to_ask
from callevents.slack.users.access import (
    PersonFacts,
    early_denial,
    groups_to_ask,
    may_search_later,
    search_denial,
    viewer_of,
)
from callevents.slack.users.pending import PendingFacts

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial


class SearchService:
    """Finds calls during one invocation."""

    def __init__(self, resources: SlackResources, invocation: Invocation, budget: Budget) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._invocation = invocation
        self._budget = budget

    def permission(self, actor: Actor) -> tuple[Viewer, PersonFacts]:
        """Return how to write to the person, and what is known of them; wait for Slack, but leave time for a post."""
        pending = self._resources.ask_about(actor, self._invocation, search=True)
        facts = pending.facts(self._budget.leaving(POST_RESERVE_SECONDS).lookup)
        return viewer_of(self._settings, facts), facts

    def run(self, request: SearchRequest, *, reserve_seconds: float = 0.0) -> SearchResult:
        """Find the calls of *request*, hand it off if that fails and the worker may succeed, and write its audit line.

        `reserve_seconds` is the time that the caller needs after the result, for a post to Slack.
        """
        result: SearchResult = self._search(request, self._budget.leaving(reserve_seconds).lookup)
        if isinstance(result, Failed) and self._can_hand_off(result):
            viewer, unfinished = result.viewer, request._replace(place=result.request)
            deadline = self._budget.leaving(reserve_seconds).answer
            result = hand_off(
                result,
                lambda: self._queue(unfinished, viewer, deadline),
                self._settings,
                unchecked="search_unchecked",
            )
        return self._record(request, result)

    def hand_off_delivery(self, found: Found) -> bool:
        """Have the worker deliver what Slack did not take in time; say whether it is queued."""
        if not self._settings.worker:
            return False
        return is_queued(lambda: self._queue(found.request, found.viewer, self._budget.late()))

    def _search(self, request: SearchRequest, deadline: Deadline) -> Found | Denied | Failed:
        """Return what was found before *deadline*; nothing is sought for a person who is denied before that.

        Slack is asked about the person meanwhile, as for a lookup.
        """
        place, clock = request.place, self._invocation.clocks.monotonic
        self._invocation.request_log.set(entry="find", jobs=0, task=place.task)
        pending = self._resources.ask_about(place.actor, self._invocation, search=True)
        with self._invocation.request_log.timer("people", clock):
            early = self._deny_early(request, pending, deadline)
        found = self._find(request, deadline) if early is None else None
        with self._invocation.request_log.timer("people", clock):
            facts = pending.facts(deadline)
        viewer = viewer_of(self._settings, facts)
        reason = search_denial(self._settings, place.actor, facts, own=request.own) or early
        if may_search_later(self._settings, place.actor, facts, own=request.own) and self._settings.worker:
            return self._failed(request, viewer, PermissionUnchecked())
        if reason is not None:
            log_unchecked(reason)
            return Denied(place, viewer, reason, whom_to_ask(reason, self._settings))
        if isinstance(found, FoundCalls):
            return Found(request, viewer, found)
        return self._failed(request, viewer, found or CallEventsError())

    def _deny_early(
        self, request: SearchRequest, pending: PendingFacts, deadline: Deadline
    ) -> "Denial | None":
        """Return why nothing is sought; wait for the profile only where outsiders must not cause a search."""
        settings, actor = self._settings, request.place.actor
        reason = early_denial(settings, actor)
        if reason is not None:
            return reason
        if actor.belonging in {"elsewhere", "unknown"}:
            return search_denial(settings, actor, pending.facts(deadline), own=request.own)
        # With no profile at hand, the groups alone decide.
        facts = PersonFacts(
            member=pending.member.wait(deadline) if groups_to_ask(settings, actor) else None,
            search=None if request.own else pending.search.wait(deadline),
        )
        return search_denial(settings, actor, facts, own=request.own)

    def _find(self, request: SearchRequest, deadline: Deadline) -> FoundCalls | CallEventsError:
        try:
            self._settings.require_sound()
            with self._invocation.request_log.timer("lookup", self._invocation.clocks.monotonic):
                return find_page(request, self._resources, self._invocation, deadline)
        except CallEventsError as error:
            return error

    def _can_hand_off(self, failed: Failed) -> bool:
        retryable = isinstance(failed.error, PermissionUnchecked) or is_retryable(failed.error)
        return bool(self._settings.worker) and retryable

    def _queue(self, request: SearchRequest, viewer: Viewer, deadline: Deadline) -> None:
        """Queue *request* for the worker; raise HandOverFailed where that fails before *deadline*."""
        envelope = envelope_of(request, viewer, now=self._invocation.clocks.wall())
        self._resources.queue(self._invocation).hand_over(envelope, request.place.task, deadline)

    def _failed(self, request: SearchRequest, viewer: Viewer, error: CallEventsError) -> Failed:
        place = request.place._replace(unchecked=isinstance(error, PermissionUnchecked))
        return Failed(place, viewer, error, self._invocation.request_id, bool(self._settings.worker))

    def _record(self, request: SearchRequest, result: SearchResult) -> SearchResult:
        """Write the outcome into the log and the audit line; return *result*."""
        if isinstance(result, Failed) and not isinstance(result.error, PermissionUnchecked):
            log_lookup_error("search failed", result.error)
        self._invocation.request_log.set_outcome(*result.outcome)
        audit_search(request, str(result.outcome), request.place.task)
        return result


def find_page(
    request: SearchRequest, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> FoundCalls:
    """Return the page of *request* before *deadline*; raise a CallEventsError. How many there are was said before."""
    return find_calls(
        request.query,
        instance_id=request.place.instance,
        source=resources.contact_center(invocation),
        deadline=deadline,
        page=request.page.page,
        total=request.page.total,
    )


def audit_search(request: SearchRequest, outcome: str, task: str) -> None:
    """Write who sought what: its kind and a keyed digest, never the number; *task* is the same in every function."""
    place = request.place
    audit(
        "find",
        actor=place.actor,
        entry=place.source,
        outcome=outcome,
        instance=place.instance,
        task=task,
        sought=request.sought,
    )
