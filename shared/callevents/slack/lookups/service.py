"""Looks up calls for a person: the authorization, the lookup within the time there is, and the hand-off."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from callevents.actor import Actor
from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccTimedOut, PermissionUnchecked, ThreadUnread
from callevents.invocation import Invocation
from callevents.lookup import RecordSource, is_retryable, log_lookup_error, look_up
from callevents.observability.request_log import RequestOutcome
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS, Budget
from callevents.slack.lookups.authorization import (
    Authorization,
    authorize,
    authorize_lookup,
    deny_before_lookup,
    missing_answers,
)
from callevents.slack.lookups.recent import remember, verdicts_on
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import (
    Answered,
    Denied,
    Failed,
    HandedOff,
    LookupResult,
    audit_lookup,
    log_unchecked,
)
from callevents.slack.users.access import anybody_may_reveal, everybody
from callevents.slack.users.pending import PendingFacts

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial


class DenialNotice(NamedTuple):
    """Why a person may not look up calls: the reason for the log, and the message that says it and whom to ask."""

    denial: "Denial"
    message: Message


class LookupService:
    """Looks up calls during one invocation.

    `reserve_seconds` is the time that the caller needs after the result: for a post to Slack, none where the result is
    the acknowledgement.
    """

    def __init__(self, resources: SlackResources, invocation: Invocation, budget: Budget) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._invocation = invocation
        self._budget = budget

    def authorize(self, actor: Actor) -> Authorization:
        """Return what the person may do; wait for what Slack says about them, but leave time for a post."""
        deadline = self._budget.leaving(POST_RESERVE_SECONDS).lookup
        return authorize(self._settings, actor, self._ask_about(actor).facts(deadline))

    def deny(self, authorization: Authorization) -> DenialNotice | None:
        """Return why the person may not look up calls, None where they may; log it where Slack did not say."""
        if authorization.denial is None:
            return None
        from callevents.slack.messages.denials import denial_message

        reason = authorization.denial
        log_unchecked(reason)
        return DenialNotice(reason, denial_message(reason, authorization.viewer, self._settings.usergroups))

    def run(self, request: LookupRequest, *, reserve_seconds: float = 0.0) -> LookupResult:
        """Look up *request*, hand it off if it fails and the worker may succeed, and write its audit line."""
        result: LookupResult = self.look_up(request, reserve_seconds=reserve_seconds)
        unfinished = self.unfinished(result)
        if unfinished is not None:
            handed = self.hand_off(unfinished, reserve_seconds=reserve_seconds)
            if isinstance(result, Failed) or isinstance(handed, HandedOff):
                result = handed
        return self.record(result)

    def look_up(self, request: LookupRequest, *, reserve_seconds: float = 0.0) -> Answered | Denied | Failed:
        """Return the calls of *request* before the deadline; the caller records the result.

        Slack is asked about the person meanwhile. Nothing is looked up for a person who is denied before that.
        """
        deadline = self._budget.leaving(reserve_seconds).lookup
        self._invocation.request_log.set(entry=request.source, jobs=len(request.jobs), task=request.task)
        # Loads the HTTP client on a cold start, before the time for asking about the person begins.
        source = self._resources.contact_center(self._invocation)
        pending = self._ask_about(request.actor)
        early = self._deny_early(request, pending, deadline)
        found = self._find(request, source, deadline) if early is None else ()
        authorization = self._authorize_lookup(request, pending, deadline, early)
        refused = self._refuse(request, authorization)
        if refused is not None:
            return refused
        remember(
            self._resources.recent, request, found, authorization.viewer, int(self._invocation.arrived_at)
        )
        return self._answer(request, found, authorization)

    def verdicts(self, request: LookupRequest, viewer: Viewer) -> Mapping[str, str]:
        """Return the short verdicts on calls that the person, who is authorized, asked for before; remember them.

        The worker found out about these calls, and cannot tell this function. Empty where the lookup fails.
        """
        found = self._find(
            request,
            self._resources.contact_center(self._invocation),
            self._budget.leaving(POST_RESERVE_SECONDS).lookup,
        )
        outcome = RequestOutcome("answered")
        if isinstance(found, CallEventsError):
            outcome = RequestOutcome.of_error("failed", found)
        audit_lookup(request, outcome)
        verdicts = verdicts_on(found, viewer)
        self._resources.recent.complete(request.actor, request.instance, verdicts)
        return verdicts

    def unfinished(self, result: LookupResult) -> Failed | None:
        """Return what to hand off: a failed lookup that the worker may finish, or one that lacked time for more.

        That is an answer without the detail record of a call that has no records. It holds if the hand-off fails.
        """
        if not self._settings.worker:
            return None
        if isinstance(result, Failed):
            retryable = isinstance(result.error, PermissionUnchecked) or is_retryable(result.error)
            return result if retryable else None
        if isinstance(result, Answered) and any(
            summary.second_source.status == "late" for summary in result.summaries
        ):
            # A hand-off that is not confirmed may be queued all the same, and then the answer is shared as it is.
            request = result.request._replace(maybe_posted=result.request.operation.kind == "share")
            return self._failed(request, result.viewer, CccTimedOut(reason="detail record"))
        return None

    def hand_off(self, failed: Failed, *, reserve_seconds: float = 0.0) -> HandedOff | Failed | Denied:
        """Have the worker go on with a failed lookup, if it can reach the person; the caller records the result."""
        from callevents.slack.lookups.handoff import hand_off

        deadline = self._budget.leaving(reserve_seconds).answer
        return hand_off(failed, lambda: self._queue(failed.request, failed.viewer, deadline), self._settings)

    def hand_off_unread(
        self, request: LookupRequest, viewer: Viewer, *, reserve_seconds: float
    ) -> HandedOff | None:
        """Have the worker read what *request* is about and go on; return None if there is none that can."""
        if not self._settings.worker:
            return None
        self._invocation.request_log.set(entry=request.source, task=request.task)
        failed = self._failed(request, viewer, PermissionUnchecked() if request.unchecked else ThreadUnread())
        result = self.hand_off(failed, reserve_seconds=reserve_seconds)
        if not isinstance(result, HandedOff):
            return None
        self.record(result)
        return result

    def hand_off_delivery(self, answered: Answered) -> bool:
        """Have the worker deliver an answer that Slack did not take in time; say whether it is queued."""
        if not self._settings.worker:
            return False
        from callevents.slack.lookups.handoff import is_queued

        return is_queued(lambda: self._queue(answered.request, answered.viewer, self._budget.late()))

    def record(self, result: LookupResult) -> LookupResult:
        """Write the outcome into the log and, but for what a whole channel reads, the audit line; return *result*."""
        if isinstance(result, Failed) and not isinstance(result.error, PermissionUnchecked):
            log_lookup_error("lookup failed", result.error)
        self._invocation.request_log.set_outcome(*result.outcome)
        request = result.request
        if request.operation.for_all:
            return result  # audited once it is posted, or not: listeners.publish
        audit_lookup(request, result.outcome)
        return result

    def _queue(self, request: LookupRequest, viewer: Viewer, deadline: Deadline) -> None:
        """Queue *request* for the worker; raise HandOverFailed where that fails before *deadline*."""
        from callevents.slack.lookups.handoff import envelope_of

        envelope = envelope_of(request, viewer, now=self._invocation.clocks.wall())
        self._resources.queue(self._invocation).hand_over(envelope, request.task, deadline)

    def _ask_about(self, actor: Actor) -> PendingFacts:
        """Start asking Slack about a person, and return at once."""
        return self._resources.ask_about(actor, self._invocation)

    def _deny_early(
        self, request: LookupRequest, pending: PendingFacts, deadline: Deadline
    ) -> "Denial | None":
        """Return why nothing is looked up, None where the lookup may begin."""
        with self._invocation.request_log.timer("people", self._invocation.clocks.monotonic):
            return deny_before_lookup(self._settings, request, pending, deadline)

    def _find(
        self, request: LookupRequest, source: RecordSource, deadline: Deadline
    ) -> Sequence[CallSummary] | CallEventsError:
        """Return the calls, or the error that kept them from being found."""
        try:
            self._settings.require_sound()
            with self._invocation.request_log.timer("lookup", self._invocation.clocks.monotonic):
                return look_up(
                    request.jobs,
                    instance_id=request.instance,
                    source=source,
                    deadline=deadline,
                    second=self._resources.second_lookup(self._invocation),
                )
        except CallEventsError as error:
            return error

    def _authorize_lookup(
        self, request: LookupRequest, pending: PendingFacts, deadline: Deadline, early: "Denial | None"
    ) -> Authorization:
        """Return what the person may do, once Slack has answered or the time is up."""
        with self._invocation.request_log.timer("people", self._invocation.clocks.monotonic):
            facts = pending.facts(deadline)
        return authorize_lookup(self._settings, request, facts, early)

    def _refuse(self, request: LookupRequest, authorization: Authorization) -> Denied | Failed | None:
        """Return why the person gets no answer, None where they may; the worker may still find out that they may."""
        if authorization.may_know_later and self._settings.worker:
            unchecked = request._replace(unchecked=True)
            return self._failed(unchecked, authorization.viewer, PermissionUnchecked())
        if authorization.denial is not None:
            return self._denied(request, authorization.viewer, authorization.denial)
        return None

    def _answer(
        self,
        request: LookupRequest,
        found: Sequence[CallSummary] | CallEventsError,
        authorization: Authorization,
    ) -> Answered | Failed:
        """Return what was found for who reads it: the person, or everybody in the channel."""
        viewer, for_all = authorization.viewer, request.operation.for_all
        offers_reveal = anybody_may_reveal(self._settings) if for_all else authorization.may_reveal
        if offers_reveal != request.operation.offers_reveal:
            request = request._replace(operation=request.operation._replace(offers_reveal=offers_reveal))
        if isinstance(found, CallEventsError):
            return self._failed(request, viewer, found)
        audience = everybody(self._settings) if for_all else viewer
        return Answered(request, viewer, audience, found, missing_answers(request, authorization))

    def _denied(self, request: LookupRequest, viewer: Viewer, reason: "Denial") -> Denied:
        may = self._settings.full_numbers_usergroups if reason == "reveal" else self._settings.usergroups
        log_unchecked(reason)
        return Denied(request, viewer, reason, may)

    def _failed(self, request: LookupRequest, viewer: Viewer, error: CallEventsError) -> Failed:
        has_worker = bool(self._settings.worker)
        return Failed(request, viewer, error, self._invocation.request_id, has_worker)
