import pytest

from callevents.observability.request_log import MOST_TRIES, Tally


def test_stages_that_run_again_add_up() -> None:
    clock = iter([1.0, 1.25, 2.0, 2.0006]).__next__
    tally = Tally()
    for _ in range(2):
        with tally.stage("lookup", clock):
            pass

    assert {"lookup_ms": 250.6} == tally.fields()


def test_a_stage_that_fails_is_counted_too() -> None:
    tally = Tally()
    with pytest.raises(ZeroDivisionError), tally.stage("lookup", iter([1.0, 1.5]).__next__):
        _ = 1 / 0

    assert {"lookup_ms": 500.0} == tally.fields()


def test_attempts_are_counted_and_the_first_ones_told() -> None:
    tally = Tally()
    tally.tried("ccc", 0.02, "Throttling.User")
    tally.tried("ccc", 0.1, "ok")

    assert {"ccc_ms": 120.0, "ccc_calls": 2, "ccc_tries": "Throttling.User 20, ok 100"} == tally.fields()
    for _ in range(50):
        tally.tried("ccc", 0.0, "ok")
    assert tally.fields()["ccc_calls"] == 52
    assert str(tally.fields()["ccc_tries"]).count(",") == MOST_TRIES - 1


def test_an_outcome_is_a_word_a_code_and_a_reason() -> None:
    tally = Tally()
    tally.conclude("failed: ccc_refused: NoPermission.User")
    assert {"outcome": "failed", "why": "ccc_refused", "reason": "NoPermission.User"} == tally.fields()
    tally.conclude("answered")
    assert {"outcome": "answered", "why": "", "reason": ""} == tally.fields()


def test_counts_add_up() -> None:
    tally = Tally()
    tally.add("records", 3)
    tally.add("records", 4)

    assert {"records": 7} == tally.fields()
