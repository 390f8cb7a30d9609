"""What became of a call, who ended it, and why."""

from collections.abc import Callable
from typing import Any

import pytest

CallFacts = Callable[..., dict[str, Any]]

FAILED_OUT = ["0 Dialing a", "1 Ringing c"]


def test_no_records(call_facts: CallFacts) -> None:
    found = call_facts(None)

    assert found["outcome"] == "no_records"
    assert found["events"] == []
    assert (found["complete"], found["warnings"]) == (False, ["incomplete"])


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        (["0 Route2IVR c", "9 Released c", "10 VoicemailReady"], "voicemail"),
        (
            ["0 Route2IVR c", "3 Established a", "9 Released c", "9 Released a", "10 VoicemailReady"],
            "answered",
        ),
        (["0 Route2IVR c", "2 Abandoned c abandonPhase=IVR"], "abandoned_in_ivr"),
        (["0 Route2IVR c", "2 Abandoned c abandonPhase=queuing"], "abandoned_in_queue"),
        (["0 Route2IVR c", "2 Abandoned c abandonPhase=QUEUE"], "abandoned_in_queue"),
        (["0 Route2IVR c", "2 Abandoned c abandonPhase=Ring"], "abandoned_while_ringing"),
        (["0 Route2IVR c", "2 Abandoned c"], "abandoned_in_ivr"),
        (["0 Route2IVR c", "1 Enqueue c", "2 Abandoned c abandonPhase=Other"], "abandoned_in_queue"),
        (["0 Route2IVR c", "1 Enqueue c", "2 Ringing a", "3 Abandoned c"], "abandoned_while_ringing"),
        (["0 Route2IVR c", "1 Established a", "2 Abandoned c", "3 Released c"], "answered"),
        (["0 Route2IVR c", "1 Established a", "2 Abandoned c"], "in_progress"),
        (["0 Enqueue c", "2 QueueingTimeout c"], "in_progress"),
        (["0 Enqueue c", "2 QueueingTimeout c", "2 QueueingOverflow c", "3 Released c"], "queue_timeout"),
        *(
            (["0 Enqueue c", f"2 {name} c", "3 Released c"], "queue_failed")
            for name in ("QueueingOverflow", "QueueingFailure", "QueueingCancelled", "DispatchingFailure")
        ),
        *(
            (["0 Enqueue c", f"2 {name} c", "3 Released c"], "unknown")
            for name in ("AssignAgentFailure", "QueueingRerouted")
        ),
        (["0 AgentReady", "1 Whatever", "2 StartMonitor", "3 TextStream a"], "unknown"),
        (["0 StartMonitor s"], "in_progress"),
        (["? Dialing a"], "unknown"),
        (["0 AgentDialing a"], "in_progress"),
        (["0 Route2IVR c"], "in_progress"),
        (["0 Route2IVR c", "9 Released c releaseReason=200"], "ended_in_ivr"),
        (["0 Route2IVR c", "4 AssignAgent c", "9 Released c"], "unknown"),
        (["0 Route2IVR c", "4 Dialing a", "8 Released a", "9 Released c"], "unknown"),
        (["0 Route2IVR c", "9 Released c releaseReason=486"], "busy"),
        (["0 Ringing a", "4 RingingTimeout a", "4 Released a", "9 Released c"], "no_answer"),
        (
            ["0 Ringing a", "4 RingingTimeout a", "4 Released a", "9 Released c releaseReason=500"],
            "no_answer",
        ),
        (["0 Ringing a", "4 RingingTimeout a", "4 Released a", "9 Released c releaseReason=486"], "busy"),
    ],
)
def test_inbound(lines: list[str], outcome: str, call_facts: CallFacts) -> None:
    assert call_facts("INBOUND", *lines)["outcome"] == outcome


@pytest.mark.parametrize(
    ("customer", "agent", "outcome"),
    [
        ("releaseReason=486", "", "busy"),
        ("releaseReason=600", "", "busy"),
        ("releaseReason=403", "", "rejected"),
        ("releaseReason=603", "", "rejected"),
        *((f"releaseReason={code}", "", "unreachable") for code in (404, 410, 484)),
        *((f"releaseReason={code}", "", "no_answer") for code in (408, 480, 487)),
        *((f"releaseReason={code}", "", "failed") for code in (300, 488, 500, 503, 699)),
        ("releaseReason=200", "releaseReason=200", "unknown"),
        ("", "", "unknown"),
        ("releaseReason=200", "releaseReason=503", "unknown"),
        ("", "releaseReason=503", "unknown"),
        ("releaseReason=503", "releaseReason=486", "failed"),
        ("earlyMediaState=Busy", "", "busy"),
        ("earlyMediaState=noanswer", "", "no_answer"),
        *(
            (f"earlyMediaState={state}", "", "unreachable")
            for state in ("NotExist", "OutOfService", "PowerOff", "Restricted")
        ),
        ("earlyMediaState=PowerOff releaseReason=480", "", "unreachable"),
        ("releaseReason=480", "earlyMediaState=Busy", "busy"),
        ("earlyMediaState=NotConnected releaseReason=480", "", "no_answer"),
        ("earlyMediaState=Asleep releaseReason=404", "", "unreachable"),
    ],
)
def test_outbound_that_was_not_answered(
    customer: str, agent: str, outcome: str, call_facts: CallFacts
) -> None:
    lines = [*FAILED_OUT, f"8 Released c {customer}", f"9 Released a {agent}"]

    assert call_facts("OUTBOUND", *lines)["outcome"] == outcome


