"""One alert during one run: its channel, its viewer, the time there is, and what the instance remembers."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from callevents.clock import Deadline
from callevents.invocation import Invocation
from callevents.slack.blocks.block_kit import Message
from callevents.slack.blocks.buttons import Buttons
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.users.access import anybody_may_reveal, everybody
from callevents.tasks.envelope import AlertEnvelope
from callevents.tasks.task_id import task_id
from callevents.worker.alerts.channel import Channel
from callevents.worker.alerts.history import EVENT_TYPE, ChannelHistory, Search, metadata
from callevents.worker.alerts.schedule import DeliverySchedule
from callevents.worker.alerts.state import (
    CALL_THREAD_SECONDS,
    Delivered,
    DeliveryState,
    PostedCard,
    PostedResolution,
)

# How long before an alert arrived its card is searched for, if it does not say when it started.
SEARCH_BACK_SECONDS = 86_400.0


class DeliveryContext:
    """What every step of an alert's delivery needs."""

    def __init__(
        self, alert: AlertEnvelope, resources: SlackResources, invocation: Invocation, state: DeliveryState
    ) -> None:
        settings = resources.settings
        change: dict[str, object] = {"instance": alert.instance or settings.ccc_instance_id}
        if alert.started_at is not None and not isfinite(alert.started_at):
            change["started_at"] = None
        self.alert = alert.model_copy(update=change)
        self.resources = resources
        self.invocation = invocation
        self.state = state
        self.viewer = everybody(settings)
        self.buttons = Buttons(share=False, reveal=anybody_may_reveal(settings))
        self.schedule = DeliverySchedule(self.alert, resources, invocation)
        api = resources.slack(invocation.request_log)
        messages = resources.own_messages(EVENT_TYPE, invocation.request_log)
        self._history = ChannelHistory(messages, self.alert, state, self.schedule.deadline)
        self.channel = Channel(api, alert.channel, self.schedule, self._history)
        # The same for the same work, whenever the alert arrived, and however often it was requeued.
        same = self.alert.model_copy(update={"received_at": 0.0, "attempts": 0, "not_before": None})
        self._work = task_id("work", same.model_dump_json())

    @property
    def deadline(self) -> Deadline:
        """The moment until which messages are posted."""
        return self.schedule.deadline

    @property
    def now(self) -> float:
        """The monotonic time, in seconds."""
        return self.deadline.clock()

    @property
    def is_retry(self) -> bool:
        """Whether an earlier run of the same work is known to have begun, and not to have ended well."""
        known = self.alert.attempts > 0 or self.state.failed.get(self._work, self.now) is not None
        return known or bool(self.invocation.retries)

    @property
    def maybe_posted(self) -> bool:
        """Whether an earlier run may have posted a message, and not lived to receive or remember Slack's answer."""
        return self.is_retry or self.invocation.may_have_run(self.alert.received_at)

    def is_posted(self) -> bool:
        """Return whether an earlier run posted the alert's own message in the channel."""
        return self.maybe_posted and bool(self._history.find_earlier(self._search(self._work)))

    def delivered(self) -> Delivered | None:
        """Return what an earlier run in this instance delivered of the same work."""
        return self.state.delivered.get(self._work, self.now)

    def remember_delivered(self, ts: str, remaining: Sequence[str] = ()) -> None:
        """Remember the message at *ts* as delivered, and the calls whose details are not."""
        self.state.delivered.put(self._work, Delivered(ts, tuple(remaining)), self.now)

    def remember_failure(self) -> bool:
        """Remember that this run failed; return whether the same work failed before."""
        before = self.is_retry
        self.state.failed.put(self._work, True, self.now)
        return before

    def post(self, message: Message, *, thread: str = "", detail_of: Sequence[str] = ()) -> str:
        """Post *message* and return its ts; in a *thread* it may be the detail of some of the calls.

        Raises a SlackError, as Channel.post does.
        """
        work = task_id("detail", thread, *detail_of) if detail_of else self._work
        return self.channel.post(
            message,
            self._search(work, thread),
            metadata=metadata(self.alert, work),
            maybe_posted=self.maybe_posted,
        )

    def _search(self, work: str, thread: str = "") -> Search:
        return Search(work, min(self.alert.received_at, self.invocation.arrived_at), thread)

    def known_card(self) -> PostedCard | None:
        """Return the alert's card if this instance posted it."""
        return self.state.cards.get(self.alert.thread_key, self.now)

    def find_card(self) -> PostedCard | None:
        """Return the alert's card, as this instance or the channel's history has it."""
        return self.known_card() or self._history.find_cards(self._since, {self.alert.thread_key}).get(
            self.alert.thread_key
        )

    def find_call_thread(self) -> str:
        """Return the thread in which an earlier run may have posted a line about the alert's calls, "" if none.

        The thread is that of their latest card, which the instance of that run remembered.
        """
        if not self.maybe_posted:
            return ""
        return self._history.find_thread(self.alert.received_at - CALL_THREAD_SECONDS, self.alert.jobs)

    def find_cards(self) -> Mapping[str, PostedCard]:
        """Return the cards that the end of the alert may belong to, by thread key.

        If the end names no call, it is of no use without a card: then this raises a SlackError if Slack fails to say.
        """
        alert = self.alert
        is_needed = not (alert.jobs or alert.resolved_jobs)
        return self.find_cards_of([alert.thread_key, *alert.further_threads], is_needed=is_needed)

    def find_cards_of(
        self, thread_keys: Iterable[str], *, is_needed: bool = False
    ) -> Mapping[str, PostedCard]:
        """Return the cards of these threads, and of groups with such members, by thread key."""
        keys = dict.fromkeys(thread_keys)
        known = self.state.find_cards(keys, self.now)
        if not known:
            known = self._history.find_cards(self._since, keys.keys(), is_needed=is_needed)
        # Several threads may go on in one message, of which one is the alert that its card is about.
        found = [(key, known[key]) for key in (*keys, *(known.keys() - keys)) if key in known]
        by_message = {
            card.ts: (key, card) for key, card in sorted(found, key=lambda each: each[1].message is not None)
        }
        return dict(by_message.values())

    @property
    def _since(self) -> float:
        alert = self.alert
        return alert.received_at - SEARCH_BACK_SECONDS if alert.started_at is None else alert.started_at

    def find_resolution(self) -> PostedResolution | None:
        """Return the alert's end if it was posted before: it came out of order, or overtook the requeued alert."""
        alert = self.alert
        known = self.state.resolutions.get(alert.thread_key, self.now)
        if known is not None:
            return known if alert.ends_once or alert.received_at <= known.alert.received_at else None
        if not self.invocation.is_late(alert.received_at):
            return None
        found = self._history.find_cards(alert.received_at, {alert.thread_key}, state="resolved").get(
            alert.thread_key
        )
        if found is None:
            return None
        change = {"state": "resolved", "received_at": float(found.ts)}
        return PostedResolution(found.ts, alert.model_copy(update=change))
