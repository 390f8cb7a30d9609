"""Detail records: what is asked, what is read of an answer, and what is dropped when it is read."""

import copy
import json
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.ccc.call_search import CallSearch, DetailRecordPage
from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.alibabacloud.ccc.detail_records import MAX_TEXT_CHARS, read_detail_record, read_page
from callevents.alibabacloud.rpc_response import RpcResponse
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
from callevents.errors import (
    CallEventsError,
    CccActionRefused,
    CccInstanceUnknown,
    CccRefused,
    CccRejected,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
)
from tests.alibabacloud.wire import answer, well_signed
from tests.examples import examples

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import ScriptedServer, Seen

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
MS = 1_000_000
# Private, or nobody's business: none of it may be found in what is read.
SECRET = {
    "OffSiteAgentIds": "secret", "OffsiteAgentDestinationNumbers": "secret", "OffsiteAgentOriginatorNumbers": "secret",
    "ClientIpAddress": "secret", "ClientUserAgent": "secret", "AccessChannelUserName": "secret", "CallIds": "secret",
    "EarlyMediaText": "secret", "CallerLocation": "secret", "CalleeLocation": "secret", "Satisfaction": "secret",
    "AnalyticsReport": {"Emotion": {"Type": "secret"}}, "SummaryIndex": {"Keywords": "secret"},
    "FileUrl": "https://secret", "Broker": "secret", "AdditionalBroker": "secret", "Notes": "secret",
    "AccessChannelId": "secret", "AccessChannelUserId": "secret", "ClientAppName": "secret", "ClientLocation": "secret",
    "OutsideNumberDestinationNumber": "secret", "VoicebotOriginatorNumber": "secret",
    "VoicebotDestinationNumber": "secret", "OffsiteAgentReleaseReason": "secret", "SatisfactionDescription": "secret",
}  # fmt: skip
DATA: dict[str, object] = {
    "ContactId": JOB, "InstanceId": "ccc-test", "ContactType": "INBOUND", "ContactDisposition": "Success",
    "EarlyMediaState": None, "CallingNumber": "13800000201", "CalledNumber": "05700000081",
    "StartTime": 1772619731200, "EstablishedTime": 1772619763900, "ReleaseTime": 1772619951050, "CallDuration": 219,
    "ReleaseInitiator": "customer", "ReleaseReason": "200 - OK", "RecordingReady": True,
    "AgentIds": "alice@ccc-test", "AgentNames": "Wang, Alice",
    "SkillGroupIds": "support@ccc-test", "SkillGroupNames": "Support",
    "IvrEvents": [{"FlowId": "3a094311", "FlowType": "MAIN_FLOW",
        "EventSequence": [{"Event": "Route2IVR", "EventTime": 1772619731200}]}],
    "QueueEvents": [{"QueueId": "support@ccc-test", "QueueName": "Support", "QueueType": 1, "FlowId": "3a094311",
        "EventSequence": [{"Event": "Enqueue", "EventTime": 1772619742100}]}],
    "AgentEvents": [{"AgentId": "alice@ccc-test", "AgentName": "Alice", "SkillGroupId": "support@ccc-test",
        "Mobile": "secret",
        "EventSequence": [{"Event": "Ringing", "EventTime": 1772619758400, "Duration": 5, "Extra": "secret"}]}],
    "CustomerEvents": [{"CustomerId": "13800000201",
        "EventSequence": [{"Event": "Released", "EventTime": 1772619950900}]}],
    **SECRET,
}  # fmt: skip
CALL = CallFields(
    job_id=JOB, contact_type="INBOUND", disposition="Success", started_at=1772619731200 * MS,
    established_at=1772619763900 * MS, released_at=1772619951050 * MS, release_initiator="customer",
    release_reason="200 - OK", caller="13800000201", callee="05700000081", agents=("alice@ccc-test",),
    skill_groups=("support@ccc-test",), recording_ready=True,
)  # fmt: skip
RECORD = DetailRecord(
    CALL,
    (AgentSequence("alice@ccc-test", "Alice", "support@ccc-test", (RecordedEvent("Ringing", 1772619758400 * MS, 5),)),),
    (CustomerSequence("13800000201", (RecordedEvent("Released", 1772619950900 * MS),)),),
    (QueueSequence("support@ccc-test", "Support", False, (RecordedEvent("Enqueue", 1772619742100 * MS),)),),
    (IvrSequence("MAIN_FLOW", (RecordedEvent("Route2IVR", 1772619731200 * MS),)),),
)  # fmt: skip
ROW = {**{name: value for name, value in DATA.items() if not name.endswith("Events")}, "MediaType": "AUDIO",
       "CallDuration": "219", "IvrTime": 11, "QueueTime": 16, "RingTime": 5, "WaitTime": 21, "TalkTime": 187,
       "HeldTime": 0, "TransferCount": 0}  # fmt: skip
