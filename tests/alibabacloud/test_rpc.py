"""A call to any RPC service: what is accepted, what an error says, and how a service without a Code succeeds."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService, is_retryable
from callevents.alibabacloud.rpc_response import (
    RpcError,
    RpcErrorKind,
    RpcResponse,
    read_codeless_response,
    read_response,
)
from callevents.invocation import Credentials
from tests.alibabacloud.wire import answer

if TYPE_CHECKING:
    from tests.clocks import FakeClock
    from tests.conftest import ScriptedServer

ROLE = {"RequestId": "A-1", "Role": {"RoleName": "callevents-slack"}}
EXISTS = {"Code": "EntityAlreadyExists.Role", "Message": "It exists.", "RequestId": "A-2"}


@pytest.fixture
def ram(outbound: Outbound, server: "ScriptedServer", credentials: Credentials) -> RpcClient:
    return RpcClient(
        outbound, RpcService("ram", "2015-05-01", server.url, read_codeless_response), credentials
    )


def test_a_service_without_a_code_gives_its_whole_body(
    *, ram: RpcClient, outbound: Outbound, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(ROLE)]
    response = ram.call("GetRole", [("RoleName", "callevents-slack")], time.deadline(3))
    assert (response.ok, response.data, response.request_id) == (True, ROLE, "A-1")
    assert outbound.log.fields() == {
        "ram_request_id": "A-1", "ram_ms": 0.0, "ram_calls": 1, "ram_tries": "ok 0",
    }  # fmt: skip


def test_a_refusal_that_the_caller_goes_on_with_is_a_response(
    ram: RpcClient, server: "ScriptedServer", time: "FakeClock"
) -> None:
    server.script = [answer(EXISTS, status=b"409 Conflict")]
    call = partial(ram.call, "CreateRole", [("RoleName", "callevents-slack")], time.deadline(3))

    response = call(accept=frozenset({"EntityAlreadyExists.Role"}))

    assert (response.ok, response.code, response.status) == (False, "EntityAlreadyExists.Role", 409)
    with pytest.raises(RpcError) as caught:
        call()
    error = caught.value
    assert (error.kind, error.reason, error.request_id) == (
        RpcErrorKind.REJECTED,
        "EntityAlreadyExists.Role",
        "A-2",
    )
    assert (error.status, error.retry_after, is_retryable(error)) == (409, None, False)


@pytest.mark.parametrize(
    ("read", "body", "status", "expected"),
    [
        (read_response, ROLE, 200, RpcResponse(200, "", "A-1")),
        (read_codeless_response, ROLE, 200, RpcResponse(200, "OK", "A-1", data=ROLE)),
        (read_codeless_response, ROLE, 404, RpcResponse(404, "", "A-1")),
        (read_codeless_response, EXISTS, 409, RpcResponse(409, "EntityAlreadyExists.Role", "A-2")),
        (read_codeless_response, [ROLE], 200, RpcResponse(200)),
    ],
)
def test_how_a_service_says_that_a_call_succeeded(
    read: Callable[[httpx.Response], RpcResponse], body: object, status: int, expected: RpcResponse
) -> None:
    assert read(httpx.Response(status, json=body)) == expected


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (RpcError(RpcErrorKind.THROTTLED, "Throttling"), True),
        (RpcError(RpcErrorKind.UNAVAILABLE, "ConnectError"), True),
        (RpcError(RpcErrorKind.UNAVAILABLE, "certificate"), False),
        (RpcError(RpcErrorKind.TIMED_OUT, "no answer in time"), False),
        (RpcError(RpcErrorKind.REFUSED, "NoPermission"), False),
    ],
)
def test_what_is_worth_another_attempt(error: RpcError, retryable: bool) -> None:
    assert is_retryable(error) is retryable
