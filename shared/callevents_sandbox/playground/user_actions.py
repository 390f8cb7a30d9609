"""What people do on the page, done as Slack and the alert senders do it: signed requests to the real handlers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from callevents_sandbox.playground.fault_switches import SWITCHES, set_switches
from callevents_sandbox.playground.page_state import CHANNELS, PEOPLE
from callevents_sandbox.slack import Posted, Shown, View
from callevents_sandbox.slack.delivery.sender import blocks_of
from callevents_sandbox.slack.elements import Usable, usable
from callevents_sandbox.stack import Stack, name_of

Document = dict[str, object]
COMMAND = "/callevents"
MENTION = "@callevents"
MAX_MESSAGE_CHARS = 40_000  # characters; https://docs.slack.dev/reference/methods/chat.postMessage
LOCALES = {"en": "en-US", "zh-CN": "zh-CN"}


class NotPossible(Exception):
    """The action cannot be done here; the message says why."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What the page asks for: JSON from the browser, read member by member."""

    given: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return the text called *name*, empty if there is none."""
        value = self.given.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Say whether *name* is true."""
        return self.given.get(name) is True

    def document(self, name: str) -> Document:
        """Return the object called *name*, empty if there is none."""
        value = self.given.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def user(self) -> str:
        """The person who acts; raises NotPossible."""
        return _one_of(self.text("user"), PEOPLE, "person")

    @property
    def channel(self) -> str:
        """The channel; raises NotPossible."""
        return _one_of(self.text("channel"), CHANNELS, "channel")


