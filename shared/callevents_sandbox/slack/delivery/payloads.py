"""What Slack sends to an app, member by member.

Sources: https://docs.slack.dev/interactivity/implementing-slash-commands ,
https://docs.slack.dev/reference/interaction-payloads , https://docs.slack.dev/apis/events-api
"""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from callevents_sandbox.slack.posted import Document, Posted
from callevents_sandbox.slack.web_api.views import document
from callevents_sandbox.slack.workspace import View, Workspace

FORM = "application/x-www-form-urlencoded"


def command(
    workspace: Workspace,
    name: str,
    text: str,
    *,
    user: str,
    channel: str,
    response_url: str,
    trigger_id: str = "",
) -> bytes:
    """Return the body of a slash command, with a trigger of its own if none is given."""
    app = workspace.app
    fields = {
        "token": app.verification_token,
        "team_id": app.team,
        "team_domain": app.team_domain,
        "channel_id": channel,
        "channel_name": _channel_name(workspace, channel),
        "user_id": user,
        "user_name": _name(workspace, user),
        "command": name,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id or workspace.new_trigger(user),
    }
    return urlencode(fields, errors="surrogatepass").encode()


def interaction(payload: Document) -> bytes:
    """Return the body that carries *payload*."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def pressed(
    workspace: Workspace,
    user: str,
    place: Posted | View,
    action: Document,
    *,
    response_url: str | None,
    trigger_id: str,
) -> Document:
    """Return the payload for an element that was used in a message or a view."""
    ts = f"{workspace.clock():.6f}"
    payload = {
        "type": "block_actions",
        **_common(workspace, user),
        "trigger_id": trigger_id,
        "actions": [{**action, "action_ts": ts}],
        "state": {"values": {}},
    }
    if isinstance(place, View):
        container: Document = {"type": "view", "view_id": place.id}
        return {**payload, "container": container, "view": document(workspace, place)}
    container = {
        "type": "message",
        "message_ts": place.ts,
        "channel_id": place.channel,
        "is_ephemeral": place.ephemeral_to is not None,
    }
    if place.thread_ts:
        container["thread_ts"] = place.thread_ts
    shown = {**payload, "container": container, "channel": _channel(workspace, place.channel)}
    if place.ephemeral_to is None:  # of a message that only one person sees, Slack sends no content
        shown["message"] = place.document(workspace.app.bot_id)
    return {**shown, "response_url": response_url}


def submitted(workspace: Workspace, view: View, values: Mapping[str, Mapping[str, Document]]) -> Document:
    """Return the payload for a form that was sent off; *values* by block_id and action_id."""
    shown = document(workspace, view) | {"state": {"values": values}}
    return {
        "type": "view_submission",
        **_common(workspace, view.user),
        "trigger_id": workspace.new_trigger(view.user),
        "view": shown,
        "response_urls": [],
    }


def message_shortcut(
    workspace: Workspace, callback_id: str, user: str, message: Posted, *, response_url: str, trigger_id: str
) -> Document:
    """Return the payload for a shortcut that was chosen on a message."""
    return {
        "type": "message_action",
        **_common(workspace, user),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": f"{workspace.clock():.6f}",
        "message_ts": message.ts,
        "message": message.document(workspace.app.bot_id),
        "channel": _channel(workspace, message.channel),
        "response_url": response_url,
    }


def global_shortcut(workspace: Workspace, callback_id: str, user: str) -> Document:
    """Return the payload for a shortcut that was chosen anywhere."""
    return {
        "type": "shortcut",
        **_common(workspace, user),
        "callback_id": callback_id,
        "trigger_id": workspace.new_trigger(user),
        "action_ts": f"{workspace.clock():.6f}",
    }


def event(workspace: Workspace, inner: Document, event_id: str) -> bytes:
    """Return the body of an Events API request about *inner*."""
    app = workspace.app
    authorization = {
        "enterprise_id": None,
        "team_id": app.team,
        "user_id": app.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    outer = {
        "token": app.verification_token,
        "team_id": app.team,
        "api_app_id": app.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(workspace.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
    }
    return json.dumps(outer).encode()


def _common(workspace: Workspace, user: str) -> Document:
    app = workspace.app
    name = _name(workspace, user)
    return {
        "user": {"id": user, "username": name, "name": name, "team_id": app.team},
        "api_app_id": app.app_id,
        "token": app.verification_token,
        "team": {"id": app.team, "domain": app.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _name(workspace: Workspace, user: str) -> str:
    person = workspace.people.get(user)
    return person.name if person else user.lower()


def _channel(workspace: Workspace, channel: str) -> Document:
    return {"id": channel, "name": _channel_name(workspace, channel)}


def _channel_name(workspace: Workspace, channel: str) -> str:
    known = workspace.channels.get(channel)
    if known is None:
        return "directmessage"
    return "privategroup" if known.private else known.name
