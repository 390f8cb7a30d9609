"""Tests for callevents.slack.interaction: whose workspace a click comes from."""

from typing import Any

import pytest

from callevents.slack.interaction import read_interaction


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"team": {"id": "T1"}, "user": {"team_id": "T1"}}, ("T1", False)),
        ({"team": {"id": "T1"}, "user": {}}, ("T1", False)),
        ({"team": None, "user": {"team_id": "T1"}}, ("T1", False)),
        ({"team": {"id": "T1"}, "user": {"team_id": "T2"}}, ("T2", True)),
        (
            {"team": {"id": "T2"}, "user": {"team_id": "T2"}, "view": {"app_installed_team_id": "T1"}},
            ("T2", True),
        ),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"team_id": "T2"}}, ("T2", False)),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"team_id": "T2"}}, ("T2", False)),
        ({"team": {"id": "T1"}, "user": {"team_id": "E1"}}, ("T1", False)),
        ({"team": {"id": "T1"}, "user": {"team_id": 7}}, ("T1", False)),
        ({}, ("", False)),
    ],
)
def test_the_workspace_is_the_persons_own(payload: dict[str, Any], expected: tuple[str, bool]) -> None:
    read = read_interaction({"type": "block_actions", **payload})

    assert (read.team, read.outside) == expected
