"""A contact center on a real socket, and the environment in which the command line finds it."""

from collections.abc import Iterator

import pytest

from callevents_sandbox import ccc
from callevents_sandbox.server.serving import serve


@pytest.fixture(scope="module", name="served")
def _served() -> Iterator[tuple[ccc.ContactCenter, str]]:
    center = ccc.ContactCenter()
    with serve(ccc.application(center)) as url:
        yield center, url


@pytest.fixture(name="center")
def _center(served: tuple[ccc.ContactCenter, str]) -> Iterator[ccc.ContactCenter]:
    served[0].asked.clear()
    yield served[0]
    served[0].faults.clear()


@pytest.fixture(name="environ")
def _environ(served: tuple[ccc.ContactCenter, str]) -> dict[str, str]:
    return {
        "CCC_ENDPOINT": served[1],
        "CCC_INSTANCE_ID": "ccc-test",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ccc.KEY.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ccc.KEY.secret,
    }
