"""auth.test, users.*, usergroups.*, conversations.*: what the app may ask about the workspace."""

from callevents_sandbox.slack.arguments import ApiError, Arguments
from callevents_sandbox.slack.posted import Document
from callevents_sandbox.slack.workspace import Workspace


def auth_test(workspace: Workspace, arguments: Arguments) -> Document:
    """Tell whose token it is."""
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
    """Tell about one person."""
    person = workspace.people.get(arguments.needed("user"))
    if person is None:
        raise ApiError("user_not_found")
    return {"user": person.document(workspace.app.team, with_locale=arguments.flag("include_locale"))}


def usergroups_users_list(workspace: Workspace, arguments: Arguments) -> Document:
    """Tell who is in a group."""
    group = workspace.groups.get(arguments.needed("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": sorted(group)}


def conversations_info(workspace: Workspace, arguments: Arguments) -> Document:
    """Tell about one channel."""
    channel = workspace.channels.get(arguments.needed("channel"))
    if channel is None or (channel.private and not channel.has_bot):
        raise ApiError("channel_not_found")
    return {"channel": channel.document()}
