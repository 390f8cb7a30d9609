"""Checks the second source: may the key ask for detail records and for the list of calls, and what a refusal costs."""

from collections.abc import Callable, Iterator
from typing import Final

from callevents.alibabacloud.ccc.call_search import CallSearch
from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.calls.model import SECOND
from callevents.clock import Clocks, Deadline
from callevents.doctor.ccc_errors import request_id_of
from callevents.doctor.check_result import CheckResult, note, ok, unknown
from callevents.doctor.contact_center import NO_CALL, TIMEOUT_SECONDS
from callevents.errors import CccError, CccRefused
from callevents.settings.model import Settings

DETAIL_RECORD, CALL_LIST = "ccc:GetCallDetailRecord", "ccc:ListCallDetailRecordsV2"
_COSTS: Final = {
    DETAIL_RECORD: "calls without notification records stay without an answer",
    CALL_LIST: "answers from detail records lack the time on hold, and nobody can find calls",
}
_SUBJECTS: Final = {DETAIL_RECORD: "detail record", CALL_LIST: "list of calls"}
# The list is asked for so much of the past.
_RANGE_SECONDS: Final = 60


def check_detail_records(center: ContactCenter, settings: Settings, clocks: Clocks) -> Iterator[CheckResult]:
    """Try each operation with a call that does not exist; what is refused is a note, as all else works without it."""
    instance = settings.ccc_instance_id or next(iter(settings.ccc_instances.values()), "")
    if not instance:
        return
    now = int(clocks.wall()) * SECOND
    search = CallSearch(since=now - _RANGE_SECONDS * SECOND, until=now, job_ids=(NO_CALL,), page_size=1)

    def deadline() -> Deadline:
        return Deadline.after(TIMEOUT_SECONDS, clocks.monotonic)

    if settings.detail_record:
        yield _check(DETAIL_RECORD, lambda: center.get_call_detail_record(instance, NO_CALL, deadline()))
    else:
        yield note(_SUBJECTS[DETAIL_RECORD], "not asked for: CALLEVENTS_DETAIL_RECORD is false")
    yield _check(CALL_LIST, lambda: center.list_call_detail_records(instance, search, deadline()))


def _check(action: str, ask: Callable[[], object]) -> CheckResult:
    subject = _SUBJECTS[action]
    try:
        ask()
    except CccRefused as error:
        return note(
            subject,
            f"{action} is refused ({error.reason}{request_id_of(error)}): {_COSTS[action]}",
            f"grant {action} to the roles of slack and worker (functions/slack/policy.json)",
        )
    except CccError as error:
        return unknown(subject, f"no usable answer: {error}{request_id_of(error)}", "try again in a minute")
    return ok(subject, f"{action} is allowed to this key (the functions ask with their own roles)")
