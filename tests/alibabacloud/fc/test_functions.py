"""What is deployed, as Function Compute's API tells it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from callevents.alibabacloud.fc.functions import FunctionCompute, endpoint_of
from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.invocation import Credentials

if TYPE_CHECKING:
    from tests.alibabacloud.conftest import MadeUpTime
    from tests.conftest import Answer, ScriptedServer, Seen

Make: TypeAlias = Callable[..., "Answer"]
FUNCTION = {
    "functionName": "callevents-slack",
    "runtime": "python3.10",
    "environmentVariables": {"SLACK_BOT_TOKEN": "xoxb-1-secret", "EMPTY": "", "ODD": 1},
}
ABSENT = {
    "RequestId": "1-2",
    "Code": "FunctionNotFound",
    "Message": "function 'callevents-slack' does not exist",
}


@pytest.fixture(name="functions")
def _functions(outbound: Outbound, server: "ScriptedServer", credentials: Credentials) -> FunctionCompute:
    return FunctionCompute(outbound, server.url, "cn-hongkong", credentials)


def test_of_a_function_its_runtime_is_read_and_digests_of_its_settings(
    functions: FunctionCompute, server: "ScriptedServer", answer: Make, time: "MadeUpTime",
    credentials: Credentials, signature_judge: Callable[["Seen", str], bool],
) -> None:  # fmt: skip
    server.script = [answer(FUNCTION)]

    found = functions.function("callevents-slack", time.deadline(3))

    assert found is not None
    assert found.runtime == "python3.10"
    assert found.digests == {
        "SLACK_BOT_TOKEN": functions.digest("xoxb-1-secret"), "EMPTY": functions.digest(""),
    }  # fmt: skip
    assert "secret" not in repr(found)
    (seen,) = server.seen
    assert (seen.method, seen.target) == ("GET", "/2023-03-30/functions/callevents-slack")
    assert seen.header("x-acs-action") == "GetFunction"
    assert signature_judge(seen, credentials.access_key_secret)


def test_a_digest_is_of_this_client_alone(outbound: Outbound, credentials: Credentials) -> None:
    one, other = (FunctionCompute(outbound, "http://127.0.0.1", "x", credentials) for _ in range(2))

    assert one.digest("a") == one.digest("a") != other.digest("a")


def test_what_is_not_there_is_none(
    functions: FunctionCompute, server: "ScriptedServer", answer: Make, time: "MadeUpTime"
) -> None:
    codes = ("FunctionNotFound", "TriggerNotFound", "ConcurrencyConfigNotFound")
    server.script = [answer({**ABSENT, "Code": code}, status=b"404 Not Found") for code in codes]

    assert functions.function("callevents-slack", time.deadline(3)) is None
    assert functions.address("callevents-slack", "http", time.deadline(3)) is None
    assert functions.reserved_concurrency("callevents-slack", time.deadline(3)) is None


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ({"httpTrigger": {"urlInternet": "https://abc-d.cn-hongkong.fcapp.run"}}, "https://abc-d.cn-hongkong.fcapp.run"),
        ({"httpTrigger": {"urlInternet": "javascript:alert(1)"}}, None),
        ({"httpTrigger": {"urlInternet": "https://a.example\n: x"}}, None),
        ({"httpTrigger": None}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_address_of_a_trigger(
    body: object, address: str | None, functions: FunctionCompute, server: "ScriptedServer", answer: Make,
    time: "MadeUpTime",
) -> None:  # fmt: skip
    server.script = [answer(body)]

    assert functions.address("callevents-slack", "http", time.deadline(3)) == address
    assert server.seen[0].target == "/2023-03-30/functions/callevents-slack/triggers/http"


@pytest.mark.parametrize(
    ("body", "limit"), [({"reservedConcurrency": 10}, 10), ({"reservedConcurrency": 0}, None), ({}, None)]
)
def test_the_limit_of_a_function(
    body: object, limit: int | None, functions: FunctionCompute, server: "ScriptedServer", answer: Make,
    time: "MadeUpTime",
) -> None:  # fmt: skip
    server.script = [answer(body)]

    assert functions.reserved_concurrency("callevents-slack", time.deadline(3)) == limit


def test_a_refusal_is_told_by_its_code_and_never_by_its_text(
    functions: FunctionCompute, server: "ScriptedServer", answer: Make, time: "MadeUpTime"
) -> None:
    body = {"RequestId": "1-2", "Code": "AccessDenied", "Message": "the caller … the+security/token=="}
    server.script = [answer(body, status=b"403 Forbidden")]

    with pytest.raises(RpcError) as refused:
        functions.function("callevents-slack", time.deadline(3))

    assert (refused.value.kind, refused.value.reason, refused.value.request_id) == (
        RpcErrorKind.REFUSED, "AccessDenied", "1-2",
    )  # fmt: skip


def test_the_endpoint_is_that_of_the_region() -> None:
    assert endpoint_of("cn-hongkong") == "https://fcv3.cn-hongkong.aliyuncs.com"
