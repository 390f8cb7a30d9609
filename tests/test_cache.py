"""Tests for callevents.cache."""

from callevents.cache import SEEN_SECONDS, SeenKeys


def test_a_signature_is_new_once_in_ten_minutes() -> None:
    replays = SeenKeys()

    assert replays.add("v0=a", now=0)
    assert not replays.add("v0=a", now=SEEN_SECONDS - 1)
    assert replays.add("v0=b", now=SEEN_SECONDS - 1)
    assert replays.add("v0=a", now=SEEN_SECONDS)


def test_a_replay_does_not_live_longer_for_being_tried() -> None:
    replays = SeenKeys()

    assert [replays.add("v0=a", now=now) for now in (0, 300, 599, 600)] == [True, False, False, True]


def test_memory_is_bounded() -> None:
    replays = SeenKeys(limit=3)

    assert all(replays.add(f"v0={number}", now=0) for number in range(10))
    assert not replays.add("v0=9", now=1)
    assert replays.add("v0=0", now=1)
