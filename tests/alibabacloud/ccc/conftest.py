import pytest

from callevents.alibabacloud.ccc.contact_center import ContactCenter
from callevents.alibabacloud.outbound import Outbound
from callevents.invocation import Credentials
from tests.conftest import ScriptedServer


@pytest.fixture
def center(outbound: Outbound, server: ScriptedServer, credentials: Credentials) -> ContactCenter:
    return ContactCenter(outbound, server.url, credentials)
