"""Tests for callevents.slack.listeners.finding, in a whole workspace: who finds which calls, and who reads what."""

import json
import logging
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.errors import NotDelivered
from callevents.observability.json_formatter import JsonFormatter
from callevents.report.viewer import Viewer
from callevents.search.command import NotSearchable, read_search
from callevents.search.keys import digest
from callevents.slack.messages.search_notices import not_searchable
from callevents_sandbox.server.faults import Fault
from tests.examples import examples
from tests.support.audit import audit_lines

NUMBER, MASKED = "13800000201", "138******01"
DAY = "2026-03-04"
WORKER = {"worker": "callevents-worker"}
ALLOWED = {
    "search_users": frozenset({"U0MEI"}),
    "agents": {"U0MEI": "alice@ccc-test", "U0ZHANG": "bob@ccc-test"},
}
FULL = re.compile(r"(?<![0-9A-Za-z-])(?:\+?86)?0?(?:1380000\d{4}|0?57000000\d{3})(?![0-9A-Za-z])")
# alice's calls of these days are more than a page.
MANY = "find agent alice 2026-03-01 2026-03-10"


@pytest.fixture(name="env")
def _env(workspace_env: Any) -> Any:
    workspace_env.build(**ALLOWED)
    return workspace_env


def asked(env: Any) -> list[dict[str, str]]:
    """Return the parameters of each search that the contact center got."""
    return [
        {name: values[0] for name, values in parse_qs(each.query).items()}
        for each in env.slack_env.center.asked
        if each.action == "ListCallDetailRecordsV2"
    ]


def content(message: Any) -> str:
    return json.dumps([message.text, message.blocks], ensure_ascii=False)


def table(message: Any) -> list[list[str]]:
    (found,) = [block for block in message.blocks if block["type"] in {"table", "data_table"}]
    return [[cell["text"] for cell in row] for row in found["rows"]]


class TestWhatIsFound:
    def test_the_calls_of_a_number_masked_and_each_one_click_from_its_answer(self, env: Any) -> None:
        message = env.answer(f"find +86 138-0000-0201 {DAY}")

        head, first, *_ = table(message)
        assert head[0:3] == ["No.", "Start (Asia/Shanghai)", "Direction"]
        assert first == [
            "1",
            f"{DAY} 10:00:08",
            "Inbound",
            "✅ Answered",
            f"{MASKED} → 057******81",
            "alice (Alice Wang)",
            "3 min 4 s",
        ]
        assert message.text.startswith("2 calls with 138∗∗∗∗∗∗01, 4 March 2026 (UTC+08:00).")
        assert message.ephemeral_to == "U0MEI"
        env.press(message, "open_call_2")
        opened = env.answers()[-1]
        assert re.search("job-[0-9a-f-]{36}", opened.text)
        assert opened.text.split("Call ")[1].split(":")[0] in message.text

    def test_the_range_is_sent_in_the_sites_zone_and_the_number_without_86(self, env: Any) -> None:
        env.answer(f"find +86 {NUMBER} {DAY}")

        (search,) = asked(env)
        assert (search["Number"], search["PageSize"], search["SortOrder"]) == (NUMBER, "20", "DESC")
        assert (search["StartTime"], search["EndTime"]) == ("1772553600000", "1772639999999")

    @pytest.mark.parametrize("typed", [f"0{NUMBER}", f"0086 0{NUMBER}"])
    def test_a_number_is_found_with_and_without_a_leading_zero(self, env: Any, typed: str) -> None:
        assert env.answer(f"find {typed} {DAY}").text.startswith("2 calls with 138")
        assert [search["Number"] for search in asked(env)] == [f"0{NUMBER}", NUMBER]

    def test_missed_calls_of_all_groups_and_of_one(self, env: Any) -> None:
        every, support = env.answer(f"missed {DAY}"), env.answer(f"未接 support {DAY}")

        assert every.text.startswith("2 calls missed in all groups, 4 March 2026")
        assert support.text.startswith("2 calls missed in support, 4 March 2026")
        assert json.loads(asked(env)[1]["SkillGroupIdList"]) == ["support@ccc-test"]
        assert {row[3] for row in table(every)[1:]} == {
            "❌ Gave up in the queue",
            "❌ Gave up while it rang",
        }

    def test_in_chinese(self, env: Any) -> None:
        env.build(**ALLOWED, language="zh-CN")
        message = env.answer(f"查坐席alice {DAY}")
        assert message.text.startswith("坐席 alice：16 通电话，2026 年 3 月 4 日")
        assert table(message)[0][1:] == [
            "开始时间 (Asia/Shanghai)",
            "呼叫方向",
            "结果",
            "主叫 → 被叫",
            "坐席",
            "时长",
        ]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                f"find 999999999 {DAY}",
                ["No calls were found with 999****99", "4 March 2026 (UTC+08:00)", "leading 0"],
            ),
            (f"find agent nobody {DAY}", ["No calls were found of nobody", "login name"]),
            (
                f"missed nothing {DAY}",
                ["No missed calls were found (nothing)", "named by its id", "counts as missed"],
            ),
            ("mine 2026-01-01", ["None of your own calls were found (alice)"]),
        ],
    )
    def test_nothing_found_says_why(self, env: Any, text: str, words: list[str]) -> None:
        message = env.answer(text)
        assert all(word in message.text.replace("∗", "*") for word in [*words, "another day", "role"])
        assert "open_call" not in content(message)

    def test_another_instance_is_chosen_by_name(self, env: Any) -> None:
        env.build(**ALLOWED, ccc_instances={"hk": "ccc-hk"})
        env.slack_env.center.instances.add("ccc-hk")
        assert env.answer(f"find agent alice {DAY} in hk").text.startswith("No calls were found of alice")
        assert asked(env)[-1]["InstanceId"] == "ccc-hk"
        assert asked(env)[-1]["AgentId"] == "alice@ccc-hk"
        assert "no instance called" in env.answer(f"find {NUMBER} in nowhere").text


