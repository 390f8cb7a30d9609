"""Decides who may look up calls and who may see full numbers, from the facts that users.directory gathers. Pure."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from callevents.actor import Actor
from callevents.i18n import Language
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial


class Profile(NamedTuple):
    """A person's profile in Slack; `zone` is a tz database name.

    `enterprise` is their Enterprise organisation, `workspaces` are those to which they belong. A person who left is not
    `active`.
    """

    guest: bool
    language: Language
    zone: str | None
    enterprise: str = ""
    workspaces: frozenset[str] = frozenset()
    active: bool = True


# "unknowable": there is no bot token, or it lacks the scope. "failed": Slack refused the question. "unanswered": Slack
# has not answered in the time there was, or was out of order: the worker may ask again.
Unavailable: TypeAlias = Literal["unknowable", "failed", "unanswered"]


class PersonFacts(NamedTuple):
    """What is known of a person.

    `member` says whether they belong to a user group that may look up calls, `reveal` to one that may see full numbers,
    `search` to one that may find calls; None where no group matters.
    """

    profile: Profile | Unavailable = "unknowable"
    member: bool | Unavailable | None = None
    reveal: bool | Unavailable | None = None
    search: bool | Unavailable | None = None


# Slack did not say what must be known.
_UNCHECKED: Collection[object] = frozenset({"failed", "unanswered"})


def early_denial(settings: Settings, actor: Actor) -> "Denial | None":
    """Return the denial that follows from the request alone, None where the facts must decide."""
    if actor.belonging != "unknown":
        # The request names the app's organisation; a person outside belongs to another one.
        own = {actor.team} if actor.belonging == "outside" else {actor.team, actor.enterprise}
        if settings.teams.isdisjoint(own) and (settings.teams or actor.belonging == "outside"):
            return "workspace"
    if settings.users and actor.user not in settings.users and not settings.usergroups:
        return "person"
    return None


def groups_to_ask(settings: Settings, actor: Actor) -> Collection[str]:
    """Return the user groups of which the person must be in one; none where the person is allowed by name."""
    return () if actor.user in settings.users else settings.usergroups


def groups_to_reveal(settings: Settings, actor: Actor) -> Collection[str]:
    """Return the user groups of which the person must be in one to see full numbers."""
    return () if actor.user in settings.full_numbers_users else settings.full_numbers_usergroups


def groups_to_search(settings: Settings, actor: Actor) -> Collection[str]:
    """Return the user groups of which the person must be in one to find calls."""
    return () if actor.user in settings.search_users else settings.search_usergroups


def may_search(settings: Settings, actor: Actor, facts: PersonFacts) -> bool:
    """Say whether the person is one of those who may find calls; False where it is not known for certain."""
    return (bool(actor.user) and actor.user in settings.search_users) or facts.search is True


def search_denial(settings: Settings, actor: Actor, facts: PersonFacts, *, own: bool) -> "Denial | None":
    """Return why the person may not find calls, None where they may; with *own* they seek their own calls only.

    A person who may not look up calls may not find any either.
    """
    reason = denial(settings, actor, facts)
    if reason is not None:
        return reason
    if own:
        return None if actor.user in settings.agents else "no_agent"
    if may_search(settings, actor, facts):
        return None
    if facts.search == "unknowable":
        return "search_unknowable"
    return "search_unchecked" if facts.search in _UNCHECKED else "search"


def may_search_later(settings: Settings, actor: Actor, facts: PersonFacts, *, own: bool) -> bool:
    """Say whether the person is denied only because Slack has not answered yet."""
    reason = search_denial(settings, actor, facts, own=own)
    if reason == "search_unchecked":
        return facts.search == "unanswered"
    return may_know_later(settings, actor, facts, reason)


def may_reveal(settings: Settings, actor: Actor, facts: PersonFacts) -> bool:
    """Say whether the person may see full numbers; False where it is not known for certain."""
    return (bool(actor.user) and actor.user in settings.full_numbers_users) or facts.reveal is True


def anybody_may_reveal(settings: Settings) -> bool:
    """Say whether what a whole channel reads offers full numbers; each click on it is authorized anew."""
    return bool(settings.full_numbers_users or settings.full_numbers_usergroups)


def denial(settings: Settings, actor: Actor, facts: PersonFacts) -> "Denial | None":
    """Return why the person may not look up calls, None where they may.

    Facts that cannot be known deny group membership but do not make a guest; facts that Slack failed to give deny both.
    """
    early = (
        early_denial(settings, actor)
        or _workspace_denial(settings, actor, facts.profile)
        or _inactive_denial(facts.profile)
    )
    if early is not None:
        return early
    if groups_to_ask(settings, actor) and facts.member is not True:
        if facts.member == "unknowable":
            return "groups_unknowable"
        return "unchecked" if facts.member in _UNCHECKED else "person"
    if settings.deny_guests and facts.profile in _UNCHECKED:
        return "unchecked"
    if settings.deny_guests and isinstance(facts.profile, Profile) and facts.profile.guest:
        return "guest"
    return None


def may_know_later(settings: Settings, actor: Actor, facts: PersonFacts, reason: "Denial | None") -> bool:
    """Say whether the person is denied, for *reason*, only because Slack has not answered yet."""
    if reason != "unchecked":
        return False
    asked = [facts.member] if groups_to_ask(settings, actor) and facts.member is not True else []
    return "failed" not in [facts.profile, *asked]


def _workspace_denial(settings: Settings, actor: Actor, profile: Profile | Unavailable) -> "Denial | None":
    """Return why a person is not known to be inside; None where they are.

    Inside is a person of the app's own workspace, of one that the settings name, or of the very organisation that the
    app is installed for. Where the request does not prove it the profile must, and no profile may contradict it.
    """
    if actor.belonging in {"elsewhere", "outside"} and actor.team in settings.teams:
        return None
    if not isinstance(profile, Profile):
        if actor.belonging == "inside":
            return None
        return "unchecked" if profile in _UNCHECKED else "workspace"
    # In an organisation Slack may give the organisation in the place of a workspace.
    of_organisation = bool(actor.enterprise) and actor.enterprise in {profile.enterprise, *profile.workspaces}
    if actor.belonging == "elsewhere":
        return None if of_organisation else "workspace"
    if actor.belonging == "inside":
        is_silent = not profile.workspaces and not profile.enterprise
        # A workspace belongs to one organisation: another one in the profile contradicts that of the request.
        agrees = not (actor.enterprise and profile.enterprise)
        is_own = agrees and actor.team in profile.workspaces
        is_named = not profile.workspaces.isdisjoint(settings.teams)
        return None if is_silent or of_organisation or is_own or is_named else "workspace"
    named = settings.teams or frozenset({actor.team})
    proven = named & {*profile.workspaces, profile.enterprise} - {""}
    # A request that names no workspace comes from an app that is installed for a whole organisation.
    return None if proven or (of_organisation and not actor.team and not settings.teams) else "workspace"


def _inactive_denial(profile: Profile | Unavailable) -> "Denial | None":
    """Return that a person who left the workspace is not allowed; None for everybody else."""
    return "person" if isinstance(profile, Profile) and not profile.active else None


def everybody(settings: Settings) -> Viewer:
    """Return the viewer for a whole channel: in the channel's language, not the person's."""
    return Viewer("zh-CN" if settings.channel_language == "zh-CN" else "en", settings.timezone)


def viewer_of(settings: Settings, facts: PersonFacts) -> Viewer:
    """Return the viewer for a person: in the language of the settings, for `auto` in their own, else English."""
    profile = facts.profile if isinstance(facts.profile, Profile) else None
    own: Language = profile.language if profile else "en"
    fixed: dict[str, Language] = {"en": "en", "zh-CN": "zh-CN"}
    return Viewer(
        language=fixed.get(settings.language, own),
        site_zone=settings.timezone,
        own_zone=profile.zone if profile else None,
    )