def _one_of(value: str, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        msg = f"There is no such {what} here."
        raise NotPossible(msg)
    return value


@dataclass(slots=True)
class UserActions:
    """Carries out what the page requests; `faults` are the switches that are on."""

    stack: Stack
    faults: list[str] = field(default_factory=list)

    def do(self, request: PageRequest) -> Document:
        """Carry out *request* and return the result. Raises NotPossible."""
        handler = self._handlers().get(request.text("do"))
        if handler is None:
            raise NotPossible("There is no such action.")
        return handler(request)

    def _handlers(self) -> Mapping[str, Callable[[PageRequest], Document]]:
        return {
            "say": self._say,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "alert": self._alert,
            "switch": self._switch,
            "language": self._language,
            "assistant": self._assistant,
        }

    def _say(self, request: PageRequest) -> Document:
        text, thread = request.text("text").strip(), request.text("thread_ts") or None
        if len(text) > MAX_MESSAGE_CHARS:
            raise NotPossible("Slack accepts no message of more than 40,000 characters.")
        word, _, rest = text.partition(" ")
        if word.startswith("/"):
            return self._command(request, word, rest, thread)
        if text:
            self.stack.journal.write("page", "message", user=request.user)
        if MENTION in text.split():
            rest = " ".join(each for each in text.split(" ") if each != MENTION)
            shown = self.stack.sender.mention(
                _escaped(rest), user=request.user, channel=request.channel, thread_ts=thread
            )
            return _shown_document(shown[-1])
        if text:
            self.stack.workspace.post(request.channel, request.user, _escaped(text), thread_ts=thread)
        return {}

    def _command(self, request: PageRequest, word: str, rest: str, thread: str | None) -> Document:
        if word != COMMAND:
            reply = f"{word} is not a valid command here. Try {COMMAND}."
        elif thread:
            reply = f"{word} is not supported in threads. Sorry! (Mention {MENTION} instead.)"
        else:
            return _shown_document(self.stack.command(rest, user=request.user, channel=request.channel))
        self.stack.workspace.post(
            request.channel, "USLACKBOT", reply, way="slack", ephemeral_to=request.user, thread_ts=thread
        )
        return {}

    def _press(self, request: PageRequest) -> Document:
        place = self._place(request)
        return _shown_document(
            self.stack.sender.use(place, _chosen(place, request.document("action")), user=request.user)
        )

    def _submit(self, request: PageRequest) -> Document:
        given = request.document("values")
        values = {
            block: {action: state for action, state in states.items() if isinstance(state, dict)}
            for block, states in given.items()
            if isinstance(states, dict)
        }
        return _shown_document(self.stack.sender.submit(self._view(request), values))

    def _close(self, request: PageRequest) -> Document:
        self.stack.workspace.views.pop(self._view(request).id)
        self.stack.journal.write("slack", "form closed", user=request.user)
        return {}

    def _shortcut(self, request: PageRequest) -> Document:
        message = self._posted(request)
        if message.ephemeral_to:
            raise NotPossible("Slack offers no shortcuts on what only one person sees.")
        return _shown_document(self.stack.sender.shortcut(message, user=request.user))

    def _home(self, request: PageRequest) -> Document:
        return _shown_document(self.stack.sender.open_home(user=request.user)[-1])

    def _alert(self, request: PageRequest) -> Document:
        try:
            answer = self.stack.alert(request.text("name"))
        except KeyError:
            raise NotPossible("There is no such alert.") from None
        return {"status": answer.status_code, "body": answer.text}

    def _assistant(self, request: PageRequest) -> Document:
        """Ask the app's tools as Slack's assistant does, in the person's name: for their list, or call one."""
        assistant, tool = self.stack.assistant, request.text("tool")
        params = {"name": tool, "arguments": request.document("arguments")} if tool else {}
        message = assistant.message("tools/call" if tool else "tools/list", params, user=request.user)
        shown = assistant.post(message)
        return {**_shown_document(shown), "request": message}

    def _switch(self, request: PageRequest) -> Document:
        name = _one_of(request.text("name"), tuple(each.name for each in SWITCHES), "switch")
        kept = [each for each in self.faults if each != name]
        self.faults = [*kept, name] if request.flag("on") else kept
        set_switches(self.stack, self.faults)
        self.stack.journal.write("page", "faults", on=list(self.faults))
        return {}

    def _language(self, request: PageRequest) -> Document:
        """Set the language of people and channels; the functions are redeployed, since instances cache it."""
        language = _one_of(request.text("language"), tuple(LOCALES), "language")
        people, platform = self.stack.workspace.people, self.stack.platform
        for id_ in PEOPLE:
            people[id_] = replace(people[id_], locale=LOCALES[language])
        for function in ("slack", "worker"):
            old = platform.function(name_of(function))
            environ = {**old.environ, "CALLEVENTS_CHANNEL_LANGUAGE": language}
            platform.deploy(replace(old, environ=environ))
        self.stack.journal.write("page", "language", locale=LOCALES[language])
        return {}

    def _place(self, request: PageRequest) -> Posted | View:
        return self._view(request) if request.text("view") else self._posted(request)

    def _posted(self, request: PageRequest) -> Posted:
        found = self.stack.workspace.find(request.channel, request.text("ts"))
        if found is None or not found.visible_to(request.user):
            raise NotPossible("This is not there any more.")
        return found

    def _view(self, request: PageRequest) -> View:
        if request.text("view") == "home" and request.user in self.stack.workspace.homes:
            home = self.stack.workspace.homes[request.user]
            return View("V0HOME", request.user, home, "", "V0HOME")
        found = self.stack.workspace.views.get(request.text("view"))
        if found is None or found.user != request.user:
            raise NotPossible("This window is not open any more.")
        return found


def _chosen(place: Posted | View, action: Document) -> Usable:
    for each in usable(blocks_of(place)):
        option = each.action.get("selected_option")
        value = option.get("value") if isinstance(option, dict) else each.action.get("value")
        if each.action_id == action.get("action_id") and value == action.get("value"):
            return each
    raise NotPossible("This is not there any more.")


def _shown_document(shown: Shown) -> Document:
    """Return how Slack took an answer: its status, the error it shows, and the body."""
    return {
        "status": shown.status,
        "seconds": round(shown.seconds, 3),
        "error": shown.error,
        "body": shown.body.decode("utf-8", "replace"),
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
