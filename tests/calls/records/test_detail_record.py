"""Facts from a call's detail record: by the same model as records, its fields fill what stays open and never more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.detail_summary import summarise_detail_record
from callevents.calls.json_document import to_document
from callevents.calls.model import CallSummary
from callevents.calls.records.detail_record import (
    AgentSequence,
    CallFields,
    CustomerSequence,
    DetailRecord,
    DetailRow,
    IvrSequence,
    QueueSequence,
    RecordedEvent,
)
from tests.calls.conftest import INSTANCE, JOB, seconds_of
from tests.calls.test_samples import KEYS
from tests.examples import examples
from tests.scaling import LINEAR, growth

MS = 1_000_000
START = 1_772_618_400_000 * MS  # 2026-03-04T10:00:00Z
ALICE, BOB, GROUP = f"alice@{INSTANCE}", f"bob@{INSTANCE}", f"support@{INSTANCE}"


def moment(seconds: float) -> int:
    return START + round(seconds * 1000) * MS


def sequence(*words: str) -> tuple[RecordedEvent, ...]:
    """Return events written as `seconds type` or `seconds type duration`."""
    events = []
    for each in words:
        seconds, type_, *length = each.split()
        at = None if seconds == "?" else moment(float(seconds))
        events.append(RecordedEvent(type_, at, float(length[0]) if length else None))
    return tuple(events)


def agent(who: str, *words: str, name: str | None = None) -> AgentSequence:
    return AgentSequence(who, name, GROUP, sequence(*words))


def customer(*words: str) -> CustomerSequence:
    return CustomerSequence("13800000201", sequence(*words))


def queue(*words: str, name: str | None = None) -> QueueSequence:
    return QueueSequence(GROUP, name, False, sequence(*words))


def ivr(*words: str) -> IvrSequence:
    return IvrSequence("MAIN_FLOW", sequence(*words))


def fields(**changed: Any) -> CallFields:
    """Return an inbound call that began at 0, was answered at 30 and released at 90, by the customer."""
    usual = CallFields(
        job_id=JOB, contact_type="INBOUND", disposition="Success", started_at=moment(0),
        established_at=moment(30), released_at=moment(90), release_initiator="customer",
        release_reason="200 - OK", caller="13800000201", callee="05700000081", agents=(ALICE,), skill_groups=(GROUP,),
    )  # fmt: skip
    return usual._replace(**changed)


INBOUND = DetailRecord(
    fields(),
    agents=(agent(ALICE, "25 Ringing 5", "30 Established 60", "90 Released", name="Alice Wang"),),
    customers=(customer("89.9 Released"),),
    queues=(queue("10 Enqueue", "24 AssignAgent", name="Support"),),
    ivrs=(ivr("0 Route2IVR"),),
)
OUTBOUND = DetailRecord(
    fields(contact_type="OUTBOUND", caller="05700000081", callee="13800000201"),
    agents=(agent(ALICE, "0 Dialing 29", "1 Established 89", "90 Released"),),
    customers=(customer("10 Ringing", "30 Established", "89.9 Released"),),
)
ROW = DetailRow(
    fields(), "AUDIO", queue_seconds=15, ring_seconds=5, talk_seconds=60, held_seconds=7, transfers=0
)


def summary_of(record: DetailRecord, row: DetailRow | None = None) -> CallSummary:
    return summarise_detail_record(JOB, INSTANCE, record, row)


def facts_of(record: DetailRecord, row: DetailRow | None = None) -> dict[str, Any]:
    return seconds_of(dict(to_document(summary_of(record, row))))


def test_an_inbound_call() -> None:
    found = facts_of(INBOUND)

    events = [(each["type"], each["leg"], each["agent"], each["detail"]) for each in found.pop("events")]
    assert found == {
        "job_id": JOB, "instance_id": INSTANCE, "sources": ["detail_record"], "direction": "inbound", "media": None,
        "outcome": "answered", "started_at": 0, "answered_at": 30, "answered_by": ALICE, "ended_at": 90,
        "queue_seconds": 14.0, "ring_seconds": 5.0, "talk_seconds": 59.9, "hold_seconds": None,
        "ended_by": "customer", "release_code": 200, "release_text": "OK", "caller": "13800000201",
        "callee": "05700000081", "agents": [ALICE], "skill_groups": [GROUP], "transfers": [], "recordings": [],
        "legs": f"customer - 0 0 89.9 - 59.9 / agent {ALICE} 25 30 90 5 59.9",
        "journey": f"ivr 0 10 / queue 10 14 / wait 24 1 / ring 25 5 {ALICE} / talk 30 59.9 {ALICE}",
        "complete": True, "warnings": [],
    }  # fmt: skip
    assert events == [
        ("Route2IVR", None, None, "main flow"),
        ("Enqueue", None, None, f"skill group {GROUP}"),
        ("AssignAgent", None, None, f"skill group {GROUP}"),
        ("Ringing", "agent", ALICE, None),
        ("Established", "agent", ALICE, None),
        ("Released", "customer", None, "200 OK, by the customer"),
        ("Released", "agent", ALICE, "by the customer"),
    ]
    assert list(to_document(summary_of(INBOUND))) == KEYS.split()


def test_a_row_tells_the_durations_that_are_open_and_the_medium() -> None:
    assert facts_of(INBOUND, ROW)["hold_seconds"] == 7
    assert facts_of(INBOUND, ROW)["media"] == "audio"
    # What the events tell stays.
    assert facts_of(INBOUND, ROW)["queue_seconds"] == 14.0
    flat = facts_of(DetailRecord(fields()), ROW)
    assert {name: flat[name] for name in flat if name.endswith("_seconds")} == {
        "queue_seconds": 15, "ring_seconds": 5, "talk_seconds": 60, "hold_seconds": 7,
    }  # fmt: skip


def test_fields_alone() -> None:
    found = facts_of(DetailRecord(fields()))
    assert {name: found[name] for name in ("outcome", "started_at", "answered_at", "answered_by", "ended_at")} == {
        "outcome": "answered", "started_at": 0, "answered_at": 30, "answered_by": ALICE, "ended_at": 90,
    }  # fmt: skip
    assert (found["legs"], found["journey"], found["events"], found["complete"]) == ("", "", [], True)
    assert (found["talk_seconds"], found["ring_seconds"], found["queue_seconds"]) == (None, None, None)
    assert found["sources"] == ["detail_record"]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (OUTBOUND, {"answered_at": 30, "answered_by": ALICE, "talk_seconds": 59.9, "ring_seconds": 20.0}),
        # Only a field says that the customer answered, or left.
        (OUTBOUND._replace(customers=(customer("89.9 Released"),)), {"answered_at": 30, "talk_seconds": 59.9}),
        (
            OUTBOUND._replace(customers=(customer("20 Released"),)),
            {"outcome": "answered", "answered_at": 30, "talk_seconds": None, "warnings": []},
        ),
        (OUTBOUND._replace(customers=()), {"answered_at": 30, "talk_seconds": 60.0, "ended_at": 90}),
        (INBOUND._replace(customers=()), {"answered_at": 30, "talk_seconds": 60.0, "ended_at": 90}),
        # … or when the only agent did.
        (
            INBOUND._replace(agents=(agent(ALICE, "25 Ringing", "90 Released"),)),
            {"answered_at": 30, "answered_by": ALICE, "ring_seconds": 5.0, "talk_seconds": 59.9},
        ),
        # The menu's answer is none of an agent's.
        (
            INBOUND._replace(agents=(agent(ALICE, "35 Ringing 2", "90 Released"),)),
            {"outcome": "answered", "answered_at": None, "answered_by": ALICE, "ring_seconds": 2},
        ),
        # Of several the first, which one without a time is not.
        (
            INBOUND._replace(agents=(agent(ALICE, "? Ringing 9", "36 Ringing 3", "35 Ringing 2", "90 Released"),)),
            {"outcome": "answered", "answered_at": None, "answered_by": ALICE, "ring_seconds": 2},
        ),
        (
            DetailRecord(fields(established_at=moment(0), agents=(ALICE, BOB))),
            {"outcome": "answered", "answered_at": None, "answered_by": None},
        ),
        # Who is called again has another leg.
        (
            INBOUND._replace(
                agents=(agent(ALICE, "5 Ringing", "8 Released", "25 Ringing", "30 Established", "90 Released"),)
            ),
            {"legs": f"customer - 0 0 89.9 - 59.9 / agent {ALICE} 5 - 8 3 - / agent {ALICE} 25 30 90 5 59.9"},
        ),
        # A supervisor who listens has no share.
        (
            INBOUND._replace(
                agents=(*INBOUND.agents, agent(BOB, "40 Ringing", "41 Established", "41 Monitoring", "95 Released"))
            ),
            {
                "talk_seconds": 59.9,
                "answered_by": ALICE,
                "legs": f"customer - 0 0 89.9 - 59.9 / agent {ALICE} 25 30 90 5 59.9 / supervisor {BOB} 40 41 95 1 -",
            },
        ),
        # A blind transfer says from whom, and a consultation proves none.
        (
            INBOUND._replace(
                agents=(
                    agent(ALICE, "25 Ringing", "30 Established", "50 BlindTransfer", "50.1 Released"),
                    agent(BOB, "51 Ringing", "55 Established", "90 Released"),
                )
            ),
            {
                "transfers": [{"at": "2026-03-04T10:00:50.000Z", "kind": "blind", "from": ALICE, "to": None}],
                "talk_seconds": 55.0,
            },
        ),
        (
            INBOUND._replace(
                agents=(agent(ALICE, "25 Ringing", "30 Established", "50 Consulting", "90 Released"),)
            ),
            {"transfers": [], "talk_seconds": 59.9},
        ),
        # A personal queue's id is an agent's.
        (
            INBOUND._replace(
                call=fields(skill_groups=()),
                agents=(),
                queues=(QueueSequence(BOB, "Bob", True, sequence("10 Enqueue")),),
            ),
            {"skill_groups": []},
        ),
        # A call that goes on.
        (
            INBOUND._replace(call=fields(released_at=None, release_initiator=None), customers=(),
                             agents=(agent(ALICE, "25 Ringing", "30 Established"),)),
            {"outcome": "in_progress", "answered_at": 30, "ended_at": None, "ended_by": None, "complete": False,
             "warnings": ["incomplete"], "release_code": None, "hold_seconds": None},
        ),
    ],
)  # fmt: skip
def test_what_follows(record: DetailRecord, expected: dict[str, Any]) -> None:
    found = facts_of(record)
    assert {name: found[name] for name in expected} == expected


def test_the_order_of_lists_and_events_changes_nothing() -> None:
    two = INBOUND._replace(
        agents=(
            agent(ALICE, "25 Ringing", "30 Established", "50 BlindTransfer", "50.1 Released"),
            agent(BOB, "51 Ringing", "55 Established", "90 Released"),
        )
    )
    backwards = two._replace(
        agents=tuple(each._replace(events=each.events[::-1]) for each in reversed(two.agents)),
        queues=tuple(each._replace(events=each.events[::-1]) for each in two.queues),
    )
    assert facts_of(backwards) == facts_of(two)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"contact_type": "Outbound"}, "outbound"),
        ({"contact_type": "Back2Back"}, "back2back"),
        ({"contact_type": "PRIVACY_DIAL"}, "privacy_dial"),
        ({"contact_type": "PrivacyDial"}, "privacy_dial"),
        ({"contact_type": "Telepathy"}, "telepathy"),
        ({"contact_type": None}, None),
    ],
)
def test_directions(changed: dict[str, Any], expected: str | None) -> None:
    for record in (INBOUND, DetailRecord(fields())):
        assert facts_of(record._replace(call=fields(**changed)))["direction"] == expected


UNANSWERED = DetailRecord(
    fields(established_at=None), ivrs=(ivr("0 Route2IVR"),), customers=(customer("90 Released"),)
)


@pytest.mark.parametrize(
    ("disposition", "changed", "outcome"),
    [
        ("Success", {"established_at": moment(30)}, "answered"),
        ("Success", {}, "unknown"),
        ("Success", {"established_at": moment(200)}, "unknown"),
        ("NoAnswer", {"early_media_state": "Busy"}, "busy"),
        ("NoAnswer", {"early_media_state": "NotExist"}, "unreachable"),
        ("NoAnswer", {"early_media_state": "OutOfService"}, "unreachable"),
        ("NoAnswer", {"early_media_state": "PowerOff"}, "unreachable"),
        ("NoAnswer", {"early_media_state": "Restricted"}, "unreachable"),
        ("NoAnswer", {"early_media_state": "NotConnected", "release_reason": "486 - Busy Here"}, "busy"),
        ("NoAnswer", {"early_media_state": "Busy", "release_reason": "480 - Gone"}, "busy"),
        ("NoAnswer", {"release_reason": "603 - Decline"}, "rejected"),
        ("NoAnswer", {"release_reason": "503"}, "failed"),
        ("NoAnswer", {"release_reason": None}, "no_answer"),
        ("noanswer", {}, "no_answer"),
        ("Reject", {}, "rejected"),
        ("AbandonedInIVR", {}, "abandoned_in_ivr"),
        ("AbandonedInIVR", {"release_initiator": "agent"}, "ended_in_ivr"),
        ("AbandonedInIVR", {"release_initiator": None}, "ended_in_ivr"),
        # The centre files so whatever its flow has no node for: who has an agent was out of the menu.
        ("AbandonedInIVR", {"agents": (ALICE,)}, "unknown"),
        ("AbandonedInVoiceNavigator", {}, "abandoned_in_ivr"),
        ("AbandonedInContactFlow", {}, "abandoned_in_ivr"),
        ("AbandonedInQueue", {}, "abandoned_in_queue"),
        ("AbandonedInRing", {}, "abandoned_while_ringing"),
        ("AbandonedRing", {}, "abandoned_while_ringing"),
        ("QueuingTimeout", {}, "queue_timeout"),
        ("QueuingFailed", {}, "queue_failed"),
        ("QueuingOverflow", {}, "queue_failed"),
        ("Voicemail", {}, "voicemail"),
        ("IVRException", {}, "failed"),
        ("ForwardToOutsideNumber", {}, "unknown"),
        ("CallbackPromised", {}, "unknown"),
        (None, {}, "unknown"),
    ],
)
@pytest.mark.parametrize("record", [UNANSWERED, DetailRecord(fields())], ids=["with events", "fields alone"])
def test_outcomes(
    disposition: str | None, changed: dict[str, Any], outcome: str, record: DetailRecord
) -> None:
    call = fields(**{"disposition": disposition, "established_at": None, "agents": (), **changed})
    found = facts_of(record._replace(call=call))
    assert found["outcome"] == outcome
    assert (found["answered_at"] is None) == (outcome != "answered")


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (INBOUND, "answered"),  # whatever it is filed as
        (UNANSWERED._replace(queues=(queue("10 Enqueue", "90 Abandoned"),)), "abandoned_in_queue"),
        (UNANSWERED._replace(queues=(queue("10 Enqueue", "90 QueueingTimeout"),)), "queue_timeout"),
    ],
)
@pytest.mark.parametrize(
    "disposition", ["NoAnswer", "Success", "Voicemail", "AbandonedInIVR", "AbandonedInRing"]
)
def test_events_outrank_what_is_filed(record: DetailRecord, outcome: str, disposition: str) -> None:
    assert facts_of(record._replace(call=record.call._replace(disposition=disposition)))["outcome"] == outcome


def test_who_was_queued_did_not_give_up_in_the_menu() -> None:
    call = fields(disposition="AbandonedInIVR", established_at=None, agents=())
    assert facts_of(UNANSWERED._replace(call=call, queues=(queue("10 Enqueue"),)))["outcome"] == "unknown"
    for row in (DetailRow(call, queue_seconds=16), DetailRow(call, ring_seconds=5)):
        assert facts_of(UNANSWERED._replace(call=call), row)["outcome"] == "unknown"
    assert (
        facts_of(UNANSWERED._replace(call=call), DetailRow(call, queue_seconds=0))["outcome"]
        == "abandoned_in_ivr"
    )


ROW_OF_30_SECONDS = ROW._replace(ivr_seconds=10, queue_seconds=14, ring_seconds=5)


@pytest.mark.parametrize(
    ("record", "row", "established", "answered_at"),
    [
        # The menu's answer, as far as the record's other times tell.
        (DetailRecord(fields(), queues=(queue("10 Enqueue", "24 AssignAgent"),)), None, 2, None),
        (DetailRecord(fields(), queues=(queue("10 Enqueue", "24 AssignAgent"),)), None, 23, None),
        (DetailRecord(fields()), ROW_OF_30_SECONDS, 2, None),
        (DetailRecord(fields()), ROW_OF_30_SECONDS, 20, None),
        # The agent's.
        (DetailRecord(fields(), queues=(queue("10 Enqueue", "24 AssignAgent"),)), None, 30, 30),
        (DetailRecord(fields()), ROW_OF_30_SECONDS, 30, 30),
        (DetailRecord(fields()), ROW_OF_30_SECONDS, 27, 27),  # each part is rounded
        (DetailRecord(fields()), DetailRow(fields(), ivr_seconds=0, queue_seconds=0, ring_seconds=0), 2, 2),
        # No call is answered before its first event, or after its end: that of the record contradicts the events.
        (DetailRecord(fields(released_at=moment(5)), customers=(customer("80 Released"),)), None, 85, None),
        (DetailRecord(fields(contact_type="INTERNAL", started_at=None), queues=(queue("10 Enqueue"),)), None, 5, None),
    ],
)  # fmt: skip
def test_the_records_time_of_an_answer_is_not_that_of_the_menu(
    record: DetailRecord, row: DetailRow | None, established: float, answered_at: float | None
) -> None:
    call = record.call._replace(established_at=moment(established))
    found = facts_of(record._replace(call=call), row)
    assert (found["outcome"], found["answered_at"], found["answered_by"]) == ("answered", answered_at, ALICE)


def test_a_rows_talk_fits_between_the_answer_and_the_end() -> None:
    bare = DetailRecord(fields())  # answered at 30, over at 90
    assert facts_of(bare, ROW._replace(talk_seconds=61))["talk_seconds"] == 61  # rounded
    assert facts_of(bare, ROW._replace(talk_seconds=62))["talk_seconds"] is None


@pytest.mark.parametrize("kind", ["HOLOGRAM", None, "BACK2BACK", "PRIVACY_DIAL"])
def test_a_party_that_was_connected_in_an_unknown_kind_of_call_is_not_called_unanswered(
    kind: str | None,
) -> None:
    call = fields(contact_type=kind, disposition="CallbackPromised", established_at=None, release_reason="?")
    assert facts_of(INBOUND._replace(call=call))["outcome"] == "unknown"


def test_a_phone_that_rang_in_vain() -> None:
    rang = UNANSWERED._replace(
        call=fields(disposition="AbandonedInRing", established_at=None),
        agents=(agent(ALICE, "50 Ringing", "90 Released"),),
    )
    found = facts_of(rang)
    assert (found["outcome"], found["ring_seconds"], found["ended_by"]) == (
        "abandoned_while_ringing",
        40.0,
        "customer",
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"released_at": moment(-60)}, {"started_at": 0, "ended_at": 90, "complete": True}),
        ({"started_at": moment(500)}, {"started_at": 0, "ended_at": 90}),
        ({"started_at": moment(-2)}, {"started_at": -2}),
        (
            {"started_at": None, "released_at": None, "established_at": None},
            {"started_at": 0, "answered_at": 30},
        ),
        ({"established_at": moment(500)}, {"answered_at": 30}),
    ],
)
def test_times_that_contradict_the_events_change_nothing(
    changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    record = INBOUND._replace(call=fields(**changed))
    found = to_document(summary_of(record))
    starts = {"started_at": found["started_at"]}
    facts = facts_of(record)
    facts["started_at"] = -2 if starts["started_at"] == "2026-03-04T09:59:58.000Z" else facts["started_at"]
    assert {name: facts[name] for name in expected} == expected


def test_a_release_before_the_start_is_no_end() -> None:
    found = facts_of(DetailRecord(fields(released_at=moment(-60), established_at=None)), ROW)
    assert (found["started_at"], found["ended_at"], found["complete"]) == (None, None, False)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"queue_seconds": 500, "ring_seconds": 500, "talk_seconds": 500}, (None, None, None, 7)),
        (
            {"queue_seconds": 0, "ring_seconds": 0, "talk_seconds": 0, "held_seconds": 0},
            (None, None, None, 0.0),
        ),
        ({"queue_seconds": 40}, (None, 5, 60, 7)),  # no room for it beside the talk
        ({"held_seconds": 80}, (15, 5, 60, None)),
    ],
)
def test_durations_that_do_not_fit_into_the_call_say_nothing(
    row: dict[str, Any], expected: tuple[float | None, ...]
) -> None:
    found = facts_of(DetailRecord(fields()), ROW._replace(**row))
    assert tuple(found[f"{name}_seconds"] for name in ("queue", "ring", "talk", "hold")) == expected


@pytest.mark.parametrize(
    ("initiator", "ended_by"),
    [("agent", "agent"), ("Customer", "customer"), ("system", None), ("13800000201", None), (None, None)],
)
def test_who_hung_up(initiator: str | None, ended_by: str | None) -> None:
    for record in (INBOUND, DetailRecord(fields())):
        found = facts_of(record._replace(call=fields(release_initiator=initiator)))
        assert (found["ended_by"], found["release_code"], found["release_text"]) == (ended_by, 200, "OK")


def test_names_and_the_recording_stand_beside_the_facts() -> None:
    record = INBOUND._replace(call=fields(recording_ready=True))
    second = summary_of(record).second_source
    assert second.status == "found"
    assert second.names == ((ALICE, "Alice Wang"), (GROUP, "Support"))
    assert second.recorded
    assert "Wang" not in json.dumps(to_document(summary_of(record)))
    assert not summary_of(INBOUND).second_source.recorded


TIMES = st.none() | st.integers(-5, 120).map(moment) | st.sampled_from([1, 253_402_300_799_999 * MS])
TYPES = st.sampled_from(
    ["Dialing", "Ringing", "Established", "Released", "BlindTransfer", "Consulting", "StartConference", "Monitoring",
     "Coaching", "Barging", "Intercepting", "Held", "Retrieved", "Enqueue", "AssignAgent", "Abandoned",
     "QueueingTimeout", "Route2IVR", "CDRReady", "ringing"]
) | st.text(max_size=5)  # fmt: skip
EVENTS = st.lists(st.builds(RecordedEvent, TYPES, TIMES, st.none() | st.floats(0, 1e6)), max_size=6).map(
    tuple
)
TEXTS = st.none() | st.text(max_size=8) | st.sampled_from([ALICE, BOB, "13800000201", "200 - OK", "customer"])
CALLS = st.builds(
    CallFields, job_id=TEXTS,
    contact_type=st.none() | st.sampled_from(["INBOUND", "Outbound", "PREDICTIVE", "INTERNAL", "BACK2BACK", "X"]),
    disposition=st.none() | st.sampled_from(["Success", "NoAnswer", "AbandonedInIVR", "AbandonedInRing", "Voicemail"]),
    early_media_state=TEXTS, started_at=TIMES, established_at=TIMES, released_at=TIMES, release_initiator=TEXTS,
    release_reason=TEXTS, outside_release_reason=TEXTS, caller=TEXTS, callee=TEXTS,
    agents=st.lists(st.text(min_size=1, max_size=5), max_size=2).map(tuple),
    skill_groups=st.just(()), recording_ready=st.none() | st.booleans(),
)  # fmt: skip
RECORDS = st.builds(
    DetailRecord, CALLS,
    st.lists(st.builds(AgentSequence, TEXTS, TEXTS, TEXTS, EVENTS), max_size=3).map(tuple),
    st.lists(st.builds(CustomerSequence, TEXTS, EVENTS), max_size=3).map(tuple),
    st.lists(st.builds(QueueSequence, TEXTS, TEXTS, st.booleans(), EVENTS), max_size=2).map(tuple),
    st.lists(st.builds(IvrSequence, TEXTS, EVENTS), max_size=2).map(tuple),
)  # fmt: skip
LENGTHS = st.none() | st.integers(0, 10**7)
ROWS = st.none() | st.builds(
    DetailRow,
    CALLS,
    TEXTS,
    LENGTHS,
    LENGTHS,
    LENGTHS,
    LENGTHS,
    LENGTHS,
    LENGTHS,
    st.none() | st.integers(0, 9),
)


@examples(300)
@given(record=RECORDS, row=ROWS)
def test_any_record_has_facts_that_agree(record: DetailRecord, row: DetailRow | None) -> None:
    summary = summary_of(record, row)
    document = to_document(summary)

    assert list(document) == KEYS.split()
    assert document["sources"] == ["detail_record"]
    assert summary.outcome != "no_records"
    assert summary.complete == (summary.ended_at is not None)
    assert ("incomplete" in summary.warnings) != summary.complete
    assert "duplicates" not in summary.warnings
    if summary.started_at is not None and summary.ended_at is not None:
        assert summary.started_at <= summary.ended_at
    if summary.answered_at is not None and summary.ended_at is not None:
        assert summary.answered_at <= summary.ended_at + 1000 * MS
    assert (summary.outcome in {"answered", "in_progress"}) >= (summary.answered_at is not None)
    listed = [each.events for each in record.agents]
    listed += [each.events for each in record.customers]
    listed += [each.events for each in record.queues]
    listed += [each.events for each in record.ivrs]
    assert len(summary.events) == sum(len(set(events)) for events in listed)


@examples(100)
@given(record=RECORDS, row=ROWS, data=st.data())
def test_the_order_in_which_a_sequence_is_told_changes_nothing(
    record: DetailRecord, row: DetailRow | None, data: st.DataObject
) -> None:
    def shuffled(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(each._replace(events=tuple(data.draw(st.permutations(each.events)))) for each in entries)

    changed = record._replace(
        agents=shuffled(record.agents),
        customers=shuffled(record.customers),
        queues=shuffled(record.queues),
        ivrs=shuffled(record.ivrs),
    )
    assert summary_of(changed, row) == summary_of(record, row)


def many_events(count: int) -> DetailRecord:
    """One agent who is called again and again."""
    words = [word for number in range(count) for word in (f"{number} Ringing", f"{number}.5 Released")]
    return INBOUND._replace(agents=(agent(ALICE, *words),))


def many_entries(count: int) -> DetailRecord:
    return INBOUND._replace(
        agents=tuple(
            agent(f"{number}@{INSTANCE}", f"{number} Ringing", f"{number}.5 Released")
            for number in range(count)
        ),
        customers=tuple(customer(f"{number} Established", f"{number}.5 Released") for number in range(count)),
        queues=tuple(queue(f"{number} Enqueue") for number in range(count)),
    )


@pytest.mark.parametrize("make", [many_events, many_entries])
def test_the_time_grows_with_the_record(make: Callable[[int], DetailRecord]) -> None:
    assert growth(summary_of, make, 1000) < LINEAR
