"""Tests for callevents.slack.requests.command_text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.job_ids import Fragment
from callevents.settings.model import Settings
from callevents.slack.requests.command_text import (
    Form,
    Help,
    LeftOut,
    Lookup,
    NotWhole,
    TooMany,
    UnknownInstance,
    parse_command,
)
from tests.examples import examples

SETTINGS = Settings(
    ccc_instance_id="ccc-main", ccc_instances={"Shanghai": "ccc-sh", "\u5317\u4eac": "ccc-bj"}
)
ONE = "job-468a63a2-7d10-4a1c-8f42-0a5b6a5b1c11"
TWO = "job-468a63a2-7d10-4a1c-8f42-0a5b6a5b1c22"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", Help(understood=True)),
        (" HELP ", Help(understood=True)),
        ("\u5e2e\u52a9", Help(understood=True)),
        ("payload", Help(understood=False)),
        ("payload={}&payload=1", Help(understood=False)),
        ("what is this", Help(understood=False)),
        (ONE, Lookup((ONE,), "ccc-main")),
        (f"<https://example.com/calls/{ONE}|{ONE}>, `{TWO}`", Lookup((ONE, TWO), "ccc-main")),
        (f"{ONE} in shanghai", Lookup((ONE,), "ccc-sh")),
        (f"{ONE} IN  CCC-SH ", Lookup((ONE,), "ccc-sh")),
        (f"{ONE} in \u5317\u4eac", Lookup((ONE,), "ccc-bj")),
        (f"{ONE} in `Shanghai`.", Lookup((ONE,), "ccc-sh")),
        (f"{ONE} in `Shanghai`!", Lookup((ONE,), "ccc-sh")),
        (f"{ONE} --instance SHANGHAI", Lookup((ONE,), "ccc-sh")),
        (f"--instance=shanghai {ONE} {TWO}", Lookup((ONE, TWO), "ccc-sh")),
        (f"{ONE} \u2014instance \u201cshanghai\u201d", Lookup((ONE,), "ccc-sh")),
        (f"{ONE} in nowhere", UnknownInstance("nowhere")),
        (f"{ONE} --instance nowhere", UnknownInstance("nowhere")),
        (f"what happened in {ONE}", Lookup((ONE,), "ccc-main")),
        (f"in {ONE}", Lookup((ONE,), "ccc-main")),
        (f"{ONE} --instance ccc-main in nowhere", Lookup((ONE,), "ccc-main")),
        ("--instance shanghai", Help(understood=False)),
        *(
            (words, Help(understood=True))
            for words in (
                "help me",
                "Help?",
                "help!",
                "Hi",
                "hello.",
                "status",
                "STATUS?",
                "怎么用？",
                "帮助！",
                "你好",
                "?",
                "？",
                "--help",
                "-help",
                "Help, please",
                "can you help me?",
                "pls help!",
                "hi, help",
                "幫助",
                "使用帮助",
            )
        ),
        ("help me with this call", Help(understood=False)),
        ("no help", Help(understood=False)),
        ("helpdesk", Help(understood=False)),
        ("help wanted", Help(understood=False)),
        ("status of the call", Help(understood=False)),
        (f"help {ONE}", Lookup((ONE,), "ccc-main")),
        (f"{ONE} came in today", Lookup((ONE,), "ccc-main")),
        (f"did {ONE} come in today?", Lookup((ONE,), "ccc-main")),
        (f"what of {ONE} in shanghai?", Lookup((ONE,), "ccc-sh")),
        (f"what of {ONE} in Shanghai.", Lookup((ONE,), "ccc-sh")),
        (f"{ONE}, {TWO} in nowhere", UnknownInstance("nowhere")),
        (f"<https://x/{ONE}|{ONE}> in nowhere", UnknownInstance("nowhere")),
        (f"what of {ONE} --instance nowhere", UnknownInstance("nowhere")),
        (f"{ONE[:24]}\n{ONE[24:]} in shanghai", Lookup((ONE,), "ccc-sh")),
        (ONE[:-1], NotWhole((Fragment(ONE[:-1], "cut"),))),
        (f"{ONE[:-1]} in nowhere", NotWhole((Fragment(ONE[:-1], "cut"),))),
        (
            "109634426711871319",
            NotWhole((Fragment("109634426711871319", "no_prefix", "job-109634426711871319"),)),
        ),
        (f"{TWO} job-38d69441", Lookup((TWO,), "ccc-main", LeftOut(0, (Fragment("job-38d69441", "cut"),)))),
    ],
)
def test_what_people_type(text: str, expected: object) -> None:
    found = parse_command(text, SETTINGS.instance)

    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize("text", ["", " \u3000\n"])
def test_nothing_typed_opens_the_form(text: str) -> None:
    assert isinstance(parse_command(text, SETTINGS.instance), Form)


@pytest.mark.parametrize(("count", "expected"), [(10, Lookup), (11, TooMany)])
def test_ten_calls_are_looked_up_and_eleven_are_not(count: int, expected: type[object]) -> None:
    text = " ".join(f"job-468a63a2-7d10-4a1c-8f42-0a5b6a5b1{number:03d}" for number in range(count))

    assert isinstance(parse_command(text, SETTINGS.instance), expected)


def test_without_a_default_an_instance_must_be_named() -> None:
    no_default = Settings(ccc_instances={"a": "ccc-a"})

    assert parse_command(ONE, no_default.instance) == UnknownInstance(None)
    assert parse_command(f"{ONE} in a", no_default.instance) == Lookup((ONE,), "ccc-a")


@examples(150)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([ONE, "in", "--instance", "=", "x", " ", "`"])).map("".join)
)
def test_any_text_is_parsed(text: str) -> None:
    assert isinstance(
        parse_command(text, SETTINGS.instance), Form | Help | Lookup | NotWhole | TooMany | UnknownInstance
    )