class TestWhatStaysAsItWas:
    def test_a_job_id_is_looked_up_whatever_stands_before_it(self, env: Any, job: str) -> None:
        for words in (f"find {job}", f"查找 {job}", f"missed {job}", f"find {job[4:]} 7d"):
            assert job in env.answer(words).text
        assert asked(env) == []

    def test_a_cut_id_is_called_that(self, env: Any) -> None:
        assert "looks cut off" in env.answer("find job-468a63a2-1111-42").text

    def test_who_may_not_find_calls_and_did_not_mean_to_is_helped(self, env: Any) -> None:
        answer = env.answer("find out what happened", user="U0SUPERVISOR").text
        assert answer == env.answer("what happened", user="U0SUPERVISOR").text

    def test_a_plain_command_loads_nothing_of_it(self) -> None:
        """In a new interpreter, with everything that the command loads."""
        program = """if True:
            import sys, types
            from tests.slack import conftest as parts
            from callevents.slack.app import bolt_app
            from callevents_sandbox import ccc
            from callevents_sandbox.fixtures.samples import sample
            from callevents_sandbox.server.serving import serve
            from callevents.transport.client import open_client
            slack, queue, center = parts.ScriptedSlack(), parts.ScriptedQueue(), ccc.ContactCenter()
            with serve(ccc.application(center)) as a, serve(slack.application()) as b, open_client() as client:
                env = parts.SlackEnv(center, slack, queue, a, b, b, client)
                function = env.function(search_users=frozenset({"U1"}), agents={"U1": "alice@ccc-test"})
                for name in [name for name in sys.modules if name.startswith("callevents.search")]:
                    raise SystemExit(f"loaded before: {name}")
                env.ask(function, sample("agent-outbound").job_id)
            print([name for name in sys.modules if "search" in name or "find" in name.rpartition("callevents")[2]])
        """
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert ran.stderr == ""
        assert [
            name for name in json.loads(ran.stdout.replace("'", '"')) if name.startswith("callevents.")
        ] == []


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


class TestNotInAMention:
    @pytest.mark.parametrize(
        "text", [f"find {NUMBER} {DAY}", "missed", "mine", "查坐席 alice", f"查找{NUMBER}"]
    )
    def test_it_says_where_it_works(self, env: Any, text: str) -> None:
        env.sender.mention(f"<@U0CALLEVENTS> {text}")
        (answer,) = env.answers()
        assert "do not find calls in a mention" in answer.text
        assert answer.ephemeral_to == "U0MEI"
        assert asked(env) == []

    def test_other_words_are_answered_as_before(self, env: Any, job: str) -> None:
        env.sender.mention("<@U0CALLEVENTS> find out what happened")
        env.sender.mention(f"<@U0CALLEVENTS> find {job}")
        first, second = env.answers()
        assert "mention" not in first.text.split("Try")[0]
        assert job in second.text

    def test_where_nobody_may_find_calls_nobody_means_that(self, env: Any) -> None:
        env.build()
        env.sender.mention("<@U0CALLEVENTS> missed")
        (answer,) = env.answers()
        assert "do not find calls" not in answer.text


