"""Property: for a request that does not name a known home workspace, nothing is told, whatever else it says."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.requests.action_value import encode
from tests.examples import examples

TEAMS: st.SearchStrategy[object] = st.sampled_from([None, "", "T1", "T2", "E1", "E2", 7, [], {}])
WHOLE: st.SearchStrategy[object] = st.sampled_from([None, True, False, "true", "yes"])
# users.info as another organisation's person is described, or with nothing that proves anything.
ABOUT = st.sampled_from(
    [
        {"id": "U1", "is_stranger": False},
        {"id": "U1", "is_stranger": False, "team_id": "T9"},
        {"id": "U1", "is_stranger": False, "team_id": "E9"},
        {"id": "U1", "team_id": "T9", "enterprise_user": {"enterprise_id": "E9", "teams": ["T9", 7]}},
        {"id": "U1", "team_id": None, "enterprise_user": {"enterprise_id": "E9"}},
    ]
)


REQUESTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["command", "interaction", "event"]),
        "team": TEAMS,
        "enterprise": TEAMS,
        "own": st.sampled_from([None, "", 7, "T9", "E9"]),
        "installed": TEAMS,
        "whole": WHOLE,
        "about": ABOUT,
        "token": st.booleans(),
    }
)


@examples(60)
@given(drawn=REQUESTS)
def test_nothing_is_told_to_who_is_not_known_to_be_inside(
    slack_env: Any, job: str, drawn: dict[str, Any]
) -> None:
    slack_env.slack.posts.clear()
    slack_env.slack.calls.clear()
    slack_env.center.asked.clear()
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": drawn["about"]}]
    function = slack_env.function(
        language="en", **({"slack_bot_token": "xoxb-1-2-secret"} if drawn["token"] else {})
    )

    response = function.http(*_request(slack_env, job, drawn))

    shown = response.body + json.dumps([slack_env.slack.posts, slack_env.slack.calls])
    assert response.status in {200, 503}
    assert "Customer answered" not in shown
    assert slack_env.center.asked == []


@pytest.mark.parametrize(
    ("about", "answered"),
    [
        ({"team_id": "T1"}, True),
        ({}, True),  # an answer that says nothing of workspaces contradicts nothing
        ({"team_id": "T9"}, False),
        ({"team_id": "T9", "enterprise_user": {"enterprise_id": "E9", "teams": ["T9"]}}, False),
        ({"team_id": "T9", "enterprise_user": {"enterprise_id": "E9", "teams": ["T1"]}}, True),
    ],
)
def test_a_profile_of_elsewhere_outweighs_what_the_request_says(
    slack_env: Any, job: str, about: dict[str, Any], answered: bool
) -> None:
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"id": "U1", **about}}]
    function = slack_env.function(language="en", slack_bot_token="xoxb-1-2-secret")

    assert ("Customer answered" in json.dumps(slack_env.ask(function, job))) is answered


@pytest.mark.parametrize("teams", [[], ["E1"], ["T1"]])
@pytest.mark.parametrize(
    ("organisation", "is_own"), [("E1", True), ("E9", False), (None, True)], ids=["own", "another", "unsaid"]
)
def test_a_profile_of_another_organisation_outweighs_the_one_that_the_request_names(
    slack_env: Any, job: str, teams: list[str], organisation: str | None, is_own: bool
) -> None:
    about = {"id": "U1", "team_id": "T1", "enterprise_user": {"enterprise_id": organisation, "teams": ["T1"]}}
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": about}]
    function = slack_env.function(language="en", slack_bot_token="xoxb-1-2-secret", teams=frozenset(teams))

    answer = slack_env.ask(function, job, enterprise_id="E1", is_enterprise_install="true")

    assert ("Customer answered" in json.dumps(answer)) is (is_own or teams == ["T1"])


def _request(env: Any, job: str, drawn: dict[str, Any]) -> Any:
    kind, own, whole = drawn["kind"], drawn["own"], drawn["whole"]
    team, enterprise, installed = drawn["team"], drawn["enterprise"], drawn["installed"]
    flags = {} if whole is None else {"is_enterprise_install": whole}
    if kind == "command":  # its team is the person's own
        fields = {"team_id": own, "enterprise_id": enterprise if own is None else "E1", **flags}
        given = {name: value for name, value in fields.items() if isinstance(value, str)}
        # Outside of the organisation it names; a workspace alone is the one that the app is installed in.
        given = {name: value for name, value in given.items() if name != "team_id" or value == "E9"}
        form = {"command": "/callevents", "text": job, "user_id": "U1", "trigger_id": f"{id(given)}.1"}
        return env.signed(urlencode({**form, **given}).encode())
    if kind == "event":
        event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.2", "text": job, "team": own}
        authorization = {"team_id": team, "enterprise_id": enterprise, "is_bot": True, **flags}
        body: dict[str, object] = {
            "type": "event_callback",
            "team_id": own,  # the event happened with the person, wherever that is
            "event": event,
            "context_team_id": installed,
            "authorizations": [authorization] if whole is not None else [],
        }
        return env.signed(json.dumps(body).encode(), content_type="application/json")
    payload: dict[str, object] = {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": own},
        "team": team if team is None else {"id": team, "enterprise_id": enterprise},
        "enterprise": None if enterprise is None else {"id": enterprise},
        "channel": {"id": "C1"},
        "container": {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.2"},
        "view": {"id": "V1", "type": "modal", "app_installed_team_id": installed},
        "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
        "response_url": f"{env.slack_url}/commands/T1/2/secret",
        **flags,
    }
    return env.interaction(payload)
