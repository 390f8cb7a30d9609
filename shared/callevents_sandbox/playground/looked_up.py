"""The calls of the last lookup, as the product itself sums them up."""

from http import HTTPStatus

from callevents.calls.json_document import to_document
from callevents.calls.masking import masked
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from callevents_sandbox.ccc import ContactCenter

_ACTION = "ListNotificationRecords"
_MAX_CALLS = 10  # what one command may ask for


def looked_up(center: ContactCenter) -> list[dict[str, object]]:
    """Return the calls of the last request that was answered, masked; without their events, which the answer lists."""
    answered = (each for each in reversed(center.asked) if each.status == HTTPStatus.OK)
    asked = next((each for each in answered if each.action == _ACTION), None)
    return [] if asked is None else [_call(center, asked.instance_id, key) for key in asked.keys[:_MAX_CALLS]]


def _call(center: ContactCenter, instance_id: str, job_id: str) -> dict[str, object]:
    records = [
        NotificationRecord(each.instance_id, each.notification_key, each.notification_type, each.content)
        for each in center.records(instance_id, [job_id])
    ]
    document = to_document(masked(summarise(job_id, instance_id, records)))
    del document["events"]
    return document