@pytest.mark.parametrize(
    ("reason", "code", "text"),
    [
        ("200_-_Okay", 200, "Okay"),
        ("200_-_OK", 200, "OK"),
        ("486:USER_BUSY", 486, "USER BUSY"),
        ("487-Request_Terminated", 487, "Request Terminated"),
        ("__480_Temporarily_Unavailable__", 480, "Temporarily Unavailable"),
        ("603", 603, None),
        ("SIP/2.0_486_Busy_Here", 486, "Busy Here"),
        ("NORMAL_CLEARING", None, "NORMAL CLEARING"),
        ("4861", None, "4861"),
        ("", None, None),
    ],
)
def test_release_reason(reason: str, code: int | None, text: str | None, call_facts: CallFacts) -> None:
    found = call_facts("OUTBOUND", *FAILED_OUT, f"8 Released c releaseReason={reason}", "9 Released a")

    assert (found["release_code"], found["release_text"]) == (code, text)


INITIATORS = [
    ("OUTBOUND", "Agent", "agent"),
    ("OUTBOUND", "CUSTOMER", "customer"),
    ("OUTBOUND", "system", "system"),
    ("OUTBOUND", "bob@other", None),
    ("OUTBOUND", "bob@ccc-test", "agent"),
    ("OUTBOUND", "sip:BOB@CCC-test", "agent"),
    ("OUTBOUND", "al", "agent"),
    ("OUTBOUND", "13800000101", "customer"),
    ("OUTBOUND", "+8613800000101", "customer"),
    ("OUTBOUND", "008613800000101", "customer"),
    ("OUTBOUND", "013800000101", "customer"),
    ("OUTBOUND", "138-0000_0101", "customer"),
    ("OUTBOUND", "8613800000101", "customer"),
    ("OUTBOUND", "8613800000102", None),
    ("OUTBOUND", "sip:13800000101@10.0.0.1", "customer"),
    ("OUTBOUND", "tel:+8613800000101", "customer"),
    ("OUTBOUND", "13800000101@ccc-test", "customer"),
    ("OUTBOUND", "138******01", "customer"),
    ("OUTBOUND", "138****01", "customer"),
    ("OUTBOUND", "139******01", None),
    ("OUTBOUND", "***********", None),
    ("OUTBOUND", "057******81", None),
    ("OUTBOUND", "05700000081", None),
    ("OUTBOUND", "80010011", None),
    ("OUTBOUND", "PBX", None),
    ("OUTBOUND", "", None),
    ("INBOUND", "05700000081", "customer"),
    ("INBOUND", "13800000101", None),
    ("PREDICTIVE", "13800000101", "customer"),
    ("PREDICTIVE", "05700000081", None),
    ("BACK2BACK", "05700000081", "customer"),
    ("BACK2BACK", "13800000101", "customer"),
    ("BACK2BACK", "13800000102", None),
    ("INTERNAL", "80010011", "agent"),
    ("INTERNAL", "anybody", "agent"),
    ("INTERNAL", "system", "system"),
    ("INTERNAL", "", None),
    ("CONFERENCE", "13800000101", None),
]


@pytest.mark.parametrize(("call_type", "initiator", "party"), INITIATORS)
def test_who_ended_it(call_type: str, initiator: str, party: str | None, call_facts: CallFacts) -> None:
    found = call_facts(
        call_type,
        "0 Dialing a agentId=al caller=05700000081 callee=13800000101",
        "1 Established a",
        "2 Established c",
        f"8 Released c releaseInitiator={initiator}",
        "8 Released a",
    )

    assert found["ended_by"] == party


@pytest.mark.parametrize(
    ("caller", "initiator", "party"),
    [
        ("anonymous", "Anonymous", "customer"),
        ("anonymous", "sip:anonymous@anonymous.invalid", "customer"),
        ("138****0101", "138****0101", "customer"),
        ("138****0101", "13800000101", "customer"),
        ("138****0101", "13800000102", None),
        ("86138****0101", "138****0101", "customer"),
        ("anonymous", "13800000101", None),
        ("0138****0101", "sip:8613800000101@host", "customer"),
    ],
)
def test_the_customers_own_text(
    caller: str, initiator: str, party: str | None, call_facts: CallFacts
) -> None:
    found = call_facts(
        "INBOUND",
        f"0 Route2IVR c caller={caller} callee=05700000081",
        "1 Established a agentId=al",
        f"8 Released c releaseInitiator={initiator}",
        "8 Released a",
    )

    assert found["ended_by"] == party


def test_a_caller_who_gave_up_ended_it(call_facts: CallFacts) -> None:
    lines = ["0 Route2IVR c", "4 Abandoned c", "5 Released c releaseInitiator=system releaseReason=200"]

    found = call_facts("INBOUND", *lines)

    assert (found["ended_by"], found["release_code"]) == ("customer", 200)
