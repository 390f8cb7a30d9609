"""Tests for callevents.slack.listeners.app_home and .recent: what stands in the Home tab."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.actor import Actor
from callevents.slack.requests.action_value import encode
from callevents.slack.requests.recent_calls import RecentCall, decode_calls, encode_calls
from callevents.slack.users.recent_lookups import MAX_PEOPLE, RecentLookups
from callevents_sandbox.fixtures.samples import sample, samples
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.slack import View

JOBS = [each.job_id for each in samples()[:12]]


def home(workspace_env: Any, user: str = "U0MEI") -> Any:
    deliveries = workspace_env.sender.open_home(user=user)
    assert [each.status for each in deliveries] == [200]
    return workspace_env.workspace.homes.get(user)


def tab(workspace_env: Any) -> View:
    """The tab as something to press buttons in."""
    return View("V0HOME", "U0MEI", home(workspace_env, "U0MEI"), "h", "V0HOME")


def test_there_is_help_and_a_search(workspace_env: Any) -> None:
    place = tab(workspace_env)
    assert "what happened on a call" in json.dumps(place.view)

    workspace_env.press(place, "search")

    (window,) = workspace_env.windows()
    assert [block["block_id"] for block in window.view["blocks"]] == ["jobs", "channel"]


def test_the_last_calls_of_this_person_can_be_opened(workspace_env: Any, job: str) -> None:
    workspace_env.answer(job)
    workspace_env.answer(JOBS[5], user="U0ZHANG")
    place = tab(workspace_env)
    assert job in json.dumps(place.view)
    assert JOBS[5] not in json.dumps(place.view)

    workspace_env.press(place, "open_call_1")

    (window,) = workspace_env.windows()
    assert job in json.dumps(window.view)
    assert "Customer answered" in json.dumps(window.view)


def test_each_call_has_its_verdict_and_when_it_was_looked_up(workspace_env: Any, job: str) -> None:
    workspace_env.answer(job)
    missed = sample("abandoned-in-queue").job_id
    workspace_env.answer(missed)
    blocks = home(workspace_env)["blocks"]
    texts = [block["elements"][0]["elements"] for block in blocks if block["type"] == "rich_text"]
    calls = [pieces for pieces in texts if job in str(pieces) or missed in str(pieces)]
    listed = [pieces for pieces in calls if pieces[0]["type"] == "text" and len(pieces) > 1]

    assert [pieces[0]["text"] for pieces in listed] == [
        "❌ Not answered: the caller gave up in the queue",
        "✅ Customer answered, talked with alice",
    ]
    assert all(pieces[-1]["type"] == "date" for pieces in listed)
    assert "temporary and may be incomplete" in json.dumps(blocks)


def test_a_lookup_that_failed_has_no_verdict_yet(workspace_env: Any, job: str) -> None:
    workspace_env.slack_env.fail("not_json")
    workspace_env.answer(job)

    rendered = json.dumps(home(workspace_env))
    assert job in rendered
    assert "Customer answered" not in rendered


def test_a_verdict_that_was_not_known_is_there_once_it_can_be(workspace_env: Any, job: str) -> None:
    missed = sample("abandoned-in-queue").job_id
    workspace_env.slack_env.fail("not_json")
    workspace_env.answer(missed)  # handed over: the worker answers it, and cannot tell
    workspace_env.slack_env.center.faults.clear()
    workspace_env.answer(job)
    shown = [json.dumps(home(workspace_env)["blocks"]) for _ in range(2)]
    asked = workspace_env.slack_env.center.asked

    assert all(rendered.count("Not answered: the caller gave up in the queue") == 1 for rendered in shown)
    assert all(rendered.index(job) < rendered.index(missed) for rendered in shown)  # as they were asked for
    assert [each.keys for each in asked][-1] == (missed,)  # once, and not again for the second time


def test_a_verdict_is_looked_up_again_for_calls_that_another_instance_handed_over(
    workspace_env: Any, job: str
) -> None:
    workspace_env.slack_env.fail("not_json")
    workspace_env.answer(job)
    shown = home(workspace_env)
    workspace_env.build()
    workspace_env.slack_env.center.faults.clear()
    event = {"type": "app_home_opened", "user": "U0MEI", "channel": "D0MEI", "tab": "home", "view": shown}
    workspace_env.sender.event(event)

    assert "Customer answered" in json.dumps(workspace_env.workspace.homes["U0MEI"])
    assert decode_calls(workspace_env.workspace.homes["U0MEI"]["private_metadata"])[0].verdict


def test_the_tab_remembers_what_another_instance_knew(workspace_env: Any, job: str) -> None:
    workspace_env.answer(job)
    shown = home(workspace_env)
    workspace_env.build()
    workspace_env.answer(JOBS[1])
    event = {"type": "app_home_opened", "user": "U0MEI", "channel": "D0MEI", "tab": "home", "view": shown}
    workspace_env.sender.event(event)

    rendered = json.dumps(workspace_env.workspace.homes["U0MEI"])
    assert rendered.index(JOBS[1]) < rendered.index(job)


def test_who_may_not_ask_reads_why(workspace_env: Any) -> None:
    assert "Guests" in json.dumps(home(workspace_env, "U0GUEST"))


def test_without_a_bot_token_or_on_another_tab_nothing_happens(workspace_env: Any) -> None:
    workspace_env.sender.event({"type": "app_home_opened", "user": "U0MEI", "tab": "messages"})
    assert workspace_env.workspace.homes == {}
    workspace_env.build(slack_bot_token="")
    assert home(workspace_env) is None


def test_a_slack_that_fails_is_no_reason_to_fail(workspace_env: Any) -> None:
    workspace_env.workspace.faults.add(Fault("server_error", match="views.publish", times=None))

    assert home(workspace_env) is None


def test_a_search_answers_in_the_channel_that_was_chosen(workspace_env: Any, job: str) -> None:
    slack_env = workspace_env.slack_env
    form = {
        "type": "view_submission",
        "user": {"id": "U1", "team_id": "T1"},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "search_form",
            "state": {
                "values": {
                    "jobs": {"jobs": {"type": "plain_text_input", "value": job}},
                    "channel": {"channel": {"type": "conversations_select", "selected_conversation": "C7"}},
                }
            },
        },
        "response_urls": [
            {"channel_id": "C7", "response_url": f"{slack_env.slack_url}/commands/T1/2/chosen"}
        ],
    }
    response = slack_env.function().http(*slack_env.interaction(form))

    assert (response.status, response.body) == (200, "")
    assert [post["response_type"] for post in slack_env.slack.posts] == ["ephemeral"]
    assert job in slack_env.slack.posts[0]["text"]


@pytest.mark.parametrize("value", ["", "x", "\u00e9 x", "a" * 3000])
def test_a_memory_that_is_none_is_empty(value: str) -> None:
    assert decode_calls(value) == []


@given(st.text(max_size=300))
def test_no_memory_raises(value: str) -> None:
    assert isinstance(decode_calls(value), list)


def test_a_tab_of_an_earlier_version_is_read() -> None:
    values = " ".join(encode("open_call", [job], "ccc-test") for job in JOBS[:2])

    assert decode_calls(values) == [RecentCall(job, "ccc-test") for job in JOBS[:2]]


@pytest.mark.parametrize("instance", ["ccc-test", "c" * 128])
@pytest.mark.parametrize("verdict", ["✅ Answered by alice", "已由坐席" * 50, '"\\' * 80, "😀" * 90])
def test_the_memory_fits_the_view_whatever_the_verdicts(instance: str, verdict: str) -> None:
    calls = [RecentCall(f"job-{number:064}", instance, verdict, 1795334591) for number in range(10)]
    encoded = encode_calls(calls)

    assert len(encoded) <= 3000
    assert [call.job for call in decode_calls(encoded)] == [call.job for call in calls]


@pytest.mark.parametrize(
    "value",
    ['[["%s",1]]', '[["%s",true,"x"]]', '[["%s",-5,7]]', '[["%s",1e99,"x"]]', '{"a":"%s"}', '[[[],1,""]]'],
)
def test_a_memory_that_was_changed_does_no_harm(value: str) -> None:
    encoded = value.replace("%s", encode("open_call", [JOBS[0]], "ccc-test"))

    assert all(call.looked_up_at == 0 for call in decode_calls(encoded))


def test_what_is_remembered_is_bounded() -> None:
    recent = RecentLookups()
    for number in range(MAX_PEOPLE + 5):
        recent.remember(Actor(f"U{number}", "T1"), [RecentCall(job, "ccc-test") for job in JOBS[:2]])
    for job in JOBS:
        recent.remember(Actor("U9", "T1"), [RecentCall(job, "ccc-test", "✅ Answered by alice", 1795334591)])

    assert recent.calls(Actor("U0", "T1")) == []
    calls = recent.calls(Actor("U9", "T1"))
    assert [call.job for call in calls] == [*reversed(JOBS[2:])]
    assert decode_calls(encode_calls(calls)) == calls
    assert recent.last(Actor("U9", "T1")) == (JOBS[-1],)


def test_nobody_is_not_remembered() -> None:
    recent = RecentLookups()
    recent.remember(Actor("", "T1"), [RecentCall(JOBS[0], "ccc-test")])

    assert recent.calls(Actor("", "T1")) == []
