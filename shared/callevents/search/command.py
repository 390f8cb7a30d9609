"""Reads a request to find calls: `find NUMBER`, `find agent NAME`, `missed`, `mine`, in English and Chinese. Pure."""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from callevents.search.query import KINDS, Days, Kind
from callevents.search.ranges import RangeProblem, read_range, split_range

Problem: TypeAlias = Literal["number", "masked", "agent", "group", "words", "instance", RangeProblem]

MAX_CHARS = 300
_MIN_DIGITS, _MAX_DIGITS = 3, 20
# Dashes of any kind, and what has no width: NFKC leaves both.
_PLAIN = {
    **dict.fromkeys((0x058A, *range(0x2010, 0x2016), 0x2043, 0x2212), "-"),
    **dict.fromkeys((0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
    **dict.fromkeys(map(ord, "`'\"\u2018\u2019\u201c\u201d\u300c\u300d\u300e\u300f"), " "),
    ord("\u3002"): ".",
}
_TELEPHONE = r"<tel:([^<>|]{0,64})(?:\|([^<>|]{0,64}))?>"
_FIND = r"(?:(?:find|search|look\s+for)(?:\s+(?:for|from|of|to|with|by|calls?))*(?![0-9A-Za-z])|查找|查询|搜索|查)\s*"
_CALLS = r"(?:\s*(?:的?(?:通话|电话|来电|呼叫)(?:记录)?))?"
# In order: the first that fits decides. Those without a verb in front need a word of their own.
_COMMANDS: tuple[tuple[Kind, str], ...] = (
    ("missed", rf"(?:{_FIND})?(?:missed(?:\s+calls?)?(?![0-9A-Za-z-])|(?:未接|漏接){_CALLS})"),
    ("mine", rf"(?:{_FIND})?(?:(?:mine|my\s+calls?)(?![0-9A-Za-z-])|我的{_CALLS})"),
    ("agent", rf"(?:{_FIND}(?:agent(?![0-9A-Za-z-])|坐席|座席)|坐席|座席)"),
    ("number", rf"{_FIND}(?:number(?![0-9A-Za-z])|(?:手机|电话)?号码?|手机|电话)?"),
)
_NAME = r"[\w.+-]{1,64}(?:@[\w.-]{1,64})?"
_NUMBER = r"\+?[0-9 ()./-]+"
# A number, and behind it what was meant as days but cannot be read: words, or a date in another order.
_NUMBER_AND_MORE = (
    rf"{_NUMBER}(?<=[0-9)])(?:\s+(?!ext|x\s?[0-9])[^0-9\s(+#].*|\s*(?!转|分机)[^\x00-\x7f].*|\s+[0-9]+[A-Za-z].*"
    r"|\s+(?:20[0-9]{2}[01][0-9][0-3][0-9]|[0-9]{1,2}([./-])[0-9]{1,2}\1(?:20)?[0-9]{2}))"
)
_MASKED = r"\+?[0-9 ()./-]*[*xX\u00d7\u2022\u00b7]{2,}[0-9 ()./*xX\u00d7\u2022\u00b7-]*"
_IN = r"(?:(?<=\s)|^)(?:in|--instance)(?:\s*=\s*|\s+)(?P<name>\S+)"

_UNREADABLE: dict[Kind, Problem] = {"number": "number", "agent": "agent", "missed": "group", "mine": "words"}


class ParsedSearch(NamedTuple):
    """A search as a person wrote it: digits as dialled, a name or nothing, on which days, in which instance."""

    kind: Kind
    value: str
    days: Days
    instance: str

    def __repr__(self) -> str:
        """Leave out what is sought: it may be a number."""
        return f"ParsedSearch(kind={self.kind!r}, days={self.days!r}, instance={self.instance!r})"


class NotSearchable(NamedTuple):
    """A request to find calls that is not clear; `name` is that of an instance that is not allowed."""

    problem: Problem
    kind: Kind
    name: str | None = None


def read_search(
    text: str, today: date, instance: Callable[[str | None], str | None]
) -> ParsedSearch | NotSearchable | None:
    """Return what the person wants to find who wrote *text*, None where it is another request.

    *instance* turns a name (None = the default) into an allowed instance's id. Whether *text* holds job ids is for the
    caller to say first: they win.
    """
    plain = plain_text(text[:MAX_CHARS])
    for kind, pattern in _COMMANDS:
        command = re.match(pattern, plain, re.IGNORECASE)
        if command is not None:
            if len(text) > MAX_CHARS:
                return NotSearchable(_UNREADABLE[kind], kind)
            return _read(kind, plain[command.end() :].strip(" :,"), today, instance)
    return None


class Fields(NamedTuple):
    """What a form asks for: the kind of search, of whom, the days, and an instance (None = the default)."""

    kind: str
    what: str
    days: str
    instance: str | None

    def __repr__(self) -> str:
        """Leave out what is sought."""
        return f"Fields(kind={self.kind!r})"


def read_fields(
    fields: Fields, today: date, instance: Callable[[str | None], str | None]
) -> ParsedSearch | NotSearchable:
    """Return what *fields* ask for; without a kind, a number is sought. Their texts may be anything."""
    kind: Kind = next((each for each in KINDS if each == fields.kind), "number")
    chosen = instance(fields.instance)
    if chosen is None:
        return NotSearchable("instance", kind, fields.instance)
    if len(fields.what) > MAX_CHARS or len(fields.days) > MAX_CHARS:
        return NotSearchable("no_date" if len(fields.days) > MAX_CHARS else _UNREADABLE[kind], kind)
    days = read_range(plain_text(fields.days), today)
    if isinstance(days, str):
        return NotSearchable(days, kind)
    return _sought(kind, "" if kind == "mine" else plain_text(fields.what), days, chosen)


def is_search(text: str) -> bool:
    """Say whether *text* begins as a request to find calls does."""
    plain = plain_text(text[:MAX_CHARS])
    return any(re.match(pattern, plain, re.IGNORECASE) for _, pattern in _COMMANDS)


def plain_text(text: str) -> str:
    """Return *text* without Slack's marks for numbers, full-width forms, quotes, and what cannot be seen."""
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", text)
    text = re.sub(_TELEPHONE, lambda link: f" {link[2] or link[1]} ", text)
    return " ".join(text.translate(_PLAIN).split())


def read_number(text: str) -> str | None:
    """Return the digits of the number in *text* as they are dialled in China, without +86; None where it is none."""
    plain = plain_text(text)
    if not re.fullmatch(_NUMBER, plain, re.ASCII):
        return None
    digits = re.sub(r"[^0-9]", "", plain)
    abroad = plain.startswith("+")
    if abroad and not digits.startswith("86"):
        digits = f"00{digits}"
    elif abroad or digits.startswith("0086") or re.fullmatch("861[3-9][0-9]{9}", digits):
        digits = digits.removeprefix("00").removeprefix("86")
    return digits if _MIN_DIGITS <= len(digits) <= _MAX_DIGITS else None


def read_name(text: str, instance: str) -> str | None:
    """Return the id of the agent or group that *text* names, None where it is no name: `alice` is alice@INSTANCE."""
    name = plain_text(text).strip(",;")
    if not re.fullmatch(_NAME, name):
        return None
    return name if "@" in name else f"{name}@{instance}"


def is_masked(text: str) -> bool:
    """Say whether *text* is a number of which digits are hidden."""
    return re.fullmatch(_MASKED, plain_text(text), re.ASCII) is not None


def _read(
    kind: Kind, rest: str, today: date, instance: Callable[[str | None], str | None]
) -> ParsedSearch | NotSearchable:
    name = None
    named = [*re.finditer(_IN, rest, re.IGNORECASE)]
    # "missed in yesterday" names a day, "missed calls in support" a group.
    if (
        named
        and split_range(named[-1]["name"], today).rest
        and (kind != "missed" or instance(named[-1]["name"].strip(",;.")) is not None)
    ):
        name = named[-1]["name"].strip(",;.")
        rest = f"{rest[: named[-1].start()]} {rest[named[-1].end() :]}".strip()
    chosen = instance(name)
    if chosen is None:
        return NotSearchable("instance", kind, name)
    days, value = split_range(rest, today)
    if isinstance(days, str):
        return NotSearchable(days, kind)
    return _sought(kind, value.strip(" ,:"), days, chosen)


def _number_problem(value: str) -> Problem:
    """Return what is wrong with *value*, in which no number can be read, or a number and a date run together."""
    if is_masked(value):
        return "masked"
    return "no_date" if _has_more(value) else "number"


def _has_more(value: str) -> bool:
    """Say whether *value* is a number and then something that is none of its digits."""
    found = re.fullmatch(_NUMBER_AND_MORE, plain_text(value), re.ASCII)
    return found is not None and sum(map(str.isdigit, value)) > _MIN_DIGITS


def _sought(kind: Kind, value: str, days: Days, instance: str) -> ParsedSearch | NotSearchable:
    if kind == "number":
        number = None if _has_more(value) else read_number(value)
        if number is None:
            return NotSearchable(_number_problem(value), kind)
        return ParsedSearch(kind, number, days, instance)
    if kind == "mine":
        return NotSearchable("words", kind) if value else ParsedSearch(kind, "", days, instance)
    if kind == "missed":
        value = re.sub(
            r"\A(?:calls?\s+)?(?:(?:in|of|for)\s+)?(?:group\s+|技能组\s*)?", "", value, flags=re.IGNORECASE
        )
        if not value:
            return ParsedSearch(kind, "", days, instance)
    found = read_name(value, instance)
    if found is None:
        return NotSearchable("agent" if kind == "agent" else "group", kind)
    return ParsedSearch(kind, found, days, instance)
