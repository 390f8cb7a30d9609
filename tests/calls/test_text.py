"""Text from outside is one harmless line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.calls.sanitize import clean


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\nb\tc\x00d\x1b[31m\x7f\x85e", "a b c d [31m  e"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a b c d e"),
        ("a\ud83db", "ab"),
        ("café 你好 \N{GRINNING FACE}", "café 你好 \N{GRINNING FACE}"),
    ],
)
def test_clean(text: str, line: str) -> None:
    assert clean(text) == line


@given(st.text(st.characters()))
def test_nothing_harmful_is_left(text: str) -> None:
    line = clean(text)

    assert clean(line) == line
    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(each) not in {"Cc", "Cs", "Zl", "Zp"} for each in line)
    assert all(
        unicodedata.bidirectional(each) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for each in line
    )
