"""Tests for callevents.slack.listeners.finding: what takes too long is found by the worker."""

import json
from typing import Any

import pytest

from callevents.errors import NotDelivered
from callevents_sandbox.server.faults import Fault
from tests.slack.listeners.finding import ALLOWED, DAY, MANY, MASKED, NUMBER, WORKER, asked, content
from tests.support.audit import audit_lines


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
