"""Calls without notification records, asked for in Slack: the contact center's detail record answers, or a sentence."""

import json
import re
from typing import Any

import pytest

from callevents_sandbox.ccc.details.names import AGENT_PHONE
from callevents_sandbox.fixtures.samples import sample

WORKER = {"worker": "callevents-worker"}
THREE = ["ListNotificationRecords", "GetCallDetailRecord", "ListCallDetailRecordsV2"]
UNKNOWN = "job-468a63a2-1111-4222-8333-b1ecf726d4be"


def asked(slack_env: Any) -> list[str]:
    return [each.action for each in slack_env.center.asked]


def words(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)


@pytest.fixture(name="inbound")
def _inbound(slack_env: Any) -> str:
    slack_env.fail("no_records")
    return sample("inbound-ivr").job_id


def test_a_call_with_records_costs_one_request(slack_env: Any, job: str) -> None:
    message = slack_env.ask(slack_env.function(), job)
    assert asked(slack_env) == ["ListNotificationRecords"]
    assert "detail record" not in words(message)


def test_the_detail_record_answers(slack_env: Any, inbound: str) -> None:
    message = slack_env.ask(slack_env.function(), inbound)

    assert asked(slack_env) == THREE
    assert f"Call {inbound}: Answered by alice" in message["text"]
    assert "This comes from its call detail record" in words(message)
    assert "There is a recording" in words(message)
    query = dict(pair.split("=") for pair in slack_env.center.asked[-1].query.split("&"))
    assert int(query["EndTime"]) - int(query["StartTime"]) >= 120_000


def test_names_stand_beside_ids(slack_env: Any, inbound: str) -> None:
    message = words(slack_env.ask(slack_env.function(), inbound))
    assert re.search(r"Answered by alice \([A-Z][a-z]+ [A-Z][a-z]+\)", message)
    assert re.search(r"alice@ccc-test \([A-Z]", message)


def test_it_is_said_in_chinese(slack_env: Any, inbound: str) -> None:
    message = slack_env.ask(slack_env.function(language="zh-CN"), inbound)
    assert "\u8bdd\u5355" in words(message)
    assert "detail record" not in words(message)


def test_only_calls_without_records_are_asked_for(slack_env: Any, job: str) -> None:
    inbound = sample("inbound-ivr").job_id
    slack_env.center.faults.add(_fault("no_records", match=inbound))
    message = slack_env.ask(slack_env.function(), f"{job} {UNKNOWN}")

    assert [(each.action, each.keys) for each in slack_env.center.asked] == [
        ("ListNotificationRecords", (job, UNKNOWN)),
        ("GetCallDetailRecord", (UNKNOWN,)),
    ]
    assert "No. 2: There is no call detail record of it either." in words(message)


@pytest.mark.parametrize("mode", ["", "unknown_empty", "unknown_not_found"])
def test_a_call_that_neither_source_knows(slack_env: Any, mode: str) -> None:
    if mode:
        slack_env.fail(mode)
    message = slack_env.ask(slack_env.function(), UNKNOWN)

    assert asked(slack_env) == THREE[:2]
    assert "No records found" in words(message)
    assert "There is no call detail record of it either." in words(message)
    assert "its call detail record is written afterwards" in words(message)


def test_it_can_be_turned_off(slack_env: Any, inbound: str) -> None:
    message = slack_env.ask(slack_env.function(detail_record=False), inbound)
    assert asked(slack_env) == THREE[:1]
    assert "No records found" in words(message)
    assert "detail record" not in words(message)


@pytest.mark.parametrize("fault", ["no_permission", "permission_common"])
def test_a_refusal_costs_one_sentence_and_is_remembered(slack_env: Any, inbound: str, fault: str) -> None:
    slack_env.fail(fault, match="GetCallDetailRecord")
    function = slack_env.function(**WORKER)
    for requests in (THREE[:2], THREE[:1]):
        slack_env.center.asked.clear()
        message = slack_env.ask(function, inbound)
        assert asked(slack_env) == requests
        assert "No records found" in words(message)
        assert "This bot is not allowed to read its call detail record" in words(message)
    assert slack_env.queue.payloads == []


def test_a_refused_list_costs_the_durations_only(slack_env: Any, inbound: str) -> None:
    slack_env.fail("no_permission", match="ListCallDetailRecordsV2")
    message = slack_env.ask(slack_env.function(), inbound)
    assert "Answered by alice" in message["text"]
    assert "This bot is not allowed to read the list of calls, which has the time on hold" in words(message)


@pytest.mark.parametrize(
    "fault", ["unavailable", "not_json", "not_ok", "truncated", "reset", "empty", "throttled"]
)
def test_a_failure_costs_one_sentence(slack_env: Any, inbound: str, fault: str) -> None:
    slack_env.fail(fault, match="GetCallDetailRecord")
    message = slack_env.ask(slack_env.function(), inbound)
    assert "No records found" in words(message)
    assert "Its call detail record could not be read" in words(message)


@pytest.mark.usefixtures("passing_time")
def test_where_time_is_short_the_worker_goes_on(slack_env: Any, inbound: str) -> None:
    slack_env.fail("hang", match="GetCallDetailRecord")
    message = slack_env.ask(slack_env.function(**WORKER), inbound, age=1.9)

    assert "Still looking" in message["text"]
    assert [json.loads(each)["jobs"] for each in slack_env.queue.payloads] == [[inbound]]


