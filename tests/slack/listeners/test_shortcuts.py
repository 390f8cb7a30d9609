"""Tests for callevents.slack.listeners.shortcuts, in a whole workspace: looking up what stands in a message."""

import json
from typing import Any

import pytest

from callevents_sandbox.fixtures.samples import samples
from callevents_sandbox.server.faults import Fault

JOBS = [each.job_id for each in samples()[:12]]


UUID = "cc869fcc-a437-453e-8497-6fcca34711b7"
LINK = f"https://sentry.io/organizations/acme/issues/142/?referrer=slack&amp;notification_uuid={UUID}"
BUTTONS = [
    {"type": "button", "action_id": f"b{number}", "text": {"type": "plain_text", "text": "Open"},
     "value": f"cc869fcc-a437-453e-8497-6fcca34711{number:02d}"}
    for number in range(10)
]  # fmt: skip


def post(workspace_env: Any, text: str, blocks: Any = (), thread_ts: str | None = None) -> Any:
    return workspace_env.workspace.post("C0SUPPORT", "U0ZHANG", text, blocks, thread_ts=thread_ts)


def choose(workspace_env: Any, message: Any, **asked: Any) -> Any:
    shown = workspace_env.sender.shortcut(message, **asked)
    assert (shown.status, shown.error, shown.body) == (200, None, b"")
    return workspace_env.answers(asked.get("user", "U0MEI"))


def test_the_ids_of_a_message_are_looked_up_for_the_person_alone(workspace_env: Any) -> None:
    (answer,) = choose(workspace_env, post(workspace_env, f"two calls: {JOBS[0]}, https://x/?id={JOBS[1]}"))

    assert (answer.ephemeral_to, answer.way) == ("U0MEI", "response_url")
    assert JOBS[0] in answer.text
    assert JOBS[1] in answer.text
    workspace_env.press(answer, "refresh")
    assert answer.versions == 2


def test_ids_are_found_in_blocks(workspace_env: Any) -> None:
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "an alert"}, "fields": [
            {"type": "mrkdwn", "text": f"*Job*\n`{JOBS[2]}`"}
        ]}
    ]  # fmt: skip
    (answer,) = choose(workspace_env, post(workspace_env, "an alert", blocks))

    assert JOBS[2] in answer.text


def test_the_name_of_a_block_is_no_id(workspace_env: Any) -> None:
    block = {"type": "section", "block_id": JOBS[3], "text": {"type": "mrkdwn", "text": "nothing"}}
    (answer,) = choose(workspace_env, post(workspace_env, "nothing", [block]))

    assert "no job id in that message" in answer.text


def test_in_a_thread_the_answer_is_in_the_thread(workspace_env: Any) -> None:
    parent = post(workspace_env, "an alert")
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0], thread_ts=parent.ts))

    assert answer.thread_ts == parent.ts


def test_the_first_message_of_a_thread_is_answered_in_its_thread(workspace_env: Any) -> None:
    parent = post(workspace_env, JOBS[0])
    parent.thread_ts = parent.ts  # as Slack has it once somebody replied
    (answer,) = choose(workspace_env, parent)

    assert answer.thread_ts == parent.ts


def test_a_message_without_a_thread_is_answered_where_the_person_sees_it(workspace_env: Any) -> None:
    """Slack shows no ephemeral message in a thread that has no replies."""
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0]))

    assert answer.thread_ts is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("hello", "no job id in that message"), ("<!channel> job-", "no job id")],
)
def test_what_is_no_lookup_is_a_sentence(workspace_env: Any, text: str, words: str) -> None:
    (answer,) = choose(workspace_env, post(workspace_env, text))

    assert words in answer.text
    assert workspace_env.slack_env.center.asked == []


def test_who_may_not_ask_gets_a_reason(workspace_env: Any) -> None:
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0]), user="U0GUEST")

    assert "Guests" in answer.text


def test_without_a_default_instance_that_is_said(workspace_env: Any) -> None:
    workspace_env.build(ccc_instance_id="")
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0]))

    assert "CCC_INSTANCE_ID" in answer.text


def test_what_takes_too_long_follows_in_the_thread(workspace_env: Any) -> None:
    workspace_env.build(worker="callevents-worker")
    parent = post(workspace_env, "an alert")
    reply = post(workspace_env, JOBS[0], thread_ts=parent.ts)
    workspace_env.slack_env.fail("unavailable")
    choose(workspace_env, reply, age=1.5)
    workspace_env.slack_env.center.faults.clear()
    workspace_env.settle()

    waiting, answer = workspace_env.answers()
    assert "Still looking" in waiting.text
    assert JOBS[0] in answer.text
    assert {waiting.thread_ts, answer.thread_ts} == {parent.ts}


def test_a_response_url_that_is_spent_is_replaced_by_the_bot_token(workspace_env: Any) -> None:
    parent = post(workspace_env, "an alert")
    reply = post(workspace_env, JOBS[0], thread_ts=parent.ts)
    workspace_env.workspace.faults.add(Fault("expired_url", match="response_url", times=None))
    (answer,) = choose(workspace_env, reply)

    assert (answer.way, answer.ephemeral_to, answer.thread_ts) == ("chat.postEphemeral", "U0MEI", parent.ts)


