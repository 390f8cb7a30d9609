"""When KMS is asked, and how long what it said holds: the times are made up."""

import pytest

from callevents.errors import SecretUnavailable
from callevents.runtime.secret_cache import FRESH, LASTING, PAUSES, Kept
from callevents.settings.secret_refs import Read

OUTAGE = SecretUnavailable(reason="HTTP 503")
FORBIDDEN = SecretUnavailable(reason="Forbidden.NoPermission", withdrawn=True)


def good(*names: str) -> Read:
    return Read({name: name.upper() for name in names}, {})


def known(kept: Kept) -> dict[str, str]:
    return {name: text.text for name, text in kept.texts.items()}


def test_what_was_read_is_read_again_when_it_is_no_longer_fresh() -> None:
    kept = Kept(("a", "b"))
    assert kept.due_at < 0
    assert kept.stale(100) == ["a", "b"]

    kept = kept.after(good("a", "b"), 100, 101)

    assert kept.due_at == 100 + FRESH
    assert (kept.stale(399), kept.stale(400)) == ([], ["a", "b"])
    assert kept.holds(400)


def test_after_failures_kms_is_asked_less_and_less_often_and_only_for_what_is_missing() -> None:
    kept = Kept(("a", "b"))
    now, pauses = 0.0, []
    for _ in range(len(PAUSES) + 2):
        kept = kept.after(Read({"a": "A"}, {"b": OUTAGE}), now, now + 1)
        pauses.append(kept.due_at - (now + 1))
        now += 1

    assert tuple(pauses) == (*PAUSES, PAUSES[-1], PAUSES[-1])
    assert kept.stale(now) == ["b"]
    assert not kept.holds(now)

    kept = kept.after(good("b"), now, now)

    assert kept.failed == 0
    assert kept.due_at == now - 1 + FRESH  # when "a" was read


@pytest.mark.parametrize(
    ("failure", "at", "holds"),
    [
        (OUTAGE, FRESH, True),
        (OUTAGE, LASTING - 1, True),
        (OUTAGE, LASTING, False),
        (FORBIDDEN, FRESH, False),
    ],
)
def test_what_was_known_outlasts_an_outage_but_not_a_refusal(
    failure: SecretUnavailable, at: float, holds: bool
) -> None:
    kept = Kept(("a",)).after(good("a"), 0, 0).after(Read({}, {"a": failure}), at, at)

    assert known(kept) == ({"a": "A"} if holds else {})
    assert kept.holds(at) == holds


def test_a_secret_that_is_known_is_not_printed() -> None:
    assert "A" not in repr(Kept(("a",)).after(good("a"), 0, 0).texts["a"])
