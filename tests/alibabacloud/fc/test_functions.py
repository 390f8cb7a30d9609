"""Our own client of what is deployed, against the stand-in that the vendor's SDK accepts."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents.alibabacloud.fc.functions import DeployedFunction, Functions, Trigger, endpoint_of
from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind
from callevents.invocation import Credentials
from callevents_sandbox import ram
from callevents_sandbox.function_compute import FunctionCompute
from callevents_sandbox.function_compute.management import Management
from callevents_sandbox.function_compute.management import application as management_application
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import ROLE
from tests.clocks import FakeClock

NAME = "callevents-slack"
HTTP = {"authType": "anonymous", "methods": ["POST"]}


def code() -> dict[str, str]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event")
    return {"zipFile": base64.b64encode(buffer.getvalue()).decode()}


@pytest.fixture(name="management")
def _management(tmp_path: Path, time: FakeClock) -> Iterator[Management]:
    platform = FunctionCompute(keys=(ram.KEY,), clock=lambda: time.now)
    yield Management(platform, tmp_path, ROLE)
    platform.close()


@pytest.fixture(name="url")
def _url(management: Management) -> Iterator[str]:
    with serve(management_application(management)) as url:
        yield url


@pytest.fixture(name="functions")
def _functions(url: str, outbound: Outbound) -> Functions:
    return Functions(outbound, Credentials(ram.KEY.id, ram.KEY.secret), url)


def deployed(management: Management) -> None:
    variables = {"SLACK_BOT_TOKEN": "xoxb-secret"}
    management.put_function(
        NAME, {"code": code(), "role": "acs:ram::1:role/r", "environmentVariables": variables}
    )
    management.put_trigger(NAME, "http", {"triggerType": "http", "triggerConfig": json.dumps(HTTP)})
    management.functions[NAME].concurrency = {"reservedConcurrency": 10}


def test_what_is_deployed_is_read(functions: Functions, management: Management, url: str) -> None:
    deployed(management)

    found = functions.function(NAME)

    assert found is not None
    assert (found.text("role"), found.environment) == (
        "acs:ram::1:role/r",
        {"SLACK_BOT_TOKEN": "xoxb-secret"},
    )
    assert found.text("codeChecksum") == management.functions[NAME].checksum
    assert "xoxb-secret" not in repr(found)
    assert functions.triggers(NAME) == [Trigger("http", "http", HTTP, f"{url}/http/{NAME}")]
    assert functions.concurrency(NAME) == {"reservedConcurrency": 10}
    assert functions.async_config(NAME) == {}


def test_what_is_not_there_is_none(functions: Functions) -> None:
    assert functions.function(NAME) is None
    assert (functions.triggers(NAME), functions.concurrency(NAME), functions.async_config(NAME)) == (
        [],
        {},
        {},
    )
    functions.delete(NAME)


def test_a_function_goes_with_all_that_hangs_on_it(functions: Functions, management: Management) -> None:
    deployed(management)
    management.faults.add(Fault("lost", match="DeleteTrigger"))
    management.changes.clear()

    functions.delete(NAME)
    functions.delete(NAME)

    assert management.functions == {}
    assert [each.split()[0] for each in management.changes if "DeleteFunction" in each] == [
        "DeleteFunction"
    ] * 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("refuse", RpcErrorKind.REFUSED),
        ("throttle", RpcErrorKind.THROTTLED),
        ("unavailable", RpcErrorKind.UNAVAILABLE),
        ("not_json", RpcErrorKind.UNREADABLE),
    ],
)
def test_each_failure_is_named(
    fault: str, kind: RpcErrorKind, functions: Functions, management: Management
) -> None:
    deployed(management)
    management.faults.add(Fault(fault, times=None))

    with pytest.raises(RpcError) as caught:
        functions.function(NAME)

    assert (caught.value.kind, functions.action) == (kind, "GetFunction")


def test_a_key_of_nobody_is_no_missing_function(url: str, outbound: Outbound) -> None:
    with pytest.raises(RpcError) as caught:
        Functions(outbound, Credentials("LTAInobody", "x"), url).function(NAME)

    assert caught.value.kind is RpcErrorKind.REFUSED


def test_values_of_other_types_are_left_out() -> None:
    odd = DeployedFunction("f", {"environmentVariables": {"A": 1, "B": "b"}, "role": ["r"]})

    assert (odd.environment, odd.text("role")) == ({"B": "b"}, "")
    assert DeployedFunction("f", {"environmentVariables": "x"}).environment == {}


@pytest.mark.parametrize(("account", "region"), [("12", "../x"), ("evil.example/", "cn-hongkong"), ("", "")])
def test_only_an_account_and_a_region_have_an_endpoint(account: str, region: str) -> None:
    assert endpoint_of(account, region) == ""
    assert endpoint_of("12", "cn-hongkong") == "https://12.cn-hongkong.fc.aliyuncs.com"
