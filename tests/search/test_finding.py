"""Tests for callevents.search.finding and .calls: which calls are asked for, and which are shown."""

from dataclasses import dataclass, field

import pytest

from callevents.alibabacloud.ccc.call_search import MAX_PAGE, CallSearch, DetailRecordPage
from callevents.calls.facts.disposition import MISSED
from callevents.calls.model import SECOND
from callevents.calls.records.detail_record import CallFields, DetailRow
from callevents.clock import Deadline
from callevents.search.calls import FoundCalls, found_call, masked, to_document
from callevents.search.finding import find_calls
from callevents.search.query import CallQuery, Kind, Period

NEVER = Deadline.after(60.0, lambda: 0.0)
DAY = Period(1_000 * SECOND, 2_000 * SECOND)
NUMBER = "13800000201"


def row(job: str, at: int = 1500, instance: str | None = None, **more: object) -> DetailRow:
    return DetailRow(CallFields(job_id=job, started_at=at * SECOND, **more), instance=instance)  # type: ignore[arg-type]


@dataclass
class CallList:
    """A contact center that gives the rows it holds for a number or an agent, and remembers what it was asked."""

    rows: dict[str, list[DetailRow]] = field(default_factory=dict)
    asked: list[CallSearch] = field(default_factory=list)

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        self.asked.append(search)
        rows = self.rows.get(search.number or search.agent or "", [])
        first = (search.page - 1) * search.page_size
        total = len(rows) if search.page == 1 else None
        return DetailRecordPage(tuple(rows[first : first + search.page_size]), total)


def find(
    center: "CallList | LyingList", kind: Kind, value: str, page: int = 1, total: int | None = None
) -> FoundCalls:
    query = CallQuery(kind, value, DAY)
    return find_calls(query, instance_id="ccc-test", source=center, deadline=NEVER, page=page, total=total)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", NUMBER, {"number": NUMBER}),
        ("agent", "alice@ccc-test", {"agent": "alice@ccc-test"}),
        ("mine", "alice@ccc-test", {"agent": "alice@ccc-test"}),
        ("missed", "", {"dispositions": MISSED}),
        ("missed", "support@ccc-test", {"dispositions": MISSED, "skill_groups": ("support@ccc-test",)}),
    ],
)
def test_the_range_is_always_sent_with_what_is_sought(
    kind: Kind, value: str, expected: dict[str, object]
) -> None:
    center = CallList()

    find(center, kind, value)

    assert center.asked[0] == CallSearch(DAY.since, DAY.until, page=1, page_size=20, **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "stored"), [(NUMBER, f"0{NUMBER}"), ("057188120456", "57188120456")])
def test_a_number_that_finds_nothing_is_sought_once_more_in_its_other_form(asked: str, stored: str) -> None:
    center = CallList({stored: [row("job-1")]})

    found = find(center, "number", asked)

    assert [search.number for search in center.asked] == [asked, stored]
    assert [call.job_id for call in found.calls] == ["job-1"]
    assert found.query.value == stored
    # The next page is of that form.
    again = find_calls(found.query, instance_id="ccc-test", source=center, deadline=NEVER, page=2)
    assert not again.calls
    assert len(center.asked) == 3


def test_a_number_without_calls_is_given_back_as_it_was_asked() -> None:
    center = CallList()
    assert find(center, "number", NUMBER).query.value == NUMBER
    assert len(center.asked) == 2
    assert find(CallList(), "agent", "alice@ccc-test").calls == ()


def test_agents_are_named_as_the_rows_name_them() -> None:
    rows = [
        row("job-1", agents=("alice@ccc-test",))._replace(agent_name="Alice Wang"),
        row("job-2", agents=("alice@ccc-test", "bob@ccc-test")),
        row("job-3", agents=("carol@ccc-other",), instance="ccc-other")._replace(agent_name="Carol Zhao"),
    ]

    assert find(CallList({NUMBER: rows}), "number", NUMBER).names == (("alice@ccc-test", "Alice Wang"),)


def test_the_newest_come_first_in_pages_of_twenty() -> None:
    center = CallList({NUMBER: [row(f"job-{at}", at) for at in range(1990, 1945, -1)]})

    first, second, third = (find(center, "number", NUMBER, page, total=45) for page in (1, 2, 3))

    assert [call.job_id for call in first.calls] == [f"job-{at}" for at in range(1990, 1970, -1)]
    assert (first.total, first.is_last, len(first.calls)) == (45, False, 20)
    assert (second.total, second.is_last, second.calls[0].job_id) == (45, False, "job-1970")
    assert (third.total, third.is_last, len(third.calls)) == (45, True, 5)


