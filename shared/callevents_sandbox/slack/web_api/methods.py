"""The methods of the Web API that apps like this one call: who may call them, and where they are.

Source: https://docs.slack.dev/reference/methods
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callevents_sandbox.slack.posted import Document
from callevents_sandbox.slack.web_api import chat, files, views
from callevents_sandbox.slack.web_api import directory as lookups
from callevents_sandbox.slack.web_api.arguments import Arguments
from callevents_sandbox.slack.workspace import Workspace

Work = Callable[[Workspace, Arguments], Document]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: what it does, and the scopes of which the token needs one."""

    work: Work
    scopes: frozenset[str] = frozenset()


_CHAT = frozenset({"chat:write"})
_HISTORY = frozenset({"channels:history", "groups:history"})
_FILES = frozenset({"files:write"})
METHODS: Mapping[str, Method] = {
    "auth.test": Method(lookups.auth_test),
    "chat.postMessage": Method(chat.post_message, _CHAT),
    "chat.postEphemeral": Method(chat.post_ephemeral, _CHAT),
    "chat.update": Method(chat.update, _CHAT),
    "chat.delete": Method(chat.delete, _CHAT),
    "views.open": Method(views.open_view),
    "views.update": Method(views.update),
    "views.push": Method(views.push),
    "views.publish": Method(views.publish),
    "users.info": Method(lookups.users_info, frozenset({"users:read"})),
    "usergroups.users.list": Method(lookups.usergroups_users_list, frozenset({"usergroups:read"})),
    "conversations.history": Method(lookups.conversations_history, _HISTORY),
    "conversations.replies": Method(lookups.conversations_replies, _HISTORY),
    "conversations.info": Method(lookups.conversations_info, frozenset({"channels:read", "groups:read"})),
    "files.getUploadURLExternal": Method(files.get_upload_url, _FILES),
    "files.completeUploadExternal": Method(files.complete_upload, _FILES),
}
