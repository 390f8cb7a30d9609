"""Calls without notification records, looked up in the second source: each call's detail record, and the list of calls.

It comes after the records and within the same deadline. Whatever goes wrong costs the answer nothing but a sentence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from typing import Final, Protocol, TypeAlias, TypeVar

from callevents.alibabacloud.ccc.call_search import MAX_PAGE_SIZE, CallSearch, DetailRecordPage
from callevents.cache import TTLCache
from callevents.calls.detail_summary import summarise_detail_record
from callevents.calls.model import SECOND, CallSummary, SecondSource, SourceStatus
from callevents.calls.records.detail_fields import moments_of
from callevents.calls.records.detail_record import DetailRecord, DetailRow
from callevents.calls.summary import summarise
from callevents.clock import Deadline
from callevents.errors import CccActionRefused, CccRefused, CccTimedOut, CccWrongClock
from callevents.lookup import is_retryable, log_lookup_error

# With less time left no answer can come: asking would only delay the one that there is.
MIN_SECONDS: Final = 0.05
# The list is asked for the time of the calls and this much around it.
MARGIN_SECONDS: Final = 60
# The rate that the service allows is not published.
MAX_AT_ONCE: Final = 4
_GET, _LIST = "GetCallDetailRecord", "ListCallDetailRecordsV2"
# A refusal for the key, its signature or its token passes, or concerns everything; any other is for the operation.
_NOT_FOR_THE_OPERATION: Final = ("Invalid", "Missing", "Incomplete", "Signature", "credentials")
_WORST_FIRST: Final[tuple[SourceStatus, ...]] = ("refused", "failed", "late", "none", "found")
T = TypeVar("T")
_Answer: TypeAlias = tuple[SourceStatus, DetailRecord | None]


class DetailSource(Protocol):
    """Where detail records come from."""

    def get_call_detail_record(
        self, instance_id: str, job_id: str, deadline: Deadline
    ) -> DetailRecord | None:
        """Return the detail record of a call before the deadline, None if there is none; raise a CallEventsError."""

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        """Return a page of the calls that *search* finds before the deadline; raise a CallEventsError."""


def look_up_details(
    job_ids: Sequence[str],
    instance_id: str,
    deadline: Deadline,
    *,
    source: DetailSource,
    refusals: TTLCache[bool],
) -> dict[str, CallSummary]:
    """Return a summary of each call, also of one that has no detail record, or whose record could not be had.

    Raises nothing. What was refused lately, as *refusals* remember by operation and instance, is not asked for.
    """
    asking = _Asking(instance_id, deadline, source, refusals)
    answers = asking.records(list(dict.fromkeys(job_ids)))
    records = {job_id: record for job_id, (_, record) in answers.items() if record is not None}
    about_rows, rows = asking.rows(records) if records else (None, {})
    summaries: dict[str, CallSummary] = {}
    for job_id, (asked, record) in answers.items():
        row = rows.get(job_id)
        if record is None:
            summaries[job_id] = summarise(job_id, instance_id, ())._replace(second_source=SecondSource(asked))
            continue
        summary = summarise_detail_record(job_id, instance_id, record, row)
        about_row = "none" if about_rows == "found" and row is None else about_rows
        summaries[job_id] = summary._replace(second_source=summary.second_source._replace(row=about_row))
    return summaries


def for_the_log(summaries: Iterable[CallSummary]) -> dict[str, str]:
    """Return how asking went, as fields of the request's line: of several calls, how it went worst."""
    sources = [summary.second_source for summary in summaries]
    records = {source.status for source in sources}
    rows = {source.row for source in sources}
    worst = {
        "detail_record": next((each for each in _WORST_FIRST if each in records), None),
        "detail_row": next((each for each in _WORST_FIRST if each in rows), None),
    }
    return {name: asked for name, asked in worst.items() if asked is not None}


