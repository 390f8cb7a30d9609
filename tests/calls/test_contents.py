"""Contents that are read at once are each read as they are alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.records.json_records import parse_contents

PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "-",
    "1",
    "-Infinity",
    "NaN",
    '"a":',
    " ",
    "{}",
    '{"a":1}',
    "\\",
    "\n",
]


def alone(content: str) -> object:
    try:
        return json.loads(content, strict=False)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "contents",
    [
        [],
        [""],
        ["1],[2"],
        ["1,2"],
        ["1", "", "2"],
        ['{"a":[1', '2]},{"b":3}'],
        ['"a', 'b"', "1"],
        ["1,-Infinity,2", "3"],
        ["-Infinity", "1"],
        ['{"a":-Infinity}', '{"a":-1e999}', '{"a":"-Infinity"}'],
        ['{"a":1}'] * 250 + ["{"] + ['{"b":"\n"}'] * 250,
    ],
)
def test_each_as_alone(contents: list[str]) -> None:
    assert parse_contents(contents) == [alone(content) for content in contents]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=5))
def test_any_pieces_as_alone(contents: list[str]) -> None:
    assert repr(parse_contents(contents)) == repr([alone(content) for content in contents])
