"""A contact center on a real socket, with all switches back where they were after each test."""

from collections.abc import Iterator

import pytest

from callevents_sandbox import ccc
from callevents_sandbox.server.serving import serve


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[tuple[ccc.ContactCenter, str]]:
    center = ccc.ContactCenter()
    with serve(ccc.application(center)) as url:
        yield center, url


@pytest.fixture(name="center")
def _center(served: tuple[ccc.ContactCenter, str]) -> Iterator[ccc.ContactCenter]:
    center, _ = served
    center.asked.clear()
    yield center
    center.faults.clear()
    center.throttle = None
    center.permission = "granted"
    center.missing_as_null = False
    center.key_limit = 100
