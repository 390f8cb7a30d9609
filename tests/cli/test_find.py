"""`callevents find` as a person runs it: a process of its own, against the sandbox's contact center."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.alibabacloud.ccc.call_search import MAX_PAGE, CallSearch, DetailRecordPage
from callevents.calls.records.detail_record import CallFields, DetailRow
from callevents.cli.find import MAX_LIMIT, fetch
from callevents.clock import Deadline
from callevents.report.found_calls import found_title, shown
from callevents.report.viewer import Viewer
from callevents.search.query import CallQuery, Period
from callevents_sandbox import ccc
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.cli.command import run

DAY = "2026-03-04"
NUMBER = "13800000201"
MORE = 230  # calls of alice, on one day


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[ccc.ContactCenter, str]]:
    center = ccc.ContactCenter()
    for number in range(MORE):
        center.add(under(sample("agent-outbound"), f"job-468a63a2-1111-4222-8333-{number:012x}"))
    with serve(ccc.application(center)) as url:
        yield center, url


def test_calls_are_listed_masked_the_newest_first(environ: dict[str, str]) -> None:
    ran = run("find", environ, "+86 138-0000-0201", "2026-03-04", "--limit", "1")

    head, shown, first = ran.stdout.splitlines()
    assert re.fullmatch(r"\d+ calls with 138\*{6}01, 4 March 2026 \(UTC\+08:00\)", head)
    assert shown == "Calls 1 to 1 of 2, the newest first."
    assert first.startswith("1 · 2026-03-04 10:00:08 · Inbound · ✅ Answered · 138******01 → ")
    assert re.search(r" · alice \(Alice Wang\) · .* · job-", first)
    assert NUMBER not in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")
    assert NUMBER in run("find", environ, NUMBER, DAY, "--full-numbers").stdout


def test_json_is_a_list_with_the_keys_of_a_lookup(environ: dict[str, str]) -> None:
    documents = json.loads(run("find", environ, "missed", "support", DAY, "--json").stdout)

    assert [each["outcome"] for each in documents] == ["abandoned_while_ringing", "abandoned_in_queue"]
    assert list(documents[0]) == [
        "job_id", "instance_id", "direction", "outcome", "started_at", "caller", "callee", "agents",
        "skill_groups", "talk_seconds", "call_seconds",
    ]  # fmt: skip
    assert documents[0]["caller"].startswith("138***")
    assert json.loads(run("find", environ, "999999", DAY, "--json").stdout) == []


def test_all_pages_are_fetched_and_progress_is_told_on_the_other_stream(
    environ: dict[str, str], center: ccc.ContactCenter
) -> None:
    ran = run("find", environ, "agent", "alice", DAY, "--all", "--json")

    total = len(json.loads(ran.stdout))
    assert total > MORE
    assert ran.stderr == f"100 of {total} calls …\n200 of {total} calls …\n"
    assert len({each["job_id"] for each in json.loads(ran.stdout)}) == total
    assert len(center.asked) == 3


def test_a_limit_over_a_page_is_kept(environ: dict[str, str]) -> None:
    ran = run("find", environ, "agent", "alice", DAY, "--limit", "150", "--json")
    assert len(json.loads(ran.stdout)) == 150
    assert ran.stderr == "100 of 150 calls …\n"


def test_nothing_found_says_why_and_is_no_failure(environ: dict[str, str]) -> None:
    ran = run("find", environ, "agent", "nobody")
    assert ran.returncode == 0
    assert "No calls were found of nobody" in ran.stdout
    assert "Possible causes:" in ran.stdout


def test_in_chinese(environ: dict[str, str]) -> None:
    ran = run("find", environ | {"CALLEVENTS_LANGUAGE": "zh-CN"}, "未接", DAY)
    assert ran.stdout.startswith("全部技能组漏接 2 通电话，2026 年 3 月 4 日")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("alice",), "3 to 20 digits"),
        (("138****0201",), "hidden"),
        (("agent", "a", "b"), "one agent's login name"),
        (("mine",), "known in Slack only"),
        ((NUMBER, "2099-01-01"), "not come yet"),
        ((NUMBER, "999d"), "too long"),
        ((NUMBER, "in", "nowhere"), 'no instance "nowhere"'),
        ((NUMBER, "--instance", "nowhere"), 'no instance "nowhere"'),
        ((NUMBER, "--limit", "0"), "not a number from 1 to 10000"),
        ((NUMBER, "--limit", "5", "--all"), "not allowed with"),
        ((), "required: WORD"),
    ],
)
def test_wrong_usage_is_explained(environ: dict[str, str], arguments: tuple[str, ...], words: str) -> None:
    ran = run("find", environ, *arguments)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert ran.stdout == ""
    assert NUMBER not in ran.stderr


def test_a_failure_is_a_sentence_a_code_and_the_request_id(
    environ: dict[str, str], center: ccc.ContactCenter
) -> None:
    center.faults.add(Fault("not_json", times=None))
    ran = run("find", environ, NUMBER, DAY)
    assert ran.returncode == 1
    assert "cannot be read" in ran.stderr
    assert "[ccc_unreadable" in ran.stderr
    assert NUMBER not in ran.stderr

    without = {name: value for name, value in environ.items() if "ACCESS_KEY" not in name}
    assert "There is no access key" in run("find", without, NUMBER, DAY).stderr


class LyingList:
    """A contact center whose pages are these, with one total."""

    def __init__(self, reported: int | None, *pages: range, repeats: bool = False) -> None:
        self.reported, self.pages, self.repeats, self.asked = reported, pages, repeats, 0

    def list_call_detail_records(
        self, instance_id: str, search: CallSearch, deadline: Deadline
    ) -> DetailRecordPage:
        self.asked += 1
        at = min(search.page, len(self.pages)) if self.repeats else search.page
        numbers = self.pages[at - 1] if at <= len(self.pages) else range(0)
        rows = tuple(DetailRow(CallFields(job_id=f"job-{number}")) for number in numbers)
        return DetailRecordPage(rows, self.reported if search.page == 1 else None)


@pytest.mark.parametrize(
    ("center", "title", "listed", "line", "requests"),
    [
        (LyingList(150, range(100), range(100, 150)), "150 calls", 150, "", 2),
        (LyingList(None, range(100), range(100, 150)), "150 calls", 150, "", 3),
        # Pages that are shorter than asked.
        (LyingList(150, range(40), range(40, 80), range(80, 120), range(120, 150)), "150 calls", 150, "", 5),
        (LyingList(None, range(40), range(40, 80)), "80 calls", 80, "", 3),
        (
            LyingList(250, range(50), range(50, 100), range(100, 150), range(150, 200)),
            "200 calls",
            200,
            "",
            5,
        ),
        (LyingList(900, range(40), repeats=True), "40 calls", 40, "", 2),
        (
            LyingList(57_000, *(range(at * 50, at * 50 + 50) for at in range(MAX_PAGE))),
            "Calls",
            MAX_PAGE * 50,
            "Calls 1 to 5000, the newest first.",
            MAX_PAGE,
        ),
        (LyingList(900, range(100)), "100 calls", 100, "", 2),  # the second page is empty
        (LyingList(900, range(100), repeats=True), "100 calls", 100, "", 2),
        (LyingList(None, range(100), range(50, 150), repeats=True), "150 calls", 150, "", 3),
        (
            LyingList(57_000, *(range(at * 100, at * 100 + 100) for at in range(MAX_PAGE))),
            "57000 calls",
            MAX_LIMIT,
            "Calls 1 to 10000 of 57000, the newest first.",
            MAX_PAGE,
        ),
    ],
)
def test_whatever_the_pages_are_each_call_is_listed_once_and_counted_as_it_is(
    center: LyingList, title: str, listed: int, line: str, requests: int
) -> None:
    query = CallQuery("agent", "alice@ccc-test", Period(0, 10**18))

    found = fetch(query, "ccc-test", MAX_LIMIT, center, lambda done, wanted: None)

    viewer = Viewer("en", "Asia/Shanghai")
    assert len({call.job_id for call in found.calls}) == len(found.calls) == listed
    assert found_title(found, viewer).startswith(f"{title} of alice")
    assert (shown(found, viewer), center.asked) == (line, requests)


def test_a_limit_is_reached_over_pages_that_are_shorter_than_asked() -> None:
    center = LyingList(90, *(range(at * 8, at * 8 + 8) for at in range(11)))
    progress: list[tuple[int, int | None]] = []

    found = fetch(
        CallQuery("missed", "", Period(0, 10**18)),
        "ccc-test",
        20,
        center,
        lambda *each: progress.append(each),
    )

    assert [call.job_id for call in found.calls] == [f"job-{number}" for number in range(20)]
    assert (found.total, found.is_last, center.asked) == (None, False, 3)
    assert progress == [(8, None), (16, None)]


@given(
    reported=st.none() | st.integers(0, 400) | st.just(10**14),
    pages=st.lists(st.builds(range, st.integers(0, 150), st.integers(0, 300)), max_size=8),
    repeats=st.booleans(),
    limit=st.integers(1, 300) | st.just(MAX_LIMIT),
)
def test_whatever_the_pages_are_a_search_ends(
    reported: int | None, pages: list[range], repeats: bool, limit: int
) -> None:
    center = LyingList(reported, *pages or [range(0)], repeats=repeats)

    found = fetch(
        CallQuery("missed", "", Period(0, 10**18)), "ccc-test", limit, center, lambda done, wanted: None
    )

    assert center.asked <= min(MAX_PAGE, len(center.pages) + 1)
    ids = [call.job_id for call in found.calls]
    assert len(set(ids)) == len(ids) <= limit
    assert found.total is None or found.total >= len(ids)
    if found.is_last and found.total is not None:
        assert found.total == len(ids)
