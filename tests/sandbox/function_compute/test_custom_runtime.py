"""The local Function Compute with a custom runtime: instances that get many requests at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.function_compute import Deployment, FunctionCompute, application
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve

MEETING = Deployment(
    "meeting",
    Path(__file__).parent / "functions" / "meeting",
    credentials=AccessKey("STS.Nrole", "s", "t"),
    timeout=30,
    at_once=5,
    max_async_retry_attempts=1,
    retry_delays=(0.01,),
    async_latency=0.0,
    python=sys.executable,
)


@pytest.fixture(name="platform")
def _platform() -> Iterator[FunctionCompute]:
    platform = FunctionCompute()
    platform.deploy(MEETING)
    yield platform
    platform.close()


@pytest.fixture(name="url")
def _url(platform: FunctionCompute) -> Iterator[str]:
    with serve(application(platform)) as url:
        yield f"{url}/http/meeting"


def together(url: str, count: int) -> list[httpx.Response]:
    with ThreadPoolExecutor(count) as threads:
        return list(
            threads.map(lambda _: httpx.post(f"{url}/{count}", timeout=60, trust_env=False), range(count))
        )


def test_requests_that_overlap_share_an_instance_and_its_time(platform: FunctionCompute, url: str) -> None:
    answers = together(url, 5)

    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.json()["id"] for answer in answers}) == 5
    assert len({outcome.instance_id for outcome in platform.outcomes}) == platform.running("meeting") == 1
    bill = platform.bill("meeting")
    assert (bill.invocations, bill.cold_starts) == (5, 1)
    assert bill.milliseconds < sum(outcome.billed_ms for outcome in platform.outcomes)


def test_more_than_an_instance_may_have_go_to_another_one(platform: FunctionCompute, url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: httpx.post(f"{url}/1", timeout=60, trust_env=False), range(6)))

    assert [answer.status_code for answer in answers] == [201] * 6
    assert 1 <= platform.running("meeting") <= 2


def test_it_thaws_for_the_next_request(platform: FunctionCompute, url: str) -> None:
    for _ in range(3):
        assert httpx.post(f"{url}/1?a=1&a=2", timeout=60, trust_env=False).json()["query"] == {"a": "1,2"}

    assert platform.running("meeting") == 1
    assert [outcome.cold for outcome in platform.outcomes] == [True, False, False]


def test_what_a_stranger_says_in_the_platforms_name_does_not_arrive(url: str) -> None:
    sent = {"x-fc-request-id": "mine", "X-Fc-Control-Path": "/invoke", "x-own": "1"}

    answer = httpx.post(f"{url}/1", headers=sent, timeout=60, trust_env=False).json()

    assert answer["id"].startswith("1-")
    assert answer["headers"]["x-own"] == "1"
    assert not [name for name in answer["headers"] if name.startswith("x-fc-")]


def test_a_failed_event_is_tried_again_and_told(platform: FunctionCompute) -> None:
    bad, good = platform.queue("meeting", b"bad"), platform.queue("meeting", b"good")
    platform.settle()

    assert [attempt.good for attempt in bad.attempts] == [False, False]
    assert [attempt.good for attempt in good.attempts] == [True]
    assert "InvocationFailed" in str(bad.attempts[0].error)
    assert "not good" not in str(bad.attempts[0].error)


def test_an_instance_that_dies_takes_its_requests_with_it_and_is_replaced(
    platform: FunctionCompute, url: str
) -> None:
    httpx.post(f"{url}/1", timeout=60, trust_env=False)
    platform.faults.add(Fault("kill", seconds=0.05, times=1))
    dead = httpx.post(f"{url}/9", timeout=60, trust_env=False)
    after = httpx.post(f"{url}/1", timeout=60, trust_env=False)

    assert dead.status_code == 502
    assert after.status_code == 201
    assert [outcome.good for outcome in platform.outcomes] == [True, False, True]
