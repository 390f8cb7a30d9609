"""Tests for callevents.slack.listeners.finding: who may find which calls, and what no answer and no log line shows."""

import logging
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.observability.json_formatter import JsonFormatter
from callevents.report.viewer import Viewer
from callevents.search.command import NotSearchable, read_search
from callevents.search.keys import digest
from callevents.slack.messages.search_notices import not_searchable
from callevents_sandbox.server.faults import Fault
from tests.examples import examples
from tests.slack.listeners.finding import ALLOWED, DAY, FULL, MANY, NUMBER, WORKER, asked, content, table
from tests.support.audit import audit_lines


class TestWhoMay:
    @pytest.mark.parametrize("text", [f"find {NUMBER}", "find agent alice", "missed", "missed support"])
    def test_nobody_but_those_who_are_named(
        self, env: Any, text: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = env.answer(f"{text} {DAY}", user="U0SUPERVISOR")

        assert message.text == "You are not allowed to find calls. Ask your administrator."
        assert "U0MEI" in content(message)
        assert asked(env) == []
        (line,) = audit_lines(caplog)
        assert (line["action"], line["outcome"], line["entry"]) == ("find", "refused: person", "command")

    def test_by_default_nobody(self, env: Any) -> None:
        env.build()
        assert "not allowed to find calls" in env.answer(f"find {NUMBER} {DAY}").text
        assert "which agent you are" in env.answer("mine").text

    def test_members_of_a_group(self, env: Any) -> None:
        env.build(search_usergroups=frozenset({"S0LEADS"}))
        assert "2 calls with" in env.answer(f"find {NUMBER} {DAY}", user="U0SUPERVISOR").text
        denied = env.answer(f"find {NUMBER} {DAY}")
        assert "not allowed to find calls" in denied.text
        assert "S0LEADS" in content(denied)

    @pytest.mark.parametrize("without", ["token", "scope"])
    def test_where_nobody_can_know_the_members_of_a_group_none_finds_calls(
        self, env: Any, without: str
    ) -> None:
        token = {"slack_bot_token": ""} if without == "token" else {}
        app = env.workspace.app
        env.workspace.app = replace(app, scopes=app.scopes - {"usergroups:read"})
        env.build(search_usergroups=frozenset({"S0LEADS"}), **token)

        for text in (f"find {NUMBER} {DAY}", "find agent alice", "missed"):
            assert "open_call" not in content(env.answer(text, user="U0SUPERVISOR"))
        assert asked(env) == []

    @pytest.mark.parametrize("user", ["U0GUEST", "U0ONEROOM"])
    @pytest.mark.parametrize("text", [f"find {NUMBER}", "mine"])
    def test_guests_may_not_even_where_they_are_named(self, env: Any, user: str, text: str) -> None:
        env.build(search_users=frozenset({user}), agents={user: "alice@ccc-test"})
        message = env.answer(f"{text} {DAY}", user=user)
        assert "Guests of this workspace" in message.text
        assert "open_call" not in content(message)

    def test_who_may_not_look_up_calls_may_not_find_any(self, env: Any) -> None:
        env.build(**ALLOWED, users=frozenset({"U0SUPERVISOR"}))
        assert "not allowed to look up calls" in env.answer(f"find {NUMBER} {DAY}").text
        assert "not allowed to look up calls" in env.answer("mine").text
        assert asked(env) == []

    def test_people_see_their_own_calls_and_no_others(self, env: Any) -> None:
        message = env.answer(f"mine {DAY}", user="U0ZHANG")

        assert {row[5].split("、")[-1] for row in table(message)[1:]} == {"bob"}
        assert [search["AgentId"] for search in asked(env)] == ["bob@ccc-test"]
        assert "which agent you are" in env.answer("mine", user="U0SUPERVISOR").text
        assert "not allowed to find calls" in env.answer(
            f"find agent bob {DAY}", user="U0ZHANG"
        ).text.replace("您没有查找通话的权限", "not allowed to find calls")

    def test_own_calls_are_sought_in_the_agents_own_instance(self, env: Any) -> None:
        env.build(agents={"U0MEI": "alice@ccc-hk"}, ccc_instances={"hk": "ccc-hk"})
        env.slack_env.center.instances.add("ccc-hk")
        env.answer("mine")
        assert [(search["InstanceId"], search["AgentId"]) for search in asked(env)] == [
            ("ccc-hk", "alice@ccc-hk")
        ]

    def test_a_wrong_setting_opens_nothing(self, env: Any) -> None:
        env.build(**ALLOWED, wrong=("CALLEVENTS_SEARCH_USERS",))
        assert "not set up correctly" in env.answer(f"find {NUMBER} {DAY}").text
        assert asked(env) == []

    def test_the_role_may_not(self, env: Any) -> None:
        env.slack_env.center.permission = "gateway"
        try:
            message = env.answer(f"find {NUMBER} {DAY}")
        finally:
            env.slack_env.center.permission = "granted"
        text = message.text
        assert "role is not allowed to list calls" in text
        assert "ccc:ListCallDetailRecordsV2" in content(message)
        assert "Request ID" in text


class TestPrivacy:
    def test_the_audit_has_a_keyed_digest_and_no_line_has_the_number(
        self, env: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        env.build(**ALLOWED, **WORKER)
        message = env.answer(f"find 0{NUMBER} {DAY}")
        env.answer(f"find 138****0201 {DAY}")
        env.answer(f"find {NUMBER}x {DAY}")
        env.slack_env.fail("unavailable")
        env.sender.command(f"find {NUMBER} {DAY}", age=1.5)
        env.slack_env.center.faults.clear()
        env.settle(**ALLOWED)
        env.sender.mention(f"<@U0CALLEVENTS> find {NUMBER}")

        first, *_, last = audit_lines(caplog)
        secret = env.workspace.app.signing_secret
        assert first["sought"] == last["sought"] == f"number {digest(secret, 'number', NUMBER)}"
        assert (first["action"], first["jobs"], first["instance"]) == ("find", "", "ccc-test")
        lines = [JsonFormatter().format(record) for record in caplog.records]
        raw = [
            str({**vars(record), "args": record.args})
            for record in caplog.records
            if record.name.startswith("callevents")
        ]
        assert not [line for line in [*lines, *raw] if NUMBER in line]
        assert not FULL.search(content(message))

    @given(text=st.text(max_size=60), kind=st.sampled_from(["find ", "find agent ", "missed ", "mine "]))
    @examples(30)
    def test_no_notice_repeats_a_number_whatever_is_typed(self, text: str, kind: str) -> None:
        typed = "13912345678"
        found = read_search(f"{kind}{typed}{text}", date(2026, 3, 4), lambda _name: "ccc-test")
        if isinstance(found, NotSearchable):
            assert typed not in content(not_searchable(found, Viewer("en", "Asia/Shanghai")))

    @pytest.mark.parametrize("text", [MANY, f"missed {DAY}", f"find {NUMBER} {DAY}", f"mine {DAY}"])
    def test_no_answer_has_a_full_number(self, env: Any, text: str) -> None:
        assert not FULL.search(content(env.answer(text)))

    def test_hostile_names_and_numbers_do_no_harm(self, env: Any) -> None:
        env.slack_env.center.faults.add(Fault("hostile_name", times=None))
        for text in (
            "find agent <!channel>",
            "missed *bold*",
            "find `138`",
            "find agent alice'; --",
            "find <@U0MEI>",
        ):
            message = env.answer(f"{text} {DAY}")
            assert "<!channel>" not in message.text
            assert "open_call" not in content(message) or "138" in text
        assert "<!" not in env.answer(MANY).text
