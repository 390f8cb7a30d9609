"""Tests for callevents.doctor.search: who may find calls, and who is named and still cannot."""

import pytest

from callevents.doctor.search import check_search
from callevents.settings.model import Settings

BASE = {"CCC_INSTANCE_ID": "ccc-test"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, []),
        (
            {"CALLEVENTS_SEARCH_USERS": "U1,U2", "CALLEVENTS_SEARCH_USERGROUPS": "S1"},
            ["ok: 2 people and 1 user group may find any call: U1, U2, S1"],
        ),
        ({"CALLEVENTS_AGENTS": "U1=alice@ccc-test"}, ["ok: 1 see the calls of their own agent"]),
        (
            {"CALLEVENTS_AGENTS": "U1=alice@ccc-other"},
            [
                "ok: 1 see the calls of their own agent",
                "failed: no allowed instance has the agents alice@ccc-other",
            ],
        ),
        (
            {"CALLEVENTS_SEARCH_USERS": "U1", "CALLEVENTS_USERS": "U2"},
            ["ok: 1 person may find any call: U1", "note: named, but not in CALLEVENTS_USERS: U1"],
        ),
        (
            {"CALLEVENTS_SEARCH_USERS": "U1", "CALLEVENTS_USERS": "U2", "CALLEVENTS_USERGROUPS": "S1"},
            ["ok: 1 person may find any call: U1"],
        ),
        (
            {"CALLEVENTS_SEARCH_USERS": ",".join(f"U{number}" for number in range(1, 9))},
            ["ok: 8 people may find any call: U1, U2, U3, U4, U5, 3 more"],
        ),
    ],
)
def test_who_may_find_calls_is_named(environ: dict[str, str], expected: list[str]) -> None:
    found = check_search(Settings.from_environ(BASE | environ))
    assert [f"{result.state}: {result.text}" for result in found] == expected
