"""An instance has one HTTP client, and asks with the credentials of each invocation."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.outbound import Outbound, new_nonce, new_random
from callevents.invocation import Credentials, Invocation
from callevents.observability.request_log import RequestLog
from tests.alibabacloud.wire import answer, well_signed

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import ScriptedServer


@pytest.fixture
def invocation(time: "FakeClock", credentials: Credentials) -> Invocation:
    return Invocation("1-2", time.now, time.now, time.clocks, RequestLog(), credentials)


def test_many_threads_open_one_client() -> None:
    clients = Clients()
    with ThreadPoolExecutor(8) as threads:
        opened = set(threads.map(lambda _: clients.http(), range(50)))
    assert len(opened) == 1
    opened.pop().close()


def test_each_invocation_asks_with_its_own_credentials_and_keeps_its_own_log(
    *, outbound: Outbound, server: "ScriptedServer", time: "FakeClock", invocation: Invocation
) -> None:
    server.script = [answer({"Code": "OK", "Data": [], "RequestId": "R1"})]
    clients = Clients(outbound.client, nonce=outbound.nonce, random=outbound.random)
    later = invocation._replace(
        credentials=Credentials("STS.later", "later-secret"), request_log=RequestLog()
    )

    clients.contact_center(server.url, invocation).notification_records("i", ["job"], time.deadline(3))
    clients.contact_center(server.url, later).notification_records("i", ["job"], time.deadline(3))

    assert well_signed(server.seen[0], "the-secret-key")
    assert well_signed(server.seen[1], "later-secret")
    assert invocation.request_log.fields() == {
        "ccc_request_id": "R1", "records": 0, "ccc_ms": 0.0, "ccc_calls": 1, "ccc_tries": "ok 0",
    }  # fmt: skip


def test_the_worker_is_reached_over_the_same_client(
    *, outbound: Outbound, server: "ScriptedServer", time: "FakeClock", invocation: Invocation
) -> None:
    server.script = [answer(b"", status=b"202 Accepted")]
    queue = Clients(outbound.client).worker_queue("worker", server.url, invocation)
    assert queue.hand_over(b"{}", "t_1", time.deadline(3)) is True
    assert invocation.request_log.fields()["hand_over_tries"] == "ok 0"


def test_no_nonce_comes_twice_and_chance_is_a_share() -> None:
    assert len({new_nonce() for _ in range(1000)}) == 1000
    assert all(0 <= new_random() < 1 for _ in range(1000))
