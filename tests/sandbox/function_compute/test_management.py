"""The management of functions, judged by the vendor's own SDK: made, read, changed, run and deleted."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client

from callevents_sandbox import ram
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.function_compute import FunctionCompute
from callevents_sandbox.function_compute.management import Management, application, crc64
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import ROLE
from tests.sandbox.official_sdk import config, refused

NAME = "greeter"
CODE = """\
import os
def handler(event, context):
    return {"statusCode": 200, "headers": {}, "isBase64Encoded": False, "body": os.environ["GREETING"]}
"""


@pytest.fixture(name="management")
def _management(tmp_path: Path) -> Iterator[Management]:
    platform = FunctionCompute(keys=(ram.KEY, ROLE))
    yield Management(platform, tmp_path, ROLE)
    platform.close()


@pytest.fixture(name="url")
def _url(management: Management) -> Iterator[str]:
    with serve(application(management)) as url:
        yield url


def sdk(url: str, key: AccessKey = ram.KEY) -> Client:
    return Client(config(url, key))


@pytest.fixture(name="client")
def _client(url: str) -> Client:
    return sdk(url)


def zipped(code: str = CODE) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), code)
    return buffer.getvalue()


def deploy(client: Client) -> None:
    code = models.InputCodeLocation(zip_file=base64.b64encode(zipped()).decode())
    client.create_function(
        models.CreateFunctionRequest(
            body=models.CreateFunctionInput(
                function_name=NAME, runtime="python3.10", handler="index.handler", code=code, timeout=5,
                role="acs:ram::1234567890123456:role/greeter", environment_variables={"GREETING": "hello"},
            )
        )
    )  # fmt: skip
    client.create_trigger(
        NAME,
        models.CreateTriggerRequest(
            body=models.CreateTriggerInput(
                trigger_name="http", trigger_type="http",
                trigger_config=json.dumps({"authType": "anonymous", "methods": ["POST"]}),
            )
        ),
    )  # fmt: skip


def test_the_official_sdk_takes_a_function_through_its_whole_life(
    client: Client, management: Management
) -> None:
    get, listed = models.GetFunctionRequest(), models.ListTriggersRequest()
    assert refused("FunctionNotFound", lambda: client.get_function(NAME, get)) == 404

    deploy(client)

    found = client.get_function(NAME, get).body
    assert (found.function_name, found.timeout, found.environment_variables) == (
        NAME,
        5,
        {"GREETING": "hello"},
    )
    assert (found.role, found.code_checksum) == ("acs:ram::1234567890123456:role/greeter", crc64(zipped()))
    (trigger,) = client.list_triggers(NAME, listed).body.triggers
    assert json.loads(trigger.trigger_config)["methods"] == ["POST"]
    address = trigger.http_trigger.url_internet
    assert httpx.post(address, trust_env=False).text == "hello"

    changed = models.UpdateFunctionInput(environment_variables={"GREETING": "good day"})
    client.update_function(NAME, models.UpdateFunctionRequest(body=changed))
    assert httpx.post(address, trust_env=False).text == "good day"
    assert client.get_function(NAME, get).body.timeout == 5

    limit = models.PutConcurrencyInput(reserved_concurrency=10)
    no_limit = "ConcurrencyConfigNotExists"
    assert refused(no_limit, lambda: client.get_concurrency_config(NAME)) == 404
    client.put_concurrency_config(NAME, models.PutConcurrencyConfigRequest(body=limit))
    assert client.get_concurrency_config(NAME).body.reserved_concurrency == 10
    tasks = models.PutAsyncInvokeConfigInput(async_task=True, max_async_retry_attempts=2)
    client.put_async_invoke_config(NAME, models.PutAsyncInvokeConfigRequest(body=tasks))
    config = client.get_async_invoke_config(NAME, models.GetAsyncInvokeConfigRequest()).body
    assert (config.async_task, config.max_async_retry_attempts) == (True, 2)

    assert refused("TriggerExists", lambda: client.delete_function(NAME)) == 412
    client.delete_async_invoke_config(NAME, models.DeleteAsyncInvokeConfigRequest())
    client.delete_trigger(NAME, "http")
    client.delete_concurrency_config(NAME)
    client.delete_function(NAME)
    assert refused("FunctionNotFound", lambda: client.delete_function(NAME)) == 404
    assert management.functions == {}
    assert httpx.post(address, trust_env=False).status_code == 404


def test_only_the_accounts_own_key_is_let_in(url: str) -> None:
    wrong = sdk(url, AccessKey(ram.KEY.id, "wrong"))

    assert refused("SignatureNotMatch", lambda: wrong.get_function(NAME, models.GetFunctionRequest())) == 403


def test_a_role_that_is_not_there_is_refused(client: Client, management: Management) -> None:
    management.role_exists = lambda arn: False

    assert refused("InvalidArgument", lambda: deploy(client)) == 400
    assert management.functions == {}


def test_the_checksum_is_the_vendors() -> None:
    """As in the catalogue of CRCs: CRC-64/XZ, which its storage calls ECMA-182."""
    assert crc64(b"123456789") == str(0x995DC9BBDF1939FA)
