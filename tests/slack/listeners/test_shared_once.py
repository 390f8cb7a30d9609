"""A share that Slack shows and does not confirm: whoever would post it again looks into the channel first."""

from dataclasses import replace
from typing import Any

import pytest

from callevents_sandbox.server.faults import Fault

WORKER = {"worker": "callevents-worker"}
UNCONFIRMED = Fault("cut", match="in_channel")


def shared(workspace_env: Any) -> list[Any]:
    """Return what everybody reads."""
    found: list[Any] = workspace_env.answers("U0ZHANG")
    return found


def test_it_is_not_posted_again(workspace_env: Any, job: str) -> None:
    message = workspace_env.answer(job)
    workspace_env.workspace.faults.add(UNCONFIRMED)
    workspace_env.press(message, "share")

    assert len(shared(workspace_env)) == 1
    assert workspace_env.calls("conversations.history")


def test_in_a_thread_neither(workspace_env: Any, job: str) -> None:
    root = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", job)
    workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", "a reply", thread_ts=root.ts)
    workspace_env.sender.mention(job, thread_ts=root.ts)
    workspace_env.workspace.faults.add(UNCONFIRMED)
    workspace_env.press(workspace_env.answers()[-1], "share")

    (only,) = shared(workspace_env)
    assert only.thread_ts == root.ts
    assert workspace_env.calls("conversations.replies")


def test_what_did_not_arrive_is_posted_again(workspace_env: Any, job: str) -> None:
    message = workspace_env.answer(job)
    workspace_env.workspace.faults.add(Fault("reset", match="in_channel"))
    workspace_env.press(message, "share")

    assert len(shared(workspace_env)) == 1


def test_what_slack_refuses_is_not_there(workspace_env: Any, job: str) -> None:
    message = workspace_env.answer(job)
    workspace_env.workspace.faults.add(Fault("used_url", match="in_channel"))
    workspace_env.press(message, "share")

    assert not shared(workspace_env)
    assert not workspace_env.calls("conversations.history")


def test_the_worker_looks_for_what_the_function_could_not_find(workspace_env: Any, job: str) -> None:
    workspace_env.build(**WORKER)
    message = workspace_env.answer(job)
    workspace_env.workspace.faults.add(UNCONFIRMED)
    workspace_env.workspace.faults.add(Fault("server_error", match="conversations.history", times=None))
    workspace_env.press(message, "share")
    workspace_env.workspace.faults.clear()
    assert len(workspace_env.slack_env.queue.payloads) == 1
    workspace_env.settle()

    assert len(shared(workspace_env)) == 1


def test_while_slack_does_not_say_whether_it_is_there_the_worker_does_not_post_again(
    workspace_env: Any, job: str
) -> None:
    workspace_env.build(**WORKER)
    message = workspace_env.answer(job)
    workspace_env.slack_env.fail("unavailable")
    workspace_env.press(message, "share", age=1.5)
    workspace_env.slack_env.center.faults.clear()
    workspace_env.workspace.faults.add(UNCONFIRMED)
    workspace_env.workspace.faults.add(Fault("server_error", match="conversations.history", times=2))
    workspace_env.settle()

    assert len(shared(workspace_env)) == 1
    assert len(workspace_env.calls("conversations.history")) == 1


@pytest.mark.usefixtures("passing_time")
def test_what_is_handed_over_without_a_word_and_shared_as_it_is_the_worker_finds(
    workspace_env: Any, job: str
) -> None:
    workspace_env.build(**WORKER)
    slack_env, message = workspace_env.slack_env, workspace_env.answer(job)
    slack_env.fail("no_records")
    slack_env.queue.status = 500  # and queued all the same
    slack_env.slept.append(0.43)
    workspace_env.press(message, "share", age=1.5)  # in time for the records, and not for the detail record
    assert len(shared(workspace_env)) == 1
    assert slack_env.queue.payloads
    slack_env.center.faults.clear()
    slack_env.queue.status = 202
    workspace_env.settle()

    assert len(shared(workspace_env)) == 1


@pytest.mark.parametrize("has_bot", [True, False])
def test_where_the_history_cannot_be_read_it_is_rather_posted_twice(
    workspace_env: Any, job: str, has_bot: bool
) -> None:
    workspace = workspace_env.workspace
    if has_bot:
        workspace.app = replace(workspace.app, scopes=workspace.app.scopes - {"channels:history"})
    workspace.channels["C0SUPPORT"] = replace(workspace.channels["C0SUPPORT"], has_bot=has_bot)
    message = workspace_env.answer(job)
    workspace.faults.add(UNCONFIRMED)
    workspace_env.press(message, "share")

    assert len(shared(workspace_env)) == 2


def test_another_apps_message_with_the_same_metadata_is_not_it(workspace_env: Any, job: str) -> None:
    workspace_env.build(**WORKER)
    message = workspace_env.answer(job)
    workspace_env.workspace.faults.add(UNCONFIRMED)
    workspace_env.workspace.faults.add(Fault("server_error", match="conversations.history", times=None))
    workspace_env.press(message, "share")
    workspace_env.workspace.faults.clear()
    (posted,) = shared(workspace_env)
    posted.more = {"bot_id": "B0OTHERAPP"}
    workspace_env.settle()

    assert len(shared(workspace_env)) == 2


@pytest.mark.parametrize("by_worker", [True, False])
def test_a_first_attempt_asks_nothing_more(workspace_env: Any, job: str, by_worker: bool) -> None:
    workspace_env.build(**WORKER)
    message = workspace_env.answer(job)
    if by_worker:
        workspace_env.slack_env.fail("unavailable")
    workspace_env.press(message, "share", age=1.5)
    workspace_env.slack_env.center.faults.clear()
    workspace_env.settle()

    assert len(shared(workspace_env)) == 1
    assert not workspace_env.calls("conversations.history")
    assert not workspace_env.calls("auth.test")
