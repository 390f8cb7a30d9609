"""Parses a request of Slack, once, into types. Only for bodies whose signature was verified. Raises only Malformed.

Sources: https://docs.slack.dev/interactivity/implementing-slash-commands, https://docs.slack.dev/apis/events-api
"""

import json
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from callevents.actor import Belonging
from callevents.slack.requests.fields import (
    Installation,
    Json,
    belongs,
    flag,
    install_flag,
    nested,
    objects,
    slack_id,
    text,
    timestamp,
)
from callevents.slack.requests.interactions import Interaction, read_interaction

MAX_BYTES = 1 << 20
# Slack's own forms have about fifteen fields.
MAX_FIELDS = 100
MAX_TEXT_CHARS = MAX_BYTES


class Malformed(ValueError):
    """The body cannot come from Slack; the message says why, without the content."""


class Command(NamedTuple):
    """A slash command."""

    command: str
    text: str
    user: str
    team: str
    enterprise: str
    channel: str
    response_url: str
    trigger_id: str
    app: str
    belonging: Belonging = "unknown"

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"Command(user={self.user!r}, team={self.team!r}, channel={self.channel!r})"


class SlackEvent(NamedTuple):
    """An event of the Events API; `own` is true where this app caused it, `edited` for an edited message."""

    type: str
    event_id: str
    text: str
    user: str
    team: str
    enterprise: str
    channel: str
    timestamp: str
    thread: str
    own: bool
    app: str
    body: Json
    belonging: Belonging = "unknown"
    edited: bool = False

    def __repr__(self) -> str:
        """Leave out the text."""
        return f"SlackEvent(type={self.type!r}, event_id={self.event_id!r}, user={self.user!r}, team={self.team!r})"


class UrlVerification(NamedTuple):
    """Slack asks whether this URL belongs to the app."""

    challenge: str


class SslCheck:
    """Slack checks the certificate."""


class Unknown(NamedTuple):
    """A payload of an unknown type."""

    type: str


Incoming: TypeAlias = Command | Interaction | SlackEvent | UrlVerification | SslCheck | Unknown


class Parsed(NamedTuple):
    """A request as one of the types above, and as the plain object that slack-bolt takes."""

    incoming: Incoming
    body: dict[str, object]

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"Parsed({self.incoming!r})"


def parse(content_type: str, body: bytes) -> Parsed:
    """Return the request in a verified *body*; raise Malformed where it cannot be decoded."""
    if len(body) > MAX_BYTES:
        raise Malformed("too long")
    if content_type.partition(";")[0].strip().lower() == "application/json" or body.lstrip()[:1] == b"{":
        data = _json_object(body)
        return Parsed(_from_json(data), data)
    form = _form(body)
    # Only a field of this name is a payload; a text that contains the word is not.
    if "payload" in form and "command" not in form:
        data = _json_object(str(form["payload"]).encode("utf-8", "replace"))
        return Parsed(read_interaction(data), data)
    return Parsed(_from_form(form), form)


def from_payload(data: dict[str, object]) -> Parsed:
    """Return the request in a payload that is decoded already, as Slack's Socket Mode delivers it."""
    if "command" in data:
        return Parsed(_from_form(data), data)
    incoming = _from_json(data)
    return Parsed(read_interaction(data) if isinstance(incoming, Unknown) else incoming, data)


def _json_object(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise Malformed("ambiguous" if isinstance(error, Malformed) else "not JSON") from None
    if not isinstance(data, dict):
        raise Malformed("not an object")
    return data


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise Malformed("ambiguous")
    return data


def _form(body: bytes) -> dict[str, object]:
    """Return the fields of a form, in half the time of `urllib.parse.parse_qsl`."""
    if body.count(b"&") >= MAX_FIELDS:
        raise Malformed("too many fields")
    fields = [field.partition("=") for field in body.decode("utf-8", "replace").split("&") if field]
    form: dict[str, object] = {_decode(name): _decode(value) for name, _, value in fields}
    if len(form) != len(fields):
        raise Malformed("ambiguous")
    return form


def _decode(text: str) -> str:
    if "%" not in text and "+" not in text:  # as most are
        return text
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def _from_form(form: Json) -> Incoming:
    if form.get("ssl_check") == "1" and "command" not in form:
        return SslCheck()
    if "command" not in form:
        return Unknown("form")
    # A command is typed in the person's own workspace: Slack offers it to nobody else.
    team, enterprise = slack_id(form, "team_id"), slack_id(form, "enterprise_id")
    workspace, belonging = belongs(team, Installation(team, enterprise, install_flag(form)))
    return Command(
        command=text(form, "command", 100),
        text=text(form, "text", MAX_TEXT_CHARS),
        user=slack_id(form, "user_id"),
        team=workspace,
        enterprise=enterprise,
        channel=slack_id(form, "channel_id"),
        response_url=text(form, "response_url", 2000),
        trigger_id=text(form, "trigger_id", 300),
        app=slack_id(form, "api_app_id"),
        belonging=belonging,
    )


def _from_json(data: Json) -> Incoming:
    kind = text(data, "type", 100)
    if kind == "url_verification":
        return UrlVerification(text(data, "challenge"))
    if kind == "event_callback":
        return _event(data)
    return Unknown(kind)


def _event(data: Json) -> SlackEvent:
    event = nested(data, "event")
    user = slack_id(event, "user")
    installed = _installation(data)
    workspace, belonging = belongs(slack_id(event, "user_team") or slack_id(event, "team"), installed)
    return SlackEvent(
        type=text(event, "type", 100),
        event_id=text(data, "event_id", 100),
        text=text(event, "text", MAX_TEXT_CHARS),
        user=user,
        team=workspace,
        enterprise=installed.enterprise,
        channel=slack_id(event, "channel") or slack_id(event, "item_channel"),
        timestamp=timestamp(event, "ts") or timestamp(event, "event_ts"),
        thread=timestamp(event, "thread_ts"),
        own=_is_own(data, event, user),
        app=slack_id(data, "api_app_id"),
        body=event,
        belonging=belonging,
        edited=bool(nested(event, "edited")),
    )


def _installation(data: Json) -> Installation:
    """Return where the app is installed: what its authorization says, or else through which team the event came.

    The event's own `team_id` and `enterprise_id` say where it happened: in an externally shared channel perhaps with
    somebody else.
    Source: https://docs.slack.dev/apis/events-api#the-events-api-payload
    """
    authorized = next(iter(objects(data, "authorizations", 1)), None)
    if authorized is None:
        workspace, enterprise, whole = slack_id(data, "context_team_id"), "", None
    else:
        workspace, enterprise = slack_id(authorized, "team_id"), slack_id(authorized, "enterprise_id")
        whole = install_flag(authorized)
    enterprise = enterprise or slack_id(data, "context_enterprise_id")
    if workspace.startswith("E"):
        return Installation("", workspace, whole=True)
    if not workspace and not whole:
        workspace = slack_id(data, "context_team_id")
    return Installation(workspace, enterprise, whole)


def _is_own(data: Json, event: Json, user: str) -> bool:
    """Say whether this app caused the event: as its bot user, or as the app behind a bot's message.

    A message that a tool posts for a person has a `bot_id` too, so that says nothing.
    """
    bots = [slack_id(each, "user_id") for each in objects(data, "authorizations") if flag(each, "is_bot")]
    app = slack_id(data, "api_app_id")
    posted_by = {slack_id(event, "app_id"), slack_id(nested(event, "bot_profile"), "app_id")}
    return user in bots or bool(app and event.get("bot_id") and app in posted_by)
