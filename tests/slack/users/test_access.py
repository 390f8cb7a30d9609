"""Tests for callevents.slack.users.access: facts in, a decision out."""

from typing import Any

import pytest

from callevents.actor import Actor
from callevents.settings.model import Settings
from callevents.slack.users.access import (
    PersonFacts,
    Profile,
    denial,
    groups_to_ask,
    search_denial,
    viewer_of,
)

ME = Actor(user="U1", team="T1", enterprise="E1", channel="C1")
MEMBER = Profile(guest=False, language="zh-CN", zone="Asia/Tokyo")
GUEST = Profile(guest=True, language="en", zone=None)
NOBODY = frozenset({"-"})


@pytest.mark.parametrize(
    ("settings", "facts", "expected"),
    [
        ({}, PersonFacts(), None),
        ({}, PersonFacts(profile=MEMBER), None),
        ({}, PersonFacts(profile=GUEST), "guest"),
        ({}, PersonFacts(profile="failed"), "unchecked"),
        ({"deny_guests": False}, PersonFacts(profile=GUEST), None),
        ({"deny_guests": False}, PersonFacts(profile="failed"), None),
        ({"deny_guests": False}, PersonFacts(profile=MEMBER._replace(active=False)), "person"),
        ({"teams": {"T1", "T2"}}, PersonFacts(), None),
        ({"teams": {"E1"}}, PersonFacts(), None),
        ({"teams": {"T2"}}, PersonFacts(profile=MEMBER), "workspace"),
        ({"teams": NOBODY}, PersonFacts(), "workspace"),
        ({"users": {"U1"}}, PersonFacts(), None),
        ({"users": {"U2"}}, PersonFacts(profile=MEMBER), "person"),
        ({"users": NOBODY}, PersonFacts(), "person"),
        ({"users": {"U1"}}, PersonFacts(profile=GUEST), "guest"),
        ({"usergroups": {"S1"}}, PersonFacts(profile=MEMBER, member=True), None),
        ({"usergroups": {"S1"}}, PersonFacts(profile=MEMBER, member=False), "person"),
        ({"usergroups": {"S1"}}, PersonFacts(profile=MEMBER, member=None), "person"),
        ({"usergroups": {"S1"}}, PersonFacts(profile=MEMBER, member="failed"), "unchecked"),
        ({"usergroups": {"S1"}}, PersonFacts(member="unknowable"), "groups_unknowable"),
        ({"usergroups": {"S1"}}, PersonFacts(profile=GUEST, member=True), "guest"),
        ({"usergroups": {"S1"}, "users": {"U1"}}, PersonFacts(), None),
        ({"usergroups": {"S1"}, "users": {"U2"}}, PersonFacts(profile=MEMBER, member=True), None),
        ({"usergroups": {"S1"}, "users": {"U2"}}, PersonFacts(profile=MEMBER, member=False), "person"),
        ({"usergroups": {"S1"}, "teams": {"T2"}}, PersonFacts(profile=MEMBER, member=True), "workspace"),
    ],
)
def test_who_may_ask(settings: dict[str, Any], facts: PersonFacts, expected: str | None) -> None:
    given: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, set) else value for name, value in settings.items()
    }

    assert denial(Settings(**given), ME, facts) == expected


@pytest.mark.parametrize(
    ("settings", "facts", "expected"),
    [
        ({}, PersonFacts(profile=MEMBER), "search"),
        ({"search_users": {"U1"}}, PersonFacts(profile=MEMBER), None),
        ({"search_users": {"U1"}}, PersonFacts(), None),
        ({"search_users": {"U2"}}, PersonFacts(profile=MEMBER), "search"),
        ({"search_usergroups": {"S1"}}, PersonFacts(profile=MEMBER, search=True), None),
        ({"search_usergroups": {"S1"}}, PersonFacts(profile=MEMBER, search=False), "search"),
        ({"search_usergroups": {"S1"}}, PersonFacts(profile=MEMBER, search=None), "search"),
        (
            {"search_usergroups": {"S1"}},
            PersonFacts(profile=MEMBER, search="unknowable"),
            "search_unknowable",
        ),
        ({"search_usergroups": {"S1"}}, PersonFacts(profile=MEMBER, search="failed"), "search_unchecked"),
        ({"search_usergroups": {"S1"}}, PersonFacts(profile=MEMBER, search="unanswered"), "search_unchecked"),
        # To find calls is more than to look them up.
        ({"search_users": {"U1"}}, PersonFacts(profile=GUEST), "guest"),
        ({"search_users": {"U1"}, "users": {"U2"}}, PersonFacts(profile=MEMBER), "person"),
        ({"usergroups": {"S1"}}, PersonFacts(profile=MEMBER, member=True), "search"),
    ],
)
def test_who_may_find_calls(settings: dict[str, Any], facts: PersonFacts, expected: str | None) -> None:
    given: dict[str, Any] = {name: frozenset(value) for name, value in settings.items()}

    assert search_denial(Settings(**given), ME, facts, own=False) == expected