class _Asking:
    """Asks for the calls of one instance, for as long as it is of use."""

    def __init__(
        self, instance_id: str, deadline: Deadline, source: DetailSource, refusals: TTLCache[bool]
    ) -> None:
        self._instance_id = instance_id
        self._deadline = deadline
        self._source = source
        self._refusals = refusals
        self._over: SourceStatus | None = None  # why nothing more is asked for

    def records(self, job_ids: Sequence[str]) -> dict[str, _Answer]:
        """Return how asking for the detail record of each call went, and the record, in the order of *job_ids*.

        The first call is asked for alone: what it is refused, or takes too long, need not be asked for the others.
        """
        answers = {job_id: self.record(job_id) for job_id in job_ids[:1]}
        others = job_ids[1:]
        if len(others) < 2:  # noqa: PLR2004 - nothing to do at once
            return answers | {job_id: self.record(job_id) for job_id in others}
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(MAX_AT_ONCE) as threads:
            # In the request's context, so that a thread's log lines carry its id.
            asked = [threads.submit(copy_context().run, self.record, job_id) for job_id in others]
        return answers | {job_id: each.result() for job_id, each in zip(others, asked, strict=True)}

    def record(self, job_id: str) -> _Answer:
        """Return how asking for the detail record of a call went, and the record."""
        asked, record = self._ask(
            _GET, lambda: self._source.get_call_detail_record(self._instance_id, job_id, self._deadline)
        )
        return ("none" if asked == "found" and record is None else asked), record

    def rows(self, records: Mapping[str, DetailRecord]) -> tuple[SourceStatus, dict[str, DetailRow]]:
        """Return how asking for the rows of *records* in the list of calls went, and the rows by job id."""
        moments = [at for record in records.values() for at in _moments(record)]
        if not moments:
            return "none", {}
        jobs = tuple(records)[:MAX_PAGE_SIZE]
        search = CallSearch(
            since=max(0, min(moments) - MARGIN_SECONDS * SECOND),
            until=max(moments) + MARGIN_SECONDS * SECOND,
            job_ids=jobs,
            page_size=len(jobs),
        )
        asked, page = self._ask(
            _LIST, lambda: self._source.list_call_detail_records(self._instance_id, search, self._deadline)
        )
        rows = page.rows if page is not None else ()
        instance = self._instance_id.casefold()
        own = [row for row in rows if (row.instance or instance).casefold() == instance]
        return asked, {job_id: row for row in own if (job_id := row.call.job_id) and job_id in records}

    def _ask(self, operation: str, ask: Callable[[], T]) -> tuple[SourceStatus, T | None]:
        key = f"{operation} {self._instance_id}"
        if self._over is not None:
            return self._over, None
        if self._refusals.get(key, self._deadline.clock()):
            return "refused", None
        if self._deadline.remaining() < MIN_SECONDS:
            self._over = "late"
            return self._over, None
        try:
            return "found", ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, there is an answer without it
            return self._gap(operation, key, error), None

    def _gap(self, operation: str, key: str, error: Exception) -> SourceStatus:
        """Return what *error* means for the answer, and remember what it means for the next question."""
        known = log_lookup_error(f"{operation} failed", error)
        if isinstance(known, CccTimedOut):
            self._over = "late"
            return "late"
        if _is_refusal(known):
            self._refusals.put(key, True, self._deadline.clock())
            return "refused"
        if is_retryable(known):  # as the client did in vain: it would only take more time
            self._over = "failed"
        return "failed"


def _is_refusal(error: Exception) -> bool:
    """Return whether the operation is refused to this role, as the one for records is not."""
    if isinstance(error, CccActionRefused):
        return True
    if not isinstance(error, CccRefused) or isinstance(error, CccWrongClock):
        return False
    return not error.reason.startswith(_NOT_FOR_THE_OPERATION)


def _moments(record: DetailRecord) -> list[int]:
    call = record.call
    times = [at for at in (call.started_at, call.established_at, call.released_at) if at is not None]
    return times + moments_of(record)