def test_slack_is_told_where_nothing_could_be_shown(workspace_env: Any) -> None:
    message = post(workspace_env, JOBS[0])
    for match in ("response_url", "chat.postEphemeral"):
        workspace_env.workspace.faults.add(Fault("server_error", match=match, times=None))
    shown = workspace_env.sender.shortcut(message)

    assert shown.status == 503
    assert shown.error


def test_without_a_bot_token_it_works_too(workspace_env: Any) -> None:
    workspace_env.build(slack_bot_token="")
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0]))

    assert JOBS[0] in answer.text


def test_chosen_outside_of_any_message_it_opens_the_form(workspace_env: Any) -> None:
    workspace_env.sender.global_shortcut("look_up_call")

    (window,) = workspace_env.windows()
    assert window.view["callback_id"] == "search_form"
    assert "channel" in [block["block_id"] for block in window.view["blocks"]]


def test_another_shortcut_gets_a_sentence(workspace_env: Any) -> None:
    (answer,) = choose(workspace_env, post(workspace_env, JOBS[0]), callback_id="nobody_knows")

    assert "does not know" in answer.text


def test_a_message_that_is_hostile_everywhere_is_a_sentence(workspace_env: Any) -> None:
    blocks: list[Any] = [{"type": "rich_text", "elements": [[["<!channel>"]]]}, {"a": {"b": [None, 7, "x"]}}]
    (answer,) = choose(workspace_env, post(workspace_env, "\u202e<!here>\u0000", blocks))

    assert "<!" not in json.dumps(answer.blocks) + answer.text


@pytest.mark.parametrize(
    "parts",
    [
        {"attachments": [{"id": 1, "fallback": "x", "fields": [{"title": "job", "value": JOBS[0]}]}]},
        {"attachments": [{"message_blocks": [{"message": {"blocks": [{"text": JOBS[0]}]}}]}]},
        {"files": [{"id": "F1", "name": f"{JOBS[0]}.wav", "title": "a recording"}]},
        {"files": [{"id": "F1", "mode": "email", "title": "An alert", "plain_text": f"call {JOBS[0]} lost"}]},
    ],
)
def test_ids_are_found_in_what_apps_attach_and_in_files(slack_env: Any, parts: dict[str, Any]) -> None:
    chosen = {
        "type": "message_action",
        "callback_id": "look_up_call",
        "channel": {"id": "C1"},
        "message": {"type": "message", "bot_id": "B2", "ts": "1795334591.000200", "text": "", **parts},
        "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
    }
    slack_env.function().http(*slack_env.interaction(chosen))

    (post,) = slack_env.slack.posts
    assert JOBS[0] in post["text"]


def test_a_shortcut_that_nobody_knows_opens_a_window_where_there_is_no_channel(workspace_env: Any) -> None:
    workspace_env.sender.global_shortcut("nobody_knows")

    (window,) = workspace_env.windows()
    assert "does not know" in json.dumps(window.view)


@pytest.mark.parametrize(
    ("message", "jobs"),
    [
        ({"bot_id": "B1", "text": f"[softphone] CallDropped {JOBS[0]}", "attachments": [{"id": 1, "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"<{LINK}|CallDropped>"}}
        ]}]}, JOBS[:1]),
        ({"bot_id": "B1", "text": JOBS[0], "blocks": [{"type": "actions", "elements": BUTTONS}]}, JOBS[:1]),
        ({"user": "U1", "text": JOBS[0], "blocks": [{"type": "actions", "elements": BUTTONS}]}, JOBS[:1]),
        ({"bot_id": "B1", "text": f"{JOBS[0]} job-cleanup-28391234 {UUID}"}, JOBS[:1]),
        ({"user": "U1", "text": f"{JOBS[0]} <#C024BE7LR|job-98765432101234567>"}, JOBS[:1]),
        ({"user": "U1", "text": "x", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section",
            "elements": [{"type": "text", "text": JOBS[0][:12]},
                         {"type": "text", "text": JOBS[0][12:], "style": {"bold": True}}]}]}]}, JOBS[:1]),
        ({"bot_id": "B1", "text": " ".join(JOBS)}, JOBS[:10]),
    ],
)  # fmt: skip
def test_another_apps_message_gives_its_calls_and_nothing_else(
    slack_env: Any, message: dict[str, Any], jobs: list[str]
) -> None:
    chosen = {
        "type": "message_action",
        "callback_id": "look_up_call",
        "channel": {"id": "C1"},
        "message": {"type": "message", "ts": "1795334591.000200", **message},
        "response_url": f"{slack_env.slack_url}/commands/T1/2/secret",
    }
    slack_env.function().http(*slack_env.interaction(chosen))

    assert [asked.keys for asked in slack_env.center.asked] == [tuple(jobs)]
    (post,) = slack_env.slack.posts
    assert ("2 more ids were not looked up" in post["text"]) == (len(message["text"].split()) == len(JOBS))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{JOBS[0][:20]}…", "cut off"),
        ("call 109634426711871319", "job-109634426711871319"),
        (JOBS[0][4:].replace("-", ""), JOBS[0]),
        ("job-cleanup-28391234 failed", "no job id in that message"),
    ],
)
def test_what_is_not_a_whole_id_is_said(workspace_env: Any, text: str, words: str) -> None:
    (answer,) = choose(workspace_env, post(workspace_env, text))

    assert words in answer.text
    assert workspace_env.slack_env.center.asked == []
