"""The doors by which people and systems ask, each about a call of its own."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from callevents_sandbox.fixtures import alerts
from callevents_sandbox.fixtures.alert_delivery import deliver
from callevents_sandbox.slack import Posted, Shown, View
from callevents_sandbox.slack.delivery.sender import blocks_of
from callevents_sandbox.slack.elements import Usable, usable
from callevents_sandbox.stack import INSTANCE, WEBHOOK_SECRET, WEBHOOK_TOKEN, Stack
from tests.soak.account import SentRequest, mark_of

PEOPLE = ("U0MEI", "U0ZHANG", "U0SUPERVISOR")
CHANNEL = "C0SUPPORT"
# The days of the sample calls, and a number that has more calls in them than a page shows.
DAYS = "2026-03-04 2026-03-05"
OFTEN, OFTEN_CALLS = "13911112222", 25
AGES = (0.0, 0.0, 0.3, 1.2)
ALERT_TRIES = 4
# One alert of each sender's that names one call and is firing.
ALERTS = (
    "alertmanager-firing-label", "grafana-firing-hmac", "grafana-firing-hmac-timestamp",
    "cloudmonitor-threshold-dimensions", "arms-firing-label", "sls-firing-label", "ccc-abandoned",
    "pagerduty-triggered-title", "opsgenie-create-details",
    "datadog-form", "sentry-issue-created-title", "generic-json", "generic-json-hmac", "generic-form",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doors:
    """Asks by each door of *stack*; `claimed` are the forms that somebody fills in."""

    stack: Stack
    claimed: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

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
        return _sent(asked, "commands", self._command(asked, asked.job_id))

    def button(self, asked: "Question") -> SentRequest:
        """Use one of the elements of an answer; where there is no answer yet, this was a command."""
        first = self._command(asked, asked.job_id)
        there = first.message
        chosen = _answered_ones(there) if there is not None and not mark_of(there) else []
        if first.error or there is None or not chosen:
            return _sent(asked, "commands", first)
        use = asked.chance.choice(chosen)
        pressed = self.stack.sender.use(there, use, user=asked.user, age=asked.age)
        return _sent(asked, "buttons", pressed, own_place=True, windows=self._windows(asked.job_id))

    def form(self, asked: "Question") -> SentRequest:
        """Open the form with the bare command, and ask for the call with its id or its number."""
        opened = self._command(asked, "")
        window = self._form_of(asked.user)
        if window is None:
            return _sent(asked, "forms", opened, own_place=True)
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
        shown = self.stack.sender.submit(window, typed, age=asked.age)
        # The answer comes where the form was opened, and stays in its window if it cannot.
        return SentRequest("forms", asked.job_id, shown.error, 0.0, url=opened.response_url, window=window)

    def mention(self, asked: "Question") -> SentRequest:
        """Mention the app with the call's id, in a thread that somebody has begun."""
        root = self.stack.workspace.post(CHANNEL, "U0ZHANG", "What happened here?")
        return self._mentioned(asked, "mentions", root, asked.job_id)

    def thread_mention(self, asked: "Question") -> SentRequest:
        """Mention the app without an id, below a message that names the call."""
        root = self.stack.workspace.post(CHANNEL, "U0ZHANG", f"Dropped again: {asked.job_id}")
        return self._mentioned(asked, "threads", root, "why?")

    def shortcut(self, asked: "Question") -> SentRequest:
        """Choose the shortcut on a message that names the call."""
        message = self.stack.workspace.post(CHANNEL, "U0ZHANG", f"Dropped again: {asked.job_id}")
        shown = self.stack.sender.shortcut(message, user=asked.user, age=asked.age)
        return _sent(asked, "shortcuts", shown)

    def home(self, asked: "Question") -> SentRequest:
        """Open the Home tab, which needs no answer: it stays as it was where none comes."""
        shown = self.stack.sender.open_home(user=asked.user)[-1]
        return SentRequest(
            "homes", asked.job_id, shown.error, 0.0, "not taken" if shown.error else "answered"
        )

    def find(self, asked: "Question") -> SentRequest:
        """Find the call by its number, which no other has."""
        return _sent(asked, "finds", self._command(asked, f"find {asked.number} {DAYS}"))

    def find_other(self, asked: "Question") -> SentRequest:
        """Find calls of an agent, missed calls, or one's own: those of everybody's."""
        text = asked.chance.choice(("find agent alice", "missed", "mine"))
        return _sent(asked, "others", self._command(asked, f"{text} {DAYS}"), own_place=True)

    def page(self, asked: "Question") -> SentRequest:
        """Turn the page of what was found; where nothing was found yet, this was a search."""
        first = self._command(asked, f"find {OFTEN} {DAYS}")
        there = first.message
        older = [each for each in usable(blocks_of(there)) if each.action_id == "find_older"] if there else []
        if first.error or there is None or not older:
            return _sent(asked, "others", first, own_place=True)
        turned = self.stack.sender.use(there, older[0], user=asked.user, age=asked.age)
        return _sent(asked, "pages", turned, own_place=True)

    def assistant(self, asked: "Question") -> SentRequest:
        """Ask as the assistant does; nothing comes later."""
        if asked.chance.random() < 0.3:
            sought: dict[str, object] = {"kind": "number", "what": asked.number, "days": DAYS}
            shown = self.stack.assistant.call("find_calls", sought, user=asked.user)
        else:
            shown = self.stack.assistant.call("look_up_call", {"ids": [asked.job_id]}, user=asked.user)
        return SentRequest("assistant", asked.job_id, shown.error, 0.0, _became_of_question(shown))

    def alert(self, asked: "Question") -> SentRequest:
        """Send an alert about the call, again until it is taken, as senders do."""
        name = asked.chance.choice(ALERTS)
        sample = alerts.about(alerts.under_job(alerts.sample(name), asked.job_id), INSTANCE)
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
        return self.stack.command(text, user=asked.user, age=asked.age)

    def _mentioned(self, asked: "Question", kind: str, root: Posted, text: str) -> SentRequest:
        shown = self.stack.sender.mention(text, user=asked.user, channel=CHANNEL, thread_ts=root.ts)
        return SentRequest(kind, asked.job_id, shown[-1].error, 0.0, thread=root.ts)

    def _form_of(self, user: str) -> View | None:
        """Return a form that is open for *user* and that nobody else fills in."""
        with self.lock:
            for view in list(self.stack.workspace.views.values()):
                is_form = view.view.get("callback_id") == "search_form"
                if is_form and view.user == user and view.id not in self.claimed:
                    self.claimed.add(view.id)
                    return view
        return None

    def _windows(self, job_id: str) -> list[View]:
        """Return the windows that show something of the call."""
        return [view for view in list(self.stack.workspace.views.values()) if job_id in str(view.view)]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: about the call `job_id`, of which `number` is the customer's, by `user`."""

    job_id: str
    number: str
    user: str
    age: float
    chance: random.Random


def _sent(
    asked: Question, kind: str, shown: Shown, *, own_place: bool = False, windows: list[View] | None = None
) -> SentRequest:
    return SentRequest(
        kind,
        asked.job_id,
        shown.error,
        0.0,
        url=shown.response_url,
        window=windows[-1] if windows else None,
        own_place=own_place,
    )


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
