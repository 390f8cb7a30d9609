"""Many contents are parsed as one text: never does one change what another holds."""

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callevents.calls.records.json_batch import parsed, parsed_alone, parsed_together

SCRAPS = (
    '{"a":1}', "{}", "[]", "1", "-", "1e999", "NaN", "null", "tr", "ue", '"', '""', "{", "}", "[", "]", ",", ":", " ",
    "\n", "\\", "\\u00", "\\u007f", "7f", "\x7f", '"\x7f"', '"\\u007f"', ',"\x7f",', '"a":', "\ufeff", "\ud800", "é",
    "😀", "9" * 5000, '{"a":"', '"}', "],[", "},{", "1,2", "\x00", "/**/",
)  # fmt: skip
WHOLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(SCRAPS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
CONTENT = (
    WHOLE.map(json.dumps)
    | WHOLE.map(lambda value: json.dumps(value, ensure_ascii=False, indent="\t"))
    | st.lists(st.sampled_from(SCRAPS), max_size=6).map("".join)
)


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are equal: NaN is, and 1 is not 1.0."""
    return json.dumps(one) == json.dumps(other) if unlimited(one) and unlimited(other) else one == other


def unlimited(value: object) -> bool:
    return not (isinstance(value, int) and abs(value) > 10**4000)


@settings(max_examples=300, deadline=None)
@given(st.lists(CONTENT, max_size=8))
@example(["1,2", '{"a":"', '"}'])
@example(["[1", "2]", '3,"\\u007f",4'])
@example(["[1", "2]", '3,"\x7f",4'])
@example(["1", "2]", "[3"])
@example(["[1", "2]", "3,4,5"])
@example(['{"a":1}],[{"b":2}', "[[", "]]"])
@example(['{"a":1}', '{"b":2}', "3]"])
@example(["", "1,", ",2"])
def test_together_as_alone(contents: list[str]) -> None:
    alone = [parsed_alone(content) for content in contents]

    for found in (list(parsed(contents)), parsed_together(contents)):
        assert found is None or (len(found) == len(alone) and all(map(same, found, alone)))


@settings(max_examples=30, deadline=None)
@given(st.lists(CONTENT, max_size=3), st.integers(0, 250))
def test_broken_ones_among_many(broken: list[str], place: int) -> None:
    contents = [json.dumps({"number": number}) for number in range(250)]
    contents[place:place] = broken

    found = list(parsed(contents))

    assert len(found) == len(contents)
    assert all(map(same, found, map(parsed_alone, contents)))


@pytest.mark.parametrize(
    ("contents", "together"),
    [
        (['{"a":1}', ' {"b":[1,2]}\n', "3"], True),
        (['{"a":"\\n\\"\\u4e2d"}', "{}"], True),
        (['{"a":"\\u0041"}', "{}"], False),
        (['{"a":"\x7f"}', "{}"], False),
        (["{}", ""], False),
        (["1,2", "3"], False),
    ],
)
def test_what_is_parsed_as_one(contents: list[str], together: bool) -> None:
    assert (parsed_together(contents) is not None) is together
    assert list(parsed(contents)) == [parsed_alone(content) for content in contents]


def test_what_a_value_is() -> None:
    assert list(parsed(["[Infinity]", '"a\nb"', "1.0", "9" * 5000, "[" * 100_000])) == [
        [math.inf],
        "a\nb",
        1.0,
        None,
        None,
    ]
