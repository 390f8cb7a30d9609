"""GetCallDetailRecord and ListCallDetailRecordsV2; ListCallDetailRecords, their elder, is not served."""

from collections.abc import Collection, Mapping

from callevents_sandbox.ccc.center import ContactCenter
from callevents_sandbox.ccc.details.calls.call import Call
from callevents_sandbox.ccc.details.record import detail_record, list_row
from callevents_sandbox.ccc.details.search import Query
from callevents_sandbox.ccc.details.spelling import spell
from callevents_sandbox.ccc.errors import BusinessError
from callevents_sandbox.ccc.parameters import require
from callevents_sandbox.server.faults import Fault

Document = dict[str, object]


def get_call_detail_record(
    center: ContactCenter, params: Mapping[str, str], fault: Fault, modes: Collection[Fault]
) -> Document:
    """Return the detail record of one call.

    Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-getcalldetailrecord
    """
    del fault  # alters notification records only
    kinds = {each.kind for each in modes}
    require(params, "InstanceId", as_null=center.missing_as_null)
    if not params.get("ContactId") and "blank_contact_id" in kinds:
        raise BusinessError("Parameter.Blank", "ContactId")
    require(params, "ContactId", as_null=center.missing_as_null)
    instance_id, job_id = center.instance(params["InstanceId"]), params["ContactId"]
    call = center.calls.call(instance_id, job_id, modes)
    return _good(_unknown(job_id, kinds) if call is None else spell(detail_record(call), kinds))


def list_call_detail_records_v2(
    center: ContactCenter, params: Mapping[str, str], fault: Fault, modes: Collection[Fault]
) -> Document:
    """Return one page of the detail records that fit the filters.

    Source: https://help.aliyun.com/zh/ccs/developer-reference/api-ccc-2020-07-01-listcalldetailrecordsv2
    """
    del fault
    kinds = {each.kind for each in modes}
    require(params, "InstanceId", "PageNumber", "PageSize", as_null=center.missing_as_null)
    query = Query.read(params, center.clock())
    instance_id = center.instance(params["InstanceId"])
    found = query.find(center.calls.calls(instance_id, modes), kinds)
    page: Document = {
        "PageNumber": query.page,
        "PageSize": query.size,
        "TotalCount": len(found) if query.page == 1 else 0,
    }
    rows = [_row(each, kinds) for each in query.of_page(found)]
    strings = "numbers_as_strings" in kinds
    return _good({**(spell(page, {"numbers_as_strings"}) if strings else page), "List": rows})


def _row(call: Call, kinds: Collection[str]) -> Document:
    return spell(list_row(call), kinds)


def _unknown(job_id: str, kinds: Collection[str]) -> Document | None:
    if "unknown_not_found" in kinds:
        raise BusinessError("NotExists.JobId", job_id)
    return {} if "unknown_empty" in kinds else None


def _good(data: Document | None) -> Document:
    return {"Code": "OK", "HttpStatusCode": 200, "Message": "", "Data": data}
