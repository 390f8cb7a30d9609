"""Tests for callevents.search.keys: what is sought, hidden from whoever lacks the secret."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.observability.redaction import redacted
from callevents.search.keys import digest, seal, unseal
from tests.examples import examples

SECRET, OTHER = "8f742231b10e8888abcd99yyyzzz85a5", "another-secret-of-32-hex-digits!"
NUMBER = "13800000201"


def test_the_same_is_sought_where_the_digests_are_the_same() -> None:
    assert digest(SECRET, "number", NUMBER) == digest(SECRET, "number", f"0{NUMBER}")
    assert digest(SECRET, "agent", "Alice@ccc-test") == digest(SECRET, "agent", "alice@ccc-test")
    different = {
        digest(SECRET, "number", NUMBER),
        digest(SECRET, "number", "13800000202"),
        digest(SECRET, "agent", NUMBER),
        digest(OTHER, "number", NUMBER),
    }
    assert len(different) == 4


def test_a_digest_passes_through_the_log_unchanged() -> None:
    line = f"number {digest(SECRET, 'number', NUMBER)}"
    assert re.fullmatch("number [a-p]{32}", line)
    assert redacted(line) == line


@given(text=st.text(max_size=200), person=st.text(max_size=30))
@examples(100)
def test_what_is_sealed_is_read_by_the_same_person_only(text: str, person: str) -> None:
    sealed = seal(
        SECRET, text.encode("utf-8", "replace").decode(), person.encode("utf-8", "replace").decode()
    )
    person = person.encode("utf-8", "replace").decode()

    assert unseal(SECRET, sealed, person) == text.encode("utf-8", "replace").decode()
    assert unseal(SECRET, sealed, f"{person}x") is None
    assert unseal(OTHER, sealed, person) is None
    assert re.fullmatch(r"[0-9A-Za-z_-]{20,}", sealed)


@pytest.mark.parametrize("position", range(0, 60, 7))
def test_what_was_changed_is_not_read(position: int) -> None:
    sealed = seal(SECRET, f"number\n1\n2\nccc-test\n{NUMBER}", "T1 U1")
    changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]

    assert unseal(SECRET, changed, "T1 U1") is None
    assert unseal(SECRET, sealed[:-4], "T1 U1") is None


def test_a_number_is_not_seen_in_what_is_sealed() -> None:
    one, two = (seal(SECRET, f"number\n{number}", "T1 U1") for number in (NUMBER, "13800000202"))
    assert NUMBER not in one
    # Nothing of two texts that are alike is alike: not even their beginning.
    assert sum(a == b for a, b in zip(one, two, strict=True)) < len(one) // 4


@given(text=st.one_of(st.text(max_size=60), st.text("ABCabc012-_=", max_size=60)))
@examples(100)
def test_anything_may_come_to_be_unsealed(text: str) -> None:
    assert unseal(SECRET, text, "T1 U1") is None
    assert unseal(SECRET, "A" * 5000, "T1 U1") is None