class TestPages:
    def test_older_and_newer_calls_in_place(self, env: Any) -> None:
        message = env.answer(MANY)
        assert "Calls 1 to 20 of 29, the newest first." in message.text
        assert len(table(message)) == 21
        assert "find_newer" not in content(message)

        env.press(message, "find_older")
        assert (len(env.answers()), message.versions) == (1, 2)
        assert "Calls 21 to 29 of 29" in message.text
        assert [row[0] for row in table(message)[1:]] == [str(number) for number in range(21, 30)]
        assert "find_older" not in content(message)
        env.press(message, "open_call_9")
        env.press(message, "find_newer")
        assert "Calls 1 to 20 of 29" in message.text
        first, second, third = asked(env)
        assert {each["EndTime"] for each in (first, second, third)} == {first["EndTime"]}
        assert [each["PageNumber"] for each in (first, second, third)] == ["1", "2", "1"]

    def test_the_button_holds_nothing_that_can_be_read_and_serves_nobody_else(self, env: Any) -> None:
        message = env.answer(MANY)
        (value,) = re.findall(r'"(1\.2\.[^"]+)"', content(message))
        assert "alice" not in value

        env.build(search_users=frozenset({"U0MEI", "U0SUPERVISOR"}))
        env.sender.press(message, "find_older", user="U0SUPERVISOR")
        assert "no longer works" in env.answers("U0SUPERVISOR")[-1].text
        assert len(asked(env)) == 1

    def test_who_may_no_longer_find_calls_gets_no_further_page(self, env: Any) -> None:
        message = env.answer(MANY)
        env.build()
        env.press(message, "find_older")
        assert "not allowed to find calls" in env.answers()[-1].text
        assert message.versions == 1

    @pytest.mark.parametrize(
        "value", ["", "1.2.0.29.", "2.1.0..AAAA", "1.2.0.29." + "A" * 40, "1.999.1.." + "-" * 900]
    )
    def test_a_forged_value_finds_nothing(self, env: Any, value: str) -> None:
        message = env.answer(MANY)
        (button,) = [
            each for block in message.blocks if block["type"] == "actions" for each in block["elements"]
            if each["action_id"] == "find_older"
        ]  # fmt: skip
        button["value"] = value
        env.press(message, "find_older")
        assert "no longer works" in env.answers()[-1].text
        assert len(asked(env)) == 1

    def test_own_calls_are_those_of_the_agent_that_the_person_is_now(self, env: Any) -> None:
        message = env.answer("mine 2026-03-01 2026-03-10")
        env.build(agents={"U0MEI": "bob@ccc-test"})
        env.press(message, "find_older")
        assert "no longer works" in env.answers()[-1].text

    def test_a_page_of_an_instance_that_is_not_allowed_any_more_finds_nothing(self, env: Any) -> None:
        message = env.answer(MANY)
        env.build(**ALLOWED, ccc_instance_id="ccc-hk")
        env.press(message, "find_older")
        assert "no longer works" in env.answers()[-1].text
        assert len(asked(env)) == 1

    def test_the_other_form_of_the_number_goes_on(self, env: Any) -> None:
        message = env.answer("find 5700000081 2026-03-01 2026-03-10")
        env.press(message, "find_older")

        assert "Calls 21 to 35 of 35" in message.text
        assert [(each["Number"], each["PageNumber"]) for each in asked(env)] == [
            ("5700000081", "1"),
            ("05700000081", "1"),
            ("05700000081", "2"),
        ]


class TestTables:
    def test_a_data_table_where_one_was_taken_before(self, env: Any) -> None:
        message = env.answer(MANY)
        assert [block["type"] for block in message.blocks][1] == "table"
        env.press(message, "find_older")
        assert [block["type"] for block in message.blocks][1] == "data_table"
        assert [block["type"] for block in env.answer(MANY).blocks][1] == "data_table"

    def test_a_plain_table_where_the_workspace_has_no_other(self, env: Any) -> None:
        env.workspace.faults.add(Fault("no_data_tables", times=None))
        message = env.answer(MANY)
        env.press(message, "find_older")
        assert [block["type"] for block in message.blocks][1] == "table"
        assert message.versions == 2
        assert [block["type"] for block in env.answer(MANY).blocks][1] == "table"


