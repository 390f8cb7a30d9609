"""Tests for callevents.cli.screen: lines that fit a narrow terminal, and when there are colours."""

import io
import re
from typing import Any

import pytest

from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from callevents.cli.screen import Screen, screen_of, width
from callevents.cli.terminal import render, render_overview
from callevents.report.text import NO_BREAK
from callevents_sandbox.fixtures.samples import Sample, samples


class Terminal(io.StringIO):
    """A text stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def summary_of(each: Sample) -> CallSummary:
    records = [NotificationRecord(*record.document().values()) for record in each.records]  # type: ignore[arg-type] # four texts
    return summarise(each.job_id, "ccc-test", records)


def rendered(each: Sample, language: Any, screen: Screen) -> str:
    return render(summary_of(each), language, "Asia/Shanghai", screen)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("each", samples(), ids=lambda each: each.name)
def test_an_answer_fits_the_terminal_and_loses_nothing(each: Sample, language: Any, columns: int) -> None:
    whole, fitted = rendered(each, language, Screen()), rendered(each, language, Screen(columns=columns))
    lines = fitted.splitlines()

    # A word that is longer than a line is left to the terminal.
    assert all(width(line) <= columns or " " not in line.strip() for line in lines)
    assert not any(line.strip()[:1] in set("。，、；：）") for line in lines)
    bars = set("░▒▓█▇▂·?")
    assert all(len(line) == min(64, columns) for line in lines if line and set(line) <= bars)
    without = str.maketrans(dict.fromkeys(bars | set(" \n")))
    assert fitted.translate(without) == whole.translate(without)


@pytest.mark.parametrize("columns", range(20, 70))
@pytest.mark.parametrize(
    ("language", "length"), [("en", "1 min 13 s"), ("zh-CN", "1 分 13 秒"), ("zh-CN", "2 小时 13 秒")]
)
def test_no_line_ends_between_a_number_and_its_unit(language: Any, length: str, columns: int) -> None:
    """And what is copied from a terminal has the usual blanks."""
    held = length.replace(" ", NO_BREAK)
    words = {
        "en": f"They talked for {held}: alice {held}.",
        "zh-CN": f"通话 {held}：alice {held}、bob {held}。",
    }
    shown = Screen(columns=columns).fit(words[language])

    assert not re.search(r"[0-9]$", shown, re.MULTILINE)
    assert NO_BREAK not in shown
    assert NO_BREAK not in Screen().fit(words[language])
    assert shown.replace("\n", "").replace(" ", "") == words[language].replace(NO_BREAK, "").replace(" ", "")


def test_what_follows_the_first_line_is_indented() -> None:
    line = "  11:00:24.000  +00:14.000  Assigned to an agent · alice"

    assert Screen(columns=48).fit(line, 28) == (
        "  11:00:24.000  +00:14.000  Assigned to an agent\n                · alice"
    )


@pytest.mark.parametrize("columns", [None, 0, 5, 19])
def test_where_no_width_is_known_or_useful_lines_stay_whole(columns: int | None) -> None:
    assert Screen(columns=columns).fit("word " * 50) == "word " * 50


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_of_people_who_want_them(
    environ: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "66")

    assert screen_of(Terminal(), environ) == Screen(colour, 66)
    assert screen_of(io.StringIO(), environ) == Screen()


@pytest.mark.parametrize("columns", [None, 60])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_several_calls_end_with_each_in_a_line(language: Any, columns: int | None) -> None:
    """A terminal shows the end: of thirty calls that must be which were not answered."""
    summaries = [summary_of(each) for each in samples()[:30]]
    lines = render_overview(summaries, language, "Asia/Shanghai", Screen(columns=columns)).splitlines()
    heads = {"en": "30 calls: 23 answered, 7 not answered", "zh-CN": "30 通电话：23 通已接听、7 通未接听"}

    assert lines[0] == heads[language]
    assert columns is None or all(width(line) <= columns for line in lines)
    if columns is None:
        assert len(lines) == 31
        assert all(each.job_id in line for each, line in zip(summaries, lines[1:], strict=True))
    assert {
        "en": " 4  ❌ Not answered: the caller gave up in the queue",
        "zh-CN": " 4  ❌ 未接听：客户在排队中放弃",
    }[language] in "\n".join(lines)
