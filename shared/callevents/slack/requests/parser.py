"""What Slack sends, parsed once into types. Only for bodies whose signature was checked. Raises nothing but Malformed.

Sources: https://docs.slack.dev/interactivity/implementing-slash-commands, https://docs.slack.dev/apis/events-api
"""

import json
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote_plus

from callevents.actor import Belonging
from callevents.slack.requests.fields import Json, belongs, flag, moment, nested, objects, slack_id, text
from callevents.slack.requests.interactions import Interaction, read_interaction

MOST_BYTES = 1 << 20
# Slack's own forms have some fifteen fields.
MOST_FIELDS = 100
LONGEST_TEXT = MOST_BYTES


class Malformed(ValueError):
    """The body is none that Slack would send; the text says why, in our own words, without the content."""


class Command(NamedTuple):
    """A slash command as it was typed."""

    command: str
    text: str
    user: str
    team: str
    enterprise: str
    channel: str
    response_url: str
    trigger_id: str
    app: str

    def __repr__(self) -> str:
        """Leave out what is a secret."""
        return f"Command(user={self.user!r}, team={self.team!r}, channel={self.channel!r})"


class Event(NamedTuple):
    """An event of the Events API; `from_bot` tells that a bot, perhaps we, caused it."""

    type: str
    event_id: str
    text: str
    user: str
    team: str
    enterprise: str
    channel: str
    at: str
    thread: str
    from_bot: bool
    app: str
    body: Json
    belonging: Belonging = "inside"

    def __repr__(self) -> str:
        """Leave out what was said."""
        return (
            f"Event(type={self.type!r}, event_id={self.event_id!r}, user={self.user!r}, team={self.team!r})"
        )


class UrlVerification(NamedTuple):
    """Slack asks whether this URL is ours."""

    challenge: str


class SslCheck:
    """Slack tries the certificate."""


class Unknown(NamedTuple):
    """An object of a kind this product does not know."""

    type: str


Incoming: TypeAlias = Command | Interaction | Event | UrlVerification | SslCheck | Unknown


class Parsed(NamedTuple):
    """A request in our types, and as the plain object that slack-bolt wants."""

    incoming: Incoming
    body: dict[str, object]

    def __repr__(self) -> str:
        """Leave out what is a secret."""
        return f"Parsed({self.incoming!r})"


def parse(content_type: str, body: bytes) -> Parsed:
    """Return what a verified *body* says; raise Malformed where it says nothing that can be read."""
    if len(body) > MOST_BYTES:
        raise Malformed("too long")
    if content_type.partition(";")[0].strip().lower() == "application/json" or body.lstrip()[:1] == b"{":
        data = _json_object(body)
        return Parsed(_from_json(data), data)
    form = _form(body)
    # Only a field of that name is a payload: a text that merely contains the word is not.
    if "payload" in form and "command" not in form:
        data = _json_object(str(form["payload"]).encode("utf-8", "replace"))
        return Parsed(read_interaction(data), data)
    return Parsed(_from_form(form), form)


def read(data: dict[str, object]) -> Parsed:
    """Return what the payload *data* says, parsed by somebody else: Slack's Socket Mode gives it without its dress."""
    if "command" in data:
        return Parsed(_from_form(data), data)
    incoming = _from_json(data)
    return Parsed(read_interaction(data) if isinstance(incoming, Unknown) else incoming, data)


def _json_object(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise Malformed("two readings" if isinstance(error, Malformed) else "not JSON") from None
    if not isinstance(data, dict):
        raise Malformed("not an object")
    return data


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise Malformed("two readings")
    return data


def _form(body: bytes) -> dict[str, object]:
    """Return the fields of a form; `urllib.parse.parse_qsl` says the same, in twice the time."""
    if body.count(b"&") >= MOST_FIELDS:
        raise Malformed("too many fields")
    fields = [field for field in body.decode("utf-8", "replace").split("&") if field]
    form: dict[str, object] = {}
    for field in fields:
        name, _, value = field.partition("=")
        form[_decoded(name)] = _decoded(value)
    if len(form) != len(fields):
        raise Malformed("two readings")
    return form


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _from_form(form: Json) -> Incoming:
    if form.get("ssl_check") == "1" and "command" not in form:
        return SslCheck()
    if "command" not in form:
        return Unknown("form")
    return Command(
        command=text(form, "command", 100),
        text=text(form, "text", LONGEST_TEXT),
        user=slack_id(form, "user_id"),
        team=slack_id(form, "team_id"),
        enterprise=slack_id(form, "enterprise_id"),
        channel=slack_id(form, "channel_id"),
        response_url=text(form, "response_url", 2000),
        trigger_id=text(form, "trigger_id", 300),
        app=slack_id(form, "api_app_id"),
    )


def _from_json(data: Json) -> Incoming:
    kind = text(data, "type", 100)
    if kind == "url_verification":
        return UrlVerification(text(data, "challenge"))
    if kind == "event_callback":
        return _event(data)
    return Unknown(kind)


def _event(data: Json) -> Event:
    event = nested(data, "event")
    ourselves = {slack_id(installed, "user_id") for installed in objects(data, "authorizations")} - {""}
    user = slack_id(event, "user")
    authorized = next(iter(objects(data, "authorizations", 1)), {})
    named = ((authorized, "enterprise_id"), (data, "enterprise_id"), (data, "context_enterprise_id"))
    enterprise = next(filter(None, (slack_id(part, key) for part, key in named)), "")
    installed = slack_id(authorized, "team_id") or slack_id(data, "team_id")
    home, belonging = belongs(slack_id(event, "user_team") or slack_id(event, "team"), installed, enterprise)
    return Event(
        type=text(event, "type", 100),
        event_id=text(data, "event_id", 100),
        text=text(event, "text", LONGEST_TEXT),
        user=user,
        team=home,
        enterprise=enterprise,
        channel=slack_id(event, "channel") or slack_id(event, "item_channel"),
        at=moment(event, "ts") or moment(event, "event_ts"),
        thread=moment(event, "thread_ts"),
        from_bot=bool(event.get("bot_id"))
        or (user in ourselves and any(map(_is_bot, objects(data, "authorizations")))),
        app=slack_id(data, "api_app_id"),
        body=event,
        belonging=belonging,
    )


def _is_bot(installed: Json) -> bool:
    return flag(installed, "is_bot")
