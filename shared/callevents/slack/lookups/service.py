"""Takes an inquiry and answers it: whether the person may ask, the lookup inside the time there is, the message."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from callevents.actor import Actor
from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccTimedOut, HandOverFailed
from callevents.invocation import Invocation
from callevents.lookup import look_up
from callevents.observability.audit_log import audit
from callevents.report.viewer import Viewer
from callevents.slack.api import response_url as reply
from callevents.slack.lookups.ack_budget import Budget
from callevents.slack.lookups.error_log import log_lookup_error
from callevents.slack.lookups.handoff import hand_over, is_retryable
from callevents.slack.lookups.rendering import render_message
from callevents.slack.lookups.request import LookupRequest, Outcome, Reply
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.messages.answer import Message
from callevents.slack.messages.denials import denial_message
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.notices import out_of_time, still_looking
from callevents.slack.users.access import (
    Facts,
    Refusal,
    early_refusal,
    everybody,
    groups_to_ask,
    groups_to_reveal,
    may_reveal,
    refusal,
    viewer_of,
)
from callevents.slack.users.directory import PendingFacts


class Found(NamedTuple):
    """What a lookup came to: the calls, or else the `told` message; `reader` reads either."""

    lookup_request: LookupRequest
    viewer: Viewer
    outcome: Outcome
    summaries: Sequence[CallSummary] = ()
    told: Message | None = None


class LookupService:
    """Answers inquiries during one invocation; every way in ends here."""

    def __init__(self, service: SlackResources, invocation: Invocation, budget: Budget) -> None:
        self._service = service
        self._settings = service.settings
        self._invocation = invocation
        self._budget = budget

    def ask_about(self, actor: Actor) -> PendingFacts:
        """Start asking Slack about a person, and return at once."""
        return self._service.people.ask(
            actor,
            groups_to_ask(self._settings, actor),
            self._service.slack if self._settings.slack_bot_token else None,
            self._invocation.clocks.monotonic,
            groups_to_reveal(self._settings, actor),
            # A token that is yet to be read from KMS must not let guests in.
            without="failed" if "SLACK_BOT_TOKEN" in self._settings.references else "unknowable",
        )

    def authorize(self, actor: Actor) -> tuple[Viewer, Refusal | None]:
        """Return how to talk to a person, and why they may not ask, None where they may."""
        facts = self.ask_about(actor).facts()
        return viewer_of(self._settings, facts), refusal(self._settings, actor, facts)

    def denial_message(self, why: Refusal, viewer: Viewer) -> Message:
        """Return why the person may not ask, and whom to ask."""
        return denial_message(why, viewer, self._settings.usergroups)

    def facts(self, actor: Actor) -> Facts:
        """Return what is known of a person."""
        return self.ask_about(actor).facts()

    def answer(self, lookup_request: LookupRequest) -> Reply:
        """Return the answer to *inquiry*, and write one audit line; raises nothing of ours.

        The answer is the calls, a refusal, that the worker goes on looking, or what went wrong and what to do about it.
        """
        found = self.look_up(lookup_request)
        if found.told is not None:
            return Reply(found.told, found.outcome)
        clocks = self._invocation.clocks
        with self._invocation.request_log.timer("render", clocks.monotonic):
            message = render_message(
                found.lookup_request.deed,
                found.summaries,
                found.viewer,
                user=lookup_request.actor.user,
                now=clocks.wall(),
            )
        return Reply(message, found.outcome)

    def look_up(
        self, lookup_request: LookupRequest, *, window: Callable[[Viewer], str] | None = None
    ) -> Found:
        """Return the calls of *inquiry*, or what the person is told instead, and write one audit line.

        *window* opens a window for what the worker will find and returns its id, "" where that failed.
        """
        source = self._service.records(self._invocation)
        request_log, clock = self._invocation.request_log, self._invocation.clocks.monotonic
        request_log.set(entry=lookup_request.source, jobs=len(lookup_request.jobs), task=lookup_request.task)
        asked = self.ask_about(lookup_request.actor)
        summaries: Sequence[CallSummary] = ()
        error: CallEventsError | None = None
        no = early_refusal(self._settings, lookup_request.actor)
        # A closed circle: for those outside nothing is looked up, so this one answer is waited for.
        if no is None and lookup_request.actor.belonging == "elsewhere":
            with request_log.timer("people", clock):
                no = refusal(self._settings, lookup_request.actor, asked.facts())
        elif no is None and groups_to_ask(self._settings, lookup_request.actor):
            with request_log.timer("people", clock):
                no = refusal(self._settings, lookup_request.actor, Facts(member=asked.member.wait()))
        if no is None:
            try:
                self._settings.require_sound()
                with request_log.timer("lookup", clock):
                    summaries = look_up(
                        lookup_request.jobs,
                        instance_id=lookup_request.instance,
                        source=source,
                        deadline=self._budget.lookup,
                    )
            except CallEventsError as raised:
                error = raised
        with request_log.timer("people", clock):
            facts = asked.facts()
        viewer = viewer_of(self._settings, facts)
        no = no or refusal(self._settings, lookup_request.actor, facts)
        if no is not None:
            return self._noted(
                f"refused: {no}",
                Found(lookup_request, viewer, "refused", told=self.denial_message(no, viewer)),
            )
        self._service.recent.remember(lookup_request.actor, lookup_request.jobs, lookup_request.instance)
        deed = lookup_request.deed._replace(
            offers_reveal=may_reveal(self._settings, lookup_request.actor, facts)
        )
        found = Found(
            lookup_request._replace(deed=deed), self._audience(lookup_request, viewer), "answered", summaries
        )
        if error is not None:
            return self._without_answer(found, viewer, error, window)
        return self._noted("answered", found)

    def hand_over(self, lookup_request: LookupRequest, viewer: Viewer) -> bool:
        """Have the worker answer *inquiry*, whose answer Slack did not take in time; say whether that worked."""
        if not self._settings.worker:
            return False
        try:
            self._hand_over(lookup_request, viewer, self._budget.late())
        except HandOverFailed:
            return False
        return True

    def _hand_over(self, lookup_request: LookupRequest, viewer: Viewer, deadline: Deadline) -> None:
        now = self._invocation.clocks.wall()
        hand_over(lookup_request, viewer, self._service.queue(self._invocation), deadline, now=now)

    def _audience(self, lookup_request: LookupRequest, viewer: Viewer) -> Viewer:
        """Return who reads the answer: the person, or a whole channel."""
        if not lookup_request.deed.public:
            return viewer
        return viewer._replace(own_zone=None) if lookup_request.deed.shared_by else everybody(self._settings)

    def _without_answer(
        self, found: Found, viewer: Viewer, error: CallEventsError, window: Callable[[Viewer], str] | None
    ) -> Found:
        lookup_request = found.lookup_request
        if self._settings.worker and is_retryable(error):
            if window is not None and (view := window(viewer)):
                lookup_request = lookup_request._replace(deed=lookup_request.deed._replace(view=view))
            if self._reachable(lookup_request):
                try:
                    self._hand_over(lookup_request, found.viewer, self._budget.answer)
                except HandOverFailed as failed:
                    return self._failed(
                        found, self._failure(failed, viewer, lookup_request), failed, lookup_request
                    )
                replaces = lookup_request.deed.replace and lookup_request.deed.kind == "answer"
                told = still_looking(lookup_request.jobs, viewer, replaces=replaces)
                handed = found._replace(lookup_request=lookup_request, outcome="handed_over", told=told)
                return self._noted(f"handed_over: {error.code}", handed)
        if isinstance(error, CccTimedOut) and not self._settings.worker:
            return self._failed(found, out_of_time(lookup_request.jobs, viewer), error, lookup_request)
        return self._failed(found, self._failure(error, viewer, lookup_request), error, lookup_request)

    def _reachable(self, lookup_request: LookupRequest) -> bool:
        """Say whether the worker would have where to answer."""
        by_token = bool(lookup_request.deed.view or lookup_request.channel or lookup_request.actor.channel)
        return (bool(self._settings.slack_bot_token) and by_token) or reply.allowed(
            lookup_request.response_url, self._settings.response_url_hosts
        )

    def _failure(self, error: CallEventsError, viewer: Viewer, lookup_request: LookupRequest) -> Message:
        return error_message(error, viewer, self._invocation.request_id, jobs=lookup_request.jobs)

    def _failed(
        self, found: Found, message: Message, error: CallEventsError, lookup_request: LookupRequest
    ) -> Found:
        log_lookup_error("no answer", error)
        return self._noted(
            f"failed: {error}", found._replace(lookup_request=lookup_request, outcome="failed", told=message)
        )

    def _noted(self, outcome: str, found: Found) -> Found:
        self._invocation.request_log.set_outcome(outcome)
        lookup_request = found.lookup_request
        if lookup_request.deed.kind == "share":
            return found  # written down when it is shared, or not: sharing.py
        audit(
            "reveal" if lookup_request.deed.kind == "reveal" else "lookup",
            actor=lookup_request.actor,
            entry=lookup_request.source,
            outcome=outcome,
            jobs=lookup_request.jobs,
            instance=lookup_request.instance,
            task=lookup_request.task,
        )
        return found
