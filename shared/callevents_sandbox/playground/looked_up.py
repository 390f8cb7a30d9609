"""The calls of the last lookup, as the product itself sums them up."""

import json
from collections.abc import Sequence
from http import HTTPStatus

import httpx

from callevents.alibabacloud.ccc.detail_records import read_detail_record, read_page
from callevents.alibabacloud.rpc_response import RpcResponse, read_response
from callevents.calls.detail_summary import summarise_detail_record
from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from callevents_sandbox.ccc import ContactCenter, ContactCenterRequest
from callevents_sandbox.ccc.details.record import detail_record, list_row

_RECORDS, _DETAIL, _LIST = "ListNotificationRecords", "GetCallDetailRecord", "ListCallDetailRecordsV2"
_MAX_CALLS = 10  # what one command may ask for


def looked_up(center: ContactCenter) -> list[dict[str, object]]:
    """Return the calls of the last request that was answered, masked; without their events, which the answer lists."""
    answered = [each for each in center.asked if each.status == HTTPStatus.OK]
    last = max((at for at, each in enumerate(answered) if each.action == _RECORDS), default=None)
    if last is None:
        return []
    asked, later = answered[last], answered[last + 1 :]
    return [_call(center, asked.instance_id, key, later) for key in asked.keys[:_MAX_CALLS]]


def _call(
    center: ContactCenter, instance_id: str, job_id: str, later: Sequence[ContactCenterRequest]
) -> dict[str, object]:
    """Return the facts of a call; where its detail record was asked for after its records, from that."""
    asked = {each.action for each in later if job_id in each.keys}
    found = _recorded if _DETAIL in asked else _notified
    document = to_document(masked(found(center, instance_id, job_id, with_row=_LIST in asked)))
    del document["events"]
    return document


def _notified(center: ContactCenter, instance_id: str, job_id: str, *, with_row: bool) -> CallSummary:
    del with_row
    records = [
        NotificationRecord(each.instance_id, each.notification_key, each.notification_type, each.content)
        for each in center.records(instance_id, [job_id])
    ]
    return summarise(job_id, instance_id, records)


def _recorded(center: ContactCenter, instance_id: str, job_id: str, *, with_row: bool) -> CallSummary:
    call = center.calls.call(instance_id, job_id, ())
    record = read_detail_record(_answer(detail_record(call)), job_id) if call else None
    if call is None or record is None:
        return summarise(job_id, instance_id, ())
    rows = read_page(_answer({"List": [list_row(call)]}), 1).rows if with_row else (None,)
    return summarise_detail_record(job_id, instance_id, record, rows[0])


def _answer(data: object) -> RpcResponse:
    """Return *data* as the product reads it from the contact center."""
    return read_response(httpx.Response(200, content=json.dumps({"Code": "OK", "Data": data}).encode()))
