"""Says no: to people who may not ask, and to requests that cannot be answered."""

from collections.abc import Collection

from callevents.errors import GroupsUnknowable, WorkspaceRefused
from callevents.report.viewer import Viewer
from callevents.slack.messages.answer import Message
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.notices import guest_check_failed, guests_refused, not_allowed
from callevents.slack.users.access import Refusal


def denial_message(refusal: Refusal, viewer: Viewer, groups: Collection[str] = ()) -> Message:
    """Return why the person may not ask, and whom to ask or what to do; members of *groups* may."""
    if refusal == "workspace":
        return error_message(WorkspaceRefused(), viewer)
    if refusal == "groups_unknowable":
        return error_message(GroupsUnknowable(), viewer)
    if refusal == "person":
        return not_allowed(viewer, usergroups=sorted(groups))
    return {"guest": guests_refused, "unchecked": guest_check_failed}[refusal](viewer)
