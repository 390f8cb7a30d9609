"""The operations: what each takes and gives, after the gateway let it through."""

import json
from collections.abc import Callable, Mapping

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.ccc.center import ContactCenter
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.shaping import shape_document, shape_records
from callevents_sandbox.fixtures.samples import Record
from callevents_sandbox.server.faults import Fault

Document = dict[str, object]


def list_notification_records(center: ContactCenter, params: Mapping[str, str], fault: Fault) -> Document:
    """Return the records of the given keys, bent by *fault*.

    Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listnotificationrecords
    """
    _require(center, params, "InstanceId", "NotificationKeys")
    keys = asked_keys(params)
    if keys is None:
        raise BusinessError("Parameter.Format", "NotificationKeys", "It must be a JSON array of strings.")
    if not keys:
        raise BusinessError("Parameter.Minimum", "NotificationKeys", "1")
    if len(keys) > center.key_limit:
        raise BusinessError("Parameter.Maximum", "NotificationKeys", str(center.key_limit))
    instance_id = _instance(center, params)
    records = shape_records(center.records(instance_id, keys), fault)
    data = [record.document() for record in records]
    good: Document = {"Code": "OK", "HttpStatusCode": 200, "Message": "", "Params": [], "Data": data}
    return shape_document(good, fault)


def send_notification(center: ContactCenter, params: Mapping[str, str], fault: Fault) -> Document:
    """Store a message: ShardingKey becomes its key, MessageBody its content.

    Source: `SendNotificationRequest` of the vendor's SDKs.
    """
    names = ("InstanceId", "NotificationTarget", "NotificationType", "ShardingKey", "MessageBody")
    _require(center, params, *names)
    instance_id = _instance(center, params)
    record = Record(instance_id, params["ShardingKey"], params["NotificationType"], params["MessageBody"])
    center.add([record])
    return shape_document({"Code": "OK", "HttpStatusCode": "200", "Message": ""}, fault)


OPERATIONS: Mapping[str, Callable[[ContactCenter, Mapping[str, str], Fault], Document]] = {
    "ListNotificationRecords": list_notification_records,
    "SendNotification": send_notification,
}


def asked_keys(params: Mapping[str, str]) -> list[str] | None:
    """Return the keys that a request names, None where they are no JSON array of strings."""
    try:
        keys = json.loads(params.get("NotificationKeys", ""))
    except (ValueError, RecursionError):
        return None
    return keys if isinstance(keys, list) and all(isinstance(key, str) for key in keys) else None


def _require(center: ContactCenter, params: Mapping[str, str], *names: str) -> None:
    for name in names:
        if not params.get(name):
            if center.missing_as_null:
                raise BusinessError("Parameter.Null", name)
            raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")


def _instance(center: ContactCenter, params: Mapping[str, str]) -> str:
    if params["InstanceId"] not in center.instances:
        raise BusinessError("NotExists.InstanceId", params["InstanceId"])
    return params["InstanceId"]
