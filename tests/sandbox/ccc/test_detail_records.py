"""Detail records, one by one and listed, judged by the vendor's own SDK."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ccc20200701 import models
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException

from callevents_sandbox import ccc
from callevents_sandbox.ccc.details.spelling import HOSTILE_NAME
from callevents_sandbox.fixtures.samples import sample, samples, under
from callevents_sandbox.server.faults import Fault
from tests.sandbox.ccc.sdk import client

INBOUND = sample("inbound-ivr")
RUNNING = sample("in-progress")
MARCH = 1_772_553_600_000  # the day of the documented calls, 00:00 in China; most others are of the next one
DAY = 86_400_000


def record(url: str, job_id: str = INBOUND.job_id) -> Any:
    """Return what the SDK makes of a detail record."""
    asked = models.GetCallDetailRecordRequest(instance_id="ccc-test", contact_id=job_id)
    return client(url).get_call_detail_record(asked).body


def listed(url: str, *, page: int = 1, size: int = 100, since: int = MARCH, **filters: object) -> Any:
    """Return what the SDK makes of a page of the list."""
    asked = models.ListCallDetailRecordsV2Request(
        instance_id="ccc-test", page_number=page, page_size=size, start_time=since, **filters
    )
    return client(url).list_call_detail_records_v2(asked).body


def names(body: Any) -> list[str]:
    """Return the samples that *body* lists."""
    known = {each.job_id: each.name for each in samples()}
    return [known[row.contact_id] for row in body.data.list]


def test_the_official_sdk_gets_a_detail_record(url: str) -> None:
    body = record(url)
    data = body.data

    assert (body.code, body.http_status_code) == ("OK", 200)
    assert (data.contact_id, data.contact_type, data.contact_disposition) == (
        INBOUND.job_id,
        "INBOUND",
        "Success",
    )
    assert data.start_time < data.established_time < data.release_time
    assert (data.release_initiator, data.release_reason) == ("agent", "200 - Okay")
    assert (data.agent_ids, data.agent_names) == ("alice@ccc-test", "Alice Wang")
    (agent,) = data.agent_events
    assert [(each.event, each.duration) for each in agent.event_sequence] == [
        ("Ringing", 5),
        ("Established", 184),
        ("Released", None),
    ]
    assert [each.event for each in data.queue_events[0].event_sequence] == ["Enqueue", "AssignAgent"]
    assert data.queue_events[0].queue_name == "Support"
    assert [each.event for each in data.ivr_events[0].event_sequence] == ["Route2IVR"]
    assert [each.event for each in data.customer_events[0].event_sequence] == ["Released"]


@pytest.mark.parametrize("name", [each.name for each in samples()])
def test_every_call_that_is_over_has_one_and_stands_in_the_list(url: str, name: str) -> None:
    job_id = sample(name).job_id
    data = record(url, job_id).data
    rows = listed(url, contact_id_list=json.dumps([job_id])).data.list

    if name == RUNNING.name:
        assert data is None
        assert rows == []
        return
    (row,) = rows
    for member in (
        "contact_id",
        "contact_type",
        "contact_disposition",
        "start_time",
        "release_time",
        "agent_ids",
    ):
        assert getattr(row, member) == getattr(data, member)
    assert row.call_duration == str(data.call_duration)


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("blind-transfer", ["Ringing", "Established", "Released", "BlindTransfer"]),
        ("attended-transfer", ["Dialing", "Established", "Consulting", "Released"]),
        ("monitor", ["Ringing", "Established", "Released"]),
        ("conference", ["Ringing", "Established", "StartConference", "Released"]),
    ],
)
def test_states_have_the_names_of_the_detail_record(url: str, name: str, events: list[str]) -> None:
    agents = record(url, sample(name).job_id).data.agent_events
    assert [each.event for each in agents[0].event_sequence] == events


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("monitor", "Monitoring"),
        ("barge-in", "Barging"),
        ("coach", "Coaching"),
        ("intercept", "Intercepting"),
    ],
)
def test_a_supervisor_has_a_line_with_a_state_of_its_own(url: str, name: str, state: str) -> None:
    agents = record(url, sample(name).job_id).data.agent_events
    states = {
        each.event for agent in agents if agent.agent_id == "carol@ccc-test" for each in agent.event_sequence
    }
    assert state in states


def test_a_row_has_durations(url: str) -> None:
    (row,) = listed(url, contact_id_list=json.dumps([sample("hold-and-mute").job_id])).data.list
    assert (row.dialing_time, row.talk_time, row.held_time, row.media_type) == (11, 106, 43, "AUDIO")
    (gave_up,) = listed(url, contact_id_list=json.dumps([sample("abandoned-in-queue").job_id])).data.list
    assert (gave_up.ivr_time, gave_up.queue_time, gave_up.wait_time) == (9, 47, 0)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"number": "13800000201"}, ["old-id", "inbound-ivr"]),
        ({"number": "1380000020"}, []),
        ({"calling_number": "13800000901"}, []),
        ({"called_number": "13800000901"}, ["hold-and-mute"]),
        ({"broker": "05700000081"}, ["back-to-back-second-does-not-answer", "back-to-back"]),
        ({"agent_id": "dave@ccc-test"}, ["rerouted"]),
        ({"first_agent_id": "bob@ccc-test"}, []),
        ({"skill_group_id_list": '["sales@ccc-test","none@ccc-test"]'}, ["rerouted"]),
        ({"contact_type_list": '["INTERNAL"]'}, ["sip-phone-to-agent", "agent-to-agent"]),
        (
            {"contact_disposition_list": '["AbandonedInQueue","AbandonedInRing"]'},
            ["predictive-no-agent-free", "abandoned-while-ringing", "abandoned-in-queue"],
        ),
        ({"early_media_state_list": '["Busy"]'}, ["busy"]),
        ({"release_reason_list": '["486 - Busy Here"]', "release_initiator_list": '["agent"]'}, []),
        ({"media_type": "CHAT"}, []),
        ({"search_pattern": "text:parcel"}, []),
        (
            {"number": "13800000201", "sort_order": "ASC", "order_by_field": "startTime"},
            ["inbound-ivr", "old-id"],
        ),
    ],
)
def test_calls_are_found(url: str, filters: dict[str, Any], found: list[str]) -> None:
    have = names(listed(url, **filters))
    assert (
        sorted(have) == sorted(found) if len(set(found) & {"inbound-ivr", "old-id"}) == 2 else have == found
    )


def test_the_range_comes_first(center: ccc.ContactCenter, url: str) -> None:
    the_day = names(listed(url, end_time=MARCH + DAY - 1))
    assert "inbound-ivr" in the_day
    assert "over-midnight" not in the_day
    ids = json.dumps([INBOUND.job_id])
    assert names(listed(url, since=MARCH + DAY, contact_id_list=ids)) == []
    center.faults.add(Fault("ids_ignore_range"))
    assert names(listed(url, since=MARCH + DAY, contact_id_list=ids)) == ["inbound-ivr"]


def test_without_a_range_it_is_today_in_china(center: ccc.ContactCenter, url: str) -> None:
    def ask() -> list[str]:
        asked = models.ListCallDetailRecordsV2Request(instance_id="ccc-test", page_number=1, page_size=100)
        return names(client(url).list_call_detail_records_v2(asked).body)

    assert ask() == []
    clock = center.clock
    try:
        center.clock = lambda: (MARCH + DAY + 60_000) / 1000  # one minute after midnight
        assert ask() == ["after-the-call"]
    finally:
        center.clock = clock


def test_the_total_stands_on_the_first_page_only(url: str) -> None:
    first, second = listed(url, size=15), listed(url, page=2, size=15)
    assert (first.data.total_count, second.data.total_count) == (40, 0)
    assert (second.data.page_number, second.data.page_size) == (2, 15)
    rest = listed(url, page=3, size=15)
    assert len(first.data.list + second.data.list + rest.data.list) == 40
    assert listed(url, page=100).data.list == []
    starts = [row.start_time for row in listed(url).data.list]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda url: record(url, ""), 400, "MissingContactId"),
        (lambda url: listed(url, page=0), 400, "Parameter.Minimum"),
        (lambda url: listed(url, page=101), 400, "Parameter.Maximum"),
        (lambda url: listed(url, size=101), 400, "Parameter.Maximum"),
        (lambda url: listed(url, size=0), 400, "Parameter.Minimum"),
        (lambda url: listed(url, page=None), 400, "MissingPageNumber"),  # type: ignore[arg-type]
        (lambda url: listed(url, size=None), 400, "MissingPageSize"),  # type: ignore[arg-type]
        (lambda url: listed(url, end_time="yesterday"), 400, "Parameter.Format"),
        (lambda url: listed(url, contact_id_list="job-1"), 400, "Parameter.Format"),
        (lambda url: listed(url, contact_disposition_list="[1]"), 400, "Parameter.Format"),
        (lambda url: listed(url, sort_order="DOWN"), 400, "Parameter.Format"),
        (lambda url: listed(url, order_by_field="callDuration"), 400, "Parameter.Format"),
    ],
)
def test_parameters_are_checked(url: str, ask: Callable[[str], object], status: int, code: str) -> None:
    with pytest.raises(ClientException) as caught:
        ask(url)
    assert (caught.value.status_code, caught.value.code) == (status, code)


def test_other_instances_have_no_records(center: ccc.ContactCenter, url: str) -> None:
    asked = models.GetCallDetailRecordRequest(instance_id="ccc-other", contact_id=INBOUND.job_id)
    with pytest.raises(ClientException) as caught:
        client(url).get_call_detail_record(asked)
    assert (caught.value.status_code, caught.value.code) == (404, "NotExists.InstanceId")


def test_the_complaint_about_a_missing_id_may_be_the_contact_centers(
    center: ccc.ContactCenter, url: str
) -> None:
    center.faults.add(Fault("blank_contact_id"))
    with pytest.raises(ClientException) as caught:
        record(url, "")
    assert (caught.value.code, caught.value.data["Params"]) == ("Parameter.Blank", ["ContactId"])
    center.missing_as_null = True
    with pytest.raises(ClientException) as caught:
        listed(url, page=None)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.data["Params"]) == ("Parameter.Null", ["PageNumber"])


def test_the_older_list_is_not_there(url: str) -> None:
    asked = models.ListCallDetailRecordsRequest(instance_id="ccc-test", page_number=1, page_size=10)
    with pytest.raises(ClientException) as caught:
        client(url).list_call_detail_records(asked)
    assert (caught.value.status_code, caught.value.code) == (404, "InvalidAction.NotFound")


def test_a_job_id_that_nobody_knows_has_three_answers(center: ccc.ContactCenter, url: str) -> None:
    assert record(url, "job-none").data is None
    center.faults.add(Fault("unknown_empty"))
    assert record(url, "job-none").data.contact_id is None
    center.faults.add(Fault("unknown_not_found"))
    with pytest.raises(ClientException) as caught:
        record(url, "job-none")
    assert (caught.value.status_code, caught.value.code) == (404, "NotExists.JobId")
    assert caught.value.data["Params"] == ["job-none"]


def test_a_record_may_be_missing_late_or_early(center: ccc.ContactCenter, url: str) -> None:
    center.faults.add(Fault("record_missing"))
    assert record(url).data is None
    center.faults.add(Fault("record_running", times=2))
    assert record(url, RUNNING.job_id).data.release_time is None
    assert RUNNING.name in names(listed(url))
    now = [1_800_000_000.0]
    center.calls.clock = lambda: now[0]
    center.faults.add(Fault("record_late", times=None, seconds=5))
    assert record(url).data is None
    assert record(url, sample("busy").job_id).data is None
    now[0] += 5
    assert record(url).data is not None
    center.calls.clock = center.clock


def spelt(center: ccc.ContactCenter, url: str, *modes: str) -> dict[str, Any]:
    """Return a detail record as *modes* make it, as the SDK prints it again."""
    for mode in modes:
        center.faults.add(Fault(mode))
    shown = record(url, INBOUND.job_id).data.to_map()
    assert isinstance(shown, dict)
    return shown


def test_records_are_spelt_in_many_ways(center: ccc.ContactCenter, url: str) -> None:
    good = spelt(center, url)
    texts = spelt(center, url, "numbers_as_strings")
    assert texts["StartTime"] == str(good["StartTime"])
    assert texts["RecordingReady"] == "true"
    assert texts["AgentEvents"][0]["EventSequence"][0]["Duration"] == "5"
    assert "EstablishedTime" not in spelt(center, url, "established_absent")
    assert "EstablishedTime" not in spelt(
        center, url, "established_null"
    )  # the SDK does not print what is null
    assert spelt(center, url, "established_zero")["EstablishedTime"] == 0
    assert spelt(center, url, "established_empty")["EstablishedTime"] == ""
    assert spelt(center, url, "established_at_start")["EstablishedTime"] == good["StartTime"]
    assert spelt(center, url, "old_spelling")["ContactType"] == "Inbound"
    assert spelt(center, url, "unknown_disposition")["ContactDisposition"] == "CallbackPromised"
    assert spelt(center, url, "comma_in_name")["AgentNames"] == "Wang, Alice"
    assert spelt(center, url, "comma_in_name")["AgentEvents"][0]["AgentName"] == "Wang, Alice"
    assert spelt(center, url, "hostile_name")["AgentNames"] == HOSTILE_NAME
    backwards = spelt(center, url, "sequences_shuffled")["AgentEvents"][0]["EventSequence"]
    assert backwards == good["AgentEvents"][0]["EventSequence"][::-1]
    assert spelt(center, url, "sequences_empty")["AgentEvents"] == []
    assert not spelt(center, url, "sequences_null").get("QueueEvents")
    assert spelt(center, url, "release_before_start")["ReleaseTime"] < good["StartTime"]
    both = spelt(center, url, "old_spelling", "numbers_as_strings")
    assert (both["ContactType"], both["StartTime"]) == ("Inbound", str(good["StartTime"]))


def test_rows_are_spelt_in_many_ways(center: ccc.ContactCenter, url: str) -> None:
    center.faults.add(Fault("call_duration_int"))
    assert listed(url, size=1, number="13800000901").data.list[0].call_duration == 106
    center.faults.add(Fault("numbers_as_strings"))
    page = listed(url, size=1, number="13800000901").data
    assert (page.total_count, page.list[0].talk_time) == ("1", "106")
    center.faults.add(Fault("partial_numbers"))
    assert names(listed(url, number="00000901")) == ["hold-and-mute"]


@pytest.mark.parametrize(
    ("kind", "code"), [("no_permission", "NoPermission"), ("permission_common", "Permission.Common")]
)
def test_permission_can_be_missing_for_one_operation(
    center: ccc.ContactCenter, url: str, kind: str, code: str
) -> None:
    center.faults.add(Fault(kind, times=None, match="GetCallDetailRecord"))
    with pytest.raises(ClientException) as caught:
        record(url)
    assert (caught.value.status_code, caught.value.code) == (403, code)
    assert listed(url, size=1).code == "OK"
    asked = models.ListNotificationRecordsRequest(
        instance_id="ccc-test", notification_keys=json.dumps([INBOUND.job_id])
    )
    assert len(client(url).list_notification_records(asked).body.data) == len(INBOUND.records)


def test_notification_records_can_be_missing_while_the_detail_record_is_there(
    center: ccc.ContactCenter, url: str
) -> None:
    center.faults.add(Fault("no_records", times=None, match=INBOUND.job_id))
    asked = models.ListNotificationRecordsRequest(
        instance_id="ccc-test", notification_keys=json.dumps([INBOUND.job_id])
    )
    assert client(url).list_notification_records(asked).body.data == []
    assert record(url).data.contact_id == INBOUND.job_id
    other = sample("busy").job_id
    asked.notification_keys = json.dumps([other])
    assert client(url).list_notification_records(asked).body.data


def test_modes_wait_for_the_operation_that_they_are_about(center: ccc.ContactCenter, url: str) -> None:
    center.faults.add(Fault("old_spelling"))
    center.faults.add(Fault("content_not_json"))
    assert record(url).data.contact_type == "Inbound"
    assert [each.kind for each in center.faults.waiting()] == ["content_not_json"]


def test_what_can_fail_fails_for_detail_records_too(center: ccc.ContactCenter, url: str) -> None:
    center.faults.add(Fault("internal_error", match=f"GetCallDetailRecord {INBOUND.job_id}"))
    with pytest.raises(ServerException):
        record(url)
    center.faults.add(Fault("null_data"))
    assert record(url).data is None
    asked = center.asked[-1]
    assert (asked.action, asked.keys, asked.fault) == ("GetCallDetailRecord", (INBOUND.job_id,), "null_data")


def test_however_many_calls_there_are_a_search_reads_none_of_them_anew() -> None:
    center = ccc.ContactCenter(records=())
    for number in range(2100):
        center.add(under(INBOUND, f"job-468a63a2-0000-4000-8000-{number:012x}"))
    first, second = (list(center.calls.calls("ccc-test", ())) for _ in range(2))

    assert len(first) == 2100
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_what_is_added_to_a_call_is_read() -> None:
    center = ccc.ContactCenter(records=RUNNING.records)
    assert center.calls.call("ccc-test", RUNNING.job_id, ()) is None

    center.add(under(INBOUND, RUNNING.job_id))

    assert center.calls.call("ccc-test", RUNNING.job_id, ()) is not None
