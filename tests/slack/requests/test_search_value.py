"""Tests for callevents.slack.requests.search_value: what the button of a page carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.requests.search_value import MAX_TOTAL, SearchValue, decode, encode
from tests.examples import examples

SEALED = "A" * 40


@pytest.mark.parametrize(
    "value",
    [
        SearchValue(SEALED, 1),
        SearchValue(SEALED, 999, other=True, total=0),
        SearchValue(SEALED, 7, total=MAX_TOTAL),
    ],
)
def test_a_value_comes_back_as_it_was(value: SearchValue) -> None:
    assert decode(encode(value)) == value
    assert len(encode(value)) <= 2000


def test_a_total_without_end_is_cut() -> None:
    found = decode(encode(SearchValue(SEALED, 1, total=10**12)))
    assert found is not None
    assert found.total == MAX_TOTAL


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "1.0.0..x",
        f"2.1.0..{SEALED}",
        f"1.1000.0..{SEALED}",
        f"1.1.2..{SEALED}",
        f"1.1.0..{SEALED}\n",
        f"1.１.0..{SEALED}",
    ],
)
def test_another_value_is_none(text: object) -> None:
    assert decode(text) is None


@given(text=st.text(max_size=80))
@examples(50)
def test_anything_may_come(text: str) -> None:
    found = decode(text)
    assert found is None or encode(found) == text
