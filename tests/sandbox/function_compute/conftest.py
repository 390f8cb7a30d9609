"""A local Function Compute with some functions, served."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.function_compute import Deployment, FunctionCompute, application
from callevents_sandbox.server.serving import serve

FUNCTIONS = Path(__file__).parent / "functions"
KEY = AccessKey("STS.Ncaller", "caller-secret", "caller+token/=")
ECHO = Deployment(
    "echo",
    FUNCTIONS / "echo",
    {"OWN": "1", "FC_OWN": "2"},
    credentials=AccessKey("STS.Nrole", "s", "t"),
    timeout=5,
    async_latency=0.0,
)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FunctionCompute, str]]:
    platform = FunctionCompute(keys=[KEY])
    platform.deploy(ECHO)
    platform.deploy(
        replace(
            ECHO,
            name="worker",
            trigger=False,
            max_async_retry_attempts=1,
            retry_delays=(0.01,),
            max_delay=0.01,
        )
    )
    platform.deploy(Deployment("wsgi", FUNCTIONS / "wsgi", fc2=True))
    with serve(application(platform)) as url:
        yield platform, url
    platform.close()


@pytest.fixture
def platform(served: tuple[FunctionCompute, str]) -> Iterator[FunctionCompute]:
    platform, _ = served
    yield platform
    platform.faults.clear()


@pytest.fixture
def url(served: tuple[FunctionCompute, str], platform: FunctionCompute) -> str:
    return served[1]


def post(url: str, path: str = "/http/echo", **kwargs: Any) -> dict[str, Any]:
    answer = httpx.post(url + path, **kwargs)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


@contextmanager
def running(deployment: Deployment) -> Iterator[tuple[FunctionCompute, str]]:
    """Run a platform of its own with one function."""
    platform = FunctionCompute(keys=[KEY])
    platform.deploy(deployment)
    with serve(application(platform)) as url:
        yield platform, url
    platform.close()
