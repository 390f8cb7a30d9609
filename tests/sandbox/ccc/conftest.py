import pytest

from callevents_sandbox import ccc
from tests.support.served_center import _center, _served  # noqa: F401 - fixtures


@pytest.fixture(name="url")
def _url(served: tuple[ccc.ContactCenter, str], center: ccc.ContactCenter) -> str:
    return served[1]
