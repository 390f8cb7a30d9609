"""Tests for callevents.search.command and .ranges: what people write who want to find calls."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callevents.search.command import (
    Fields,
    NotSearchable,
    ParsedSearch,
    is_search,
    read_fields,
    read_number,
    read_search,
)
from callevents.search.query import MAX_DAYS, Days
from tests.examples import examples

TODAY = date(2026, 11, 28)
NUMBER = "13800000201"
INSTANCES = {"hk": "ccc-hk", "ccc-test": "ccc-test"}


def instance(name: str | None) -> str | None:
    return "ccc-test" if name is None else INSTANCES.get(name.casefold())


def read(text: str) -> ParsedSearch | NotSearchable | None:
    return read_search(text, TODAY, instance)


def days(first: str, last: str = "") -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


TODAYS, YESTERDAYS = days("2026-11-28"), days("2026-11-27")
WEEK = days("2026-11-22", "2026-11-28")
RANGES = [
    ("", TODAYS),
    (" today", TODAYS),
    (" Yesterday", YESTERDAYS),
    (" 7d", WEEK),
    (" 7 days", WEEK),
    (" for the last 7 days", WEEK),
    (" 1d", TODAYS),
    (f" {MAX_DAYS}d", Days(TODAY - timedelta(days=MAX_DAYS - 1), TODAY)),
    (" 2026-11-20", days("2026-11-20")),
    (" on 2026-11-20", days("2026-11-20")),
    (" 2026/1/2", days("2026-01-02")),
    (" 2026.1.2", days("2026-01-02")),
    (" 2026-11-01 2026-11-20", days("2026-11-01", "2026-11-20")),
    (" 2026-11-20 2026-11-01", days("2026-11-01", "2026-11-20")),
    (" 2026-11-01..2026-11-20", days("2026-11-01", "2026-11-20")),
    (" 2026-11-01/2026-11-20", days("2026-11-01", "2026-11-20")),
    (" 2026-11-01, 2026-11-20", days("2026-11-01", "2026-11-20")),
    (" from 2026-11-01 to 2026-11-20", days("2026-11-01", "2026-11-20")),
    (" 2026-11-01 - yesterday", days("2026-11-01", "2026-11-27")),
    (" 今天", TODAYS),
    (" 昨天", YESTERDAYS),
    ("昨天", YESTERDAYS),
    (" 前天", days("2026-11-26")),
    (" 7天", WEEK),
    (" ７天", WEEK),
    (" 最近七天", WEEK),
    (" 一周", WEEK),
    (" 11月20日", days("2026-11-20")),
    (" 12月20日", days("2025-12-20")),
    (" 2026年11月1日至11月20日", days("2026-11-01", "2026-11-20")),
    (" 2026年11月1日到昨天", days("2026-11-01", "2026-11-27")),
]


@pytest.mark.parametrize(("words", "expected"), RANGES)
def test_days_stand_at_the_end_or_at_the_beginning(words: str, expected: Days) -> None:
    assert read(f"find {NUMBER}{words}") == ParsedSearch("number", NUMBER, expected, "ccc-test")
    assert read(f"missed{words}") == ParsedSearch("missed", "", expected, "ccc-test")
    assert read(f"find{words or ' '} {NUMBER}") == ParsedSearch("number", NUMBER, expected, "ccc-test")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("2026-11-29", "future"),
        ("2026-11-20 2026-12-01", "future"),
        (f"{MAX_DAYS + 1}d", "too_long"),
        ("9999d", "too_long"),
        ("2026-01-01 2026-11-20", "too_long"),
        ("0d", "no_date"),
        ("2026-13-01", "no_date"),
        ("2026-02-30", "no_date"),
        ("1999-12-31", "no_date"),
    ],
)
def test_days_that_cannot_be_sought_are_named(words: str, problem: str) -> None:
    assert read(f"find {NUMBER} {words}") == NotSearchable(problem, "number")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        (NUMBER, NUMBER),
        ("138 0000 0201", NUMBER),
        ("138-0000-0201", NUMBER),
        ("(0571) 8812.0456", "057188120456"),
        ("0571/88120456", "057188120456"),
        ("+86 138 0000 0201", NUMBER),
        ("+8613800000201", NUMBER),
        ("008613800000201", NUMBER),
        ("8613800000201", NUMBER),
        ("+86 571 8812 0456", "57188120456"),
        ("86571", "86571"),
        ("+44 20 7946 0958", "00442079460958"),
        ("１３８００００００２０１", "13800000201"[:1] + "38000000201"),
        ("<tel:13800000201|138 0000 0201>", NUMBER),
        ("<tel:+8613800000201>", NUMBER),
        ("`13800000201`", NUMBER),
        ("“138\u20110000\u20110201”", NUMBER),
        ("138\u200b0000\u200b0201", NUMBER),
        ("110", "110"),
        ("12", None),
        ("1" * 21, None),
        ("", None),
        ("+", None),
        ("alice", None),
        ("138x0000", None),
        ("١٣٨٠٠٠٠٠٢٠١", None),
    ],
)
def test_a_number_is_read_as_it_is_dialled(typed: str, dialled: str | None) -> None:
    assert read_number(typed) == dialled
    wanted = (
        NotSearchable("number", "number")
        if dialled is None
        else ParsedSearch("number", dialled, TODAYS, "ccc-test")
    )
    assert read(f"find {typed}") == wanted


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"FIND {NUMBER}", "number", NUMBER),
        (f"find number {NUMBER}", "number", NUMBER),
        (f"search for {NUMBER}", "number", NUMBER),
        (f"find calls for {NUMBER}", "number", NUMBER),
        (f"查找{NUMBER}", "number", NUMBER),
        (f"查询号码 {NUMBER}", "number", NUMBER),
        (f"查电话：{NUMBER}", "number", NUMBER),
        ("find agent alice", "agent", "alice@ccc-test"),
        ("find agent alice@ccc-test", "agent", "alice@ccc-test"),
        ("查找坐席 alice", "agent", "alice@ccc-test"),
        ("坐席张三", "agent", "张三@ccc-test"),
        ("missed", "missed", ""),
        ("missed calls", "missed", ""),
        ("find missed", "missed", ""),
        ("missed support", "missed", "support@ccc-test"),
        ("missed calls in support", "missed", "support@ccc-test"),
        ("未接", "missed", ""),
        ("漏接电话", "missed", ""),
        ("查询未接来电 support", "missed", "support@ccc-test"),
        ("未接售后组", "missed", "售后组@ccc-test"),
        ("mine", "mine", ""),
        ("my calls", "mine", ""),
        ("我的", "mine", ""),
        ("我的通话", "mine", ""),
    ],
)
def test_each_kind_has_its_words_in_both_languages(text: str, kind: str, value: str) -> None:
    assert read(text) == ParsedSearch(kind, value, TODAYS, "ccc-test")  # type: ignore[arg-type]
    assert is_search(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help",
        "missing",
        "minefield",
        "finding",
        "findings 13800000201",
        "agent alice",
        "hello find",
        NUMBER,
    ],
)
def test_what_is_no_search_stays_what_it_was(text: str) -> None:
    assert read(text) is None
    assert not is_search(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("find", NotSearchable("number", "number")),
        ("find today", NotSearchable("number", "number")),
        ("find out what happened", NotSearchable("number", "number")),
        ("find 138****0201", NotSearchable("masked", "number")),
        ("find 138••••0201", NotSearchable("masked", "number")),
        ("find agent", NotSearchable("agent", "agent")),
        ("find agent alice bob", NotSearchable("agent", "agent")),
        ("find agent <!channel>", NotSearchable("agent", "agent")),
        ("find agent alice\u202ebob;drop", NotSearchable("agent", "agent")),
        ("missed a b", NotSearchable("group", "missed")),
        ("mine alice", NotSearchable("words", "mine")),
        (f"find {'1' * 400}", NotSearchable("number", "number")),
        (f"find agent {'a' * 400}", NotSearchable("agent", "agent")),
    ],
)
def test_what_is_unclear_in_a_search_is_named(text: str, expected: NotSearchable) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["find {} in hk", "find {} 7d in HK", "find {} in hk 7d", "find {} --instance=hk 7d"]
)
def test_an_instance_is_chosen_before_or_after_the_days(text: str) -> None:
    found = read(text.format(NUMBER))
    assert isinstance(found, ParsedSearch)
    assert (found.value, found.instance) == (NUMBER, "ccc-hk")


def test_an_instance_that_is_not_allowed_is_named() -> None:
    assert read(f"find {NUMBER} in nowhere") == NotSearchable("instance", "number", "nowhere")
    assert read_search(f"find {NUMBER}", TODAY, lambda _name: None) == NotSearchable("instance", "number")
    assert read("find agent alice in hk") == ParsedSearch("agent", "alice@ccc-hk", TODAYS, "ccc-hk")


@pytest.mark.parametrize(
    "more",
    [
        " tomorrow",
        " last month",
        "上上周",
        " 24h",
        " 20261120",
        " 26-11-20",
        " 20.11.2026",
        " 11/20/2026",
        "; drop",
        " <!channel>",
    ],
)
def test_days_that_cannot_be_read_are_no_part_of_the_number(more: str) -> None:
    assert read(f"find {NUMBER}{more}") in {
        NotSearchable("no_date", "number"),
        NotSearchable("number", "number"),
    }
    if ";" not in more:
        assert read(f"find {NUMBER}{more}") == NotSearchable("no_date", "number")


@pytest.mark.parametrize(
    "number", ["0571-88120456转12", "0571-88120456 ext 12", "12 monkeys", "alice", "calls of alice"]
)
def test_what_is_no_number_is_called_so(number: str) -> None:
    assert read(f"find {number}") == NotSearchable("number", "number")


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("138 0000 0201", NUMBER),
        ("0571 8812 0456", "057188120456"),
        ("(0571) 88120456", "057188120456"),
        ("010-12-3456", "010123456"),
        ("20261120", "20261120"),
        ("+1 (415) 555-0100", "0014155550100"),
        ("calls from 138 0000 0201", NUMBER),
    ],
)
def test_a_number_in_groups_is_no_date(typed: str, digits: str) -> None:
    assert read(f"find {typed}") == ParsedSearch("number", digits, TODAYS, "ccc-test")


@pytest.mark.parametrize("words", ["this week", "本周", "这周", "本星期"])
def test_this_week_ends_today(words: str) -> None:
    found = read(f"missed {words}")
    assert isinstance(found, ParsedSearch)
    assert (found.days.first.isoweekday(), found.days.last) == (1, TODAY)
    assert len(found.days) <= 7


@pytest.mark.parametrize("words", ["last week", "the past week", "上周", "上个星期"])
def test_last_week_ends_on_a_sunday(words: str) -> None:
    found = read(f"missed support {words}")
    assert isinstance(found, ParsedSearch)
    assert (found.value, len(found.days), found.days.last.isoweekday()) == ("support@ccc-test", 7, 7)
    assert 1 <= (TODAY - found.days.last).days <= 7


def test_what_is_sought_is_in_no_repr() -> None:
    assert NUMBER not in repr(read(f"find {NUMBER}"))
    assert NUMBER not in repr(Fields("number", NUMBER, "", None))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (Fields("", NUMBER, "", None), ParsedSearch("number", NUMBER, TODAYS, "ccc-test")),
        (Fields("agent", " alice ", "7d", "hk"), ParsedSearch("agent", "alice@ccc-hk", WEEK, "ccc-hk")),
        (Fields("missed", "", "昨天", None), ParsedSearch("missed", "", YESTERDAYS, "ccc-test")),
        (Fields("mine", "anything", "", None), ParsedSearch("mine", "", TODAYS, "ccc-test")),
        (Fields("number", "", "", None), NotSearchable("number", "number")),
        (Fields("other", "x", "", None), NotSearchable("number", "number")),
        (Fields("agent", "alice", "soon", None), NotSearchable("no_date", "agent")),
        (Fields("agent", "alice", "", "nope"), NotSearchable("instance", "agent", "nope")),
        (Fields("agent", "a" * 5000, "", None), NotSearchable("agent", "agent")),
        (Fields("number", "1" * 5000, "", None), NotSearchable("number", "number")),
        (Fields("missed", "a" * 5000, "", None), NotSearchable("group", "missed")),
        (Fields("missed", "", "a" * 5000, None), NotSearchable("no_date", "missed")),
    ],
)
def test_the_fields_of_a_form_are_read_alike(fields: Fields, expected: object) -> None:
    assert read_fields(fields, TODAY, instance) == expected


WORDS = st.sampled_from([NUMBER, "alice", "support", "7d", "昨天", "2026-03-01", "-", "in hk", "'", ";"])


@given(
    text=st.text(max_size=400) | st.lists(WORDS | st.text(max_size=5), max_size=5).map(" ".join),
    verb=st.sampled_from(["find ", "查", "missed ", "未接", "mine ", "find agent ", ""]),
)
@example(NUMBER, "find ")
@example("1" * 280, "find ")
@example("2026-11-20 " * 25, "find ")
@example("7天" * 90, "查")
@examples(150)
def test_any_text_is_read_without_an_error_and_what_is_sought_is_harmless(text: str, verb: str) -> None:
    found = read(verb + text)
    if not isinstance(found, ParsedSearch):
        return
    assert found.days.first <= found.days.last <= TODAY
    assert len(found.days) <= MAX_DAYS
    if found.kind == "number":
        assert found.value.isascii()
        assert found.value.isdigit()
    assert not set(found.value) & set(" \t\r\n\"'`<>&|,;[]{}()")
