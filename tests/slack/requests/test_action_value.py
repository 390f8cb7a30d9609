"""Tests for callevents.slack.requests.action_value."""

import string
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.slack.requests.action_value import ACTIONS, ActionValue, decode, encode
from tests.examples import examples

UUID = "job-468a63a2-0000-4000-8000-b1ecf726d4be"
OLD = "job-109634426711871319"
alphabet = string.ascii_letters + string.digits
jobs = st.one_of(
    st.uuids().map(lambda uuid: f"job-{uuid}"),
    st.text(alphabet + "-", min_size=4, max_size=64).map(lambda text: f"job-{text}"),
)
instances = st.text(alphabet, max_size=128)


@examples(100)
@given(st.sampled_from(ACTIONS), st.lists(jobs, max_size=10), instances, st.integers(0, 65535))
def test_a_button_says_what_was_put_into_it(action: str, ids: list[str], instance: str, page: int) -> None:
    """Any calls and any instance come back, and fit into a button."""
    value = encode(action, ids, instance, page)
    assert len(value) <= 2000
    assert decode(value) == ActionValue(action, tuple(ids), instance, page)


@examples(200)
@given(
    st.one_of(
        st.text(), st.text(alphabet + "-_", max_size=80), st.binary(max_size=90).map(lambda raw: raw.hex())
    )
)
def test_a_strange_value_is_none_of_ours(value: str) -> None:
    """Whatever somebody sends is a value that could have been encoded, or nothing."""
    decoded = decode(value)
    assert decoded is None or encode(*decoded) == value


@pytest.mark.parametrize("value", [None, 1, b"AQA", "", [], "x" * 3000, "AQAAAAA=", "é", "AQ", "AQ-", UUID])
def test_a_value_of_another_kind_is_none_of_ours(value: object) -> None:
    """Not even an accident raises."""
    assert decode(value) is None


def crafted(action: int, page: int, instance: bytes, *jobs: bytes) -> str:
    """Return a value as `encode` packs it, of parts that it would refuse."""
    load = bytes((1, action)) + page.to_bytes(2, "big") + bytes((len(instance),)) + instance
    return urlsafe_b64encode(load + b"".join(bytes((len(job),)) + job for job in jobs)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "value",
    [
        crafted(0, 0, b"ccc-test", b"<!channel>"),
        crafted(0, 0, b"ccc-test", b"a b"),
        crafted(0, 0, b"ccc-test", b"abcd|x"),
        crafted(0, 0, b"ccc-test", *([b"abcd"] * 11)),
        crafted(0, 0, b"<!here>", b"abcd"),
        crafted(0, 0, b"-ccc", b"abcd"),
        crafted(0, 0, b"ccc-test", b"468a63a2-0000-4000-8000-b1ecf726d4be"),  # has a shorter form
        crafted(0, 0, b"ccc-test", b"abcd") + "=",
        crafted(200, 0, b"ccc-test", b"abcd"),
    ],
)
def test_a_value_that_somebody_packed_by_hand_is_none_of_ours(value: str) -> None:
    """What is in a button reaches messages: nothing gets there that encode would not have let in."""
    assert decode(value) is None


def test_what_is_packed_by_hand_as_encode_does_is_a_button() -> None:
    """Else the values above might be none for another reason."""
    assert decode(crafted(0, 7, b"ccc-test", b"abcd")) == ActionValue(
        ACTIONS[0], ("job-abcd",), "ccc-test", 7
    )


def test_a_button_of_another_version_is_none_of_ours() -> None:
    """The first byte is the version."""
    assert decode("Ag" + encode("help")[2:]) is None


def test_a_button_is_opaque() -> None:
    """Neither the id nor the instance stands in a value."""
    value = encode("refresh", [UUID, OLD], "ccc-test")
    assert UUID not in value
    assert "468a63a2" not in value
    assert "ccc-test" not in value


@pytest.mark.parametrize(
    ("action", "ids", "instance"),
    [
        ("fly", [], ""),
        ("share", [UUID] * 11, ""),
        ("share", ["job-<x>"], ""),
        ("share", ["x"], ""),
        ("share", [UUID], "a b"),
    ],
)
def test_what_is_no_button_is_refused(action: str, ids: list[str], instance: str) -> None:
    """What decode would not take is not encoded."""
    with pytest.raises(ValueError, match="not encodable"):
        encode(action, ids, instance)


def test_one_call_fits_into_a_choice() -> None:
    """A choice of the overflow holds 150 characters."""
    assert len(encode("events", [UUID], "a" * 80)) <= 150
