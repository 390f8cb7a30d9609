"""views.*: forms and the Home tab."""

import secrets

from callevents_sandbox.slack.posted import Document
from callevents_sandbox.slack.web_api.arguments import ApiError, Arguments, checked
from callevents_sandbox.slack.web_api.block_limits import Surface
from callevents_sandbox.slack.workspace import View, Workspace

_TITLE, _METADATA = 24, 3000


def open_view(workspace: Workspace, arguments: Arguments) -> Document:
    """Open a form for the person of the trigger."""
    trigger_id, user = _triggered(workspace, arguments)
    return _opened(workspace, user, _view(arguments, "modal"), trigger_id)


def push(workspace: Workspace, arguments: Arguments) -> Document:
    """Put a form on top of the one that is open."""
    trigger_id, user = _triggered(workspace, arguments)
    root = next((each.root for each in workspace.views.values() if each.user == user), None)
    if root is None:
        raise ApiError("not_found")
    return _opened(workspace, user, _view(arguments, "modal"), trigger_id, root)


def update(workspace: Workspace, arguments: Arguments) -> Document:
    """Change a form that is open."""
    view = _view(arguments, "modal")
    opened = workspace.views.get(arguments.text("view_id"))
    if opened is None:
        raise ApiError("not_found")
    if arguments.text("hash", opened.hash) != opened.hash:
        raise ApiError("hash_conflict")
    opened.view, opened.hash = view, _hash(workspace)
    workspace.journal.write("slack", "form changed", user=opened.user, view=opened.id)
    return {"view": document(workspace, opened)}


def publish(workspace: Workspace, arguments: Arguments) -> Document:
    """Set a person's Home tab."""
    user = arguments.needed("user_id")
    if user not in workspace.people:
        raise ApiError("user_not_found")
    view = _view(arguments, "home")
    workspace.homes[user] = view
    workspace.journal.write("slack", "home published", user=user)
    return {"view": {**view, "id": workspace.new_id("V"), "team_id": workspace.app.team}}


def document(workspace: Workspace, opened: View) -> Document:
    """Return a view as Slack's payloads print it."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **opened.view,
        "id": opened.id,
        "team_id": workspace.app.team,
        "state": {"values": {}},
        "hash": opened.hash,
        "root_view_id": opened.root,
        "previous_view_id": None,
        "app_id": workspace.app.app_id,
        "bot_id": workspace.app.bot_id,
    }


def _opened(
    workspace: Workspace, user: str, view: Document, trigger_id: str, root: str | None = None
) -> Document:
    id_ = workspace.new_id("V")
    opened = View(id_, user, view, _hash(workspace), root or id_, trigger_id)
    workspace.views[id_] = opened
    workspace.journal.write("slack", "form opened", user=user, view=id_)
    return {"view": document(workspace, opened)}


def _triggered(workspace: Workspace, arguments: Arguments) -> tuple[str, str]:
    """Use the trigger up; return its id and its person."""
    trigger_id = arguments.needed("trigger_id")
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if workspace.clock() > trigger.expires_at:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger_id, trigger.user


def _view(arguments: Arguments, surface: Surface) -> Document:
    view = arguments.structure("view")
    if not isinstance(view, dict) or view.get("type") != surface:
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] unsupported view type"]})
    checked(view.get("blocks", []), surface, arguments.refused)
    title = view.get("title")
    if surface == "modal" and not (isinstance(title, dict) and 0 < len(str(title.get("text", ""))) <= _TITLE):
        raise ApiError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] title must be 1 to 24 characters"]}
        )
    if len(str(view.get("private_metadata", ""))) > _METADATA:
        raise ApiError("view_too_large")
    return view


def _hash(workspace: Workspace) -> str:
    return f"{int(workspace.clock())}.{secrets.token_hex(4)}"
