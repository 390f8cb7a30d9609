"""The operations: what each takes and gives, after the gateway let it through."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from callevents_sandbox.ccc.center import ContactCenter
from callevents_sandbox.ccc.details.modes import LIST_MODES, RECORD_MODES
from callevents_sandbox.ccc.details.operations import get_call_detail_record, list_call_detail_records_v2
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.parameters import require, texts
from callevents_sandbox.ccc.shaping import RECORD_SHAPES, shape_document, shape_records
from callevents_sandbox.fixtures.samples import Record
from callevents_sandbox.server.faults import Fault

Document = dict[str, object]
Work = Callable[[ContactCenter, Mapping[str, str], Fault, Collection[Fault]], Document]


class Operation(NamedTuple):
    """One operation: what it does, which modes bend it, and which faults cannot happen to it."""

    work: Work
    modes: Collection[str] = ()
    never: Collection[str] = ()


def list_notification_records(
    center: ContactCenter, params: Mapping[str, str], fault: Fault, modes: Collection[Fault]
) -> Document:
    """Return the records of the given keys, altered by *fault*.

    Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
    """
    require(params, "InstanceId", "NotificationKeys", as_null=center.missing_as_null)
    keys = texts(params, "NotificationKeys")
    if keys is None:
        raise BusinessError("Parameter.Format", "NotificationKeys", "It must be a JSON array of strings.")
    if not keys:
        raise BusinessError("Parameter.Minimum", "NotificationKeys", "1")
    if len(keys) > center.key_limit:
        raise BusinessError("Parameter.Maximum", "NotificationKeys", str(center.key_limit))
    instance_id = center.instance(params["InstanceId"])
    kept = [] if any(each.kind == "no_records" for each in modes) else center.records(instance_id, keys)
    data = [record.document() for record in shape_records(kept, fault)]
    return {"Code": "OK", "HttpStatusCode": 200, "Message": "", "Params": [], "Data": data}


def send_notification(
    center: ContactCenter, params: Mapping[str, str], fault: Fault, modes: Collection[Fault]
) -> Document:
    """Store a message: ShardingKey becomes its key, MessageBody its content.

    Source: `SendNotificationRequest` of the vendor's SDKs.
    """
    del fault, modes
    names = ("InstanceId", "NotificationTarget", "NotificationType", "ShardingKey", "MessageBody")
    require(params, *names, as_null=center.missing_as_null)
    instance_id = center.instance(params["InstanceId"])
    record = Record(instance_id, params["ShardingKey"], params["NotificationType"], params["MessageBody"])
    center.add([record])
    return {"Code": "OK", "HttpStatusCode": "200", "Message": ""}


OPERATIONS: Mapping[str, Operation] = {
    "ListNotificationRecords": Operation(list_notification_records, {"no_records"}),
    "SendNotification": Operation(send_notification),
    "GetCallDetailRecord": Operation(get_call_detail_record, RECORD_MODES, RECORD_SHAPES),
    "ListCallDetailRecordsV2": Operation(list_call_detail_records_v2, LIST_MODES, RECORD_SHAPES),
}


def carry_out(
    action: str, center: ContactCenter, params: Mapping[str, str], fault: Fault, modes: Collection[Fault]
) -> Document:
    """Return what *action* answers, altered by *fault* and *modes*."""
    return shape_document(OPERATIONS[action].work(center, params, fault, modes), fault)


def asked_keys(params: Mapping[str, str]) -> list[str]:
    """Return the job ids that a request is about."""
    for name in ("NotificationKeys", "ContactIdList"):
        if keys := texts(params, name):
            return keys
    return [params[name] for name in ("ContactId", "ShardingKey") if params.get(name)]
