"""The doors by which people and systems ask, each about a call of its own."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import httpx

from callevents_sandbox.fixtures import alerts
from callevents_sandbox.fixtures.alert_delivery import deliver
from callevents_sandbox.slack import Posted, Shown, View
from callevents_sandbox.slack.delivery.sender import blocks_of
from callevents_sandbox.slack.elements import Usable, usable
from callevents_sandbox.stack import INSTANCE, WEBHOOK_SECRET, WEBHOOK_TOKEN, Stack
from tests.soak.account import SentRequest, mark_of

PEOPLE = ("U0MEI", "U0ZHANG", "U0SUPERVISOR")
# The days of the sample calls, and a number that has more calls in them than a page shows.
DAYS = "2026-03-04 2026-03-05"
OFTEN, OFTEN_CALLS = "13911112222", 25
AGES = (0.0, 0.0, 0.3, 1.2)
ALERT_TRIES = 4
# One alert of each sender's that names one call and is firing; and the end of one whose beginning nobody sent.
ALERTS = (
    "alertmanager-firing-label", "grafana-firing-hmac", "grafana-firing-hmac-timestamp",
    "cloudmonitor-threshold-dimensions", "arms-firing-label", "sls-firing-label", "ccc-abandoned",
    "pagerduty-triggered-title", "opsgenie-create-details",
    "datadog-form", "sentry-issue-created-title", "generic-json", "generic-json-hmac", "generic-form",
    "eventbridge-custom-event-signed", "eventbridge-template-text", "generic-resolved",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doors:
    """Asks by each door of *stack*."""

    stack: Stack

    def all(self) -> Mapping[str, tuple[float, Callable[["Question"], SentRequest]]]:
        """Return each door with its share of what is asked, by the name that the account gives it."""
        return {
            "commands": (0.20, self.command),
            "buttons": (0.12, self.button),
            "forms": (0.08, self.form),
            "mentions": (0.07, self.mention),
            "threads": (0.07, self.thread_mention),
            "shortcuts": (0.06, self.shortcut),
            "homes": (0.02, self.home),
            "finds": (0.07, self.find),
            "others": (0.04, self.find_other),
            "pages": (0.04, self.page),
            "assistant": (0.10, self.assistant),
            "alerts": (0.13, self.alert),
        }

    def command(self, asked: "Question") -> SentRequest:
        """Type the command with the call's id."""
        return self._sent(asked, "commands", self._command(asked, asked.job_id))

    def button(self, asked: "Question") -> SentRequest:
        """Use one of the elements of an answer; where there is no answer yet, this was a command."""
        first = self._command(asked, asked.job_id)
        there = first.message
        chosen = _answered_ones(there) if there is not None and not mark_of(there) else []
        if first.error or there is None or not chosen:
            return self._sent(asked, "commands", first)
        seen = self._seen(asked)
        pressed = self.stack.sender.use(there, asked.chance.choice(chosen), user=asked.user, age=asked.age)
        return self._sent(asked, "buttons", pressed, window=self._opened_by(pressed), seen=seen)

    def form(self, asked: "Question") -> SentRequest:
        """Open the form with the bare command, and ask for the call with its id or its number."""
        opened = self._command(asked, "")
        window = self._opened_by(opened)
        if window is None:
            return self._sent(asked, "forms", opened)
        typed: dict[str, Mapping[str, dict[str, object]]] = {
            "jobs": {"jobs": {"type": "plain_text_input", "value": asked.job_id}}
        }
        if asked.chance.random() < 0.4:
            option: dict[str, object] = {"type": "static_select", "selected_option": {"value": "number"}}
            typed = {
                "jobs": {"jobs": {"type": "plain_text_input", "value": ""}},
                "find_kind": {"find_kind": option},
                "find_what": {"find_what": {"type": "plain_text_input", "value": asked.number}},
                "find_days": {"find_days": {"type": "plain_text_input", "value": DAYS}},
            }
        # Where Slack did not confirm that the form is open, a message says how else to ask.
        seen = self._seen(asked)
        shown = self.stack.sender.submit(window, typed, age=asked.age)
        # The answer comes where the form was opened, and stays in its window if it cannot.
        return self._sent(asked, "forms", shown, window=window, seen=seen)

    def mention(self, asked: "Question") -> SentRequest:
        """Mention the app with the call's id, in a thread that somebody has begun."""
        root = self.stack.workspace.post(asked.channel, "U0ZHANG", "What happened here?")
        return self._mentioned(asked, "mentions", root, asked.job_id)

    def thread_mention(self, asked: "Question") -> SentRequest:
        """Mention the app without an id, below a message that names the call."""
        root = self.stack.workspace.post(asked.channel, "U0ZHANG", f"Dropped again: {asked.job_id}")
        return self._mentioned(asked, "threads", root, "why?")

    def shortcut(self, asked: "Question") -> SentRequest:
        """Choose the shortcut on a message that names the call."""
        message = self.stack.workspace.post(asked.channel, "U0ZHANG", f"Dropped again: {asked.job_id}")
        shown = self.stack.sender.shortcut(message, user=asked.user, age=asked.age)
        return self._sent(asked, "shortcuts", shown)

    def home(self, asked: "Question") -> SentRequest:
        """Open the Home tab, which needs no answer: it stays as it was where none comes."""
        shown = self.stack.sender.open_home(user=asked.user)[-1]
        return SentRequest(
            "homes", asked.job_id, _error(shown), 0.0, "not taken" if shown.error else "answered"
        )

    def find(self, asked: "Question") -> SentRequest:
        """Find the call by its number, which no other has."""
        return self._sent(asked, "finds", self._command(asked, f"find {asked.number} {DAYS}"))

    def find_other(self, asked: "Question") -> SentRequest:
        """Find calls of an agent, missed calls, or one's own: those of everybody's."""
        text = asked.chance.choice(("find agent alice", "missed", "mine"))
        return self._sent(asked, "others", self._command(asked, f"{text} {DAYS}"))

    def page(self, asked: "Question") -> SentRequest:
        """Turn the page of what was found; where nothing was found yet, this was a search."""
        first = self._command(asked, f"find {OFTEN} {DAYS}")
        there = first.message
        older = [each for each in usable(blocks_of(there)) if each.action_id == "find_older"] if there else []
        if first.error or there is None or not older:
            return self._sent(asked, "others", first)
        seen = self._seen(asked)
        turned = self.stack.sender.use(there, older[0], user=asked.user, age=asked.age)
        return self._sent(asked, "pages", turned, seen=seen)

    def assistant(self, asked: "Question") -> SentRequest:
        """Ask as the assistant does; nothing comes later."""
        if asked.chance.random() < 0.3:
            sought: dict[str, object] = {"kind": "number", "what": asked.number, "days": DAYS}
            shown = self.stack.assistant.call("find_calls", sought, user=asked.user)
        else:
            shown = self.stack.assistant.call("look_up_call", {"ids": [asked.job_id]}, user=asked.user)
        return SentRequest("assistant", asked.job_id, _error(shown), 0.0, _became_of_question(shown))

    def alert(self, asked: "Question") -> SentRequest:
        """Send an alert about the call, again until it is taken, as senders do."""
        name = asked.chance.choice(ALERTS)
        sample = alerts.about(alerts.under_job(alerts.sample(name), asked.job_id), INSTANCE)
        if name == "generic-resolved":  # or it would end what others began
            sample = replace(sample, body=sample.body.replace(b"drop-1", asked.job_id.encode()))
        failure = ""
        for _ in range(ALERT_TRIES):
            ready = alerts.prepare(sample, WEBHOOK_SECRET, WEBHOOK_TOKEN, self.stack.platform.clock())
            try:
                answer = deliver(self.stack.journal, ready, self.stack.webhook_url, "")
            except httpx.TransportError as error:
                failure = type(error).__name__
            else:
                if answer.is_success:
                    return SentRequest("alerts", asked.job_id, None, 0.0)
                failure = f"{name} {answer.status_code}"
            time.sleep(asked.chance.uniform(0.05, 0.3))
        return SentRequest("alerts", asked.job_id, failure, 0.0)

    def _command(self, asked: "Question", text: str) -> Shown:
        return self.stack.command(text, user=asked.user, channel=asked.channel, age=asked.age)

    def _mentioned(self, asked: "Question", kind: str, root: Posted, text: str) -> SentRequest:
        shown = self.stack.sender.mention(text, user=asked.user, channel=asked.channel, thread_ts=root.ts)
        return self._sent(asked, kind, shown[-1])

    def _opened_by(self, shown: Shown) -> View | None:
        return self.stack.workspace.opened_by(shown.trigger_id)

    def _seen(self, asked: "Question") -> Mapping[str, int]:
        """Return what the person sees before asking further, and how often each message was changed."""
        return {each.ts: each.versions for each in self.stack.workspace.answers(asked.user, asked.channel)}

    def _sent(
        self,
        asked: "Question",
        kind: str,
        shown: Shown,
        *,
        window: View | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> SentRequest:
        return SentRequest(
            kind, asked.job_id, _error(shown), 0.0, channel=asked.channel, window=window, seen=seen or {}
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about the call `job_id`, of which `number` is the customer's, by `user` in `channel`.

    Nobody else asks in that channel, so whatever the app shows there is for this person.
    """

    job_id: str
    number: str
    user: str
    channel: str
    age: float
    chance: random.Random


def _error(shown: Shown) -> str | None:
    """Return what the person reads where nothing was accepted, and the status that Slack got (0: none)."""
    return f"{shown.error} {shown.status}" if shown.error else None


def _answered_ones(message: Posted) -> list[Usable]:
    """Return the elements of *message* whose use the app answers: all but the link out of Slack."""
    return [
        each
        for each in usable(blocks_of(message))
        if "url" not in str(each.action.get("selected_option", {}))
    ]


def _became_of_question(shown: Shown) -> str:
    if shown.error:
        return "not taken"
    result = json.loads(shown.body).get("result", {})
    if result.get("isError"):
        return "failure reported"
    # Some faults empty the list of what is found: that is an answer, too.
    return "answered" if "structuredContent" in result else "lost"
