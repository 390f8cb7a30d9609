"""Says no: to people who may not ask, and to requests that cannot be answered."""

from collections.abc import Collection

from callevents.errors import CallEventsError
from callevents.i18n_marker import N_
from callevents.report.viewer import Viewer
from callevents.slack.messages.answer import Message
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.notices import guest_check_failed, guests_refused, not_allowed
from callevents.slack.users.access import Refusal


class WorkspaceRefused(CallEventsError):
    """The person's workspace may not ask."""

    code = "workspace_refused"
    sentence = N_("This bot does not answer in this workspace.")
    advice = N_("Ask whoever runs this bot.")


class GroupsUnknowable(CallEventsError):
    """Only members of user groups may ask, and the bot cannot read who they are."""

    code = "groups_unknowable"
    sentence = N_(
        "Only members of certain user groups may look up calls, and this bot cannot read who they are."
    )
    advice = N_("Whoever runs it must give it a bot token with the scope usergroups:read.")


class Replayed(CallEventsError):
    """The very same signed request came before."""

    code = "replayed"
    sentence = N_("This request was answered before.")
    advice = N_("Nothing was looked up. Run the command again.")


class Unreadable(CallEventsError):
    """A signed request that is none that Slack documents."""

    code = "unreadable_request"
    sentence = N_("Slack sent a request that this bot cannot read.")
    advice = N_("Nothing was looked up. Try again; if it stays, tell whoever runs this bot the request id.")


class UnknownInteraction(CallEventsError):
    """A button or shortcut that this version does not know."""

    code = "unknown_interaction"
    sentence = N_("This bot does not know that button or shortcut.")
    advice = N_("Look the call up with the command.")


def denial_message(refusal: Refusal, viewer: Viewer, groups: Collection[str] = ()) -> Message:
    """Return why the person may not ask, and whom to ask or what to do; members of *groups* may."""
    if refusal == "workspace":
        return error_message(WorkspaceRefused(), viewer)
    if refusal == "groups_unknowable":
        return error_message(GroupsUnknowable(), viewer)
    if refusal == "person":
        return not_allowed(viewer, usergroups=sorted(groups))
    return {"guest": guests_refused, "unchecked": guest_check_failed}[refusal](viewer)
