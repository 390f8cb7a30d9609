"""Parses clicks, shortcuts and forms out of Slack's interaction payloads. Never raises.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from typing import Final, NamedTuple, TypeAlias

from callevents.actor import Belonging
from callevents.slack.requests.fields import (
    Installation,
    Json,
    belongs,
    install_flag,
    nested,
    objects,
    slack_id,
    text,
    timestamp,
)

BLOCK_ACTIONS: Final = "block_actions"
MESSAGE_ACTION: Final = "message_action"
SHORTCUT: Final = "shortcut"
VIEW_SUBMISSION: Final = "view_submission"
VIEW_CLOSED: Final = "view_closed"
KINDS: Final = frozenset({BLOCK_ACTIONS, MESSAGE_ACTION, SHORTCUT, VIEW_SUBMISSION, VIEW_CLOSED})

# The callback ids of the message shortcut and of the form.
LOOK_UP_CALL: Final = "look_up_call"
SEARCH_FORM: Final = "search_form"

# Block id -> action id -> the typed or chosen value
Inputs: TypeAlias = dict[str, dict[str, str]]


class Action(NamedTuple):
    """A pressed button or a chosen option, with its `value`."""

    action_id: str
    block_id: str
    value: str


class View(NamedTuple):
    """A modal or the Home tab, with its inputs."""

    id: str
    hash: str
    callback_id: str
    private_metadata: str
    inputs: Inputs
    modal: bool = True


class ClickedMessage(NamedTuple):
    """The message that was acted on; `content` is all of it, for callevents.slack.requests.message_text.

    Slack sends no content of an ephemeral message.
    """

    timestamp: str
    thread: str
    content: Json
    blocks: tuple[Json, ...] = ()

    def __repr__(self) -> str:
        """Leave out the content."""
        return f"ClickedMessage(timestamp={self.timestamp!r}, thread={self.thread!r})"


class Interaction(NamedTuple):
    """A click, a shortcut or a form; `kind` is Slack's type, one of KINDS or a newer one."""

    kind: str
    callback_id: str
    user: str
    team: str
    enterprise: str
    channel: str
    response_url: str
    trigger_id: str
    app: str
    actions: tuple[Action, ...]
    message: ClickedMessage | None
    view: View | None
    ephemeral: bool = False
    belonging: Belonging = "unknown"

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"Interaction(kind={self.kind!r}, user={self.user!r}, team={self.team!r}, channel={self.channel!r})"


def read_interaction(data: Json) -> Interaction:
    """Return the interaction in *data*; a field that is missing or of another type is empty."""
    user, container = nested(data, "user"), nested(data, "container")
    installed = _installation(data)
    workspace, belonging = belongs(slack_id(user, "team_id"), installed)
    return Interaction(
        kind=text(data, "type", 100),
        callback_id=text(data, "callback_id", 255),
        user=slack_id(user, "id"),
        team=workspace,
        enterprise=installed.enterprise,
        channel=slack_id(nested(data, "channel"), "id") or slack_id(container, "channel_id"),
        response_url=text(data, "response_url", 2000) or _chosen_url(data),
        trigger_id=text(data, "trigger_id", 300),
        app=slack_id(data, "api_app_id"),
        actions=tuple(_action(action) for action in objects(data, "actions")),
        message=_message(data, container),
        view=_view(nested(data, "view")),
        ephemeral=container.get("is_ephemeral") is True,
        belonging=belonging,
    )


def _installation(data: Json) -> Installation:
    """Return where the app is installed.

    A view may be another organisation's person's: then its payload's team and enterprise are theirs, and only
    `app_installed_team_id` is the app's, a workspace or an organisation.
    """
    team = nested(data, "team")
    workspace = slack_id(team, "id")
    enterprise = slack_id(nested(data, "enterprise"), "id") or slack_id(team, "enterprise_id")
    whole = install_flag(data)
    named = slack_id(nested(data, "view"), "app_installed_team_id")
    if named.startswith("E"):
        return Installation("", named, whole=True)
    if named and named != workspace:
        return Installation(named, "", whole=False)
    if workspace.startswith("E"):
        return Installation("", workspace, whole=True)
    return Installation(workspace, enterprise, whole)


def _chosen_url(data: Json) -> str:
    """Return the response_url of the channel chosen in a form (`response_url_enabled`)."""
    chosen = objects(data, "response_urls", 1)
    return text(chosen[0], "response_url", 2000) if chosen else ""


def _action(action: Json) -> Action:
    return Action(text(action, "action_id", 255), text(action, "block_id", 255), _value(action))


def _value(element: Json) -> str:
    """Return the value of a button or an option, a typed text, or a chosen conversation."""
    chosen = nested(element, "selected_option")
    return (
        text(element, "value")
        or text(chosen, "value", 150)
        or slack_id(element, "selected_conversation")
        or slack_id(element, "selected_channel")
        or slack_id(element, "selected_user")
    )


def _message(data: Json, container: Json) -> ClickedMessage | None:
    message = nested(data, "message")
    sent_at = timestamp(message, "ts") or timestamp(container, "message_ts")
    if not message and not sent_at:
        return None
    thread = timestamp(message, "thread_ts") or timestamp(container, "thread_ts")
    blocks = tuple(objects(message, "blocks", 50))
    return ClickedMessage(timestamp=sent_at, thread=thread, content=message, blocks=blocks)


def _view(view: Json) -> View | None:
    if not view:
        return None
    inputs: Inputs = {}
    for block_id, elements in nested(view, "state", "values").items():
        if isinstance(elements, dict):
            inputs[block_id] = {key: _value(item) for key, item in elements.items() if isinstance(item, dict)}
    return View(
        id=text(view, "id", 100),
        hash=text(view, "hash", 100),
        callback_id=text(view, "callback_id", 255),
        private_metadata=text(view, "private_metadata"),
        inputs=inputs,
        modal=view.get("type") != "home",
    )
