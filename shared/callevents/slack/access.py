"""Who may ask. The facts are gathered elsewhere (people.py); what follows from them is decided here. Pure."""

from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

from callevents.audit import Actor
from callevents.settings import Settings
from callevents.slack.reader import Language, Reader


class Profile(NamedTuple):
    """What Slack knows of a person; `zone` is a tz database name."""

    guest: bool
    language: Language
    zone: str | None


# "unknowable": there is no bot token, or it lacks the scope. "failed": Slack did not say this time.
Gap: TypeAlias = Literal["unknowable", "failed"]


class Facts(NamedTuple):
    """What is known of a person; `member` of one of the asked user groups, None where nobody asked.

    `reveal` is the same for the groups whose members may see full numbers.
    """

    profile: Profile | Gap = "unknowable"
    member: bool | Gap | None = None
    reveal: bool | Gap | None = None


# Why a person may not ask.
Refusal: TypeAlias = Literal["workspace", "person", "guest", "unchecked", "groups_unknowable"]


def early_refusal(settings: Settings, actor: Actor) -> Refusal | None:
    """Return the refusal that the request by itself gives reason for, None where there is none (yet)."""
    if settings.teams and settings.teams.isdisjoint({actor.team, actor.enterprise}):
        return "workspace"
    if actor.outside and not settings.teams:
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
    early = early_refusal(settings, actor)
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


def everybody(settings: Settings) -> Reader:
    """Return how to talk to a whole channel: the setting's language, English for `auto`."""
    return Reader("zh-CN" if settings.language == "zh-CN" else "en", settings.timezone)


def reader_of(settings: Settings, facts: Facts) -> Reader:
    """Return how to talk to the person: the setting's language, or for `auto` their own, English where unknown."""
    profile = facts.profile if isinstance(facts.profile, Profile) else None
    own: Language = profile.language if profile else "en"
    fixed: dict[str, Language] = {"en": "en", "zh-CN": "zh-CN"}
    return Reader(
        language=fixed.get(settings.language, own),
        site_zone=settings.timezone,
        own_zone=profile.zone if profile else None,
    )
