"""Tests for callevents.slack.users.directory, through the function: what Slack is asked, how often, and on failure."""

import json
from typing import Any, cast

import pytest

from callevents.actor import Actor
from callevents.cache import TTLCache
from callevents.clock import Deadline
from callevents.errors import SlackRefused
from callevents.observability.json_formatter import JsonFormatter, request_id
from callevents.slack.api.web_api import SlackApi
from callevents.slack.requests.action_value import encode
from callevents.slack.users.access import Profile
from callevents.slack.users.directory import UserDirectory

TOKEN = "xoxb-1-2-secret"
CHINESE = {"ok": True, "user": {"id": "U1", "locale": "zh-CN", "tz": "Asia/Shanghai", "is_restricted": False}}
GUEST = {"ok": True, "user": {"id": "U1", "locale": "en-GB", "is_restricted": True}}
NO_SCOPE = {"ok": False, "error": "missing_scope", "needed": "users:read"}


@pytest.fixture(name="function")
def _function(slack_env: Any) -> Any:
    return slack_env.function(slack_bot_token=TOKEN)


def test_a_person_is_asked_about_once_and_answered_in_their_language(
    slack_env: Any, function: Any, job: str
) -> None:
    slack_env.slack.answers["users.info"] = [CHINESE]

    first, second = slack_env.ask(function, job), slack_env.ask(function, job)

    assert slack_env.slack.called("users.info") == [{"user": "U1", "include_locale": "true"}]
    assert slack_env.slack.tokens == {f"Bearer {TOKEN}"}
    assert first["text"] == second["text"]
    assert "\u901a\u8bdd" in first["text"]


def test_another_person_is_asked_about_too(slack_env: Any, function: Any, job: str) -> None:
    slack_env.slack.answers["users.info"] = [CHINESE]

    slack_env.ask(function, job)
    slack_env.ask(function, job, user_id="U2")

    assert [call["user"] for call in slack_env.slack.called("users.info")] == ["U1", "U2"]


@pytest.mark.parametrize("code", ["token_revoked", "user_not_found"])
def test_a_token_that_slack_refuses_is_in_the_log_under_its_own_code(
    slack_env: Any, function: Any, job: str, caplog: Any, code: str
) -> None:
    slack_env.slack.answers["users.info"] = [{"ok": False, "error": code}]

    slack_env.ask(function, job)

    errors = [JsonFormatter().format(record) for record in caplog.records if record.levelname == "ERROR"]
    logged = [(line["code"], line["reason"]) for line in map(json.loads, errors)]
    assert logged == ([("slack_token_refused", code)] if code == "token_revoked" else [])


def test_without_a_token_nobody_is_asked(slack_env: Any, job: str) -> None:
    assert job in slack_env.ask(slack_env.function(), job)["text"]
    assert slack_env.slack.calls == []


@pytest.mark.parametrize("changes", [{}, {"usergroups": frozenset({"S1"})}])
def test_a_token_that_is_yet_to_be_read_from_kms_lets_nobody_in_unchecked(
    slack_env: Any, job: str, changes: dict[str, Any]
) -> None:
    function = slack_env.function(references={"SLACK_BOT_TOKEN": ("bot",)}, **changes)

    reply = slack_env.ask(function, job)

    assert job not in str(reply)
    assert "could not check" in reply["text"]


def test_a_guest_is_refused(slack_env: Any, function: Any, job: str) -> None:
    slack_env.slack.answers["users.info"] = [GUEST]

    assert job not in str(slack_env.ask(function, job))


@pytest.mark.parametrize("flag", ["is_ultra_restricted", "is_stranger"])
def test_so_is_whoever_else_is_not_of_the_workspace(
    slack_env: Any, function: Any, job: str, flag: str
) -> None:
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": {"id": "U1", flag: True}}]

    assert job not in str(slack_env.ask(function, job))


def test_guests_may_ask_where_they_are_not_denied(slack_env: Any, job: str) -> None:
    slack_env.slack.answers["users.info"] = [GUEST]

    assert job in slack_env.ask(slack_env.function(slack_bot_token=TOKEN, deny_guests=False), job)["text"]


def test_without_the_scope_nobody_is_a_guest_and_nobody_is_asked_again(
    slack_env: Any, function: Any, job: str
) -> None:
    slack_env.slack.answers["users.info"] = [NO_SCOPE]

    assert job in slack_env.ask(function, job)["text"]
    assert job in slack_env.ask(function, job)["text"]
    assert len(slack_env.slack.called("users.info")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        500,
        (429, 30),
        302,
        "<html>",
        [],
        {"ok": False, "error": "invalid_auth"},
        {"ok": False, "error": 7},
        {"ok": True},
    ],
)
def test_if_slack_does_not_say_nothing_is_told_and_the_next_time_it_is_asked_again(
    slack_env: Any, function: Any, job: str, answer: object
) -> None:
    slack_env.slack.answers["users.info"] = [answer, CHINESE]

    refused = slack_env.ask(function, job)

    assert job not in str(refused)
    assert "Slack" in refused["text"]
    assert job in slack_env.ask(function, job)["text"]


@pytest.mark.usefixtures("passing_time")
def test_a_slow_slack_is_not_waited_for(slack_env: Any, function: Any, job: str) -> None:
    slack_env.slack.pause = 1.0

    assert "Slack" in slack_env.ask(function, job)["text"]


def test_it_is_asked_beside_the_lookup_and_not_after_it(slack_env: Any, function: Any, job: str) -> None:
    slack_env.fail("delay", seconds=1.0)
    slack_env.slack.answers["users.info"] = [CHINESE]

    slack_env.ask(function, job)

    (answered,) = [asked.at for asked in slack_env.center.asked]
    (asked,) = slack_env.slack.moments
    assert asked < answered


