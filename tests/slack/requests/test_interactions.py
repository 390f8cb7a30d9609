"""Tests for callevents.slack.requests.interactions: whose workspace a click comes from."""

from typing import Any

import pytest

from callevents.slack.requests.interactions import read_interaction


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"team": {"id": "T1"}, "user": {"team_id": "T1"}}, ("T1", "inside")),
        ({"team": {"id": "T1"}, "user": {}}, ("T1", "inside")),
        ({"team": None, "user": {"team_id": "T1"}}, ("T1", "inside")),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, ("T2", "outside")),
        (
            {"team": {"id": "T2"}, "user": {"team_id": "T2"}, "view": {"app_installed_team_id": "T1"}},
            ("T2", "outside"),
        ),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"team_id": "T2"}}, ("T2", "elsewhere")),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"team_id": "T2"}}, ("T2", "elsewhere")),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"team_id": "E1"}}, ("T1", "inside")),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"team_id": "E2"}}, ("E2", "outside")),
        ({"team": {"id": "T1"}, "enterprise": None, "user": {"team_id": "E2"}}, ("E2", "outside")),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "E1"}}, ("E1", "inside")),
        ({"team": {"id": "T1"}, "user": {"team_id": 7}}, ("T1", "inside")),
        ({}, ("", "inside")),
    ],
)
def test_the_workspace_is_the_persons_own(payload: dict[str, Any], expected: tuple[str, str]) -> None:
    read = read_interaction({"type": "block_actions", **payload})

    assert (read.team, read.belonging) == expected
