"""auth.test, users.*, usergroups.*, conversations.*: what the app may ask about the workspace."""

from callevents_sandbox.slack.posted import Document, Posted
from callevents_sandbox.slack.web_api.arguments import ApiError, Arguments
from callevents_sandbox.slack.workspace import Workspace

MAX_LISTED = 999


def auth_test(workspace: Workspace, arguments: Arguments) -> Document:
    """Return the owner of the token."""
    app = workspace.app
    return {
        "url": f"{arguments.base_url}/",
        "team": app.team_domain,
        "user": "callevents",
        "team_id": app.team,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, arguments: Arguments) -> Document:
    """Describe one person."""
    person = workspace.people.get(arguments.needed("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": person.document(workspace.app.team, with_locale=arguments.flag("include_locale"))}


def usergroups_users_list(workspace: Workspace, arguments: Arguments) -> Document:
    """List the members of a group."""
    group = workspace.groups.get(arguments.needed("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": sorted(group)}


def conversations_info(workspace: Workspace, arguments: Arguments) -> Document:
    """Describe one channel."""
    channel = workspace.channels.get(arguments.needed("channel"))
    if channel is None or (channel.private and not channel.has_bot):
        raise ApiError("channel_not_found")
    return {"channel": channel.document()}


def conversations_history(workspace: Workspace, arguments: Arguments) -> Document:
    """List the messages of one channel, the latest first, without what stands in threads."""
    messages = [message for message in _readable(workspace, arguments) if not message.thread_ts]
    return _page(workspace, arguments, messages[::-1])


def conversations_replies(workspace: Workspace, arguments: Arguments) -> Document:
    """List a thread, its first message first."""
    first = arguments.needed("ts")
    readable = _readable(workspace, arguments, always=first)
    messages = [message for message in readable if first in {message.ts, message.thread_ts}]
    if not messages:
        raise ApiError("thread_not_found")
    return _page(workspace, arguments, messages)


def _readable(workspace: Workspace, arguments: Arguments, always: str = "") -> list[Posted]:
    """Return what stands in the channel since the oldest that is asked for, and the message *always*."""
    channel = workspace.channels.get(arguments.needed("channel"))
    if channel is None or (channel.private and not channel.has_bot):
        raise ApiError("channel_not_found")
    if not channel.has_bot:
        raise ApiError("not_in_channel")
    needed = "groups:history" if channel.private else "channels:history"
    if needed not in workspace.app.scopes:
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(workspace.app.scopes)))
    oldest = _number(arguments, "oldest", 0.0)
    return [
        message
        for message in workspace.messages
        if message.channel == channel.id
        and not (message.deleted or message.ephemeral_to)
        and (float(message.ts) > oldest or message.ts == always)
    ]


def _page(workspace: Workspace, arguments: Arguments, messages: list[Posted]) -> Document:
    start = int(_number(arguments, "cursor", 0.0))
    limit = int(min(MAX_LISTED, max(1.0, _number(arguments, "limit", 100.0))))
    documents = []
    for message in messages[start : start + limit]:
        document = message.document(workspace.app.bot_id)
        if message.metadata and arguments.flag("include_all_metadata"):
            document["metadata"] = message.metadata
        documents.append(document)
    more = len(messages) > start + limit
    return {
        "messages": documents,
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _number(arguments: Arguments, name: str, otherwise: float) -> float:
    value = arguments.given.get(name)
    try:
        return float(str(value)) if value is not None else otherwise
    except ValueError:
        raise ApiError("invalid_arguments") from None