READ_ROW = DetailRow(CALL, "AUDIO", 219, 11, 16, 5, 187, 0, 0, "ccc-test", "Wang, Alice")
SEARCH = CallSearch(since=1772619671200 * MS, until=1772620011050 * MS)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["1772619731200", "0", "", "-5", "9" * 400, " 12 ", "1e9", "Ringing", "a,b", "١٢"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["Event", "EventTime", "Duration", "EventSequence", "AgentId"]), inner),
    max_leaves=12,
)  # fmt: skip


def ok(data: object) -> dict[str, object]:
    return {"Code": "OK", "HttpStatusCode": 200, "Message": "", "RequestId": "5B0F", "Data": data}


def read(**changed: object) -> DetailRecord:
    record = read_detail_record(RpcResponse(200, "OK", data={**DATA, **changed}), JOB)
    assert record is not None
    return record


def parameters(seen: "Seen") -> dict[str, str]:
    return dict(httpx.URL("http://x" + seen.target).params)


def test_a_record_is_asked_for_and_read(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(ok(DATA))]

    assert center.get_call_detail_record("ccc-test", JOB, time.deadline(3)) == RECORD

    seen = server.seen[0]
    assert seen.header("x-acs-action") == "GetCallDetailRecord"
    assert (seen.method, seen.body) == ("POST", b"")
    assert parameters(seen) == {"InstanceId": "ccc-test", "ContactId": JOB}
    assert well_signed(seen, "the-secret-key")


def test_calls_are_listed(center: ContactCenter, server: "ScriptedServer", time: "FakeClock") -> None:
    server.script = [
        answer(ok({"PageNumber": 1, "PageSize": 10, "TotalCount": "41", "List": [ROW, "noise"]}))
    ]
    search = SEARCH._replace(
        number="13800000201", agent="alice@ccc-test", skill_groups=("a@ccc-test", "b@ccc-test"),
        dispositions=("AbandonedInQueue", "AbandonedInRing"), job_ids=(JOB,), page_size=10,
    )  # fmt: skip

    assert center.list_call_detail_records("ccc-test", search, time.deadline(3)) == DetailRecordPage(
        (READ_ROW,), 41
    )

    seen = server.seen[0]
    assert seen.header("x-acs-action") == "ListCallDetailRecordsV2"
    assert parameters(seen) == {
        "InstanceId": "ccc-test", "PageNumber": "1", "PageSize": "10", "StartTime": "1772619671200",
        "EndTime": "1772620011050", "OrderByField": "startTime", "SortOrder": "DESC", "Number": "13800000201",
        "AgentId": "alice@ccc-test", "SkillGroupIdList": '["a@ccc-test","b@ccc-test"]',
        "ContactDispositionList": '["AbandonedInQueue","AbandonedInRing"]', "ContactIdList": f'["{JOB}"]',
    }  # fmt: skip
    assert well_signed(seen, "the-secret-key")


def test_a_range_is_always_sent_and_what_is_not_asked_is_not() -> None:
    assert dict(SEARCH._replace(until=SEARCH.until + 1).query("i")) == {
        "InstanceId": "i", "PageNumber": "1", "PageSize": "20", "StartTime": "1772619671200",
        "EndTime": "1772620011051", "OrderByField": "startTime", "SortOrder": "DESC",
    }  # fmt: skip


def test_of_several_agents_no_name_is_read() -> None:
    """Nothing says which name is whose, or where a name ends."""
    data = {"List": [ROW | {"AgentIds": "alice@ccc-test,bob@ccc-test", "AgentNames": "Wang, Alice"}]}
    assert read_page(RpcResponse(200, "OK", data=data), 1).rows[0].agent_name is None


def test_the_total_is_that_of_the_first_page() -> None:
    answer = RpcResponse(200, "OK", data={"TotalCount": 0, "List": [ROW]})
    assert read_page(answer, 2) == DetailRecordPage((READ_ROW,), None)
    # A service that forgets to count has told nothing.
    assert read_page(answer, 1).total is None


