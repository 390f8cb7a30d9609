import pytest

from callevents.observability.request_log import MAX_ATTEMPTS_SHOWN, RequestLog


def test_stages_that_run_again_add_up() -> None:
    clock = iter([1.0, 1.25, 2.0, 2.0006]).__next__
    request_log = RequestLog()
    for _ in range(2):
        with request_log.timer("lookup", clock):
            pass

    assert {"lookup_ms": 250.6} == request_log.fields()


def test_a_stage_that_fails_is_counted_too() -> None:
    request_log = RequestLog()
    with pytest.raises(ZeroDivisionError), request_log.timer("lookup", iter([1.0, 1.5]).__next__):
        _ = 1 / 0

    assert {"lookup_ms": 500.0} == request_log.fields()


def test_attempts_are_counted_and_the_first_ones_told() -> None:
    request_log = RequestLog()
    request_log.add_attempt("ccc", 0.02, "Throttling.User")
    request_log.add_attempt("ccc", 0.1, "ok")

    assert {
        "ccc_ms": 120.0,
        "ccc_calls": 2,
        "ccc_tries": "Throttling.User 20, ok 100",
    } == request_log.fields()
    for _ in range(50):
        request_log.add_attempt("ccc", 0.0, "ok")
    assert request_log.fields()["ccc_calls"] == 52
    assert str(request_log.fields()["ccc_tries"]).count(",") == MAX_ATTEMPTS_SHOWN - 1


def test_an_outcome_is_a_word_a_code_and_a_reason() -> None:
    request_log = RequestLog()
    request_log.set_outcome("failed", why="ccc_refused", reason="NoPermission.User")
    assert {"outcome": "failed", "why": "ccc_refused", "reason": "NoPermission.User"} == request_log.fields()
    request_log.set_outcome("answered")
    assert {"outcome": "answered", "why": "", "reason": ""} == request_log.fields()


def test_counts_add_up() -> None:
    request_log = RequestLog()
    request_log.add("records", 3)
    request_log.add("records", 4)

    assert {"records": 7} == request_log.fields()