@pytest.mark.parametrize(("status", "changes"), [(202, {}), (500, WORKER)], ids=["no worker", "not queued"])
@pytest.mark.usefixtures("passing_time")
def test_where_nobody_goes_on_the_answer_says_so(
    slack_env: Any, inbound: str, status: int, changes: dict[str, str]
) -> None:
    slack_env.queue.status = status
    slack_env.fail("hang", match="GetCallDetailRecord")
    message = slack_env.ask(slack_env.function(**changes), inbound, age=1.9)

    assert "No records found" in words(message)
    assert "There was no time left to ask for its call detail record" in words(message)


@pytest.mark.usefixtures("passing_time")
def test_an_answer_is_not_handed_over_for_its_durations(slack_env: Any, inbound: str) -> None:
    slack_env.fail("hang", match="ListCallDetailRecordsV2")
    message = slack_env.ask(slack_env.function(**WORKER), inbound, age=1.9)
    assert "Answered by alice" in message["text"]
    assert "no time left to ask for the list of calls" in words(message)
    assert slack_env.queue.payloads == []


def test_what_is_private_is_not_shown(slack_env: Any) -> None:
    slack_env.fail("no_records")
    for name in ("sip-phone-to-customer", "after-the-call", "inbound-ivr"):
        message = words(slack_env.ask(slack_env.function(), sample(name).job_id))
        assert AGENT_PHONE not in message
        assert "furious" not in message
        assert "sip.example.invalid" not in message


def test_a_hostile_name_has_no_effect(slack_env: Any, inbound: str) -> None:
    slack_env.fail("hostile_name")
    message = slack_env.ask(slack_env.function(), inbound)
    assert "<!channel>" not in message["text"]
    text = words(message)
    for character in ("\u202e", "\x1b", "\ud800"):
        assert character not in text
    mrkdwn = [each for each in _texts(message["blocks"]) if each.get("type") == "mrkdwn"]
    assert not any("Wang" in each["text"] for each in mrkdwn)


def test_the_menu_leads_to_the_console(slack_env: Any, job: str) -> None:
    message = slack_env.ask(slack_env.function(), job)
    options = [option for each in _texts(message["blocks"]) for option in each.get("options", [])]
    urls = [option["url"] for option in options if "url" in option]
    assert urls == ["https://ccc-v2.aliyun.com/#/workbench/ccc-test"]
    (value,) = [option["value"] for option in options if "url" in option]
    slack_env.center.asked.clear()

    action = {"action_id": "more", "type": "overflow", "selected_option": {"value": value}}
    payload = {
        "type": "block_actions",
        "actions": [action],
        "response_url": f"{slack_env.slack_url}/commands/1/2/3",
    }
    response = slack_env.function().http(*slack_env.interaction(payload))

    assert (response.status, slack_env.center.asked, slack_env.slack.posts) == (200, [], [])


def test_every_way_in_and_each_button(workspace_env: Any, inbound: str) -> None:
    workspace = workspace_env.workspace
    answer = workspace_env.answer(inbound)
    workspace_env.sender.mention(f"what about {inbound}?")
    workspace_env.sender.shortcut(workspace.post("C0SUPPORT", "U0ZHANG", f"see {inbound}"))
    workspace_env.press(answer, "refresh")
    workspace_env.press(answer, "share")

    shown = workspace_env.answers()
    assert len({each.ts for each in shown}) == 4
    for each in shown:
        assert "Answered by alice" in each.text
        assert "This comes from its call detail record" in words(each.blocks)
    assert asked(workspace_env.slack_env) == THREE * 5


@pytest.mark.usefixtures("passing_time")
def test_what_was_handed_over_is_answered_by_the_worker(workspace_env: Any, inbound: str) -> None:
    workspace_env.build(**WORKER)
    workspace_env.slack_env.center.faults.add(_fault("hang", match="GetCallDetailRecord"))
    answer = workspace_env.answer(inbound)
    assert "Still looking" in answer.text

    workspace_env.slack_env.center.faults.clear()
    workspace_env.slack_env.fail("no_records")
    workspace_env.settle()

    assert answer.versions == 2
    assert "Answered by alice" in answer.text


@pytest.mark.usefixtures("passing_time")
def test_a_window_of_events_is_filled_by_the_worker(workspace_env: Any, inbound: str) -> None:
    workspace_env.build(**WORKER)
    answer = workspace_env.answer(inbound)
    workspace_env.slack_env.center.faults.add(_fault("hang", match="GetCallDetailRecord"))
    workspace_env.press(answer, "Events as JSON")
    (window,) = workspace_env.windows()
    assert "Still looking" in words(window.view)

    workspace_env.slack_env.center.faults.clear()
    workspace_env.slack_env.fail("no_records")
    workspace_env.settle()

    (window,) = workspace_env.windows()
    assert "Route2IVR" in words(window.view)


def _fault(kind: str, **changes: Any) -> Any:
    from callevents_sandbox.server.faults import Fault

    return Fault(kind, times=None, **changes)


def _texts(node: Any) -> list[dict[str, Any]]:
    """Return every object in blocks, however deep."""
    if isinstance(node, list):
        return [found for each in node for found in _texts(each)]
    return [node, *_texts(list(node.values()))] if isinstance(node, dict) else []