def test_ones_own_calls_are_for_agents() -> None:
    agents = Settings(agents={"U1": "alice@ccc-test"})
    assert search_denial(agents, ME, PersonFacts(profile=MEMBER), own=True) is None
    assert search_denial(agents, ME, PersonFacts(profile=MEMBER), own=False) == "search"
    assert search_denial(agents, ME, PersonFacts(profile=GUEST), own=True) == "guest"
    others = Settings(agents={"U2": "bob@ccc-test"}, search_users=frozenset({"U1"}))
    assert search_denial(others, ME, PersonFacts(profile=MEMBER), own=True) == "no_agent"


def test_nobody_without_an_id_is_among_the_people() -> None:
    named = Settings(search_users=frozenset({""}), agents={"U1": "alice@ccc-test"})
    assert search_denial(named, Actor(user="", team="T1"), PersonFacts(), own=False) == "search"
    assert search_denial(named, Actor(user="", team="T1"), PersonFacts(), own=True) == "no_agent"
    assert denial(Settings(users=frozenset({"U1"})), Actor(user="", team=""), PersonFacts()) == "person"
    assert denial(Settings(teams=frozenset({"T1"})), Actor(user="U1", team=""), PersonFacts()) == "workspace"


def test_another_organisation_is_outside_unless_it_is_named() -> None:
    partner = Actor(user="U9", team="T9", enterprise="E1", belonging="outside")

    assert denial(Settings(), partner, PersonFacts()) == "workspace"
    assert denial(Settings(users=frozenset({"U9"})), partner, PersonFacts()) == "workspace"
    assert denial(Settings(teams=frozenset({"T1"})), partner, PersonFacts()) == "workspace"
    assert denial(Settings(teams=frozenset({"E1"})), partner, PersonFacts()) == "workspace"
    assert denial(Settings(teams=frozenset({"T1", "T9"})), partner, PersonFacts()) is None


@pytest.mark.parametrize(
    ("teams", "profile", "expected"),
    [
        (set(), MEMBER._replace(enterprise="E1"), None),
        (set(), MEMBER._replace(enterprise="E2"), "workspace"),
        (set(), MEMBER, "workspace"),
        (set(), "failed", "unchecked"),
        (set(), "unknowable", "workspace"),
        ({"E1"}, MEMBER._replace(enterprise="E1"), None),
        ({"E1"}, MEMBER._replace(enterprise="E2"), "workspace"),
        ({"T1"}, MEMBER._replace(enterprise="E1"), "workspace"),
        ({"T9"}, MEMBER, None),
        ({"T9"}, "unknowable", None),
    ],
)
@pytest.mark.parametrize("deny_guests", [True, False])
def test_of_another_workspace_those_of_the_same_organisation_may(
    teams: set[str], profile: Any, expected: str | None, deny_guests: bool
) -> None:
    sibling = Actor(user="U9", team="T9", enterprise="E1", belonging="elsewhere")
    settings = Settings(teams=frozenset(teams), deny_guests=deny_guests)

    assert denial(settings, sibling, PersonFacts(profile=profile)) == expected


def test_groups_are_asked_only_where_it_depends_on_them() -> None:
    settings = Settings(users=frozenset({"U1"}), usergroups=frozenset({"S1"}))

    assert not groups_to_ask(settings, ME)
    assert groups_to_ask(settings, Actor(user="U2", team="T1")) == {"S1"}


@pytest.mark.parametrize(
    ("language", "facts", "expected"),
    [
        ("auto", PersonFacts(profile=MEMBER), ("zh-CN", "Asia/Tokyo")),
        ("auto", PersonFacts(profile="failed"), ("en", None)),
        ("auto", PersonFacts(), ("en", None)),
        ("en", PersonFacts(profile=MEMBER), ("en", "Asia/Tokyo")),
        ("zh-CN", PersonFacts(), ("zh-CN", None)),
    ],
)
def test_the_language_is_the_settings_or_the_persons_own(
    language: str, facts: PersonFacts, expected: tuple[str, str | None]
) -> None:
    viewer = viewer_of(Settings(language=language, timezone="Asia/Shanghai"), facts)

    assert (viewer.language, viewer.own_zone, viewer.site_zone) == (*expected, "Asia/Shanghai")
    assert not viewer.full_numbers