def test_people_see_their_own_calls_only_whatever_the_service_gives() -> None:
    theirs = row("job-1", agents=("bob@ccc-test",))
    mine = row("job-2", agents=("carol@ccc-test", "ALICE@ccc-test"))
    center = CallList({"alice@ccc-test": [theirs, mine, row("job-3")]})

    found = find(center, "mine", "alice@ccc-test")

    assert [call.job_id for call in found.calls] == ["job-2"]
    assert found.total is None  # nor is it said how many others there are


def test_calls_of_other_days_are_not_shown_whatever_the_service_gives() -> None:
    center = CallList({NUMBER: [row("job-1", 2500), row("job-2", 1500), row("job-3", 500)]})

    assert [call.job_id for call in find(center, "number", NUMBER).calls] == ["job-2"]


def test_calls_of_other_instances_are_not_shown_whatever_the_service_gives() -> None:
    rows = [row("job-1", instance="ccc-other"), row("job-2", instance="CCC-Test"), row("job-3")]

    found = find(CallList({NUMBER: rows}), "number", NUMBER)

    assert [call.job_id for call in found.calls] == ["job-2", "job-3"]
    assert found.total is None


def test_what_is_filed_as_something_else_is_not_shown_as_missed_whatever_the_service_gives() -> None:
    given = ["AbandonedInQueue", "Success", "AbandonedRing", "AbandonedInIVR", None, "Quantum"]
    center = CallList({"": [row(f"job-{word}", disposition=word) for word in given]})

    found = find(center, "missed", "")

    assert [call.job_id for call in found.calls] == [
        "job-AbandonedInQueue",
        "job-AbandonedRing",
        "job-None",
        "job-Quantum",
    ]


@dataclass
class LyingList:
    """A contact center whose pages are these, with these totals."""

    pages: list[DetailRecordPage]

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        return self.pages[search.page - 1] if search.page <= len(self.pages) else DetailRecordPage((), None)


TWENTY = tuple(row(f"job-{number}") for number in range(20))


@pytest.mark.parametrize(
    ("rows", "reported", "total", "is_last"),
    [
        (TWENTY, 20, 20, True),
        (TWENTY, 21, 21, False),
        (TWENTY, None, None, False),  # it tells nothing, or less than it sends
        (TWENTY[:3], 3, 3, True),
        (TWENTY[:3], 500, None, False),  # more than it sends: another page tells
        (TWENTY[:3], None, None, False),  # nor whether its pages are as long as asked
        ((), 500, None, True),
        ((), 0, 0, True),
        ((TWENTY[0], *TWENTY[:19]), 20, None, True),  # a call twice
        ((*TWENTY, row("job-20")), 21, None, False),  # more rows than were asked for
    ],
)
def test_a_count_that_the_rows_belie_is_not_believed(
    rows: tuple[DetailRow, ...], reported: int | None, total: int | None, is_last: bool
) -> None:
    query = CallQuery("number", "0", DAY)  # which has no other form
    center = LyingList([DetailRecordPage(rows, reported)])

    found = find_calls(query, instance_id="ccc-test", source=center, deadline=NEVER)

    assert (found.total, found.is_last) == (total, is_last)
    assert len(found.calls) == len({call.job_id for call in found.calls}) <= 20


@pytest.mark.parametrize(
    ("reported", "page", "rows", "total", "is_last"),
    [
        (45, 2, 20, 45, False),
        (45, 3, 5, 45, True),
        (45, 3, 4, None, False),
        (900, 3, 5, None, False),
        (20, 2, 3, None, False),
        (40, 3, 0, 40, True),
        (None, 2, 20, None, False),
        (None, 2, 3, None, False),
        (None, 2, 0, None, True),
    ],
)
def test_the_total_of_the_first_page_is_kept_until_a_page_belies_it(
    reported: int | None, page: int, rows: int, total: int | None, is_last: bool
) -> None:
    # Whatever the service says on another page: it counts on the first one only.
    center = LyingList([DetailRecordPage(TWENTY, 9)] * (page - 1) + [DetailRecordPage(TWENTY[:rows], 9)])

    found = find(center, "agent", "alice@ccc-test", page, reported)

    assert (found.total, found.is_last) == (total, is_last)