@pytest.mark.parametrize("data", [None, "", [], {}, {"List": None}, {"List": [], "TotalCount": None}])
def test_no_rows(data: object) -> None:
    assert read_page(RpcResponse(200, "OK", data=data), 1) == DetailRecordPage((), None)


@pytest.mark.parametrize("code", ["NotExists.UserId", "NotExists.SkillGroupId", "NotExists.JobId"])
def test_an_agent_or_a_group_that_does_not_exist_has_no_calls(
    center: ContactCenter, server: "ScriptedServer", time: "FakeClock", code: str
) -> None:
    body = {"Code": code, "HttpStatusCode": 404, "Params": ["nobody", "ccc-test"], "RequestId": "C1"}
    server.script = [answer(body, status=b"404 Not Found")]

    assert center.list_call_detail_records("ccc-test", SEARCH, time.deadline(3)) == DetailRecordPage((), None)
    assert len(server.seen) == 1


@pytest.mark.parametrize("data", ["x", [ROW], 1, {"List": {"a": 1}}, {"List": "x"}, {"List": [1, "x"]}])
def test_a_page_of_another_shape_is_an_error(data: object) -> None:
    with pytest.raises(CccUnreadable):
        read_page(RpcResponse(200, "OK", data=data), 1)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ok(None)),
        (200, {"Code": "OK", "HttpStatusCode": 200, "RequestId": "5B0F"}),
        (200, ok({})),
        (200, ok(dict.fromkeys(DATA))),
        (200, ok({"ContactId": JOB, "InstanceId": "ccc-test", "AgentEvents": [], "AgentIds": ""})),
        (200, ok({**DATA, "ContactId": "job-another"})),
        (404, {"Code": "NotExists.JobId", "HttpStatusCode": 404, "Params": [JOB], "RequestId": "C1"}),
        (200, {"Code": "NotExists.JobId", "HttpStatusCode": 404, "Params": [JOB], "RequestId": "C1"}),
        (404, {"Code": "NotExists.ContactId", "HttpStatusCode": 404, "Params": [JOB], "RequestId": "C1"}),
    ],
    ids=[
        "null",
        "absent",
        "empty",
        "all null",
        "ids only",
        "another call's",
        "404",
        "404 inside",
        "404 by another name",
    ],
)
def test_ways_to_have_no_record(
    *, center: ContactCenter, server: "ScriptedServer", time: "FakeClock", status: int, body: object
) -> None:
    server.script = [answer(body, status=b"%d Whatever" % status)]
    assert center.get_call_detail_record("ccc-test", JOB, time.deadline(3)) is None
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "NoPermission", CccActionRefused),
        (403, "Forbidden.RAM", CccActionRefused),
        (403, "Permission.Common", CccActionRefused),
        (200, "Permission.User", CccActionRefused),
        (403, "InvalidSecurityToken.MismatchWithAccessKey", CccRefused),
        (404, "InvalidAccessKeyId.NotFound", CccRefused),
        (403, "Forbidden.AccessKeyDisabled", CccRefused),
        (404, "NotExists.InstanceId", CccInstanceUnknown),
        (404, "InvalidAction.NotFound", CccRejected),
        (400, "Parameter.Blank", CccRejected),
        (500, "InternalService.Common", CccUnavailable),
    ],
)
def test_errors(
    *,
    center: ContactCenter,
    server: "ScriptedServer",
    time: "FakeClock",
    status: int,
    code: str,
    error: type[CallEventsError],
) -> None:
    body = {"Code": code, "HttpStatusCode": status, "RequestId": "C1-2"}
    server.script = [answer(body, status=b"%d Whatever" % status)] * 6
    for ask in (
        lambda: center.get_call_detail_record("ccc-test", JOB, time.deadline(3)),
        lambda: center.list_call_detail_records("ccc-test", SEARCH, time.deadline(3)),
    ):
        with pytest.raises(error) as raised:
            ask()
        assert type(raised.value) is error
        assert (raised.value.request_id, raised.value.reason) == ("C1-2", code)


def test_no_time_left(center: ContactCenter, server: "ScriptedServer", time: "FakeClock") -> None:
    with pytest.raises(CccTimedOut):
        center.get_call_detail_record("ccc-test", JOB, time.deadline(0))
    assert server.seen == []


@pytest.mark.parametrize("data", ["no record", [DATA], 1, 0, False])
def test_a_record_of_another_shape_is_an_error(data: object) -> None:
    with pytest.raises(CccUnreadable):
        read_detail_record(RpcResponse(200, "OK", data=data), JOB)


