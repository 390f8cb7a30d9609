"""The second source of calls without records: what is asked for, when, and that no failure of it costs an answer."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from callevents.alibabacloud.ccc.call_search import CallSearch, DetailRecordPage
from callevents.cache import TTLCache
from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.records.detail_record import CallFields, DetailRecord, DetailRow
from callevents.clock import Deadline
from callevents.detail_lookup import MAX_AT_ONCE, look_up_details
from callevents.errors import (
    CccActionRefused,
    CccInstanceUnknown,
    CccRefused,
    CccRejected,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    CccWrongClock,
)
from callevents.lookup import SecondLookup, look_up

FIRST, SECOND, THIRD = (f"job-468a63a2-{number * 4}-4222-8333-b1ecf726d4be" for number in "123")
INSTANCE = "ccc-test"
S = 1_000_000_000
NOON = 1_772_596_800 * S


@dataclass
class FakeCenter:
    """A contact center with its records, detail records and list of calls; remembers what it was asked.

    `failures` are raised by operation and job id, or by operation alone; every question takes `seconds`.
    """

    now: float = 1000.0
    seconds: float = 0.15
    notifications: tuple[NotificationRecord, ...] = ()
    records: dict[str, DetailRecord] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    searches: list[CallSearch] = field(default_factory=list)

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> Sequence[NotificationRecord]:
        self.now += self.seconds
        return self.notifications

    def get_call_detail_record(
        self, instance_id: str, job_id: str, deadline: Deadline
    ) -> DetailRecord | None:
        self._ask("get", job_id, deadline)
        return self.records.get(job_id)

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        self.searches.append(search)
        self._ask("list", ",".join(search.job_ids), deadline)
        rows = tuple(
            DetailRow(self.records[job].call, "AUDIO", held_seconds=7) for job in reversed(search.job_ids)
        )
        return DetailRecordPage(rows, len(rows))

    def deadline(self, seconds: float = 10.0) -> Deadline:
        return Deadline.after(seconds, lambda: self.now)

    def _ask(self, operation: str, subject: str, deadline: Deadline) -> None:
        self.asked.append(f"{operation} {subject}")
        if deadline.remaining() < self.seconds:
            self.now += deadline.remaining()
            raise CccTimedOut(reason="no answer in time")
        self.now += self.seconds
        failure = self.failures.get(f"{operation} {subject}") or self.failures.get(operation)
        if failure is not None:
            raise failure


def detail(job: str, start: int = NOON, **changed: Any) -> DetailRecord:
    call = CallFields(
        job_id=job, contact_type="INBOUND", disposition="Success", started_at=start, established_at=start + 30 * S,
        released_at=start + 90 * S, agents=("alice@ccc-test",),
    )  # fmt: skip
    return DetailRecord(call._replace(**changed))


@pytest.fixture
def center() -> FakeCenter:
    return FakeCenter(records={FIRST: detail(FIRST), SECOND: detail(SECOND, NOON + 3600 * S)})


@pytest.fixture
def second(center: FakeCenter) -> SecondLookup:
    refusals: TTLCache[bool] = TTLCache(600.0)
    return partial(look_up_details, source=center, refusals=refusals)


def status(found: Mapping[str, CallSummary]) -> dict[str, tuple[str | None, str | None]]:
    return {job: (each.second_source.status, each.second_source.row) for job, each in found.items()}


def record(key: str) -> NotificationRecord:
    return NotificationRecord(INSTANCE, key, "Released", '{"eventTime": "2026-03-04T10:22:31.870Z"}')


def test_only_calls_without_records_are_asked_for(center: FakeCenter, second: SecondLookup) -> None:
    center.notifications = (record(SECOND),)

    found = look_up(
        [THIRD, SECOND, FIRST, THIRD],
        instance_id=INSTANCE,
        source=center,
        deadline=center.deadline(),
        second=second,
    )

    assert center.asked == [f"get {THIRD}", f"get {FIRST}", f"list {FIRST}"]
    assert [(each.job_id, each.sources, each.outcome) for each in found] == [
        (THIRD, (), "no_records"),
        (SECOND, ("notifications",), "unknown"),
        (FIRST, ("detail_record",), "answered"),
        (THIRD, (), "no_records"),
    ]
    assert [each.second_source.status for each in found] == ["none", None, "found", "none"]


def test_calls_with_records_cost_no_further_question(center: FakeCenter, second: SecondLookup) -> None:
    center.notifications = (record(FIRST), record(SECOND))
    look_up([FIRST, SECOND], instance_id=INSTANCE, source=center, deadline=center.deadline(), second=second)
    assert center.asked == []


def test_without_a_second_source_nothing_is_asked(center: FakeCenter) -> None:
    (found,) = look_up([FIRST], instance_id=INSTANCE, source=center, deadline=center.deadline())
    assert (center.asked, found.outcome, found.second_source.status) == ([], "no_records", None)


def test_the_list_is_asked_for_the_time_of_the_calls(center: FakeCenter, second: SecondLookup) -> None:
    found = second([FIRST, SECOND], INSTANCE, center.deadline())

    assert center.asked == [f"get {FIRST}", f"get {SECOND}", f"list {FIRST},{SECOND}"]
    (search,) = center.searches
    assert search == CallSearch(
        since=NOON - 60 * S, until=NOON + (3600 + 90 + 60) * S, job_ids=(FIRST, SECOND), page_size=2
    )
    assert [each.hold_seconds for each in found.values()] == [7, 7]


def test_a_record_without_any_time_has_no_place_in_the_list(center: FakeCenter, second: SecondLookup) -> None:
    center.records[FIRST] = detail(FIRST, started_at=None, established_at=None, released_at=None)
    assert status(second([FIRST], INSTANCE, center.deadline())) == {FIRST: ("found", "none")}
    assert center.asked == [f"get {FIRST}"]


def test_a_call_that_the_list_does_not_have(center: FakeCenter, second: SecondLookup) -> None:
    center.records[FIRST] = detail(FIRST, job_id=None)
    assert status(second([FIRST], INSTANCE, center.deadline())) == {FIRST: ("found", "none")}


def test_a_refusal_is_remembered_for_ten_minutes(center: FakeCenter, second: SecondLookup) -> None:
    center.failures["get"] = CccActionRefused(reason="NoPermission")

    for _ in range(3):
        found = second([FIRST, SECOND], INSTANCE, center.deadline())
        assert status(found) == {FIRST: ("refused", None), SECOND: ("refused", None)}
        assert {each.outcome for each in found.values()} == {"no_records"}
        assert center.asked == [f"get {FIRST}"]

    second([FIRST], "ccc-another", center.deadline())
    assert center.asked == [f"get {FIRST}"] * 2
    center.now += 600
    center.failures.clear()
    assert status(second([FIRST], INSTANCE, center.deadline())) == {FIRST: ("found", "found")}


def test_each_operation_is_refused_by_itself(center: FakeCenter, second: SecondLookup) -> None:
    center.failures["list"] = CccActionRefused(reason="Permission.Common")

    for _ in range(2):
        found = second([FIRST], INSTANCE, center.deadline())
        assert status(found) == {FIRST: ("found", "refused")}
        assert (found[FIRST].outcome, found[FIRST].hold_seconds) == ("answered", None)

    assert center.asked == [f"get {FIRST}", f"list {FIRST}", f"get {FIRST}"]


@pytest.mark.parametrize(
    ("failure", "expected", "asked_again"),
    [
        (CccActionRefused(reason="NoPermission"), "refused", False),
        (CccRefused(reason="SomethingNew"), "refused", False),
        (CccRefused(reason="HTTP 403"), "refused", False),
        (CccRefused(reason="InvalidSecurityToken.Expired"), "failed", True),
        (CccWrongClock(reason="InvalidTimeStamp.Expired"), "failed", True),
        (CccThrottled(reason="Throttling.User"), "failed", True),
        (CccUnavailable(reason="HTTP 502"), "failed", True),
        (CccUnreadable(reason="Data is no object"), "failed", True),
        (CccRejected(reason="InvalidAction.NotFound"), "failed", True),
        (CccInstanceUnknown(reason="NotExists.InstanceId"), "failed", True),
        (CccTimedOut(reason="no answer in time"), "late", True),
        (ZeroDivisionError("an accident"), "failed", True),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_whatever_fails_leaves_an_answer(
    center: FakeCenter, second: SecondLookup, failure: Exception, expected: str, asked_again: bool
) -> None:
    center.failures["get"] = failure
    for number in range(2):
        found = second([FIRST], INSTANCE, center.deadline())
        assert status(found) == {FIRST: (expected, None)}
        assert (found[FIRST].outcome, found[FIRST].sources) == ("no_records", ())
        assert len(center.asked) == 1 + (number if asked_again else 0)
    center.failures = {"list": failure}
    found = second([SECOND], "ccc-another", center.deadline())
    assert status(found) == {SECOND: ("found", expected)}
    assert found[SECOND].outcome == "answered"


def test_what_concerns_one_call_leaves_the_others(center: FakeCenter, second: SecondLookup) -> None:
    center.failures[f"get {FIRST}"] = CccUnreadable(reason="Data is no object")
    assert status(second([FIRST, SECOND], INSTANCE, center.deadline())) == {
        FIRST: ("failed", None),
        SECOND: ("found", "found"),
    }


@pytest.mark.parametrize(("failure", "expected"), [(CccUnavailable(), "failed"), (CccTimedOut(), "late")])
def test_what_concerns_the_service_ends_the_questions(
    center: FakeCenter, second: SecondLookup, failure: Exception, expected: str
) -> None:
    center.failures[f"get {SECOND}"] = failure
    found = second([FIRST, SECOND], INSTANCE, center.deadline())
    assert status(found) == {FIRST: ("found", expected), SECOND: (expected, None)}
    found = second([SECOND, FIRST, THIRD], "ccc-another", center.deadline())
    assert status(found) == dict.fromkeys((SECOND, FIRST, THIRD), (expected, None))
    assert center.asked == [f"get {FIRST}", f"get {SECOND}", f"get {SECOND}"]


def test_after_the_first_call_the_others_are_asked_for_four_at_once() -> None:
    jobs = [f"job-468a63a2-{number:04}-4222-8333-b1ecf726d4be" for number in range(9)]
    together, numbers = Barrier(MAX_AT_ONCE), []
    request = ContextVar[str]("request")
    request.set("of this request")

    class CrowdedCenter(FakeCenter):
        def get_call_detail_record(
            self, instance_id: str, job_id: str, deadline: Deadline
        ) -> DetailRecord | None:
            if job_id != jobs[0]:
                numbers.append(request.get())
                together.wait(10)  # breaks unless four are there
            return self.records[job_id]

    center = CrowdedCenter(records={job: detail(job) for job in jobs})
    found = look_up_details(jobs, INSTANCE, center.deadline(), source=center, refusals=TTLCache[bool](600.0))

    assert list(status(found).items()) == [(job, ("found", "found")) for job in jobs]
    assert numbers == ["of this request"] * 8


@pytest.mark.parametrize(
    ("seconds", "asked", "expected"),
    [
        (0.0, [], ("late", None)),
        (0.04, [], ("late", None)),
        (0.1, ["get"], ("late", None)),
        (0.16, ["get"], ("found", "late")),
        (0.25, ["get", "list"], ("found", "late")),
        (0.4, ["get", "list"], ("found", "found")),
    ],
)
def test_nothing_is_asked_without_time_for_an_answer(
    center: FakeCenter,
    second: SecondLookup,
    seconds: float,
    asked: list[str],
    expected: tuple[str, str | None],
) -> None:
    assert status(second([FIRST], INSTANCE, center.deadline(seconds))) == {FIRST: expected}
    assert [each.partition(" ")[0] for each in center.asked] == asked


def test_a_failure_is_logged_with_its_code_only(
    center: FakeCenter, second: SecondLookup, caplog: pytest.LogCaptureFixture
) -> None:
    center.failures["get"] = CccUnavailable(reason="InternalService.Common", request_id="C1-2")
    second([FIRST], INSTANCE, center.deadline())
    (line,) = caplog.records
    assert line.getMessage() == "GetCallDetailRecord failed: ccc_unavailable: InternalService.Common"
    assert (line.levelname, line.__dict__["upstream_request_id"]) == ("WARNING", "C1-2")