@pytest.mark.parametrize("total", [25, 57])
@pytest.mark.parametrize("size", [1, 7, 10, 19])
def test_a_service_with_shorter_pages_than_asked_is_followed_to_its_end(size: int, total: int) -> None:
    rows = tuple(row(f"job-{number}") for number in range(total))
    pages = [rows[at : at + size] for at in range(0, total, size)]
    center = LyingList(
        [DetailRecordPage(each, None if number else total) for number, each in enumerate(pages)]
    )
    seen: list[str] = []
    found = find(center, "agent", "alice@ccc-test")
    while not found.is_last:
        seen += [call.job_id for call in found.calls]
        found = find(center, "agent", "alice@ccc-test", found.page + 1, found.total)

    assert seen == [f"job-{number}" for number in range(total)]


def test_the_last_page_that_the_service_has_is_the_last() -> None:
    center = LyingList([DetailRecordPage(TWENTY, None)] * (MAX_PAGE + 1))
    ends = [
        find(center, "agent", "alice@ccc-test", page, 57_000).is_last for page in (MAX_PAGE - 1, MAX_PAGE)
    ]
    assert ends == [False, True]


def test_an_empty_page_is_the_last() -> None:
    center = LyingList([DetailRecordPage(TWENTY, 500)])
    second = find_calls(
        CallQuery("number", NUMBER, DAY), instance_id="ccc-test", source=center, deadline=NEVER, page=2
    )
    assert (second.calls, second.is_last) == ((), True)


def test_a_row_without_a_job_id_is_no_call() -> None:
    assert found_call(DetailRow(CallFields())) is None
    assert find(CallList({NUMBER: [DetailRow(CallFields(caller="1"))]}), "number", NUMBER).calls == ()


@pytest.mark.parametrize(
    ("fields", "seconds", "outcome"),
    [
        ({"disposition": "Success", "established_at": 1}, {}, "answered"),
        ({"disposition": "Success"}, {}, "unknown"),
        ({"disposition": "AbandonedInQueue"}, {}, "abandoned_in_queue"),
        ({"disposition": "AbandonedRing"}, {}, "abandoned_while_ringing"),
        ({"disposition": "AbandonedInIVR", "release_initiator": "customer"}, {}, "abandoned_in_ivr"),
        ({"disposition": "AbandonedInIVR", "release_initiator": "customer"}, {"queue_seconds": 9}, "unknown"),
        ({"disposition": "QueuingTimeout"}, {}, "queue_timeout"),
        ({"disposition": "NoAnswer", "early_media_state": "Busy"}, {}, "busy"),
        ({"disposition": "NoAnswer"}, {}, "no_answer"),
        ({"disposition": "Nobody knows"}, {}, "unknown"),
        ({}, {}, "unknown"),
    ],
)
def test_the_row_tells_what_became_of_the_call(
    fields: dict[str, object], seconds: dict[str, float], outcome: str
) -> None:
    call = found_call(DetailRow(CallFields(job_id="job-1", **fields), **seconds))  # type: ignore[arg-type]
    assert call is not None
    assert call.outcome == outcome


def test_numbers_are_masked_wherever_they_stand_and_the_document_has_the_keys_of_a_lookup() -> None:
    job = "job-468a63a2-1111-4222-8333-b1ecf726d4be"
    call = found_call(
        row(
            job,
            contact_type="Outbound",
            caller="057188120456",
            callee=NUMBER,
            agents=("13800000999@ccc-test",),
        )
    )
    assert call is not None

    document = to_document(masked(call, "ccc-test"), "ccc-test")

    assert document == {
        "job_id": job,
        "instance_id": "ccc-test",
        "direction": "outbound",
        "outcome": "unknown",
        "started_at": "1970-01-01T00:25:00.000Z",
        "caller": "057*******56",
        "callee": "138******01",
        "agents": ["138******99@ccc-test"],
        "skill_groups": [],
        "talk_seconds": None,
        "call_seconds": None,
    }


@pytest.mark.parametrize("id_", [NUMBER, f"job-{NUMBER}", f"job-468a63a2 {NUMBER}"])
def test_a_number_in_the_place_of_a_job_id_is_masked_like_any_other(id_: str) -> None:
    call = found_call(row(id_, caller=NUMBER, agents=(f"{NUMBER}@ccc-test",)))
    assert call is not None

    document = str(to_document(masked(call, "ccc-test"), "ccc-test"))

    assert NUMBER not in document
    assert "138******01" in document
