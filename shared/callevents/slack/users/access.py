"""Who may ask. The facts are gathered elsewhere (people.py); what follows from them is decided here. Pure."""

from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

from callevents.actor import Actor
from callevents.i18n import Language
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings


class Profile(NamedTuple):
    """What Slack knows of a person; `zone` is a tz database name, `enterprise` their Enterprise organisation."""

    guest: bool
    language: Language
    zone: str | None
    enterprise: str = ""


# "unknowable": there is no bot token, or it lacks the scope. "failed": Slack did not say this time.
Unavailable: TypeAlias = Literal["unknowable", "failed"]


class Facts(NamedTuple):
    """What is known of a person; `member` of one of the asked user groups, None where nobody asked.

    `reveal` is the same for the groups whose members may see full numbers.
    """

    profile: Profile | Unavailable = "unknowable"
    member: bool | Unavailable | None = None
    reveal: bool | Unavailable | None = None


# Why a person may not ask.
Refusal: TypeAlias = Literal["workspace", "person", "guest", "unchecked", "groups_unknowable"]


def early_refusal(settings: Settings, actor: Actor) -> Refusal | None:
    """Return the refusal that the request by itself gives reason for, None where there is none (yet)."""
    # The request names the app's organisation: that of somebody outside is another.
    theirs = {actor.team} if actor.belonging == "outside" else {actor.team, actor.enterprise}
    if settings.teams.isdisjoint(theirs) and (settings.teams or actor.belonging == "outside"):
        return "workspace"
    if settings.users and actor.user not in settings.users and not settings.usergroups:
        return "person"
    return None


def groups_to_ask(settings: Settings, actor: Actor) -> Collection[str]:
    """Return the user groups one of which the person must be in; none where it does not depend on them."""
    return () if actor.user in settings.users else settings.usergroups


def groups_to_reveal(settings: Settings, actor: Actor) -> Collection[str]:
    """Return the user groups one of which the person must be in to see full numbers, where that depends on them."""
    return () if actor.user in settings.full_numbers_users else settings.full_numbers_usergroups


def may_reveal(settings: Settings, actor: Actor, facts: Facts) -> bool:
    """Say whether the person may see full numbers: only where nothing is left open."""
    return (bool(actor.user) and actor.user in settings.full_numbers_users) or facts.reveal is True


def refusal(settings: Settings, actor: Actor, facts: Facts) -> Refusal | None:
    """Return why the person may not ask, None where nothing speaks against it.

    What cannot be known at all closes groups, but does not make a guest; what Slack failed to say closes both.
    """
    early = early_refusal(settings, actor) or _of_another_organisation(settings, actor, facts)
    if early is not None:
        return early
    if groups_to_ask(settings, actor) and facts.member is not True:
        if facts.member == "unknowable":
            return "groups_unknowable"
        return "unchecked" if facts.member == "failed" else "person"
    if settings.deny_guests and facts.profile == "failed":
        return "unchecked"
    if settings.deny_guests and isinstance(facts.profile, Profile) and facts.profile.guest:
        return "guest"
    return None


def _of_another_organisation(settings: Settings, actor: Actor, facts: Facts) -> Refusal | None:
    """Return why somebody from another workspace may not ask: it is no part of the app's organisation, or may be none.

    A workspace that the settings name is none of another.
    """
    if actor.belonging != "elsewhere" or actor.team in settings.teams:
        return None
    if facts.profile == "failed":
        return "unchecked"
    own = facts.profile.enterprise if isinstance(facts.profile, Profile) else ""
    return None if own and own == actor.enterprise else "workspace"


def everybody(settings: Settings) -> Viewer:
    """Return how to talk to a whole channel: the setting's language, English for `auto`."""
    return Viewer("zh-CN" if settings.language == "zh-CN" else "en", settings.timezone)


def viewer_of(settings: Settings, facts: Facts) -> Viewer:
    """Return how to talk to the person: the setting's language, or for `auto` their own, English where unknown."""
    profile = facts.profile if isinstance(facts.profile, Profile) else None
    own: Language = profile.language if profile else "en"
    fixed: dict[str, Language] = {"en": "en", "zh-CN": "zh-CN"}
    return Viewer(
        language=fixed.get(settings.language, own),
        site_zone=settings.timezone,
        own_zone=profile.zone if profile else None,
    )
