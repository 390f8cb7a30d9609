"""Tests for callevents.slack.listeners.finding, in a whole workspace: what is found, page by page."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from callevents.actor import Actor
from callevents.calls.model import SECOND
from callevents.search.query import CallQuery, Period
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.requests.search_value import SearchValue
from callevents.slack.searches.request import SearchRequest
from callevents_sandbox.server.faults import Fault
from tests.slack.listeners.finding import ALLOWED, DAY, MANY, MASKED, NUMBER, asked, content, table


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


def test_what_is_sought_is_not_in_the_repr_of_a_request() -> None:
    place = LookupRequest((), "ccc-test", Actor("U1", "T1"), "command", ("k",), 0.0)
    query = CallQuery("number", NUMBER, Period(0, SECOND))
    assert NUMBER not in repr(SearchRequest(place, query, SearchValue("x" * 20, 1), "number abcd"))


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
