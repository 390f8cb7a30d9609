"""A client for the tests of the transport."""

from collections.abc import Iterator

import httpx
import pytest

from callevents.transport.client import open_client


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with open_client() as opened:
        yield opened
