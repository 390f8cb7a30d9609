"""Sends what people do in Slack to the app, and shows the answers."""

import json
from collections.abc import Mapping
from dataclasses import replace

from callevents_sandbox.slack.delivery import payloads
from callevents_sandbox.slack.delivery.payloads import FORM
from callevents_sandbox.slack.delivery.signed_request import Delivery, Shown
from callevents_sandbox.slack.elements import Usable, choose
from callevents_sandbox.slack.posted import Document, Posted
from callevents_sandbox.slack.web_api import response_urls
from callevents_sandbox.slack.workspace import ResponseUrl, View, Workspace

_RETRIES = 3


class Sender(Delivery):
    """Sends what people do; `slack_url` is where the app reaches this Slack, without a slash at the end."""

    def __init__(self, workspace: Workspace, request_url: str, slack_url: str) -> None:
        super().__init__(workspace, request_url)
        self.slack_url = slack_url

    def command(
        self,
        text: str,
        *,
        user: str = "U0MEI",
        channel: str = "C0SUPPORT",
        name: str = "/callevents",
        age: float = 0.0,
    ) -> Shown:
        """Type a slash command; *age* is how many seconds it was on its way before the app got it."""
        url, trigger_id = self.workspace.new_response_url(user, channel), self.workspace.new_trigger(user)
        body = payloads.command(
            self.workspace,
            name,
            text,
            user=user,
            channel=channel,
            response_url=self._address(url),
            trigger_id=trigger_id,
        )
        shown = replace(self.send(body, FORM, what="command", age=age), trigger_id=trigger_id)
        return self._acknowledged(shown, url, f"{name} {text}".rstrip())

    def press(self, place: Posted | View, what: str, *, user: str = "U0MEI", age: float = 0.0) -> Shown:
        """Use the button or menu entry called *what* (label or action_id); LookupError if there is none."""
        return self.use(place, choose(blocks_of(place), what), user=user, age=age)

    def use(self, place: Posted | View, chosen: Usable, *, user: str = "U0MEI", age: float = 0.0) -> Shown:
        """Use *chosen*, an element of *place*."""
        view, trigger_id = isinstance(place, View), self.workspace.new_trigger(user)
        url = None
        if isinstance(place, Posted):
            url = self.workspace.new_response_url(user, place.channel, place, place.thread_ts)
        payload = payloads.pressed(
            self.workspace,
            user,
            place,
            chosen.action,
            response_url=self._address(url) if url else None,
            trigger_id=trigger_id,
        )
        shown = self.send(
            payloads.interaction(payload), FORM, what="view action" if view else "action", age=age
        )
        return replace(shown, response_url=url, trigger_id=trigger_id)

    def submit(self, view: View, values: Mapping[str, Mapping[str, Document]], *, age: float = 0.0) -> Shown:
        """Send a form off; it closes, or changes, as the answer says."""
        payload = payloads.submitted(self.workspace, view, values)
        shown = self.send(payloads.interaction(payload), FORM, what="form", age=age)
        answer = _object(shown.body)
        action = answer.get("response_action")
        if shown.error is None and action in {None, "clear"}:
            self.workspace.views.pop(view.id, None)
        elif action == "update" and isinstance(answer.get("view"), dict):
            view.view = dict(answer["view"])  # type: ignore[call-overload]  # it is a dict
        return shown

    def shortcut(
        self, message: Posted, *, user: str = "U0MEI", callback_id: str = "look_up_call", age: float = 0.0
    ) -> Shown:
        """Choose the message shortcut; ValueError on an ephemeral message, where Slack does not offer it."""
        if message.ephemeral_to is not None:
            raise ValueError("an ephemeral message has no shortcuts")
        url = self.workspace.new_response_url(user, message.channel, thread_ts=message.thread_ts)
        trigger_id = self.workspace.new_trigger(user)
        payload = payloads.message_shortcut(
            self.workspace,
            callback_id,
            user,
            message,
            response_url=self._address(url),
            trigger_id=trigger_id,
        )
        shown = self.send(payloads.interaction(payload), FORM, what="shortcut", age=age)
        return replace(shown, response_url=url, trigger_id=trigger_id)

    def global_shortcut(self, callback_id: str) -> Shown:
        """Choose a shortcut outside of any message."""
        payload = payloads.global_shortcut(self.workspace, callback_id, "U0MEI")
        return self.send(payloads.interaction(payload), FORM, what="shortcut")

    def mention(
        self, text: str, *, user: str = "U0MEI", channel: str = "C0SUPPORT", thread_ts: str | None = None
    ) -> list[Shown]:
        """Write a message that mentions the app; return the outcome of each delivery."""
        mention = f"<@{self.workspace.app.bot_user}> {text}"
        message = self.workspace.post(channel, user, mention, thread_ts=thread_ts)
        inner: Document = {
            "type": "app_mention",
            "user": user,
            "text": mention,
            "ts": message.ts,
            "channel": channel,
            "event_ts": message.ts,
            "team": self.workspace.app.team,
        }
        return self.event({**inner, "thread_ts": thread_ts} if thread_ts else inner)

    def open_home(self, *, user: str = "U0MEI") -> list[Shown]:
        """Open the app's Home tab."""
        ts = f"{self.workspace.clock():.6f}"
        return self.event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": f"D{user[1:]}",
                "tab": "home",
                "event_ts": ts,
            }
        )

    def event(self, inner: Document, *, event_id: str | None = None) -> list[Shown]:
        """Deliver an event, and again up to three times (at once) while the app does not answer with 2xx in time."""
        body = payloads.event(self.workspace, inner, event_id or self.workspace.new_id("Ev"))
        deliveries: list[Shown] = []
        headers: dict[str, str] = {}
        for number in range(_RETRIES + 1):
            if number:
                reason = "http_timeout" if deliveries[-1].status == 0 else "http_error"
                headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
            deliveries.append(self.send(body, "application/json", what="event", headers=headers))
            if deliveries[-1].error is None:
                break
        return deliveries

    def url_verification(self, challenge: str) -> Shown:
        """Ask the app to prove that the request URL is its own."""
        fields = {
            "token": self.workspace.app.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        return self.send(json.dumps(fields).encode(), "application/json", what="url_verification")

    def _acknowledged(self, shown: Shown, url: ResponseUrl, typed: str) -> Shown:
        """Show the message in the acknowledgement of a command, or an error if there was none."""
        if shown.error:
            what = typed.split(" ", 1)[0]
            text = f'{what} failed with the error "{shown.error}"'
            self.workspace.post(url.channel, "USLACKBOT", text, way="slack", ephemeral_to=url.user)
            return replace(shown, response_url=url)
        if not shown.body.strip():
            return replace(shown, response_url=url)
        given = _object(shown.body) or {"text": shown.body.decode("utf-8", "replace")}
        if given.get("response_type") == "in_channel":
            self.workspace.post(url.channel, url.user, typed)
            if given.keys() == {"response_type"}:
                return replace(shown, response_url=url)
        if error := response_urls.unfit(given, self.workspace.refused_blocks):
            return replace(shown, error=error, response_url=url)
        message = response_urls.show(self.workspace, url, given, acknowledgement=True)
        return replace(shown, message=message, response_url=url)

    def _address(self, url: ResponseUrl) -> str:
        return (
            f"{self.slack_url}/commands/{self.workspace.app.team}/{int(self.workspace.clock())}/{url.token}"
        )


def blocks_of(place: Posted | View) -> list[Document]:
    """Return the blocks of a message or a form."""
    blocks = place.view.get("blocks") if isinstance(place, View) else place.blocks
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def _object(body: bytes) -> Document:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
