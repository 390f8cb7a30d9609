"""What the tests of this package share: time that is made up, and a judge of signatures that is not ours."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from callevents.alibabacloud.outbound import Outbound
from callevents.invocation import Credentials
from callevents.transport.client import open_client
from tests.clocks import FakeClock


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with open_client() as opened:
        yield opened


@pytest.fixture
def outbound(client: httpx.Client, time: FakeClock) -> Outbound:
    """Means whose nonces are counted and whose waits are not varied."""
    numbers = count(1)
    return Outbound(client, time.clocks, lambda: f"nonce-{next(numbers)}", lambda: 0.5)


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("STS.test", "the-secret-key", "the+security/token==")
