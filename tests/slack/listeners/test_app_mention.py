"""Tests for callevents.slack.listeners.app_mention, in a whole workspace: the bot is called by its name."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from callevents.invocation import Invocation
from callevents.tasks.queue import WorkerQueue
from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack.delivery import payloads
from tests.support.audit import audit_lines

JOBS = [each.job_id for each in samples()[:12]]
A = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": word}] for word in ("call", *JOBS[1:4])]}
WORKER = {"worker": "callevents-worker"}
RETRY = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}


def mention(workspace_env: Any, text: str, **asked: Any) -> Any:
    deliveries = workspace_env.sender.mention(text, **asked)
    assert [each.status for each in deliveries] == [200]
    return workspace_env.answers(asked.get("user", "U0MEI"))


def looked_up(workspace_env: Any) -> list[tuple[str, ...]]:
    """Return the ids that the contact center was asked for, request by request."""
    return [asked.keys for asked in workspace_env.slack_env.center.asked]


def inner(text: str, **changes: Any) -> dict[str, Any]:
    event = {
        "type": "app_mention",
        "user": "U0MEI",
        "text": text,
        "ts": "1795334591.000200",
        "channel": "C0SUPPORT",
        "event_ts": "1795334591.000200",
    }
    return event | changes


def test_who_wrote_it_alone_reads_the_answer(workspace_env: Any, job: str) -> None:
    (answer,) = mention(workspace_env, f"what about {job}?")

    assert (answer.ephemeral_to, answer.way, answer.thread_ts) == ("U0MEI", "chat.postEphemeral", None)
    assert job in answer.text
    workspace_env.press(answer, "refresh")
    assert answer.versions == 2


def test_in_a_thread_the_answer_is_in_the_thread(workspace_env: Any, job: str) -> None:
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", "an alert")
    (answer,) = mention(workspace_env, job, thread_ts=parent.ts)

    assert answer.thread_ts == parent.ts
    workspace_env.press(answer, "share")
    assert workspace_env.answers("U0ZHANG")[-1].thread_ts == parent.ts


def test_an_instance_is_chosen(workspace_env: Any, job: str) -> None:
    workspace_env.build(ccc_instance_id="ccc-other", ccc_instances={"test": "ccc-test"})
    mention(workspace_env, f"{job} in test")

    assert workspace_env.slack_env.center.asked[-1].instance_id == "ccc-test"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "what happened on a call"),
        ("help", "what happened on a call"),
        ("hello <!channel>", "no job id"),
        (f"{JOBS[0]} in nowhere", "nowhere"),
    ],
)
def test_what_is_no_lookup_is_a_sentence(workspace_env: Any, text: str, words: str) -> None:
    (answer,) = mention(workspace_env, text)

    assert words in answer.text
    assert workspace_env.slack_env.center.asked == []


def test_slacks_repetition_is_not_answered_again(workspace_env: Any, job: str) -> None:
    for _ in range(3):
        workspace_env.sender.event(inner(f"<@U0CALLEVENTS> {job}"), event_id="Ev1")

    assert len(workspace_env.answers()) == 1
    assert len(workspace_env.slack_env.center.asked) == 1


def test_what_slack_did_not_take_is_asked_for_again(workspace_env: Any, job: str) -> None:
    workspace_env.workspace.faults.add(Fault("server_error", match="chat.postEphemeral"))
    deliveries = workspace_env.sender.event(inner(job))

    assert [each.status for each in deliveries] == [503, 200]
    assert len(workspace_env.answers()) == 1


def test_a_repetition_that_comes_while_it_is_answered_is_asked_for_again(
    workspace_env: Any, job: str
) -> None:
    def send() -> Any:
        return workspace_env.sender.event(inner(job), event_id="Ev1")

    workspace_env.workspace.faults.add(Fault("delay", match="chat.postEphemeral", seconds=2.0))
    with ThreadPoolExecutor() as threads:
        first = threads.submit(send)
        while not workspace_env.calls("chat.postEphemeral"):
            time.sleep(0.01)
        meanwhile = send()
    afterwards = send()

    assert {each.status for each in meanwhile} == {503}
    assert [each[-1].status for each in (first.result(), afterwards)] == [200, 200]
    assert len(workspace_env.answers()) == 1


@pytest.mark.parametrize(
    ("text", "worker", "sent_as", "now"),
    [
        ("{job}", "callevents-worker", RETRY, 0),
        ("why?", "callevents-worker", RETRY, 0),
        ("{job}", "callevents-worker", {"age": 2.5}, 0),  # Slack will not wait for the answer
        ("{job}", "", RETRY, 1),
        ("{job}", "callevents-worker", {}, 1),
        ("{job} 468a63a2-1111", "callevents-worker", RETRY, 1),  # what is left out, the worker does not say
    ],
)
def test_a_repetition_is_answered_by_the_worker_once(
    workspace_env: Any, job: str, *, text: str, worker: str, sent_as: dict[str, Any], now: int
) -> None:
    app = workspace_env.build(worker=worker)
    root = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", f"Dropped: {job}")
    event = inner(text.format(job=job), thread_ts=root.ts)
    body = payloads.event(workspace_env.workspace, event, "Ev1")
    secret = workspace_env.workspace.app.signing_secret
    sent = workspace_env.slack_env.signed(body, content_type="application/json", secret=secret, **sent_as)

    assert app.http(*sent).status == 200
    assert len(workspace_env.answers()) == now

    workspace_env.settle()

    (answer,) = workspace_env.answers()
    assert job in answer.text
    assert (answer.thread_ts, answer.ephemeral_to) == (root.ts, "U0MEI")


@pytest.mark.parametrize(("fault", "statuses"), [("", [200]), ("server_error", [503, 200])])
def test_after_an_error_of_ours_who_asked_is_told(
    workspace_env: Any, job: str, fault: str, statuses: list[int]
) -> None:
    def no_queue(_invocation: Invocation) -> WorkerQueue:
        raise KeyError("xoxb-secret")

    workspace_env.build(**WORKER, queue=no_queue)
    workspace_env.slack_env.center.faults.add(Fault("throttled", times=None))
    if fault:
        workspace_env.workspace.faults.add(Fault(fault, match="chat.postEphemeral"))
    deliveries = workspace_env.sender.event(inner(job))

    assert [each.status for each in deliveries] == statuses
    (answer,) = workspace_env.answers()
    assert "Something went wrong" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1", "user": None},
        {"user": "U0CALLEVENTS"},
        {"bot_id": "B1", "app_id": "A0CALLEVENTS"},
        {"user": ""},
        {"channel": ""},
    ],
)
def test_this_app_and_nobody_are_not_answered(workspace_env: Any, job: str, changes: dict[str, Any]) -> None:
    (delivery,) = workspace_env.sender.event(inner(job, **changes))

    assert delivery.status == 200
    assert (workspace_env.slack_env.center.asked, workspace_env.calls("chat.postEphemeral")) == ([], [])


def test_who_may_not_ask_gets_a_reason(workspace_env: Any, job: str) -> None:
    (answer,) = mention(workspace_env, job, user="U0GUEST")

    assert "Guests" in answer.text


def test_what_takes_too_long_follows_in_the_thread_once(workspace_env: Any, job: str) -> None:
    workspace_env.build(**WORKER)
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", "an alert")
    workspace_env.slack_env.fail("unavailable")
    mention(workspace_env, job, thread_ts=parent.ts)
    workspace_env.slack_env.center.faults.clear()
    workspace_env.settle()

    waiting, answer = workspace_env.answers()
    assert "Still looking" in waiting.text
    assert job in answer.text
    assert (answer.thread_ts, answer.ephemeral_to) == (parent.ts, "U0MEI")


def test_the_same_event_has_the_same_task_id(workspace_env: Any, job: str) -> None:
    workspace_env.slack_env.fail("unavailable")
    for _ in range(2):
        workspace_env.build(**WORKER)  # another instance, which does not remember
        workspace_env.sender.event(inner(job), event_id="Ev7")

    first, second = (headers["x-fc-async-task-id"] for headers in workspace_env.slack_env.queue.headers)
    assert first == second


@pytest.mark.parametrize("changes", [{"slack_bot_token": ""}, {"slack_bot_token": "xoxb-1-2-wrong"}])
def test_what_can_never_be_told_is_acknowledged_or_asked_for_again(
    workspace_env: Any, job: str, changes: dict[str, str]
) -> None:
    workspace_env.build(**changes, deny_guests=False)

    assert workspace_env.sender.event(inner(job))[0].status in {200, 503}
    assert workspace_env.answers() == []


def test_slack_sends_it_again_while_the_bot_token_cannot_be_read(workspace_env: Any, job: str) -> None:
    workspace_env.build(slack_bot_token="", references={"SLACK_BOT_TOKEN": ("bot",)})

    assert {each.status for each in workspace_env.sender.event(inner(job))} == {503}
    assert workspace_env.answers() == []


@pytest.mark.parametrize(
    "event",
    [
        {"text": None},
        {"text": ["x"]},
        {"text": "\u202e\u0000" * 9},
        {"thread_ts": "<!channel>"},
        {"channel": 7},
        {"user": {"id": "U1"}},
        {"ts": {}},
    ],
)
def test_hostile_events_are_acknowledged(workspace_env: Any, event: dict[str, Any]) -> None:
    (delivery,) = workspace_env.sender.event(inner("x") | event)

    assert delivery.status == 200
    assert "<!" not in json.dumps([each.text for each in workspace_env.answers()])


def test_the_language_is_the_persons(workspace_env: Any, job: str) -> None:
    people = workspace_env.workspace.people
    people["U0MEI"] = replace(people["U0MEI"], locale="zh-CN")
    (answer,) = mention(workspace_env, job)

    assert "\u901a\u8bdd" in answer.text


@pytest.mark.parametrize("member", ["team", "user_team"])
def test_who_is_of_another_organisation_is_refused_in_a_shared_channel(
    workspace_env: Any, job: str, member: str, caplog: pytest.LogCaptureFixture
) -> None:
    (delivery,) = workspace_env.sender.event(inner(job, channel="C0PARTNERS", **{member: "T0PARTNER"}))

    assert delivery.status == 200
    (answer,) = workspace_env.answers()
    assert "workspace" in answer.text
    assert workspace_env.slack_env.center.asked == []
    (line,) = audit_lines(caplog)
    assert (line["team"], line["outcome"]) == ("T0PARTNER", "refused: workspace")


def test_another_organisation_may_be_let_in(workspace_env: Any, job: str) -> None:
    workspace_env.build(teams=frozenset({"T0PARTNER", "T0SANDBOX"}))
    workspace_env.sender.event(inner(job, channel="C0PARTNERS", team="T0PARTNER"))

    assert job in workspace_env.answers()[-1].text


@pytest.mark.parametrize(
    ("text", "parts", "jobs"),
    [
        ("what happened on these?", {"attachments": [{"fallback": "[no preview]", "blocks": [TABLE]}]}, JOBS[1:4]),
        ("what happened?", {"attachments": [{"id": 1, "is_share": True, "is_msg_unfurl": True, "fallback": "…",
                                             "text": f"call {JOBS[0]} dropped"}]}, JOBS[:1]),
        ("", {"files": [{"id": "F1", "name": f"{JOBS[0]}.wav"}]}, JOBS[:1]),
        ("help", {"files": [{"id": "F1", "name": f"{JOBS[0]}.wav"}]}, JOBS[:1]),
        (f"{JOBS[0]} and these", {"attachments": [{"blocks": [TABLE]}]}, JOBS[:4]),
        (f"{JOBS[0][:13]}*{JOBS[0][13:20]}*{JOBS[0][20:]}", {}, JOBS[:1]),
        (f"{JOBS[0]} came in today", {}, JOBS[:1]),
        (f"{JOBS[0]} {JOBS[1][:20]}…", {}, JOBS[:1]),
        ("from a tool " + JOBS[0], {"bot_id": "B1", "app_id": "A0TOOL"}, JOBS[:1]),
    ],
)  # fmt: skip
def test_all_ids_of_the_message_are_looked_up(
    workspace_env: Any, text: str, parts: dict[str, Any], jobs: list[str]
) -> None:
    workspace_env.sender.event(inner(f"<@U0CALLEVENTS> {text}", **parts))

    (answer,) = workspace_env.answers()
    assert all(job in answer.text for job in jobs)
    assert looked_up(workspace_env) == [tuple(jobs)]
    assert ("cut off" in answer.text) == ("…" in text)


def test_of_more_than_ten_the_first_ten_are_looked_up(workspace_env: Any) -> None:
    (answer,) = mention(workspace_env, " ".join(JOBS))

    assert looked_up(workspace_env) == [tuple(JOBS[:10])]
    assert "2 more ids were not looked up" in answer.text
    assert "2 more ids" in json.dumps(answer.blocks)


def test_what_was_left_out_is_said_while_the_worker_goes_on(workspace_env: Any) -> None:
    workspace_env.build(**WORKER)
    workspace_env.slack_env.fail("unavailable")
    (waiting,) = mention(workspace_env, f"{JOBS[0]} {JOBS[1][:20]}")

    assert "Still looking" in waiting.text
    assert f"{JOBS[1][:20]} is not a whole job id" in waiting.text


@pytest.mark.parametrize(
    ("words", "root", "more", "jobs"),
    [
        ("what happened?", f"call {JOBS[0]} dropped", {}, JOBS[:1]),
        ("", "an alert", {"bot_id": "B1", "attachments": [{"blocks": [TABLE]}]}, JOBS[1:4]),
        ("what happened?", f"{JOBS[0]} trace {A[4:]}", {"bot_id": "B1"}, JOBS[:1]),
        (JOBS[1], JOBS[0], {}, JOBS[1:2]),
        ("what happened in test?", JOBS[0], {}, JOBS[:1]),
        ("came in today", JOBS[0], {}, JOBS[:1]),
    ],
)
def test_in_a_thread_without_an_id_its_first_message_counts(
    workspace_env: Any, words: str, root: str, more: dict[str, Any], jobs: list[str]
) -> None:
    workspace_env.build(ccc_instances={"test": "ccc-test"})
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", root)
    parent.more = more
    (answer,) = mention(workspace_env, words, thread_ts=parent.ts)

    assert looked_up(workspace_env) == [tuple(jobs)]
    assert (answer.thread_ts, answer.ephemeral_to) == (parent.ts, "U0MEI")


@pytest.mark.parametrize(
    ("words", "root", "expected"),
    [
        ("what happened?", "an alert", "nor in the first message"),
        ("", "an alert", "nor in the first message"),
        ("", JOBS[0][:20], "cut off"),
        (JOBS[0][:20], JOBS[1], "cut off"),
        ("help", JOBS[1], "what happened on a call"),
        (f"{JOBS[0]} in nowhere", JOBS[1], "nowhere"),
    ],
)
def test_in_a_thread_only_what_works_there_is_named(
    workspace_env: Any, words: str, root: str, expected: str
) -> None:
    workspace_env.build(ccc_instances={"test": "ccc-test"})
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", root)
    (answer,) = mention(workspace_env, words, thread_ts=parent.ts)

    assert expected in answer.text
    assert "/callevents" not in answer.text + json.dumps(answer.blocks)
    assert looked_up(workspace_env) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            Fault("error", match="conversations.replies", code="missing_scope"),
            "cannot read the first message",
        ),
        (
            Fault("error", match="conversations.replies", code="channel_not_found"),
            "cannot read the first message",
        ),
        (Fault("hang", match="conversations.replies"), "in time"),
        (Fault("server_error", match="conversations.replies", times=None), "in time"),
    ],
)
@pytest.mark.usefixtures("passing_time")
def test_a_thread_that_cannot_be_read_is_said(workspace_env: Any, fault: Fault, expected: str) -> None:
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", JOBS[0])
    workspace_env.workspace.faults.add(fault)
    (answer,) = mention(workspace_env, "what happened?", thread_ts=parent.ts)

    assert expected in answer.text
    assert "/callevents" not in answer.text
    assert answer.thread_ts == parent.ts


@pytest.mark.parametrize(
    ("root", "words", "expected"),
    [
        (JOBS[0], "what happened?", JOBS[0]),
        (f"{JOBS[0]} in the call", "in test", JOBS[0]),
        ("an alert", "what happened?", "nor in the first message"),
        (JOBS[0][:20], "", "cut off"),
    ],
)
@pytest.mark.parametrize("slow", ["conversations.replies", "users.info"])
@pytest.mark.usefixtures("passing_time")
def test_a_thread_that_slack_shows_too_late_is_read_by_the_worker(
    workspace_env: Any, root: str, words: str, expected: str, slow: str
) -> None:
    workspace_env.build(**WORKER, ccc_instances={"test": "ccc-test"})
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", root)
    workspace_env.workspace.faults.add(Fault("hang", match=slow))
    mention(workspace_env, words, thread_ts=parent.ts)
    workspace_env.settle()

    waiting, answer = workspace_env.answers()
    assert "taking longer than usual" in waiting.text
    assert expected in answer.text
    assert (answer.thread_ts, answer.ephemeral_to) == (parent.ts, "U0MEI")
    assert looked_up(workspace_env) == ([(JOBS[0],)] if expected == JOBS[0] else [])


@pytest.mark.usefixtures("passing_time")
def test_a_guest_learns_nothing_of_a_thread_from_the_worker(workspace_env: Any) -> None:
    workspace_env.build(**WORKER)
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", JOBS[0])
    workspace_env.workspace.faults.add(Fault("hang", match="users.info"))
    mention(workspace_env, "what happened?", thread_ts=parent.ts, user="U0GUEST")
    workspace_env.settle()

    assert "Guests" in workspace_env.answers("U0GUEST")[-1].text
    assert (workspace_env.calls("conversations.replies"), looked_up(workspace_env)) == ([], [])


def test_who_may_not_ask_has_no_thread_read(workspace_env: Any) -> None:
    parent = workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", JOBS[0])
    (answer,) = mention(workspace_env, "what happened?", thread_ts=parent.ts, user="U0GUEST")

    assert "Guests" in answer.text
    assert workspace_env.calls("conversations.replies") == []


@pytest.mark.parametrize(
    ("before", "after", "jobs"),
    [
        (JOBS[0], JOBS[0], []),
        (JOBS[0], f"{JOBS[0]} please", []),
        (JOBS[0], f"{JOBS[0]} {JOBS[1]}", JOBS[1:2]),
        (JOBS[0], JOBS[1], JOBS[1:2]),
        (JOBS[0], "never mind", []),
        ("what about this", JOBS[0], JOBS[:1]),
        (JOBS[0][:20], JOBS[0], JOBS[:1]),
        (JOBS[0][:20], f"{JOBS[0][:20]} please", []),
    ],
)
def test_an_edited_mention_is_answered_for_new_ids_only(
    workspace_env: Any, before: str, after: str, jobs: list[str]
) -> None:
    workspace_env.sender.event(inner(before))
    workspace_env.slack_env.center.asked.clear()
    answered = len(workspace_env.answers())
    for ts in ("1795334599.000000", "1795334600.000000"):
        workspace_env.sender.event(inner(after, edited={"user": "U0MEI", "ts": ts}))

    assert looked_up(workspace_env) == ([tuple(jobs)] if jobs else [])
    assert len(workspace_env.answers()) == answered + bool(jobs)


@pytest.mark.parametrize(
    ("fault", "channel"),
    [
        (None, "C0OLD"),
        (None, "C0OUTSIDE"),
        (None, "C0UNKNOWN"),
        (Fault("error", match="chat.postEphemeral", code="user_not_in_channel", times=None), "C0SUPPORT"),
    ],
)
@pytest.mark.parametrize("changes", [{}, WORKER])
def test_a_channel_that_refuses_messages_is_asked_once(
    workspace_env: Any, fault: Fault | None, channel: str, changes: dict[str, str]
) -> None:
    workspace_env.build(**changes)
    if fault is not None:
        workspace_env.workspace.faults.add(fault)
    for _ in range(3):
        deliveries = workspace_env.sender.event(inner(JOBS[0], channel=channel))
        assert [each.status for each in deliveries] == [200]

    assert len(looked_up(workspace_env)) == 1
    assert len(workspace_env.calls("chat.postEphemeral")) == (fault is None)
    assert workspace_env.slack_env.queue.payloads == []


def test_a_refusal_of_one_channel_is_not_one_of_another(workspace_env: Any) -> None:
    workspace_env.sender.event(inner(JOBS[0], channel="C0OLD"))
    workspace_env.sender.event(inner(JOBS[0]))

    assert len(workspace_env.answers()) == 1
