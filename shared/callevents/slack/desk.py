"""Takes an inquiry and answers it: whether the person may ask, the lookup inside the time there is, the message."""

from collections.abc import Sequence

from callevents.audit import Actor, audit
from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError, CccTimedOut, HandOverFailed
from callevents.invocation import Invocation
from callevents.lookup import look_up
from callevents.slack import reply
from callevents.slack.access import Refusal, early_refusal, groups_to_ask, reader_of, refusal
from callevents.slack.budget import Budget
from callevents.slack.failure import failure
from callevents.slack.handover import hand_over, worth_handing_over
from callevents.slack.inquiry import Inquiry, Reply
from callevents.slack.message import Buttons, Message, answer
from callevents.slack.notices import out_of_time, still_looking
from callevents.slack.people import Asked
from callevents.slack.reader import Reader
from callevents.slack.refusal import refused
from callevents.slack.service import Service


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
        )

    def receive(self, actor: Actor) -> tuple[Reader, Refusal | None]:
        """Return how to talk to a person, and why they may not ask, None where they may."""
        facts = self.ask_about(actor).facts()
        return reader_of(self._settings, facts), refusal(self._settings, actor, facts)

    def answer(
        self, inquiry: Inquiry, *, buttons: Buttons | None = None, updated_at: float | None = None
    ) -> Reply:
        """Return the answer to *inquiry*, and write one audit line; raises nothing of ours.

        The answer is the calls, a refusal, that the worker goes on looking, or what went wrong and what to do about it.
        """
        asked = self.ask_about(inquiry.actor)
        summaries: Sequence[CallSummary] = ()
        error: CallEventsError | None = None
        no = early_refusal(self._settings, inquiry.actor)
        if no is None:
            try:
                self._settings.require_sound()
                summaries = look_up(
                    inquiry.jobs,
                    instance_id=inquiry.instance,
                    source=self._service.records(self._invocation),
                    deadline=self._budget.lookup,
                )
            except CallEventsError as raised:
                error = raised
        facts = asked.facts()
        reader = reader_of(self._settings, facts)
        no = no or refusal(self._settings, inquiry.actor, facts)
        if no is not None:
            return _noted(inquiry, f"refused: {no}", Reply(refused(no, reader), "refused"))
        if error is not None:
            return self._without_answer(inquiry, reader, error)
        message = answer(summaries, reader, buttons=buttons or Buttons(), updated_at=updated_at)
        return _noted(inquiry, "answered", Reply(message, "answered"))

    def _without_answer(self, inquiry: Inquiry, reader: Reader, error: CallEventsError) -> Reply:
        if self._settings.worker and worth_handing_over(error) and self._reachable(inquiry):
            try:
                hand_over(
                    inquiry,
                    reader,
                    self._service.queue(self._invocation),
                    self._budget.answer,
                    now=self._invocation.clocks.wall(),
                )
            except HandOverFailed as failed:
                return self._failed(inquiry, self._failure(failed, reader, inquiry), failed)
            told = Reply(still_looking(inquiry.jobs, reader), "handed_over")
            return _noted(inquiry, f"handed_over: {error.code}", told)
        if isinstance(error, CccTimedOut) and not self._settings.worker:
            return self._failed(inquiry, out_of_time(inquiry.jobs, reader), error)
        return self._failed(inquiry, self._failure(error, reader, inquiry), error)

    def _reachable(self, inquiry: Inquiry) -> bool:
        """Say whether the worker would have where to answer."""
        by_channel = bool(self._settings.slack_bot_token and (inquiry.channel or inquiry.actor.channel))
        return by_channel or reply.allowed(inquiry.response_url, self._settings.response_url_hosts)

    def _failure(self, error: CallEventsError, reader: Reader, inquiry: Inquiry) -> Message:
        return failure(error, reader, self._invocation.request_id, jobs=inquiry.jobs)

    @staticmethod
    def _failed(inquiry: Inquiry, message: Message, error: CallEventsError) -> Reply:
        return _noted(inquiry, f"failed: {error}", Reply(message, "failed"))


def _noted(inquiry: Inquiry, outcome: str, given: Reply) -> Reply:
    audit(
        "lookup",
        actor=inquiry.actor,
        entry=inquiry.entry,
        outcome=outcome,
        jobs=inquiry.jobs,
        instance=inquiry.instance,
    )
    return given
