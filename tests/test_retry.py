"""The retry loop keeps to its attempts, to its deadline and to what the server asks for."""

from collections.abc import Callable
from math import inf
from typing import TypeAlias

import pytest

from callevents.retry import Backoff, retry
from tests.clocks import FakeClock

Wait: TypeAlias = Callable[[Exception, int], "float | None"]


class BusyError(Exception):
    """An error that a retry may help."""


class Service(FakeClock):
    """Fails as often as it is told to, on a clock that passes only while somebody sleeps."""

    def __init__(self, failures: int, error: type[Exception] = BusyError) -> None:
        super().__init__(100.0)
        self.failures = failures
        self.error = error
        self.calls = 0

    def call(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error(self.calls)
        return "done"


def second_long(error: Exception, failed: int) -> float | None:
    return 1.0 if isinstance(error, BusyError) else None


def run(
    service: Service,
    *,
    seconds: float = 60,
    attempts: float = inf,
    max_wait: float = inf,
    wait: Wait = second_long,
) -> str:
    return retry(
        service.call,
        wait=wait,
        deadline=service.deadline(seconds),
        sleep=service.sleep,
        attempts=attempts,
        max_wait=max_wait,
    )


def test_a_success_is_returned_at_once() -> None:
    service = Service(0)
    assert (run(service), service.slept) == ("done", [])


def test_it_is_called_again_until_it_succeeds() -> None:
    service = Service(2)
    assert (run(service), service.calls, service.slept) == ("done", 3, [1.0, 1.0])


def test_wait_gets_the_error_and_the_count_of_failures() -> None:
    service = Service(2)
    seen: list[tuple[object, int]] = []

    def at_once(error: Exception, failed: int) -> float:
        seen.append((error.args[0], failed))
        return 0.0

    run(service, wait=at_once)
    assert (seen, service.slept) == ([(1, 1), (2, 2)], [])


def test_an_error_that_no_retry_helps_is_raised() -> None:
    service = Service(1, ValueError)
    with pytest.raises(ValueError, match="1"):
        run(service)
    assert (service.calls, service.slept) == (1, [])


def test_the_last_of_the_attempts_raises_its_error() -> None:
    service = Service(9)
    with pytest.raises(BusyError, match="3"):
        run(service, attempts=3)
    assert (service.calls, service.slept) == (3, [1.0, 1.0])


@pytest.mark.parametrize(("seconds", "calls"), [(0.5, 1), (1.0, 1), (2.5, 3)])
def test_no_wait_reaches_the_deadline(seconds: float, calls: int) -> None:
    service = Service(9)
    with pytest.raises(BusyError):
        run(service, seconds=seconds)
    assert service.calls == calls


def test_a_wait_that_is_too_long_is_not_waited() -> None:
    service = Service(1)
    with pytest.raises(BusyError):
        run(service, max_wait=0.9)
    assert service.slept == []


def test_what_is_no_exception_passes_through() -> None:
    service = Service(1, KeyboardInterrupt)  # type: ignore[arg-type]  # no Exception: that is the point
    with pytest.raises(KeyboardInterrupt):
        run(service)


def test_waits_double_up_to_a_maximum() -> None:
    backoff = Backoff(1.0, maximum=8.0)
    assert [backoff.seconds(failed, lambda: 0.9) for failed in (1, 2, 3, 4, 5, 5000)] == [1, 2, 4, 8, 8, 8]


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 1.0), (0.5, 2.0), (1.0, 3.0)])
def test_jitter_varies_a_wait_by_its_share(random: float, seconds: float) -> None:
    assert Backoff(1.0, jitter=0.5).seconds(2, lambda: random) == seconds


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 7.0), (1.0, 7.7)])
def test_what_the_server_asks_for_takes_the_place_of_the_wait_and_is_never_cut_short(
    random: float, seconds: float
) -> None:
    assert Backoff(1.0, jitter=0.5).seconds(1, lambda: random, 7.0) == pytest.approx(seconds)
    assert Backoff(1.0).seconds(1, lambda: random, 7.0) == 7.0
