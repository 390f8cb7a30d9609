"""When KMS is asked, and how long what it said holds: the times are made up."""

import pytest

from callevents.errors import SecretUnavailable
from callevents.runtime.secret_cache import (
    EXPIRE_AFTER_SECONDS,
    REFRESH_AFTER_SECONDS,
    RETRY_DELAYS_SECONDS,
    CacheState,
)
from callevents.settings.secret_refs import ReadResult

OUTAGE = SecretUnavailable(reason="HTTP 503")
FORBIDDEN = SecretUnavailable(reason="Forbidden.NoPermission", withdrawn=True)


def good(*names: str) -> ReadResult:
    return ReadResult({name: name.upper() for name in names}, {})


def known(state: CacheState) -> dict[str, str]:
    return {name: text.text for name, text in state.cached.items()}


def test_what_was_read_is_read_again_when_it_is_no_longer_fresh() -> None:
    state = CacheState(("a", "b"))
    assert state.due_at < 0
    assert state.stale_names(100) == ["a", "b"]

    state = state.after(good("a", "b"), 100, 101)

    assert state.due_at == 100 + REFRESH_AFTER_SECONDS
    assert (state.stale_names(399), state.stale_names(400)) == ([], ["a", "b"])
    assert state.is_complete(400)


def test_after_failures_kms_is_asked_less_and_less_often_and_only_for_what_is_missing() -> None:
    state = CacheState(("a", "b"))
    now, pauses = 0.0, []
    for _ in range(len(RETRY_DELAYS_SECONDS) + 2):
        state = state.after(ReadResult({"a": "A"}, {"b": OUTAGE}), now, now + 1)
        pauses.append(state.due_at - (now + 1))
        now += 1

    assert tuple(pauses) == (*RETRY_DELAYS_SECONDS, RETRY_DELAYS_SECONDS[-1], RETRY_DELAYS_SECONDS[-1])
    assert state.stale_names(now) == ["b"]
    assert not state.is_complete(now)

    state = state.after(good("b"), now, now)

    assert state.failures == 0
    assert state.due_at == now - 1 + REFRESH_AFTER_SECONDS  # when "a" was read


@pytest.mark.parametrize(
    ("failure", "at", "holds"),
    [
        (OUTAGE, REFRESH_AFTER_SECONDS, True),
        (OUTAGE, EXPIRE_AFTER_SECONDS - 1, True),
        (OUTAGE, EXPIRE_AFTER_SECONDS, False),
        (FORBIDDEN, REFRESH_AFTER_SECONDS, False),
    ],
)
def test_what_was_known_outlasts_an_outage_but_not_a_refusal(
    failure: SecretUnavailable, at: float, holds: bool
) -> None:
    state = CacheState(("a",)).after(good("a"), 0, 0).after(ReadResult({}, {"a": failure}), at, at)

    assert known(state) == ({"a": "A"} if holds else {})
    assert state.is_complete(at) == holds


def test_a_secret_that_is_known_is_not_printed() -> None:
    assert "A" not in repr(CacheState(("a",)).after(good("a"), 0, 0).cached["a"])
