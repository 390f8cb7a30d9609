"""Looks up calls for a person: the authorization, the lookup within the time there is, and the hand-off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from callevents.actor import Actor
from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError, HandOverFailed, PermissionUnchecked
from callevents.invocation import Invocation
from callevents.lookup import is_retryable, log_lookup_error, look_up
from callevents.observability.audit_log import audit
from callevents.report.verdict import verdict
from callevents.report.viewer import Viewer
from callevents.slack.api import response_url
from callevents.slack.blocks.block_kit import Message
from callevents.slack.lookups.ack_budget import POST_SECONDS, Budget
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import Answered, Denied, Failed, HandedOff, LookupResult, log_unchecked
from callevents.slack.requests.recent_calls import RecentCall
from callevents.slack.users.access import (
    Facts,
    anybody_may_reveal,
    denial,
    early_denial,
    everybody,
    groups_to_ask,
    may_know_later,
    may_reveal,
    viewer_of,
)
from callevents.slack.users.directory import PendingFacts

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial

_MAX_NAME_CHARS = 24  # of a name in the Home tab


class Authorization(NamedTuple):
    """Whether a person may look up calls and see full numbers, and how to write to them.

    `may_know_later` says that they are denied only because Slack has not answered yet: the worker may ask again.
    """

    viewer: Viewer
    denial: "Denial | None"
    may_reveal: bool
    may_know_later: bool = False


class LookupService:
    """Looks up calls during one invocation."""

    def __init__(self, resources: SlackResources, invocation: Invocation, budget: Budget) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._invocation = invocation
        self._budget = budget

    def authorize(self, actor: Actor) -> Authorization:
        """Return what the person may do; wait for what Slack says about them, but leave time for a post."""
        return self._authorization(
            actor, self._pending_facts(actor).facts(self._budget.leaving(POST_SECONDS).lookup)
        )

    def denial_message(self, reason: "Denial", viewer: Viewer) -> Message:
        """Return why the person may not look up calls, and whom to ask."""
        from callevents.slack.messages.denials import denial_message

        log_unchecked(reason)
        return denial_message(reason, viewer, self._settings.usergroups)

    def run(self, request: LookupRequest) -> LookupResult:
        """Look up *request*, hand it off if it fails and the worker may succeed, and write its audit line."""
        result = self.look_up(request)
        if isinstance(result, Failed) and self.can_hand_off(result):
            return self.record(self.hand_off(result))
        return self.record(result)

    def look_up(self, request: LookupRequest) -> Answered | Denied | Failed:
        """Return the calls of *request* before the deadline; the caller records the result.

        Slack is asked about the person meanwhile. Nothing is looked up for a person who is denied before that.
        """
        request_log, clock = self._invocation.request_log, self._invocation.clocks.monotonic
        request_log.set(entry=request.source, jobs=len(request.jobs), task=request.task)
        # Loads the HTTP client on a cold start, before the time for asking about the person begins.
        source = self._resources.records(self._invocation)
        pending = self._pending_facts(request.actor)
        reason = self._denial_before_lookup(request, pending)
        summaries: Sequence[CallSummary] = ()
        failure: CallEventsError | None = None
        if reason is None:
            try:
                self._settings.require_sound()
                with request_log.timer("lookup", clock):
                    summaries = look_up(
                        request.jobs,
                        instance_id=request.instance,
                        source=source,
                        deadline=self._budget.lookup,
                    )
            except CallEventsError as error:
                failure = error
        with request_log.timer("people", clock):
            facts = pending.facts(self._budget.lookup)
        authorization = self._authorization(request.actor, facts)
        viewer = authorization.viewer
        if authorization.may_know_later and self._settings.worker:
            return self._failed(request._replace(unchecked=True), viewer, PermissionUnchecked())
        reason = reason or authorization.denial or self._reveal_denial(request, facts)
        if reason == "reveal_unchecked" and facts.reveal == "unanswered" and self._settings.worker:
            return self._failed(request._replace(unchecked=True), viewer, PermissionUnchecked())
        if reason is not None:
            return self._denied(request, viewer, reason)
        self._remember(request, summaries, viewer)
        operation = request.operation
        for_all = operation.for_all
        offers_reveal = anybody_may_reveal(self._settings) if for_all else authorization.may_reveal
        request = request._replace(operation=operation._replace(offers_reveal=offers_reveal))
        if failure is not None:
            return self._failed(request, viewer, failure)
        audience = everybody(self._settings) if for_all else viewer
        return Answered(request, viewer, audience, summaries, self._notes(request, facts))

    def can_hand_off(self, failed: Failed) -> bool:
        """Say whether there is a worker, and it may succeed."""
        retryable = isinstance(failed.error, PermissionUnchecked) or is_retryable(failed.error)
        return bool(self._settings.worker) and retryable

    def hand_off(self, failed: Failed) -> HandedOff | Failed | Denied:
        """Have the worker go on with a failed lookup, if it can reach the person; the caller records the result."""
        if not self._reachable(failed.request):
            unchecked = isinstance(failed.error, PermissionUnchecked)
            return self._denied(failed.request, failed.viewer, "unchecked") if unchecked else failed
        from callevents.slack.lookups.handoff import hand_over

        queue, now = self._resources.queue(self._invocation), self._invocation.clocks.wall()
        try:
            hand_over(failed.request, failed.viewer, queue, self._budget.answer, now=now)
        except HandOverFailed as error:
            return failed._replace(error=error)
        return HandedOff(failed.request, failed.viewer, failed.error)

    def hand_off_delivery(self, answered: Answered) -> bool:
        """Have the worker deliver an answer that Slack did not take in time; say whether it is queued."""
        if not self._settings.worker:
            return False
        from callevents.slack.lookups.handoff import hand_over

        queue, now = self._resources.queue(self._invocation), self._invocation.clocks.wall()
        try:
            hand_over(answered.request, answered.viewer, queue, self._budget.late(), now=now)
        except HandOverFailed:
            return False
        return True

    def record(self, result: LookupResult) -> LookupResult:
        """Write the outcome into the log and, but for what a whole channel reads, the audit line; return *result*."""
        if isinstance(result, Failed) and not isinstance(result.error, PermissionUnchecked):
            log_lookup_error("lookup failed", result.error)
        self._invocation.request_log.set_outcome(*result.outcome)
        request = result.request
        if request.operation.for_all:
            return result  # audited once it is posted, or not: listeners.publish
        audit(
            "reveal" if request.operation.kind == "reveal" else "lookup",
            actor=request.actor,
            entry=request.source,
            outcome=str(result.outcome),
            jobs=request.jobs,
            instance=request.instance,
            task=request.task,
        )
        return result

    def _pending_facts(self, actor: Actor) -> PendingFacts:
        """Start asking Slack about a person, and return at once."""
        return self._resources.ask_about(actor, self._invocation)

    def _denial_before_lookup(self, request: LookupRequest, pending: PendingFacts) -> "Denial | None":
        """Return why nothing is looked up; waits for the facts only where outsiders must not cause a lookup."""
        actor = request.actor
        reason = early_denial(self._settings, actor)
        if reason is not None:
            return reason
        with self._invocation.request_log.timer("people", self._invocation.clocks.monotonic):
            if actor.belonging in {"elsewhere", "unknown"} or request.operation.kind == "reveal":
                facts = pending.facts(self._budget.lookup)
                return denial(self._settings, actor, facts) or self._reveal_denial(request, facts)
            if groups_to_ask(self._settings, actor):
                member = pending.member.wait(self._budget.lookup)
                return denial(self._settings, actor, Facts(member=member))
        return None

    def _reveal_denial(self, request: LookupRequest, facts: Facts) -> "Denial | None":
        """Return why the person may not see full numbers, None where they may or did not ask for them."""
        if request.operation.kind != "reveal" or may_reveal(self._settings, request.actor, facts):
            return None
        return "reveal_unchecked" if facts.reveal in {"failed", "unanswered"} else "reveal"

    def _authorization(self, actor: Actor, facts: Facts) -> Authorization:
        return Authorization(
            viewer=viewer_of(self._settings, facts),
            denial=denial(self._settings, actor, facts),
            may_reveal=may_reveal(self._settings, actor, facts),
            may_know_later=may_know_later(self._settings, actor, facts),
        )

    def _notes(self, request: LookupRequest, facts: Facts) -> tuple[str, ...]:
        """Return what the person's own answer lacks because Slack did not answer."""
        operation, lost = request.operation, {"failed", "unanswered"}
        if operation.for_all or operation.kind not in {"answer", "refresh"}:
            return ()
        language = ["language"] if facts.profile in lost else []
        return (*language, *(["reveal"] if facts.reveal in lost and not operation.offers_reveal else []))

    def _denied(self, request: LookupRequest, viewer: Viewer, reason: "Denial") -> Denied:
        may = self._settings.full_numbers_usergroups if reason == "reveal" else self._settings.usergroups
        log_unchecked(reason)
        return Denied(request, viewer, reason, may)

    def _failed(self, request: LookupRequest, viewer: Viewer, error: CallEventsError) -> Failed:
        has_worker = bool(self._settings.worker)
        return Failed(request, viewer, error, self._invocation.request_id, has_worker)

    def _reachable(self, request: LookupRequest) -> bool:
        """Say whether the worker can deliver an answer: with the bot token, or to a response_url."""
        place = request.operation.view or request.channel or request.actor.channel
        return bool(self._settings.slack_bot_token and place) or response_url.allowed(
            request.response_url, self._settings.response_url_hosts
        )

    def _remember(self, request: LookupRequest, summaries: Sequence[CallSummary], viewer: Viewer) -> None:
        """Remember what the person looked up, for the form and the Home tab; a failed lookup has no verdicts."""
        verdicts = {summary.job_id: verdict(summary, viewer, _MAX_NAME_CHARS).title for summary in summaries}
        now = int(self._invocation.arrived_at)
        calls = [RecentCall(job, request.instance, verdicts.get(job, ""), now) for job in request.jobs]
        self._resources.recent.remember(request.actor, calls)
