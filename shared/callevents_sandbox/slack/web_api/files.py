"""files.*: uploads in the three steps of today: ask for a URL, send the bytes, say where it goes."""

from callevents_sandbox.slack.posted import Document
from callevents_sandbox.slack.web_api.arguments import ApiError, Arguments
from callevents_sandbox.slack.workspace import StoredFile, Workspace


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Document:
    """Give the URL for the bytes of one file."""
    name = arguments.needed("filename")
    if not str(arguments.given.get("length", "")).isdigit():
        raise ApiError("invalid_arguments")
    stored = StoredFile(workspace.new_id("F"), name)
    workspace.files[stored.id] = stored
    return {"upload_url": f"{arguments.base_url}/upload/v1/{stored.id}", "file_id": stored.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Document:
    """Share what was uploaded."""
    listed = arguments.structure("files")
    if not isinstance(listed, list) or not listed:
        raise ApiError("invalid_arguments")
    channel = arguments.text("channel_id")
    if channel and channel not in workspace.channels:
        raise ApiError("channel_not_found")
    shared = []
    for each in listed:
        stored = workspace.files.get(str(each.get("id"))) if isinstance(each, dict) else None
        if stored is None:
            raise ApiError("file_not_found")
        stored.channel = channel or None
        shared.append({"id": stored.id, "title": stored.name})
        if channel:
            comment = arguments.text("initial_comment", stored.name)
            workspace.post(
                channel,
                workspace.app.bot_user,
                comment,
                way="chat.postMessage",
                thread_ts=arguments.text("thread_ts") or None,
            )
    return {"files": shared}