@pytest.mark.parametrize("data", [None, "", [], {}, {"ContactId": JOB}])
def test_nothing_in_any_shape_is_no_record(data: object) -> None:
    assert read_detail_record(RpcResponse(200, "OK", data=data), JOB) is None


def test_what_is_not_on_the_list_is_dropped() -> None:
    page = read_page(RpcResponse(200, "OK", data={"List": [ROW]}), 1)
    assert "secret" not in repr(read())
    assert "secret" not in repr(page)
    # Nor does it take the place of what is missing.
    alone = {"ContactId": JOB, **SECRET}
    assert read_detail_record(RpcResponse(200, "OK", data=alone), JOB) is None
    assert "secret" not in repr(read_page(RpcResponse(200, "OK", data={"List": [alone]}), 1))


def test_numbers_may_be_text() -> None:
    def as_text(value: object) -> object:
        if isinstance(value, dict):
            return {name: as_text(each) for name, each in value.items()}
        if isinstance(value, list):
            return [as_text(each) for each in value]
        return json.dumps(value) if isinstance(value, bool | int) else value

    assert read_detail_record(RpcResponse(200, "OK", data=as_text(DATA)), JOB) == RECORD
    assert read_page(RpcResponse(200, "OK", data={"List": [as_text(ROW)]}), 1).rows == (READ_ROW,)


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        0,
        "",
        "0",
        " ",
        "soon",
        -1,
        True,
        10**30,
        "9" * 500,
        [],
        {},
        1e300,
        1772619731,
    ],  # the last in seconds
)
def test_ways_to_have_no_time(nothing: object) -> None:
    call = read(StartTime=nothing, EstablishedTime=nothing, ReleaseTime=nothing).call
    assert (call.started_at, call.established_at, call.released_at) == (None, None, None)


@pytest.mark.parametrize(
    "nothing", [None, "", "long", -1, True, 10**30, "9" * 500, [], {}, float("inf"), 1e300]
)
def test_ways_to_have_no_duration(nothing: object) -> None:
    data = {"List": [{**ROW, "QueueTime": nothing, "HeldTime": nothing, "TransferCount": nothing}]}
    row = read_page(RpcResponse(200, "OK", data=data), 1).rows[0]
    assert (row.queue_seconds, row.held_seconds, row.transfers) == (None, None, None)


def test_unknown_words_are_kept_and_text_is_one_harmless_line() -> None:
    record = read(
        ContactDisposition="Nouveau",
        ContactType="Video\x1b[31mCall",
        AgentIds=" alice@ccc-test,, bob@ccc-test ,alice@ccc-test",
        AgentEvents=[
            {"AgentId": "bob@ccc-test", "AgentName": "Bob\n\u202eboss", "EventSequence": [{"Event": "Yawning"}]}
        ],
    )  # fmt: skip
    assert record.call.disposition == "Nouveau"
    assert record.call.contact_type == "Video [31mCall"
    assert record.call.agents == ("alice@ccc-test", "bob@ccc-test")
    assert record.agents == (
        AgentSequence("bob@ccc-test", "Bob  boss", None, (RecordedEvent("Yawning", None),)),
    )


def test_a_text_without_end_is_cut_when_it_is_read() -> None:
    endless = "1 " * 5000
    data = {name: endless if isinstance(value, str) else value for name, value in {**DATA, **ROW}.items()}
    data["AgentEvents"] = [{"AgentId": endless, "AgentName": endless, "EventSequence": [{"Event": endless}]}]
    data["AgentIds"] = f"alice@ccc-test,{endless},bob@ccc-test"
    row = read_page(RpcResponse(200, "OK", data={"List": [data]}), 1).rows[0]
    record = read_detail_record(RpcResponse(200, "OK", data={**data, "ContactId": JOB}), JOB)
    assert record is not None
    texts = re.findall(r"'([^']*)'", repr((row, record)))
    assert len(texts) > 20
    assert max(map(len, texts)) == MAX_TEXT_CHARS
    assert row.call.agents[::2] == ("alice@ccc-test", "bob@ccc-test")


@examples(200)
@given(changed=st.dictionaries(st.sampled_from(sorted({*DATA, *ROW})), ANY))
def test_any_answer_is_read(changed: dict[str, object]) -> None:
    data = copy.deepcopy({**DATA, **ROW, **changed})
    record = read_detail_record(RpcResponse(200, "OK", data=data), JOB)
    page = read_page(RpcResponse(200, "OK", data={"List": [data]}), 1)
    assert record is None or record.call == page.rows[0].call
    assert len(page.rows) == 1
