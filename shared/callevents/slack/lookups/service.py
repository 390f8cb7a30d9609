"""Takes an inquiry and answers it: whether the person may ask, the lookup inside the time there is, the message."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccTimedOut, HandOverFailed
from callevents.invocation import Invocation
from callevents.lookup import look_up
from callevents.observability.audit_log import Actor, audit
from callevents.report.viewer import Reader
from callevents.slack.api import response_url as reply
from callevents.slack.lookups.ack_budget import Budget
from callevents.slack.lookups.error_log import log_trouble
from callevents.slack.lookups.handoff import hand_over, worth_handing_over
from callevents.slack.lookups.rendering import rendered
from callevents.slack.lookups.request import Inquiry, Outcome, Reply
from callevents.slack.lookups.resources import Service
from callevents.slack.messages.answer import Message
from callevents.slack.messages.denials import refused
from callevents.slack.messages.errors import failure
from callevents.slack.messages.notices import out_of_time, still_looking
from callevents.slack.users.access import (
    Facts,
    Refusal,
    early_refusal,
    everybody,
    groups_to_ask,
    groups_to_reveal,
    may_reveal,
    reader_of,
    refusal,
)
from callevents.slack.users.directory import Asked


class Found(NamedTuple):
    """What a lookup came to: the calls, or else the `told` message; `reader` reads either."""

    inquiry: Inquiry
    reader: Reader
    outcome: Outcome
    summaries: Sequence[CallSummary] = ()
    told: Message | None = None


class Desk:
    """Answers inquiries during one invocation; every way in ends here."""

    def __init__(self, service: Service, invocation: Invocation, budget: Budget) -> None:
        self._service = service
        self._settings = service.settings
        self._invocation = invocation
        self._budget = budget

    def ask_about(self, actor: Actor) -> Asked:
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

    def receive(self, actor: Actor) -> tuple[Reader, Refusal | None]:
        """Return how to talk to a person, and why they may not ask, None where they may."""
        facts = self.ask_about(actor).facts()
        return reader_of(self._settings, facts), refusal(self._settings, actor, facts)

    def refused(self, why: Refusal, reader: Reader) -> Message:
        """Return why the person may not ask, and whom to ask."""
        return refused(why, reader, self._settings.usergroups)

    def facts(self, actor: Actor) -> Facts:
        """Return what is known of a person."""
        return self.ask_about(actor).facts()

    def answer(self, inquiry: Inquiry) -> Reply:
        """Return the answer to *inquiry*, and write one audit line; raises nothing of ours.

        The answer is the calls, a refusal, that the worker goes on looking, or what went wrong and what to do about it.
        """
        found = self.find(inquiry)
        if found.told is not None:
            return Reply(found.told, found.outcome)
        clocks = self._invocation.clocks
        with self._invocation.tally.stage("render", clocks.monotonic):
            message = rendered(
                found.inquiry.deed,
                found.summaries,
                found.reader,
                user=inquiry.actor.user,
                now=clocks.wall(),
            )
        return Reply(message, found.outcome)

    def find(self, inquiry: Inquiry, *, window: Callable[[Reader], str] | None = None) -> Found:
        """Return the calls of *inquiry*, or what the person is told instead, and write one audit line.

        *window* opens a window for what the worker will find and returns its id, "" where that failed.
        """
        source = self._service.records(self._invocation)
        tally, clock = self._invocation.tally, self._invocation.clocks.monotonic
        tally.note(entry=inquiry.entry, jobs=len(inquiry.jobs), task=inquiry.task)
        asked = self.ask_about(inquiry.actor)
        summaries: Sequence[CallSummary] = ()
        error: CallEventsError | None = None
        no = early_refusal(self._settings, inquiry.actor)
        # A closed circle: for those outside nothing is looked up, so this one answer is waited for.
        if no is None and inquiry.actor.belonging == "elsewhere":
            with tally.stage("people", clock):
                no = refusal(self._settings, inquiry.actor, asked.facts())
        elif no is None and groups_to_ask(self._settings, inquiry.actor):
            with tally.stage("people", clock):
                no = refusal(self._settings, inquiry.actor, Facts(member=asked.member.wait()))
        if no is None:
            try:
                self._settings.require_sound()
                with tally.stage("lookup", clock):
                    summaries = look_up(
                        inquiry.jobs,
                        instance_id=inquiry.instance,
                        source=source,
                        deadline=self._budget.lookup,
                    )
            except CallEventsError as raised:
                error = raised
        with tally.stage("people", clock):
            facts = asked.facts()
        reader = reader_of(self._settings, facts)
        no = no or refusal(self._settings, inquiry.actor, facts)
        if no is not None:
            return self._noted(
                f"refused: {no}", Found(inquiry, reader, "refused", told=self.refused(no, reader))
            )
        self._service.recent.remember(inquiry.actor, inquiry.jobs, inquiry.instance)
        deed = inquiry.deed._replace(offers_reveal=may_reveal(self._settings, inquiry.actor, facts))
        found = Found(inquiry._replace(deed=deed), self._audience(inquiry, reader), "answered", summaries)
        if error is not None:
            return self._without_answer(found, reader, error, window)
        return self._noted("answered", found)

    def hand_over(self, inquiry: Inquiry, reader: Reader) -> bool:
        """Have the worker answer *inquiry*, whose answer Slack did not take in time; say whether that worked."""
        if not self._settings.worker:
            return False
        try:
            self._hand_over(inquiry, reader, self._budget.late())
        except HandOverFailed:
            return False
        return True

    def _hand_over(self, inquiry: Inquiry, reader: Reader, deadline: Deadline) -> None:
        now = self._invocation.clocks.wall()
        hand_over(inquiry, reader, self._service.queue(self._invocation), deadline, now=now)

    def _audience(self, inquiry: Inquiry, reader: Reader) -> Reader:
        """Return who reads the answer: the person, or a whole channel."""
        if not inquiry.deed.public:
            return reader
        return reader._replace(own_zone=None) if inquiry.deed.shared_by else everybody(self._settings)

    def _without_answer(
        self, found: Found, reader: Reader, error: CallEventsError, window: Callable[[Reader], str] | None
    ) -> Found:
        inquiry = found.inquiry
        if self._settings.worker and worth_handing_over(error):
            if window is not None and (view := window(reader)):
                inquiry = inquiry._replace(deed=inquiry.deed._replace(view=view))
            if self._reachable(inquiry):
                try:
                    self._hand_over(inquiry, found.reader, self._budget.answer)
                except HandOverFailed as failed:
                    return self._failed(found, self._failure(failed, reader, inquiry), failed, inquiry)
                replaces = inquiry.deed.replace and inquiry.deed.kind == "answer"
                told = still_looking(inquiry.jobs, reader, replaces=replaces)
                handed = found._replace(inquiry=inquiry, outcome="handed_over", told=told)
                return self._noted(f"handed_over: {error.code}", handed)
        if isinstance(error, CccTimedOut) and not self._settings.worker:
            return self._failed(found, out_of_time(inquiry.jobs, reader), error, inquiry)
        return self._failed(found, self._failure(error, reader, inquiry), error, inquiry)

    def _reachable(self, inquiry: Inquiry) -> bool:
        """Say whether the worker would have where to answer."""
        by_token = bool(inquiry.deed.view or inquiry.channel or inquiry.actor.channel)
        return (bool(self._settings.slack_bot_token) and by_token) or reply.allowed(
            inquiry.response_url, self._settings.response_url_hosts
        )

    def _failure(self, error: CallEventsError, reader: Reader, inquiry: Inquiry) -> Message:
        return failure(error, reader, self._invocation.request_id, jobs=inquiry.jobs)

    def _failed(self, found: Found, message: Message, error: CallEventsError, inquiry: Inquiry) -> Found:
        log_trouble("no answer", error)
        return self._noted(
            f"failed: {error}", found._replace(inquiry=inquiry, outcome="failed", told=message)
        )

    def _noted(self, outcome: str, found: Found) -> Found:
        self._invocation.tally.conclude(outcome)
        inquiry = found.inquiry
        if inquiry.deed.kind == "share":
            return found  # written down when it is shared, or not: sharing.py
        audit(
            "reveal" if inquiry.deed.kind == "reveal" else "lookup",
            actor=inquiry.actor,
            entry=inquiry.entry,
            outcome=outcome,
            jobs=inquiry.jobs,
            instance=inquiry.instance,
            task=inquiry.task,
        )
        return found
