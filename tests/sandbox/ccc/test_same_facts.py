"""The facts of a call from its notifications, beside those from the detail record that the stand-in keeps of it.

The stand-in files a call without the product's model, so that neither can be wrong the way the other is.
"""

import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from callevents.alibabacloud.ccc.detail_records import read_detail_record, read_page
from callevents.alibabacloud.rpc_response import RpcResponse, read_response
from callevents.calls.detail_summary import summarise_detail_record
from callevents.calls.json_document import to_document
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from callevents_sandbox.ccc.details.calls.call import Call, read_call
from callevents_sandbox.ccc.details.record import detail_record, list_row
from callevents_sandbox.ccc.details.spelling import spell
from callevents_sandbox.fixtures.samples import Sample, sample, samples

# What each source tells in its own way: where from, each event, and what follows from the order of those.
APART = {"sources", "events", "legs", "journey"}
ROWS_ALONE = {"media", "hold_seconds"}  # no sequence and no other field tells these
LISTS = ("agents", "skill_groups", "warnings")


def blind(at: str) -> list[dict[str, Any]]:
    return [{"at": at, "kind": "blind", "from": "alice@ccc-test", "to": None}]


# Of some calls the record cannot tell everything: `system` is no word of it, and its sequences have no attended
# transfers and none's target.
SILENT: dict[str, dict[str, Any]] = {
    "blind-transfer": {"transfers": blind("2026-03-04T10:01:22.685Z")},
    "transfer-outside": {"transfers": blind("2026-03-05T01:01:07.220Z")},
    "attended-transfer": {"transfers": []},
    "consult-on-hold": {"transfers": []},
    "after-the-call": {"recordings": []},
    "voicemail": {"recordings": []},
    "predictive-nobody-picks-up": {"ended_by": None},
    "back-to-back-second-does-not-answer": {"ended_by": None},
    "damaged-records": {"warnings": []},
}  # fmt: skip
# Other spellings of the same record; what stands in the sequences needs no EstablishedTime.
SAME = (
    "numbers_as_strings", "call_duration_int", "sequences_shuffled", "old_spelling", "established_absent",
    "established_null", "established_zero", "established_empty", "established_at_start", "comma_in_name",
)  # fmt: skip

# What a field means in its own way: of a predictive call EstablishedTime is when the customer picked up, and RingTime
# is that of the agent who answered, not of the first one who was called.
APPROXIMATE = {"predictive": {"answered_at"}, "second-agent-answers": {"ring_seconds"}}

every_sample = pytest.mark.parametrize("given", samples(), ids=lambda given: given.name)


def response(data: object) -> RpcResponse:
    body = json.dumps({"Code": "OK", "Data": data, "RequestId": "1-same"}).encode()
    return read_response(httpx.Response(200, content=body))


def filed(given: Sample) -> Call:
    call = read_call(given.records)
    assert call is not None
    return call


def notified(given: Sample) -> dict[str, Any]:
    """Return the facts from notifications."""
    records = (NotificationRecord(*map(str, each.document().values())) for each in given.records)
    return to_document(summarise(given.job_id, "ccc-test", records))


def recorded(given: Sample, *modes: str, row: bool) -> dict[str, Any]:
    """Return the facts from the detail record, and from its row in the list."""
    call = filed(given)
    record = read_detail_record(response(spell(detail_record(call), modes)), given.job_id)
    assert record is not None
    page = read_page(response({"List": [spell(list_row(call), modes)], "TotalCount": 1}), 1)
    return to_document(
        summarise_detail_record(given.job_id, "ccc-test", record, page.rows[0] if row else None)
    )


def agree(one: object, other: object) -> bool:
    """Say whether two values are the same; times and durations within a second."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= 1
    if isinstance(one, str) and isinstance(other, str) and one.endswith("Z") and other.endswith("Z"):
        moments = (datetime.fromisoformat(each.replace("Z", "+00:00")) for each in (one, other))
        return abs(next(moments) - next(moments)).total_seconds() <= 1
    return one == other


def differences(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    assert list(expected) == list(found)
    ordered = {**expected, **{name: sorted(expected[name]) for name in LISTS}}
    return {
        name: (value, found[name])
        for name, value in ordered.items()
        if name not in APART and not agree(value, sorted(found[name]) if name in LISTS else found[name])
    }


@every_sample
def test_both_tell_the_same(given: Sample) -> None:
    found = recorded(given, row=True)

    assert found["sources"] == ["detail_record"]
    assert differences(notified(given) | SILENT.get(given.name, {}), found) == {}


@every_sample
def test_without_its_row_only_that_stays_open(given: Sample) -> None:
    open_ = dict.fromkeys(ROWS_ALONE) | SILENT.get(given.name, {})
    assert differences(notified(given) | open_, recorded(given, row=False)) == {}


@every_sample
def test_the_customer_lived_through_the_same(given: Sample) -> None:
    def phases(found: dict[str, Any]) -> list[tuple[object, ...]]:
        longer = [each for each in found["journey"] if each["seconds"] is None or each["seconds"] > 1]
        return [(each["phase"], round(each["seconds"] or 0), each["agents"]) for each in longer]

    found = phases(recorded(given, row=True))
    if given.name in {
        "hold-and-mute",
        "parked",
        "consult-on-hold",
    }:  # no sequence tells when somebody was on hold
        assert "hold" not in {phase for phase, *_ in found}
    else:
        assert found == phases(notified(given))


def test_who_ended_the_call_did_not_end_the_legs_before() -> None:
    ends = [
        each for each in recorded(sample("blind-transfer"), row=True)["events"] if each["type"] == "Released"
    ]

    assert [(each["agent"], each["detail"]) for each in ends] == [
        ("alice@ccc-test", None),
        (None, "200 Okay, by the customer"),
        ("bob@ccc-test", "by the customer"),
    ]


@every_sample
@pytest.mark.parametrize("mode", SAME)
def test_another_spelling_changes_nothing(given: Sample, mode: str) -> None:
    if (given.name, mode) == ("few-event-types", "established_at_start"):
        return  # no event tells whether it was answered: there the field decides
    assert recorded(given, mode, row=True) == recorded(given, row=True)


@every_sample
@pytest.mark.parametrize("mode", ["sequences_null", "sequences_empty"])
def test_fields_alone_contradict_nothing(given: Sample, mode: str) -> None:
    """Without sequences less is known; what is known then is not another thing."""
    found = recorded(given, mode, row=True)
    other = differences(notified(given), found)
    assert {name for name in other if found[name] not in (None, [], "unknown")} == APPROXIMATE.get(
        given.name, set()
    )


@pytest.mark.parametrize(
    "mode",
    ["release_before_start", "unknown_disposition", "odd_members", "hostile_name", "established_at_start"],
)
def test_what_contradicts_or_is_odd_ends_in_facts(mode: str) -> None:
    for each in samples():
        found = recorded(each, mode, row=True)
        assert found["job_id"] == each.job_id
        assert not {"\x1b", "\u202e"} & set(json.dumps(found, ensure_ascii=False))


def test_the_stand_in_and_the_product_share_no_code_about_calls() -> None:
    given = sample("inbound-ivr")
    assert type(filed(given)).__module__.startswith("callevents_sandbox.")
