"""The range of days in what a person wrote: today, 7d, a date, two dates, in English and Chinese. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from callevents.search.query import MAX_DAYS, Days

RangeProblem: TypeAlias = Literal["no_date", "future", "too_long"]

_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_AGO = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2}
_WORD = r"today|yesterday|今天|今日|昨天|昨日|前天"
# Weeks begin on Monday, as in China and in ISO 8601; this one ends today.
_WEEK = (
    r"(?P<this_week>this\s+week|本周|这周|[本这]个?星期)"
    r"|(?P<last_week>(?:the\s+)?(?:last|past|previous)\s+week|上周|上个?星期)"
)
_COUNT = rf"[0-9]{{1,4}}|[{''.join(_NUMERALS)}]"
_SPAN = (
    r"(?:(?:the\s+)?(?:last|past)\s+)?(?P<days>[0-9]{1,4})\s*d(?:ays?)?"
    rf"|(?:最近|过去|近)?(?P<tian>{_COUNT})\s*(?:天|日)内?|(?:最近|过去|近)?(?P<weeks>{_COUNT})\s*(?:周|个?星期)内?"
)
# "11月20日" is of this year, or of the last one that had it.
_DATE = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}"
    r"|(?:[0-9]{4}年\s*)?[0-9]{1,2}月\s*[0-9]{1,2}(?:日|号)?"
)
_TO = r"\s*(?:\.\.+|[~,/]|\u2014|\u2013|至|到|(?<=\s)(?:-|to|until|till|and)(?=\s))\s*|\s+"
_RANGE = (
    rf"(?P<word>{_WORD})|{_WEEK}|{_SPAN}"
    rf"|(?:(?:from|between|从)\s*)?(?P<first>{_DATE})(?:{_TO})(?P<last>{_DATE}|{_WORD})|(?P<date>{_DATE})"
)
# Alone: not a part of a longer word or number. Chinese has no blanks between words.
_ALONE = rf"(?:(?<![0-9A-Za-z./-])|(?=[^\x00-\x7f]))(?:{_RANGE})(?:(?![0-9A-Za-z/-])|(?<=[^\x00-\x7f]))"
_FLAGS = re.IGNORECASE
_AT_END = re.compile(rf"(?:(?<!\S)(?:in|for|of|on|over|during|since)\s+)?{_ALONE}[\s.,!?的]*\Z", _FLAGS)
_AT_START = re.compile(rf"\A[\s,]*(?:(?:in|for|of|on|over|during)\s+)?{_ALONE}[\s,的]*", _FLAGS)


class WithoutRange(NamedTuple):
    """The days that a text ends or begins with, or what is wrong with them, and the text that is left."""

    days: Days | RangeProblem
    rest: str


def split_range(text: str, today: date) -> WithoutRange:
    """Return the days that *text* ends or begins with, and the rest of it; without any, *today*."""
    found = _last(text)
    if found is not None:
        return WithoutRange(_days(found, today), text[: found.start()].strip())
    found = _AT_START.search(text)
    if found is not None:
        return WithoutRange(_days(found, today), text[found.end() :].strip())
    return WithoutRange(Days(today, today), text.strip())


def read_range(text: str, today: date) -> Days | RangeProblem:
    """Return the days that *text* means, and nothing else stands in it; *today* where it is blank."""
    days, rest = split_range(text, today)
    return "no_date" if rest else days


def _last(text: str) -> re.Match[str] | None:
    """Return the range at the end of *text*, the longest: of two dates not only the second."""
    return next(_candidates(text), None)


def _candidates(text: str) -> Iterator[re.Match[str]]:
    for start in range(len(text)):
        found = _AT_END.match(text, start)
        if found is not None:
            yield found


def _days(found: re.Match[str], today: date) -> Days | RangeProblem:
    if found["this_week"] or found["last_week"]:
        return _week(today, ago=1 if found["last_week"] else 0)
    count = found["days"] or found["tian"] or found["weeks"]
    if count:
        number = _NUMERALS.get(count) or int(count)
        number = number * 7 if found["weeks"] else number
        if number > MAX_DAYS:
            return "too_long"
        return Days(today - timedelta(days=number - 1), today) if number else "no_date"
    texts = [text for text in (found["word"] or found["date"] or found["first"], found["last"]) if text]
    dates = [_date(text, today) for text in texts]
    known = [each for each in dates if each is not None]
    if len(known) < len(dates):
        return "no_date"
    days = Days(min(known), max(known))
    if days.last > today:
        return "future"
    return "too_long" if len(days) > MAX_DAYS else days


def _week(today: date, *, ago: int) -> Days:
    """Return the days of this week so far, or of the week that was *ago* weeks before it."""
    monday = today - timedelta(days=today.weekday() + 7 * ago)
    return Days(monday, min(today, monday + timedelta(days=6)))


def _date(text: str, today: date) -> date | None:
    ago = _AGO.get(text.lower())
    if ago is not None:
        return today - timedelta(days=ago)
    numbers = [int(number) for number in re.findall("[0-9]+", text)]
    if len(numbers) == 2:  # noqa: PLR2004 - a month and a day
        last = [_calendar(year, *numbers) for year in (today.year, today.year - 1)]
        return next((day for day in last if day is not None and day <= today), last[0] or last[1])
    return _calendar(*numbers)


def _calendar(year: int, month: int, day: int) -> date | None:
    """Return a day of a calendar that every clock can hold, None for a day that there is not."""
    try:
        return date(year, month, day) if year >= 2000 else None  # noqa: PLR2004 - no call centre kept older calls
    except ValueError:
        return None
