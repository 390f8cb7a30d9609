"""Denials: why a person may not look up calls, see full numbers, or share an answer."""

import re
from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from callevents.errors import GroupsUnknowable, WorkspaceRefused
from callevents.i18n import gettext_for
from callevents.report.text import cut_escaped, escape_mrkdwn, join_sentences
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import (
    PERSON,
    Message,
    inline_code,
    interpolate,
    rich_text,
    section,
    text_element,
    user,
    usergroup,
)
from callevents.slack.messages.errors import error_message
from callevents.slack.messages.notices import notice

# Who reads a channel in which nothing may appear for all: people outside, it cannot be known, or Slack did not say.
NotInside: TypeAlias = Literal["outside", "unknowable", "failed"]
# Why a person may not look up calls; why they may not see full numbers; why they may not find calls.
Denial: TypeAlias = Literal[
    "workspace", "person", "guest", "unchecked", "groups_unknowable",
    "reveal", "reveal_unchecked",
    "search", "search_unchecked", "search_unknowable", "no_agent",
]  # fmt: skip

_GROUP = re.compile(r"S[0-9A-Z]{1,30}", re.ASCII)
_MAX_MENTIONS = 5


def denial_message(denial: Denial, viewer: Viewer, usergroups: Collection[str]) -> Message:
    """Return why the person may not do what they asked for, and what to do; members of *usergroups* may.

    Of a search, people by their own ids are among *usergroups*.
    """
    if denial == "workspace":
        return error_message(WorkspaceRefused(), viewer)
    if denial == "groups_unknowable":
        return error_message(GroupsUnknowable(), viewer)
    if denial in {"reveal", "reveal_unchecked"}:
        known = denial == "reveal"
        return reveal_denied(viewer, usergroups=sorted(usergroups)) if known else reveal_check_failed(viewer)
    if denial in {"search", "search_unchecked", "search_unknowable", "no_agent"}:
        return _search_denial(denial, viewer, sorted(usergroups))
    if denial == "person":
        return not_allowed(viewer, usergroups=sorted(usergroups))
    return guests_denied(viewer) if denial == "guest" else permission_check_failed(viewer)


def not_allowed(viewer: Viewer, *, users: Sequence[str] = (), usergroups: Sequence[str] = ()) -> Message:
    """Return that this person may not look up calls, and mention whom to ask: at most five Slack ids."""
    _ = gettext_for(viewer.language)
    return _denial(_("You are not allowed to look up calls here."), viewer, users, usergroups)


def guests_denied(viewer: Viewer) -> Message:
    """Return that guests may not look up calls."""
    _ = gettext_for(viewer.language)
    return _denial(_("Guests of this workspace are not allowed to look up calls."), viewer, (), ())


def permission_check_failed(viewer: Viewer) -> Message:
    """Return that Slack did not say whether the person may look up calls, so nothing was looked up."""
    _ = gettext_for(viewer.language)
    return notice(
        "❗",
        [
            _("I could not check with Slack whether you are allowed to look up calls."),
            _("Nothing was looked up. Try again."),
        ],
        viewer,
    )


def _search_denial(denial: Denial, viewer: Viewer, allowed: Sequence[str]) -> Message:
    _ = gettext_for(viewer.language)
    if denial == "search":
        return _denial(_("You are not allowed to find calls."), viewer, allowed, allowed)
    if denial == "search_unchecked":
        what = _("I could not check with Slack whether you are allowed to find calls.")
        return notice("❗", [what, _("No search was made. Try again.")], viewer)
    if denial == "search_unknowable":
        what = _("Only members of certain user groups may find calls, and this bot cannot read who they are.")
        then = _("Your administrator must give the bot token the scope usergroups:read.")
        return notice("❗", [what, then], viewer)
    what = _("I do not know which agent you are, so I cannot show your own calls.")
    return notice("🚫", [what, _("Ask your administrator to add you to `CALLEVENTS_AGENTS`.")], viewer)


def reveal_denied(viewer: Viewer, *, usergroups: Sequence[str] = ()) -> Message:
    """Return that this person may not see full numbers, and mention the user groups that may."""
    _ = gettext_for(viewer.language)
    return _denial(_("You are not allowed to see full numbers."), viewer, (), usergroups)


def reveal_check_failed(viewer: Viewer) -> Message:
    """Return that Slack did not say whether the person may see full numbers, so none was shown."""
    _ = gettext_for(viewer.language)
    what = _("I could not check with Slack whether you are allowed to see full numbers.")
    return notice("❗", [what, _("Nothing was revealed. Try again.")], viewer)


def publication_denied(readers: NotInside, operation: str, viewer: Viewer, *, direct: bool) -> Message:
    """Return why nothing was shared in a channel or, for a refresh, replaced there; *direct* is a direct message."""
    _ = gettext_for(viewer.language)
    share = operation == "share"
    if readers == "failed":
        what = _("I could not check with Slack whether people outside your organisation read this channel.")
        then = _("Nothing was shared. Try again.") if share else _("Nothing was refreshed. Try again.")
        return notice("❗", [what, then], viewer)
    instead = _("Share in an internal channel instead.") if share else _("Look up the call with the command.")
    done = _("Nothing was shared.") if share else _("Nothing was refreshed.")
    if readers == "outside":
        what = _("People outside your organisation read this channel.")
        return notice("🚫", [what, done, instead], viewer)
    if direct:
        what = _("I cannot see whether the other person belongs to your organisation.")
        return notice("🚫", [what, done, instead], viewer)
    what = _("I cannot see whether people outside your organisation read this channel.")
    then = _(
        "If this is a private channel, invite me and press the button again. If the problem persists, your"
        " administrator must give the bot token the scopes channels:read and groups:read."
    )
    return notice("🚫", [what, done, then], viewer)


def shared_before(viewer: Viewer) -> Message:
    """Return that the answer was shared a moment ago and not posted again."""
    _ = gettext_for(viewer.language)
    return notice("✅", [_("You shared this answer in this channel a moment ago.")], viewer)


def _denial(what: str, viewer: Viewer, users: Sequence[str], usergroups: Sequence[str]) -> Message:
    _ = gettext_for(viewer.language)
    people = [usergroup(group) for group in usergroups if _GROUP.fullmatch(group)]
    people += [user(person) for person in users if PERSON.fullmatch(person)]
    advice = _("Ask your administrator.")
    pieces = inline_code(advice)
    if people:
        mentions = [part for piece in people[:_MAX_MENTIONS] for part in (text_element(" "), piece)][1:]
        pieces = interpolate(_("Ask %(person)s."), *mentions)
    blocks = [rich_text(section(text_element(f"🚫 {join_sentences([what, ''], viewer.language)}"), *pieces))]
    return Message(cut_escaped(escape_mrkdwn(join_sentences([what, advice], viewer.language))), blocks)