GROUPS = {"slack_bot_token": TOKEN, "usergroups": frozenset({"S1", "S2"})}


def test_members_of_a_group_may_ask_and_the_groups_are_kept(slack_env: Any, job: str) -> None:
    slack_env.slack.answers["users.info"] = [CHINESE]
    slack_env.slack.answers["usergroups.users.list"] = [
        {"ok": True, "users": ["U7"]},
        {"ok": True, "users": ["U1"]},
    ]
    function = slack_env.function(**GROUPS)

    assert job in slack_env.ask(function, job)["text"]
    assert job in slack_env.ask(function, job)["text"]
    assert sorted(call["usergroup"] for call in slack_env.slack.called("usergroups.users.list")) == [
        "S1",
        "S2",
    ]


@pytest.mark.parametrize(
    "answer", [{"ok": True, "users": ["U2"]}, {"ok": True}, {"ok": True, "users": "U1"}, 500, NO_SCOPE]
)
def test_others_may_not_and_neither_when_nobody_can_tell(slack_env: Any, job: str, answer: object) -> None:
    slack_env.slack.answers["usergroups.users.list"] = [answer]
    slack_env.slack.answers["users.info"] = [CHINESE]

    assert job not in str(slack_env.ask(slack_env.function(**GROUPS), job))
    assert slack_env.center.asked == []


def test_a_group_that_there_is_not_has_no_members(slack_env: Any, job: str) -> None:
    """To try again, as after a failure, would be bad advice."""
    slack_env.slack.answers["users.info"] = [CHINESE]
    slack_env.slack.answers["usergroups.users.list"] = [{"ok": False, "error": "no_such_subteam"}]
    function = slack_env.function(**GROUPS | {"language": "en"})

    for _ in range(2):
        assert "not allowed to" in slack_env.ask(function, job)["text"]
    assert len(slack_env.slack.called("usergroups.users.list")) == 2  # both groups, once


def test_groups_without_a_token_are_closed_with_a_sentence(slack_env: Any, job: str) -> None:
    assert "usergroups:read" in slack_env.ask(slack_env.function(usergroups=frozenset({"S1"})), job)["text"]


@pytest.mark.parametrize("changes", [{"users": frozenset({"U2"})}, {"teams": frozenset({"T2"})}])
def test_who_is_not_listed_is_refused_without_a_lookup(
    slack_env: Any, job: str, changes: dict[str, Any]
) -> None:
    slack_env.ask(slack_env.function(**changes), job)

    assert slack_env.center.asked == []


@pytest.mark.parametrize("text", ["help", "", "job-x", "in nowhere"])
def test_help_too_is_for_those_who_may_ask(slack_env: Any, text: str) -> None:
    refused = slack_env.ask(slack_env.function(teams=frozenset({"T2"})), text)

    assert "/callevents" not in refused["text"]


def test_what_is_kept_grows_old_and_makes_room() -> None:
    cache: TTLCache[int] = TTLCache(seconds=10, limit=2)
    cache.put("a", 1, now=0)

    assert (cache.get("a", 9.9), cache.get("a", 10)) == (1, None)

    for number, key in enumerate("abc"):
        cache.put(key, number, now=20)
    assert [cache.get(key, 21) for key in "abc"] == [None, 1, 2]


@pytest.mark.parametrize(
    ("organisation", "words"),
    [("E1", "Customer answered"), ("E2", "does not answer in this workspace"), (None, "does not answer")],
)
def test_a_colleague_of_another_workspace_is_told_from_a_partner(
    slack_env: Any, function: Any, job: str, organisation: str | None, words: str
) -> None:
    """In an Enterprise organisation the request looks the same for both; for a partner nothing is looked up."""
    user = {"id": "U1", "team_id": "T9", "enterprise_user": {"id": "U1", "enterprise_id": organisation}}
    slack_env.slack.answers["users.info"] = [{"ok": True, "user": user}]
    click = {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T9"},
        "team": {"id": "T1", "enterprise_id": "E1", "enterprise_name": "Acme"},
        "enterprise": {"id": "E1", "name": "Acme"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "is_ephemeral": True, "channel_id": "C1", "message_ts": "1.2"},
        "actions": [{"action_id": "refresh", "value": encode("refresh", [job], "ccc-test")}],
        "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
    }

    assert function.http(*slack_env.interaction(click)).status == 200
    assert words in slack_env.slack.posts[0]["text"]
    assert len(slack_env.center.asked) == (organisation == "E1")


def test_what_a_cold_start_loads_is_not_slacks_time(slack_env: Any) -> None:
    slack_env.slack.answers["users.info"] = [CHINESE]

    def slowly_loaded() -> SlackApi:
        slack_env.slept.append(5.0)
        return SlackApi(client=slack_env.client, base_url=f"{slack_env.slack_url}/api/", token=TOKEN)

    asked = UserDirectory().ask(Actor("U1", "T1"), (), slowly_loaded, slack_env.monotonic)

    facts = asked.facts(Deadline.after(1.0, slack_env.monotonic))
    assert facts.profile == Profile(guest=False, language="zh-CN", zone="Asia/Shanghai")


def test_what_is_asked_beside_a_request_is_asked_in_its_name() -> None:
    names: list[str] = []

    class Asked:
        def call(self, *_: object) -> None:
            names.append(request_id.get())
            raise SlackRefused(reason="x")

    for name in ("1-a", "1-b"):
        request_id.set(name)
        asked = UserDirectory().ask(Actor("U1", "T1"), (), cast("Any", Asked), lambda: 0.0)
        asked.profile.wait(Deadline(1.0, lambda: 0.0))

    assert names == ["1-a", "1-b"]
