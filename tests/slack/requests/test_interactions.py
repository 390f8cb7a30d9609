"""Tests for callevents.slack.requests.interactions: whose workspace a click comes from."""

from typing import Any

import pytest

from callevents.slack.requests.interactions import read_interaction


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"team": {"id": "T1"}, "user": {"team_id": "T1"}}, ("T1", "inside")),
        ({"team": {"id": "T1"}, "user": {}}, ("T1", "unknown")),
        ({"team": None, "user": {"team_id": "T1"}}, ("", "unknown")),
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
        ({"team": {"id": "T1"}, "user": {"team_id": 7}}, ("T1", "unknown")),
        ({}, ("", "unknown")),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "T2"}}, ("T2", "elsewhere")),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {}}, ("", "unknown")),
        (
            {"team": {"id": "T1", "enterprise_id": "E1"}, "user": {}, "is_enterprise_install": True},
            ("", "unknown"),
        ),
        (
            {
                "team": {"id": "T1", "enterprise_id": "E1"},
                "user": {"team_id": "T2"},
                "is_enterprise_install": False,
            },
            ("T2", "outside"),
        ),
        # The payload of a view names the workspace and the organisation of whoever looks at it.
        (
            {
                "team": {"id": "T9"},
                "enterprise": {"id": "E9"},
                "user": {"team_id": "T9"},
                "view": {"app_installed_team_id": "E1"},
            },
            ("T9", "elsewhere"),
        ),
        (
            {
                "team": {"id": "T9"},
                "enterprise": {"id": "E9"},
                "user": {"team_id": "T9"},
                "view": {"app_installed_team_id": "T1"},
            },
            ("T9", "outside"),
        ),
    ],
)
def test_the_workspace_is_the_persons_own(payload: dict[str, Any], expected: tuple[str, str]) -> None:
    read = read_interaction({"type": "block_actions", **payload})

    assert (read.team, read.belonging) == expected
