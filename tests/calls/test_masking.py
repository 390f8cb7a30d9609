"""Numbers that stay unreadable in any form, and what is no number."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.json_document import to_document
from callevents.calls.masking import mask, masked
from callevents.calls.model import NotificationRecord
from callevents.calls.summary import summarise
from tests.scaling import LINEAR, growth

JOB = "job-468a63a2-0000-4000-8000-b1ecf726d4be"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("13800000101", "138******01"),
        ("1234567", "123**67"),
        ("123456", "123456"),
        ("+86 138 0000 0101", "+86 1** **** **01"),
        ("(0571)-8888.0000", "(057*)-****.**00"),
        ("[138]{0000}<0101>", "[138]{****}<**01>"),
        (
            "138\N{NO-BREAK SPACE}0000\N{IDEOGRAPHIC SPACE}0101",
            "138\N{NO-BREAK SPACE}****\N{IDEOGRAPHIC SPACE}**01",
        ),
        ("138\N{EN DASH}0000\N{NON-BREAKING HYPHEN}0101", "138\N{EN DASH}****\N{NON-BREAKING HYPHEN}**01"),
        ("138\N{ZERO WIDTH SPACE}00000101", "138\N{ZERO WIDTH SPACE}******01"),
        ("１３８００００１１０１", "１３８******０１"),
        ("٠١٢٣٤٥٦٧٨", "٠١٢****٧٨"),
        ("①③⑧⁰⁰⁰₀₁", "①③⑧***₀₁"),
        ("13800000101@ccc-test", "138******01@ccc-test"),
        ("alice@1234567890", "alice@123*****90"),
        ("by 13800000101, then 13800000102", "by 138******01, then 138******02"),
        ("call 200 - Okay", "call 200 - Okay"),
        (
            f"ch-user-13800000101-80010011-1772586007004-{JOB}",
            f"ch-user-138********-********-***********04-{JOB}",
        ),
        (
            "138\N{COMBINING GRAPHEME JOINER}0000\N{VARIATION SELECTOR-16}0101",
            "138\N{COMBINING GRAPHEME JOINER}****\N{VARIATION SELECTOR-16}**01",
        ),
        (
            "138\N{HANGUL FILLER}0000\N{BRAILLE PATTERN BLANK}0101",
            "138\N{HANGUL FILLER}****\N{BRAILLE PATTERN BLANK}**01",
        ),
        ("job-109634426711871319", "job-109634426711871319"),
        ("job-13800000101", "job-138******01"),
        ("job-13800000101a", "job-138******01a"),
        (f"{JOB}.wav", f"{JOB}.wav"),
        ("2026-03-04T16:00:06.123Z", "2026-03-04T16:00:06.123Z"),
        ("2026-03-04T16:00:06+08:00 13800000101", "2026-03-04T16:00:06+08:00 138******01"),
        ("13800000101 2026-03-04 16:00:06", "138******01 2026-03-04 16:00:06"),
        ("1380000-01-01T00:00:06Z", "138****-**-01T00:00:06Z"),
    ],
)
def test_mask(text: str, seen: str) -> None:
    assert mask(text) == seen


@pytest.mark.parametrize("category", ["Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Ps", "Pe"])
def test_what_may_stand_between_digits(category: str) -> None:
    between = [each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) == category]

    broken = [each for each in between if mask(f"1380{each}00101") != f"138*{each}***01"]

    # A later Unicode than that of the table may know some more, for scripts of long ago.
    assert not [each for each in broken if sys.version_info < (3, 12)]
    assert len(broken) <= len(between) // 10


# Default_Ignorable_Code_Point of Unicode: what nobody sees, assigned or not.
UNSEEN = [
    0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
    *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
    *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000),
]  # fmt: skip
MARKS = [*range(0x300, 0x370), *range(0x20D0, 0x20F1)]


@pytest.mark.parametrize("between", [UNSEEN, MARKS], ids=["unseen", "marks on digits"])
def test_what_people_read_a_number_through(between: list[int]) -> None:
    assert [hex(each) for each in between if mask(f"1380{chr(each)}00101") != f"138*{chr(each)}***01"] == []


def test_names_that_are_known_stay() -> None:
    assert mask("alice@1234567890", "1234567890") == "alice@1234567890"
    assert mask("alice@12345678901", "1234567890") == "alice@123******01"


@given(st.text(st.sampled_from("0123456789０９²- .()[]ab@_:T\u200b\u00a0"), max_size=60))
def test_no_row_of_digits_is_left(text: str) -> None:
    seen = mask(text)

    assert len(seen) == len(text)
    rows = "".join(each for each in seen if each not in "- .()[]\u200b\u00a0")
    run = longest = 0
    for each in rows:
        run = run + 1 if each.isdigit() else 0
        longest = max(longest, run)
    assert longest < 7 or "T" in text  # a time may stand there
    assert mask(seen) == seen


@pytest.mark.parametrize(
    "text", ["1 " * 10_000, ("1" + " " * 50) * 400, ("1" + " " * 4_000 + "x") * 5, "job-" * 5_000]
)
def test_takes_linear_time(text: str) -> None:
    assert growth(mask, lambda count: text * count, 10) < LINEAR


def test_every_string_of_a_summary_is_masked_but_ids_and_times() -> None:
    number = "13800000101"
    instance = "1234567890123456"
    content = {
        "eventTime": "2026-03-04T10:00:00Z",
        "agentId": f"{number}@{instance}",
        "skillGroupId": f"{number}@{instance}",
        "callType": "OUTBOUND",
        "caller": number,
        "callee": f"+86 {number}",
        "mediaType": number,
        "originator": number,
        "destination": number,
        "fileName": f"{JOB}-{number}.wav",
        "releaseReason": f"486 {number}",
        "releaseInitiator": number,
        "channelId": f"ch-customer-{number}-{JOB}",
    }
    types = ("BlindTransfer", "RecordingReady", "Released", f"Call{number}")
    records = [NotificationRecord(instance, JOB, type_, json.dumps(content)) for type_ in types]
    summary = masked(summarise(JOB, instance, records))

    text = json.dumps(to_document(summary))

    assert number not in text
    assert summary.agents == (f"138******01@{instance}",)
    assert summary.job_id == JOB
    assert summary.instance_id == instance
    assert summary.recordings == (f"{JOB}-138******01.wav",)
    assert summary.events[0].at == summary.started_at
    assert "2026-03-04T10:00:00.000Z" in text


def test_masking_twice_changes_nothing() -> None:
    record = NotificationRecord("i", JOB, "Dialing", '{"caller":"13800000101","agentId":"al@i"}')
    once = masked(summarise(JOB, "i", [record]))

    assert masked(once) == once
    assert once.caller == "138******01"
