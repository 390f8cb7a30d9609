"""What people do on the page, done as Slack and the alert senders do it: signed requests to the real handlers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from callevents_sandbox.playground.fault_switches import SWITCHES, turn
from callevents_sandbox.playground.page_state import CHANNELS, PEOPLE
from callevents_sandbox.slack import Posted, Shown, View
from callevents_sandbox.slack.delivery.sender import blocks_of
from callevents_sandbox.slack.elements import Usable, usable
from callevents_sandbox.stack import Stack, name_of

Document = dict[str, object]
COMMAND = "/callevents"
MENTION = "@callevents"
LONGEST = 40_000  # characters; https://docs.slack.dev/reference/methods/chat.postMessage
LOCALES = {"en": "en-US", "zh-CN": "zh-CN"}


class NotPossible(Exception):
    """What was asked for cannot be done here; the message says why."""


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
        """Who does it; raises NotPossible."""
        return _one_of(self.text("user"), PEOPLE, "person")

    @property
    def channel(self) -> str:
        """Where; raises NotPossible."""
        return _one_of(self.text("channel"), CHANNELS, "channel")


def _one_of(value: str, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        msg = f"There is no such {what} here."
        raise NotPossible(msg)
    return value


@dataclass(slots=True)
class Deeds:
    """Does what the page asks for; `faults` are the switches that are on."""

    world: Stack
    faults: list[str] = field(default_factory=list)

    def do(self, wish: PageRequest) -> Document:
        """Do it and return what came of it. Raises NotPossible."""
        deed = self._deeds().get(wish.text("do"))
        if deed is None:
            raise NotPossible("There is no such deed.")
        return deed(wish)

    def _deeds(self) -> Mapping[str, Callable[[PageRequest], Document]]:
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
        }

    def _say(self, wish: PageRequest) -> Document:
        text, thread = wish.text("text").strip(), wish.text("thread_ts") or None
        if len(text) > LONGEST:
            raise NotPossible("Slack takes no message of more than 40,000 characters.")
        word, _, rest = text.partition(" ")
        if word.startswith("/"):
            return self._command(wish, word, rest, thread)
        if text:
            self.world.journal.write("page", "message", user=wish.user)
        if MENTION in text.split():
            said = " ".join(each for each in text.split(" ") if each != MENTION)
            shown = self.world.sender.mention(
                _escaped(said), user=wish.user, channel=wish.channel, thread_ts=thread
            )
            return _told(shown[-1])
        if text:
            self.world.workspace.post(wish.channel, wish.user, _escaped(text), thread_ts=thread)
        return {}

    def _command(self, wish: PageRequest, word: str, rest: str, thread: str | None) -> Document:
        if word != COMMAND:
            said = f"{word} is not a valid command here. Try {COMMAND}."
        elif thread:
            said = f"{word} is not supported in threads. Sorry! (Mention {MENTION} instead.)"
        else:
            return _told(self.world.command(rest, user=wish.user, channel=wish.channel))
        self.world.workspace.post(
            wish.channel, "USLACKBOT", said, way="slack", ephemeral_to=wish.user, thread_ts=thread
        )
        return {}

    def _press(self, wish: PageRequest) -> Document:
        place = self._place(wish)
        return _told(self.world.sender.use(place, _chosen(place, wish.document("action")), user=wish.user))

    def _submit(self, wish: PageRequest) -> Document:
        given = wish.document("values")
        values = {
            block: {action: state for action, state in states.items() if isinstance(state, dict)}
            for block, states in given.items()
            if isinstance(states, dict)
        }
        return _told(self.world.sender.submit(self._view(wish), values))

    def _close(self, wish: PageRequest) -> Document:
        self.world.workspace.views.pop(self._view(wish).id)
        self.world.journal.write("slack", "form closed", user=wish.user)
        return {}

    def _shortcut(self, wish: PageRequest) -> Document:
        message = self._posted(wish)
        if message.ephemeral_to:
            raise NotPossible("Slack offers no shortcuts on what only one person sees.")
        return _told(self.world.sender.shortcut(message, user=wish.user))

    def _home(self, wish: PageRequest) -> Document:
        return _told(self.world.sender.open_home(user=wish.user)[-1])

    def _alert(self, wish: PageRequest) -> Document:
        try:
            answer = self.world.alert(wish.text("name"))
        except KeyError:
            raise NotPossible("There is no such alert.") from None
        return {"status": answer.status_code, "body": answer.text}

    def _switch(self, wish: PageRequest) -> Document:
        name = _one_of(wish.text("name"), tuple(each.name for each in SWITCHES), "switch")
        kept = [each for each in self.faults if each != name]
        self.faults = [*kept, name] if wish.flag("on") else kept
        turn(self.world, self.faults)
        self.world.journal.write("page", "faults", on=list(self.faults))
        return {}

    def _language(self, wish: PageRequest) -> Document:
        """Set the person's Slack language, and that of alerts; instances end, as they remember it for an hour."""
        language = _one_of(wish.text("language"), tuple(LOCALES), "language")
        people, platform = self.world.workspace.people, self.world.platform
        for id_ in PEOPLE:
            people[id_] = replace(people[id_], locale=LOCALES[language])
        for function in ("slack", "worker", "webhook"):
            old = platform.function(name_of(function))
            own = {"CALLEVENTS_LANGUAGE": "auto" if language == "en" else language}
            environ = old.environ if function == "slack" else {**old.environ, **own}
            platform.deploy(replace(old, environ=environ))
        self.world.journal.write("page", "language", locale=LOCALES[language])
        return {}

    def _place(self, wish: PageRequest) -> Posted | View:
        return self._view(wish) if wish.text("view") else self._posted(wish)

    def _posted(self, wish: PageRequest) -> Posted:
        found = self.world.workspace.find(wish.channel, wish.text("ts"))
        if found is None or not found.visible_to(wish.user):
            raise NotPossible("This is not there any more.")
        return found

    def _view(self, wish: PageRequest) -> View:
        if wish.text("view") == "home" and wish.user in self.world.workspace.homes:
            home = self.world.workspace.homes[wish.user]
            return View("V0HOME", wish.user, home, "", "V0HOME")
        found = self.world.workspace.views.get(wish.text("view"))
        if found is None or found.user != wish.user:
            raise NotPossible("This window is not open any more.")
        return found


def _chosen(place: Posted | View, action: Document) -> Usable:
    for each in usable(blocks_of(place)):
        option = each.action.get("selected_option")
        value = option.get("value") if isinstance(option, dict) else each.action.get("value")
        if each.action_id == action.get("action_id") and value == action.get("value"):
            return each
    raise NotPossible("This is not there any more.")


def _told(shown: Shown) -> Document:
    """Return what Slack does with an answer: the error it shows, and for a form what was wrong in it."""
    return {
        "status": shown.status,
        "seconds": round(shown.seconds, 3),
        "error": shown.error,
        "body": shown.body.decode("utf-8", "replace"),
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
