"""The environment in which the command line finds a contact center on a real socket."""

import pytest

from callevents_sandbox import ccc
from tests.support.served_center import _center, _served  # noqa: F401 - fixtures


@pytest.fixture(name="environ")
def _environ(served: tuple[ccc.ContactCenter, str]) -> dict[str, str]:
    return {
        "CCC_ENDPOINT": served[1],
        "CCC_INSTANCE_ID": "ccc-test",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ccc.KEY.id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ccc.KEY.secret,
    }
