"""Tests for callevents.slack.listeners.finding: calls that are found with the form."""

import json
from typing import Any

import pytest

from tests.slack.listeners.finding import ALLOWED, DAY, NUMBER, WORKER, asked


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