class TestTime:
    def test_what_takes_too_long_is_found_by_the_worker_and_replaces_the_promise(
        self, env: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        env.build(**ALLOWED, **WORKER)
        env.slack_env.fail("unavailable")
        message = env.sender.command(f"find {NUMBER} {DAY}", age=1.5).message
        env.slack_env.center.faults.clear()
        assert "Still looking" in message.text
        (payload,) = env.slack_env.queue.payloads
        assert json.loads(payload)["kind"] == "find"

        env.settle(**ALLOWED)

        assert message.versions == 2
        assert message.text.startswith("2 calls with 138")
        first, second = audit_lines(caplog)
        assert (first["outcome"], second["outcome"], second["entry"]) == (
            "handed_over: ccc_unavailable",
            "answered",
            "worker",
        )
        assert first["sought"] == second["sought"]
        assert first["task"] == second["task"] != ""

    def test_the_workers_answer_has_pages_too(self, env: Any) -> None:
        env.build(**ALLOWED, **WORKER)
        env.slack_env.fail("unavailable")
        message = env.sender.command(MANY, age=1.5).message
        env.slack_env.center.faults.clear()
        env.settle(**ALLOWED)

        env.press(message, "find_older")
        assert "Calls 21 to 29 of 29" in message.text

    def test_a_page_that_takes_too_long_replaces_the_page_before(self, env: Any) -> None:
        env.build(**ALLOWED, **WORKER)
        message = env.answer(MANY)
        env.slack_env.fail("unavailable")
        env.press(message, "find_older", age=1.5)
        env.slack_env.center.faults.clear()
        assert "Still looking" in env.answers()[-1].text
        assert message.versions == 1
        env.settle(**ALLOWED)
        assert "Calls 21 to 29 of 29" in message.text

    def test_the_worker_asks_allowed_instances_only(self, env: Any) -> None:
        env.build(**ALLOWED, **WORKER)
        env.slack_env.fail("unavailable")
        message = env.sender.command(f"find {NUMBER} {DAY}", age=1.5).message
        env.slack_env.center.faults.clear()
        env.slack_env.center.asked.clear()
        queued = json.loads(env.slack_env.queue.payloads.pop())
        env.slack_env.queue.payloads.append(json.dumps({**queued, "instance": "ccc-other"}).encode())

        env.settle(**ALLOWED)

        assert "no instance of that name" in message.text
        assert asked(env) == []

    def test_what_cannot_be_delivered_is_raised_so_that_the_platform_tries_again(
        self, env: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        env.build(**ALLOWED, **WORKER)
        env.slack_env.fail("unavailable")
        env.sender.command(f"find {NUMBER} {DAY}", age=1.5)
        env.slack_env.center.faults.clear()
        for match in ("response_url", "chat.postEphemeral"):
            env.workspace.faults.add(Fault("error", match=match, times=None))

        with pytest.raises(NotDelivered):
            env.settle(**ALLOWED)

        assert "not delivered" in audit_lines(caplog)[-1]["outcome"]

    @pytest.mark.usefixtures("passing_time")
    def test_without_a_worker_the_person_is_told(self, env: Any) -> None:
        env.slack_env.fail("hang")
        assert "did not answer within the time" in env.sender.command(f"find {NUMBER} {DAY}").message.text

    @pytest.mark.usefixtures("passing_time")
    def test_a_slack_that_does_not_say_who_they_are_is_asked_by_the_worker(self, env: Any) -> None:
        env.build(**ALLOWED, **WORKER)
        env.workspace.faults.add(Fault("delay", match="users.info", seconds=3.0, times=None))
        message = env.sender.command(f"find {NUMBER} {DAY}").message
        assert "Slack is taking longer" in message.text
        assert MASKED not in content(message)
        env.workspace.faults.clear()
        env.settle(**ALLOWED)
        assert message.text.startswith("2 calls with 138")

    @pytest.mark.parametrize("changes", [{}, {"search_usergroups": frozenset({"S0LEADS"})}])
    @pytest.mark.usefixtures("passing_time")
    def test_the_worker_lets_in_nobody_whom_slack_then_leaves_out(
        self, env: Any, changes: dict[str, Any]
    ) -> None:
        given = {"search_usergroups": frozenset({"S0LEADS"})}
        env.build(**given, **WORKER)
        env.workspace.faults.add(Fault("delay", match="usergroups.users.list", seconds=3.0, times=None))
        message = env.sender.command(f"find {NUMBER} {DAY}").message
        assert "Slack is taking longer" in message.text
        assert asked(env) == []
        env.workspace.faults.clear()
        env.settle(**changes)
        assert "not allowed to find calls" in message.text

    @pytest.mark.usefixtures("passing_time")
    def test_without_a_worker_who_is_not_known_gets_nothing(self, env: Any) -> None:
        env.workspace.faults.add(Fault("delay", match="users.info", seconds=3.0, times=None))
        message = env.sender.command(f"find {NUMBER} {DAY}").message
        assert "could not check with Slack" in message.text
        assert MASKED not in content(message)


def typed(kind: str = "", what: str = "", days: str = "", jobs: str = "") -> dict[str, Any]:
    chosen: dict[str, Any] = {"selected_option": {"value": kind}} if kind else {"selected_option": None}
    texts = {"find_what": what, "find_days": days, "jobs": jobs}
    return {
        "find_kind": {"find_kind": {"type": "static_select", **chosen}},
        **{name: {name: {"type": "plain_text_input", "value": text or None}} for name, text in texts.items()},
    }


class TestForm:
    @staticmethod
    def opened(env: Any, **asking: Any) -> Any:
        shown = env.sender.command("", **asking)
        assert shown.body == b""
        return env.windows()[-1]

    @staticmethod
    def submit(env: Any, view: Any, values: Any) -> dict[str, Any]:
        shown = env.sender.submit(view, values)
        assert (shown.status, shown.error) == (200, None)
        answer: dict[str, Any] = json.loads(shown.body) if shown.body else {}
        return answer

    def test_it_offers_what_the_person_may_find(self, env: Any) -> None:
        def kinds(user: str) -> list[str]:
            blocks = self.opened(env, user=user).view["blocks"]
            return [
                option["value"]
                for block in blocks
                if block.get("block_id") == "find_kind"
                for option in block["element"]["options"]
            ]

        assert kinds("U0MEI") == ["number", "agent", "missed", "mine"]
        assert kinds("U0ZHANG") == ["mine"]
        assert kinds("U0SUPERVISOR") == []

    @pytest.mark.parametrize(
        ("values", "beginning"),
        [
            (typed("number", NUMBER, DAY), "2 calls with 138"),
            (typed("", f"+86 {NUMBER}", DAY), "2 calls with 138"),
            (typed("agent", "alice", "2026-03-04"), "16 calls of alice"),
            (typed("missed", "", DAY), "2 calls missed in all groups"),
            (typed("mine", "", DAY), "16 calls of your own (alice)"),
            # The ids of the last lookup are filled in already.
            (
                typed("mine", "", DAY, "job-468a63a2-1111-4222-8333-b1ecf726d4be"),
                "16 calls of your own (alice)",
            ),
        ],
    )
    def test_what_is_found_comes_where_the_form_was_opened(
        self, env: Any, values: Any, beginning: str
    ) -> None:
        assert self.submit(env, self.opened(env), values) == {}
        (message,) = env.answers("U0MEI", "C0SUPPORT")
        assert message.text.replace("∗", "*").startswith(beginning)
        assert env.windows() == []

    @pytest.mark.parametrize(
        ("values", "block"),
        [
            (typed("number", "alice"), "find_what"),
            (typed("agent", ""), "find_what"),
            (typed("missed", "a b"), "find_what"),
            (typed("missed", "", "soon"), "find_days"),
            (typed("missed", "", "2099-01-01"), "find_days"),
        ],
    )
    def test_what_is_unclear_is_said_in_the_form(self, env: Any, values: Any, block: str) -> None:
        answer = self.submit(env, self.opened(env), values)
        assert list(answer["errors"]) == [block]
        assert asked(env) == []

    def test_who_may_not_is_told_in_the_form(self, env: Any) -> None:
        view = self.opened(env)
        env.build()
        for values in (typed("number", NUMBER), typed("number", "?"), typed("mine")):
            answer = self.submit(env, view, values)
            assert answer["response_action"] == "update"
            assert "can find" not in json.dumps(answer)
        assert asked(env) == []

    def test_what_takes_too_long_follows_from_the_worker(self, env: Any) -> None:
        env.build(**ALLOWED, **WORKER)
        view = self.opened(env)
        env.slack_env.fail("unavailable")
        shown = env.sender.submit(view, typed("number", NUMBER, DAY), age=1.5)
        assert "Still looking" in shown.body.decode()
        env.slack_env.center.faults.clear()

        env.settle(**ALLOWED)

        (message,) = env.answers("U0MEI", "C0SUPPORT")
        assert message.text.startswith("2 calls with 138")
        assert [block["type"] for block in message.blocks][1] == "data_table"

    def test_it_stands_in_the_window_where_it_cannot_be_posted_and_has_pages_there(self, env: Any) -> None:
        view = self.opened(env)
        view.view["private_metadata"] = ""
        answer = self.submit(env, view, typed("agent", "alice", "2026-03-01 2026-03-10"))
        assert answer["response_action"] == "update"
        window = env.windows()[-1]
        assert "Calls 1 to 20 of 29" in json.dumps(window.view)
        env.press(window, "find_older")
        assert "Calls 21 to 29 of 29" in json.dumps(env.windows()[-1].view)


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
