"""Tests for callevents.slack.messages.found_calls and .search_notices: what people read, within Slack's limits."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.model import SECOND, Outcome
from callevents.i18n import Language
from callevents.report.viewer import Viewer
from callevents.search.calls import FoundCall, FoundCalls
from callevents.search.command import NotSearchable, Problem
from callevents.search.keys import seal
from callevents.search.query import KINDS, CallQuery, Kind, Period
from callevents.slack.blocks.block_kit import MAX_BLOCKS_CHARS, Message, json_length
from callevents.slack.messages.denials import Denial, denial_message
from callevents.slack.messages.found_calls import found_lines, found_message
from callevents.slack.messages.help import guidance, help_message
from callevents.slack.messages.search_notices import (
    lists_refused,
    not_in_a_mention,
    not_searchable,
    page_expired,
)
from callevents.slack.requests.command_text import Help
from callevents.slack.requests.search_value import SearchValue
from callevents_sandbox.slack.web_api.block_limits import problems, too_long
from tests.examples import examples

LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
START = 1_772_589_608 * SECOND
DAY = Period(START - 36_000 * SECOND, START + 50_000 * SECOND)
PAGE = SearchValue(seal("secret", "x" * 200, "T1 U1"), 2, total=9_999_999)
JOB = "job-468a63a2-1111-4222-8333-%012x"
NUMBER, AGENT = "13800000201", "alice@ccc-test"


def call(number: int, **changes: Any) -> FoundCall:
    given_fields: dict[str, Any] = {
        "job_id": JOB % number,
        "started_at": START,
        "direction": "inbound",
        "outcome": "answered",
        "caller": NUMBER,
        "callee": "05700000081",
        "agents": (AGENT,),
        "skill_groups": (),
        "seconds": 61.0,
        "talk_seconds": 55.0,
    }
    return FoundCall(**(given_fields | changes))


def found(*calls: FoundCall, kind: Kind = "number", value: str = NUMBER, **changes: Any) -> FoundCalls:
    made = FoundCalls(CallQuery(kind, value, DAY), "ccc-test", calls, 1, len(calls), is_last=True)
    return made._replace(**changes)


def viewer(language: Language = "en") -> Viewer:
    return Viewer(language, "Asia/Shanghai")


def fits(message: Message) -> None:
    assert not problems(message.blocks)
    assert not too_long(message.blocks)
    assert json_length(message.blocks) <= MAX_BLOCKS_CHARS
    assert 0 < len(message.text) < 4000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data_table", [False, True])
@pytest.mark.parametrize(
    "name", ["alice@ccc-test", "客" * 64, "\U0001f600" * 40, "<!channel>*_`" * 6, '"\\' * 40]
)
def test_a_full_page_of_the_worst_names_fits(
    judges: Any, language: Language, data_table: bool, name: str
) -> None:
    calls = [
        call(
            number, outcome="abandoned_while_ringing", direction="predictive", agents=(name,) * 9, caller=name
        )
        for number in range(20)
    ]
    made = found(*calls, page=2, total=9_999_999, is_last=False, value=name, kind="agent")

    message = found_message(made, viewer(language), page=PAGE, data_table=data_table)

    fits(message)
    (table,) = [block for block in message.blocks if block["type"] in {"table", "data_table"}]
    assert (table["type"] == "data_table") is data_table
    assert json.dumps(message.blocks).count("open_call_") == 20
    if not data_table:  # newer than the judges
        judges.message(message)
    window = found_lines(made, viewer(language), page=PAGE)
    judges.blocks(window.blocks)
    assert not problems(window.blocks, "modal")
    assert json_length(window.blocks) <= MAX_BLOCKS_CHARS


WORDS = st.one_of(st.none(), st.text(max_size=120))


@given(
    calls=st.lists(
        st.builds(
            call,
            st.integers(0, 2**40),
            started_at=st.one_of(st.none(), st.integers(-(2**70), 2**70)),
            direction=WORDS,
            outcome=st.sampled_from(get_args(Outcome)),
            caller=WORDS,
            callee=WORDS,
            agents=st.lists(st.text(max_size=80), max_size=5).map(tuple),
            seconds=st.one_of(st.none(), st.floats()),
            talk_seconds=st.one_of(st.none(), st.floats()),
            job_id=st.one_of(
                st.just("job-468a63a2-1111-4222-8333-b1ecf726d4be"), st.text(min_size=1, max_size=80)
            ),
        ),
        max_size=20,
    ),
    kind=st.sampled_from(KINDS),
    value=st.text(max_size=64),
    language=st.sampled_from(LANGUAGES),
    data_table=st.booleans(),
)
@examples(60)
def test_whatever_the_rows_hold_the_message_fits(
    calls: list[FoundCall], kind: Kind, value: str, language: Language, data_table: bool
) -> None:
    made = found(*calls, kind=kind, value=value, is_last=False)
    for message in (
        found_message(made, viewer(language), page=PAGE, data_table=data_table),
        found_lines(made, viewer(language), page=PAGE),
    ):
        fits(message)


def test_no_full_number_is_shown_and_nothing_in_a_name_has_an_effect() -> None:
    made = found(
        call(1, caller="+86 138-0000-0201", callee="\uff11\uff13\uff18 0000 0202", agents=("13800000203",)),
        call(2, direction="13800000204", caller="<@U1> `x` *b*"),
    )
    message = found_message(made, viewer())
    text = json.dumps([message.text, message.blocks], ensure_ascii=False)
    assert not [
        number for number in ("0000-0201", "0000 0202", "00000203", "00000204", NUMBER) if number in text
    ]
    assert "<@U1>" not in message.text
    assert "138******03" in text


def test_a_list_says_what_where_and_how_many() -> None:
    made = found(
        call(1), call(2, outcome="busy", agents=(), direction="outbound", seconds=None), page=1, total=2
    )
    message = found_message(made, viewer())
    assert message.text.splitlines() == [
        "2 calls with 138∗∗∗∗∗∗01, 4 March 2026 (UTC+08:00).",
        "1 · 2026-03-04 10∶00:08 · Inbound · ✅ Answered · 138∗∗∗∗∗∗01 → 057∗∗∗∗∗∗81 · alice · 55 s · "
        + JOB % 1,
        "2 · 2026-03-04 10∶00:08 · Outbound · ❌ Busy · 138∗∗∗∗∗∗01 → 057∗∗∗∗∗∗81 · " + JOB % 2,
    ]


def test_agents_have_their_names_beside_them_where_there_is_room() -> None:
    named = (AGENT, "Alice Wang 13800000201"), ("bob@ccc-test", "Bob")
    few = found(call(1, agents=(AGENT, "bob@ccc-test")), names=named)
    many = found(
        *(call(number, agents=("客" * 64,) * 9) for number in range(20)), names=(("客" * 64, "王" * 64),)
    )

    for made in (found_message(few, viewer()), found_lines(few, viewer())):
        assert "alice (Alice Wang 138******01), bob" in json.dumps(made.blocks)
    assert "王" not in json.dumps(found_message(many, viewer()).blocks, ensure_ascii=False)
    fits(found_message(many, viewer()))


def test_one_call_is_one() -> None:
    assert found_message(found(call(1)), viewer()).text.startswith("1 call with 138")


def test_a_call_whose_id_no_button_can_carry_has_none() -> None:
    message = found_message(found(call(1, job_id="<bad id>")), viewer())
    assert "open_call" not in json.dumps(message.blocks)
    fits(message)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_found_is_said_with_the_days_in_the_sites_zone_and_the_causes(
    kind: Kind, language: Language
) -> None:
    message = found_message(found(kind=kind), viewer(language), page=PAGE)
    fits(message)
    assert "UTC+08:00" in message.text.replace("∶", ":")
    assert ("Possible causes" in message.text) is (language == "en")
    assert ("leading 0" in message.text) is (kind == "number" and language == "en")
    assert "leading" not in found_message(found(kind=kind, page=3), viewer(language)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_is_a_sentence_that_fits(language: Language) -> None:
    for kind in KINDS:
        for problem in get_args(Problem):
            fits(not_searchable(NotSearchable(problem, kind, "x" * 500), viewer(language), instances=["hk"]))
    for denial in get_args(Denial):
        fits(denial_message(denial, viewer(language), {"U1", "S1"}))
    for notice in (
        not_in_a_mention(viewer(language)),
        page_expired(viewer(language)),
        lists_refused(viewer(language), "r"),
    ):
        fits(notice)


def test_help_names_finding_where_somebody_may() -> None:
    with_it, without = (json.dumps(help_message(viewer(), finds=finds).blocks) for finds in (True, False))
    assert "find 13800000201 7d" in with_it
    assert "find 13800000201 7d" not in without
    assert "find 13800000201" not in json.dumps(help_message(viewer(), finds=True, in_thread=True).blocks)


@pytest.mark.parametrize(
    ("changes", "title", "line"),
    [
        ({}, "2 calls with", ""),
        ({"total": None}, "2 calls with", ""),
        ({"total": None, "is_last": False}, "Calls with", "Calls 1 to 2, the newest first."),
        ({"total": None, "page": 3}, "Calls with", "Calls 41 to 42, the newest first."),
        ({"total": 42, "page": 3}, "42 calls with", "Calls 41 to 42 of 42, the newest first."),
    ],
)
def test_no_number_stands_where_nobody_knows_how_many_calls_there_are(
    changes: dict[str, Any], title: str, line: str
) -> None:
    message = found_message(found(call(1), call(2), **changes), viewer(), page=PAGE)
    assert message.text.startswith(f"{title} 138")
    assert line in message.text


def test_where_no_call_of_a_page_may_be_shown_older_ones_can_still_be_reached() -> None:
    some = json.dumps(
        found_message(found(kind="mine", total=None, is_last=False), viewer(), page=PAGE).blocks
    )
    none = json.dumps(found_message(found(kind="mine", total=0), viewer(), page=PAGE).blocks)
    assert ("Older calls" in some, "Older calls" in none) == (True, False)


def test_a_word_that_is_no_number_gets_all_ways_to_find_calls() -> None:
    text = not_searchable(NotSearchable("number", "number"), viewer(), command="/calls").text
    assert [
        way in text for way in ("/calls find 138", "/calls find agent", "/calls missed", "/calls mine")
    ] == [True] * 4
    assert "Days may follow" in text
    assert "missed" not in not_searchable(NotSearchable("no_date", "number"), viewer()).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_writes_no_id_learns_of_finding_where_there_are_people_who_may(language: Language) -> None:
    parsed = Help(understood=False)
    for finds in (False, True):
        assert ("find 138" in guidance(parsed, viewer(language), finds=finds).text) is finds
    assert "find 138" not in guidance(parsed, viewer(language), finds=True, in_thread=True).text
