"""chat.*: messages into channels."""

from callevents_sandbox.slack.people import Channel
from callevents_sandbox.slack.posted import Document, Posted, metadata_of
from callevents_sandbox.slack.web_api.arguments import ApiError, Arguments
from callevents_sandbox.slack.workspace import Workspace

MAX_TEXT_CHARS = 40_000


def post_message(workspace: Workspace, arguments: Arguments) -> Document:
    """Post for everybody in the channel."""
    channel = _channel(workspace, arguments, public="chat:write.public" in workspace.app.scopes)
    text, blocks = _content(arguments)
    metadata = _metadata(arguments)
    thread = arguments.text("thread_ts") or None
    if thread and workspace.find(channel.id, thread) is None:
        raise ApiError("thread_not_found")
    posted = workspace.post(
        channel.id, workspace.app.bot_user, text, blocks, way="chat.postMessage", thread_ts=thread
    )
    posted.broadcast = arguments.flag("reply_broadcast")
    posted.metadata = metadata
    return {"channel": channel.id, "ts": posted.ts, "message": posted.document(workspace.app.bot_id)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Document:
    """Post for one person in the channel."""
    channel = _channel(workspace, arguments, public=False)
    user = arguments.needed("user")
    if user not in workspace.people:
        raise ApiError("user_not_in_channel")
    text, blocks = _content(arguments)
    posted = workspace.post(
        channel.id,
        workspace.app.bot_user,
        text,
        blocks,
        way="chat.postEphemeral",
        ephemeral_to=user,
        thread_ts=arguments.text("thread_ts") or None,
    )
    return {"message_ts": posted.ts}


def update(workspace: Workspace, arguments: Arguments) -> Document:
    """Change a message of the app's own."""
    posted = _own(workspace, arguments, "cant_update_message")
    text, blocks = _content(arguments)
    metadata = _metadata(arguments)
    workspace.change(posted, text, blocks, "chat.postMessage")
    posted.metadata = metadata or posted.metadata
    return {"channel": posted.channel, "ts": posted.ts, "text": text}


def delete(workspace: Workspace, arguments: Arguments) -> Document:
    """Delete a message of the app's own."""
    posted = _own(workspace, arguments, "cant_delete_message")
    posted.deleted = True
    return {"channel": posted.channel, "ts": posted.ts}


def _own(workspace: Workspace, arguments: Arguments, error: str) -> Posted:
    _channel(workspace, arguments, public=False)
    posted = workspace.find(arguments.needed("channel"), arguments.needed("ts"))
    if posted is None or posted.deleted or posted.ephemeral_to:
        raise ApiError("message_not_found")
    if posted.author != workspace.app.bot_user:
        raise ApiError(error)
    return posted


def _channel(workspace: Workspace, arguments: Arguments, *, public: bool) -> Channel:
    channel = workspace.channels.get(arguments.needed("channel"))
    if channel is None:
        raise ApiError("channel_not_found")
    if channel.archived:
        raise ApiError("is_archived")
    if not channel.has_bot and (channel.private or not public):
        raise ApiError("not_in_channel")
    return channel


def _content(arguments: Arguments) -> tuple[str, list[Document]]:
    text, blocks = arguments.text("text"), arguments.blocks()
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > MAX_TEXT_CHARS:
        raise ApiError("msg_too_long")
    return text, blocks


def _metadata(arguments: Arguments) -> Document | None:
    given = arguments.structure("metadata")
    metadata = metadata_of({"metadata": given})
    if given is not None and metadata is None:
        raise ApiError("invalid_metadata_format")
    return metadata
