"""The events as they are listed, and what they tell beyond their type."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from callevents.calls.model import NotificationRecord

Facts = Callable[..., dict[str, Any]]
Make = Callable[..., NotificationRecord]
TIME = "2026-03-04T10:00:00.000Z"

LINK = {"fileName": "https://h/1.wav?Signature=s", "downloadURL": "https://h", "duration": 81}
MENU = {
    "nodeName": "Menu",
    "nodeType": "GATHER_INPUT",
    "nodeAction": "LEAVE",
    "nodeExitCode": "Success",
    "nodeVariables": {"digits": "1"},
}


def content(**fields: object) -> dict[str, object]:
    return {"eventTime": TIME, **fields}


def test_ties_in_the_usual_order_of_a_call(make_record: Make, facts: Facts) -> None:
    usual = (
        "Route2IVR Enqueue AssignAgent AgentDialing Dialing Ringing AgentRinging AgentTalk Established Held Retrieved "
        "Muted Released AgentRelease AgentReady RecordingReady"
    )
    records = [make_record(type_, content()) for type_ in reversed(usual.split())]

    assert " ".join(event["type"] for event in facts(records)["events"]) == usual


def test_ties_of_one_type_by_channel_then_content(make_record: Make, facts: Facts) -> None:
    rows = [("ch-user-2", "a"), ("ch-user-1", "c"), ("ch-user-1", "b")]
    records = [make_record("Ringing", content(channelId=channel, agentId=agent)) for channel, agent in rows]

    assert [event["agent"] for event in facts(records)["events"]] == ["b", "c", "a"]


def test_the_type(make_record: Make, facts: Facts) -> None:
    records = [
        make_record("Dialing ", content(eventType="Ringing")),
        make_record("  ", content(eventType=" Established ")),
        make_record("", "no json"),
    ]

    assert [event["type"] for event in facts(records)["events"]] == ["Dialing", "Established", ""]


@pytest.mark.parametrize(
    "raw", ["", "no json", "{", "[]", "null", "1", '"text"', "[" * 100_000, '{"a":1} {}', "\ufeff{}"]
)
def test_unreadable_content_stays_listed(raw: str, make_record: Make, facts: Facts) -> None:
    found = facts([make_record("Established", raw), make_record("Dialing", content())])

    assert found["warnings"] == ["unreadable_record", "incomplete"]
    assert found["events"][1] == {
        "at": None, "type": "Established", "label": "Connected", "leg": None, "agent": None,
        "detail": "content cannot be read",
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        '{"eventTime":"2026-03-04T10:00:00.000Z","agentId":"al@i","n":' + "9" * 5000 + "}",
        '{"eventTime":"2026-03-04T10:00:00.000Z","agentId":"al@i","n":NaN,"m":-Infinity}',
        '{"agentId":"bo@i","eventTime":"2026-03-04T10:00:00.000Z","agentId":"al@i"}',
        '  {"eventTime":"2026-03-04T10:00:00.000Z",\n\t"agentId":"al@i"}\n',
        '{"eventTime":"2026-03-04T10:00:00.000Z","agentId":"al@i","text":"line\nbreak"}',
    ],
)
def test_odd_json_is_readable(raw: str, make_record: Make, facts: Facts) -> None:
    found = facts([make_record("Established", raw)])

    assert found["warnings"] == ["incomplete"]
    assert (found["events"][0]["at"], found["events"][0]["agent"]) == (TIME, "al@i")


def test_numbers_where_text_is_expected(make_record: Make, facts: Facts) -> None:
    fields = content(
        caller=13800000101, callee=138.0, agentId=True, mediaType=["AUDIO"], skillGroupId={"a": 1}
    )

    found = facts([make_record("Dialing", fields)])

    assert (found["caller"], found["callee"]) == ("13800000101", "138")
    assert (found["agents"], found["media"], found["skill_groups"]) == ([], None, [])


def test_duplicates_count_once(make_record: Make, facts: Facts) -> None:
    one = content(agentId="al@i", n=1)
    records = [
        make_record("Dialing", one),
        make_record("Dialing", json.dumps(one, indent=4)),
        make_record("Dialing ", json.dumps(dict(reversed(one.items())))),
        make_record("Ringing", one),
        make_record("Dialing", {**one, "n": 2}),
        make_record("Dialing", "broken"),
        make_record("Dialing", "broken"),
        make_record("Dialing", "broken "),
        make_record("Dialing", {"agentId": "x"}),
        make_record("Dialing", '{"agentId" : "x"}'),
    ]

    found = facts(records)

    assert [event["type"] for event in found["events"]] == ["Dialing", "Dialing", "Ringing"] + ["Dialing"] * 3
    assert found["warnings"] == ["unreadable_record", "duplicates", "incomplete"]


def test_records_of_other_jobs_are_dropped(make_record: Make, facts: Facts) -> None:
    records = [make_record("Dialing", content()), make_record("Dialing", "broken", "job-another")]

    found = facts(records)

    assert (len(found["events"]), found["warnings"]) == (1, ["incomplete"])


@pytest.mark.parametrize(
    ("type_", "fields", "detail"),
    [
        ("Released", {"releaseReason": "486:USER_BUSY", "releaseInitiator": "13800000101", "earlyMediaState": "Busy"},
         "486 USER_BUSY, by 13800000101, probably busy"),
        ("Released", {}, None),
        ("Ringing", {"destination": "80010011"}, "at 80010011"),
        ("Held", {"heldChannelId": "ch-customer-1"}, "customer's leg"),
        ("Muted", {"mutedChannelId": "ch:user:1"}, "agent's leg"),
        ("Held", {"heldChannelId": "13800000101"}, None),
        ("BlindTransfer", {"originator": "1", "destination": "2"}, "from 1, to 2"),
        ("InitiateConsultant", {"counterparty": "bo@i"}, "with bo@i"),
        ("Enqueue", {"skillGroupId": "g@i"}, "skill group g@i"),
        ("DispatchingFailure", {"reason": "no agent"}, "no agent"),
        ("StartMonitor", {"counterparty": "su@i"}, "supervisor su@i"),
        ("StopMonitor", {"counterparty": "su@i"}, "supervisor su@i"),
        ("StartCoach", {"counterparty": "al@i"}, "with al@i"),
        ("Intercept", {"counterparty": "al@i"}, "agent al@i"),
        ("Abandoned", {"abandonPhase": "Queuing"}, "in the queue"),
        ("Abandoned", {"abandonPhase": "ring"}, "while the phone rang"),
        ("Abandoned", {"abandonPhase": "IVR"}, "in the IVR"),
        ("Abandoned", {"abandonPhase": "Elsewhere"}, "phase Elsewhere"),
        ("Abandoned", {"abandonPhase": " "}, None),
        ("AgentBreak", {"breakCode": "Warm-up"}, "Warm-up"),
        ("AgentRelease", {"transferee": "bo@i"}, "passed on to bo@i"),
        ("RecordingReady", LINK, "1.wav, 81 s"),
        ("RecordingReady", {**LINK, "fileName": "https://h/?Signature=s"}, "81 s"),
        ("CDRReady", {"dispositionCode": "Success"}, "success"),
        ("SatisfactionSurveyResponse", {"rating": 5, "surveyChannel": "SMS", "userInput": "rude"}, "rating 5, by SMS"),
        ("TextStream", {"text": "my card is", "channelName": "x"}, None),
        ("Whatever", {"text": "secret"}, None),
        ("IvrTracking", MENU,
         "Menu, GATHER_INPUT, LEAVE, result Success, pressed 1"),
        ("IvrTracking", {"nodeVariables": {"digits": "123456"}}, "6 keys pressed"),
        ("IvrTracking", {"nodeVariables": "broken"}, None),
        ("AgentBreak", {"breakCode": "a\u202eb\nc"}, "a b c"),
        ("AgentBreak", {"breakCode": "x" * 1000}, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_details(
    type_: str, fields: dict[str, object], detail: str | None, make_record: Make, facts: Facts
) -> None:
    assert facts([make_record(type_, content(**fields))])["events"][0]["detail"] == detail


def test_a_leg_is_named_also_where_only_its_channel_tells(make_record: Make, facts: Facts) -> None:
    channels = {"Whatever": "ch-user-1", "CDRReady": "ch-customer-1", "Dialing": "fb63", "AgentReady": ""}
    records = [make_record(type_, content(channelId=channel)) for type_, channel in channels.items()]

    found = {event["type"]: event["leg"] for event in facts(records)["events"]}

    assert found == {"Whatever": "agent", "CDRReady": "customer", "Dialing": "unknown", "AgentReady": None}
