"""The API of the local Function Compute, as the vendor's clients see it."""

import json
import time
from dataclasses import replace

import fc2
import httpx
import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.function_compute import FunctionCompute
from callevents_sandbox.server.faults import Fault
from tests.sandbox.function_compute.conftest import ECHO, KEY, running
from tests.sandbox.official_sdk import config


def invoke(
    url: str,
    payload: bytes,
    *,
    task: str = "",
    delay: str = "",
    key: AccessKey = KEY,
    name: str = "worker",
) -> int:
    headers = models.InvokeFunctionHeaders(x_fc_invocation_type="Async", x_fc_async_task_id=task or None)
    headers.common_headers = {"x-fc-async-delay": delay} if delay else None
    request = models.InvokeFunctionRequest(body=payload)
    answer = Client(config(url, key)).invoke_function_with_options(name, request, headers, RuntimeOptions())
    assert answer.headers["x-fc-request-id"]
    status: int = answer.status_code
    return status


class TestApi:
    def test_the_official_sdk_invokes_asynchronously(self, platform: FunctionCompute, url: str) -> None:
        assert invoke(url, b'{"kind": "lookup"}') == 202
        platform.settle()
        task = platform.tasks.all[-1]
        assert (task.status, task.payload) == ("succeeded", b'{"kind": "lookup"}')
        answered = json.loads(json.loads(task.attempts[0].payload)["body"])
        assert answered["event"] == '{"kind": "lookup"}'

    def test_a_task_id_is_taken_once(self, platform: FunctionCompute, url: str) -> None:
        before = len(platform.tasks.all)
        assert invoke(url, b"{}", task="t_1") == 202
        with pytest.raises(ClientException) as caught:
            invoke(url, b"{}", task="t_1")
        assert caught.value.status_code == 409
        platform.settle()
        assert len(platform.tasks.all) == before + 1

    @pytest.mark.parametrize(
        ("key", "code"),
        [
            (replace(KEY, secret="wrong"), "SignatureNotMatch"),
            (replace(KEY, id="STS.other"), "InvalidAccessKeyID"),
            (replace(KEY, token="wrong"), "AccessDenied"),
        ],
    )
    def test_the_official_sdk_is_refused(self, url: str, key: AccessKey, code: str) -> None:
        with pytest.raises(ClientException) as caught:
            invoke(url, b"{}", key=key)
        assert (caught.value.status_code, caught.value.code) == (403, code)

    def test_a_deferred_call_waits(self, platform: FunctionCompute, url: str) -> None:
        assert invoke(url, b"{}", delay="3600") == 202
        platform.settle()
        task = platform.tasks.all[-1]
        assert (task.status, task.delay) == ("succeeded", 3600)

    def test_what_runs_when_it_ends_is_killed(self) -> None:
        asleep = replace(ECHO, trigger=False, timeout=60, max_async_retry_attempts=1, retry_delays=(0.0,))
        with running(asleep) as (platform, url):
            invoke(url, b"do-sleep", name="echo")
            while not (platform.tasks.all and platform.tasks.all[-1].status == "running"):
                time.sleep(0.01)
        (task,) = platform.tasks.all
        assert task.status == "failed"
        assert len(task.attempts) == 1

    @pytest.mark.parametrize("delay", ["3601", "-1", "soon"])
    def test_a_delay_that_is_none_is_refused(self, url: str, delay: str) -> None:
        with pytest.raises(ClientException) as caught:
            invoke(url, b"{}", delay=delay)
        assert (caught.value.status_code, caught.value.code) == (400, "InvalidArgument")

    def test_large_payloads_are_refused(self, platform: FunctionCompute, url: str) -> None:
        with pytest.raises(ClientException) as caught:
            invoke(url, b"x" * (128 * 1024 + 1))
        assert (caught.value.status_code, caught.value.code) == (400, "EntityTooLarge")
        assert invoke(url, b"x" * (128 * 1024)) == 202
        platform.settle()

    def test_unknown_functions_are_refused(self, url: str) -> None:
        with pytest.raises(ClientException) as caught:
            invoke(url, b"{}", name="none")
        assert (caught.value.status_code, caught.value.code) == (404, "FunctionNotFound")

    def test_a_function_is_described(self, url: str) -> None:
        described = Client(config(url, KEY)).get_function("worker", models.GetFunctionRequest()).body
        assert (described.function_name, described.state) == ("worker", "Active")

    def test_strangers_are_refused(self, url: str) -> None:
        for path in (
            "/2023-03-30/functions/worker/invocations",
            "/2016-08-15/services/s/functions/worker/invocations",
        ):
            answer = httpx.post(url + path, content=b"{}")
            assert answer.status_code == 400
            assert "MissingRequiredHeader" in answer.text

    def test_a_function_with_a_trigger_gets_an_http_event(self, platform: FunctionCompute, url: str) -> None:
        assert invoke(url, b"{}", name="echo") == 202
        platform.settle()
        answered = json.loads(json.loads(platform.tasks.all[-1].attempts[0].payload)["body"])
        event = json.loads(answered["event"])
        assert event["rawPath"] == "/2023-03-30/functions/echo/invocations"
        assert "Authorization" in event["headers"]

    def test_function_errors_are_retried_and_then_given_up(self, platform: FunctionCompute, url: str) -> None:
        assert invoke(url, b"do-raise") == 202
        platform.settle()
        task = platform.tasks.all[-1]
        assert task.status == "failed"
        assert len(task.attempts) == 2
        assert platform.tasks.failed[-1] is task

    @pytest.mark.parametrize(
        ("kind", "status"), [("refuse", 403), ("throttle", 429), ("conflict", 409), ("internal", 500)]
    )
    def test_it_can_refuse(self, platform: FunctionCompute, url: str, kind: str, status: int) -> None:
        platform.faults.add(Fault(kind, match="worker"))
        before = len(platform.tasks.all)
        with pytest.raises((ClientException, ServerException)) as caught:
            invoke(url, b"{}")
        assert caught.value.status_code == status
        assert len(platform.tasks.all) == before

    def test_it_can_break(self, platform: FunctionCompute, url: str) -> None:
        for kind in ("reset", "bad_gateway"):
            platform.faults.add(Fault(kind))
            with pytest.raises((UnretryableException, ServerException)):
                invoke(url, b"{}")

    def test_it_can_lose_delay_and_repeat(self, platform: FunctionCompute, url: str) -> None:
        outcomes = []
        for fault in (
            Fault("lose"),
            Fault("delay", seconds=0.01),
            Fault("repeat"),
            Fault("late", seconds=0.01),
        ):
            platform.faults.add(fault)
            assert invoke(url, b"{}") == 202
            platform.settle()
            task = platform.tasks.all[-1]
            outcomes.append((task.status, len(task.attempts)))
        assert outcomes == [("lost", 0), ("succeeded", 1), ("succeeded", 2), ("succeeded", 1)]

    def test_it_can_kill_the_worker_half_way(self, platform: FunctionCompute, url: str) -> None:
        invoke(url, b"{}")  # warm
        platform.settle()
        platform.faults.add(Fault("kill", seconds=0.05))
        assert invoke(url, b"do-nap") == 202
        platform.settle()
        killed, again = platform.tasks.all[-1].attempts
        assert killed.error is not None
        assert "Process exited unexpectedly" in str(killed.error["errorMessage"])
        assert again.good
        answer = json.loads(again.payload)
        assert json.loads(answer["body"])["retry_count"] == 1


class TestFc2:
    def test_the_fc2_client_invokes_asynchronously(self, platform: FunctionCompute, url: str) -> None:
        headers = {"x-fc-invocation-type": "Async", "x-fc-stateful-async-invocation-id": "t_fc2"}
        client = fc2.Client(
            endpoint=url, accessKeyID=KEY.id, accessKeySecret=KEY.secret, securityToken=KEY.token, Timeout=5
        )
        client.invoke_function("callevents", "worker", payload=b"{}", headers=dict(headers))
        platform.settle()
        assert platform.tasks.all[-1].status == "succeeded"
        with pytest.raises(fc2.FcError) as caught:
            client.invoke_function("callevents", "worker", payload=b"{}", headers=dict(headers))
        assert caught.value.err_code == "StatefulAsyncInvocationAlreadyExists"

    @pytest.mark.parametrize(
        ("key", "code"),
        [
            (replace(KEY, secret="wrong"), "SignatureNotMatch"),
            (replace(KEY, id="STS.other"), "InvalidAccessKeyID"),
            (replace(KEY, token="wrong"), "AccessDenied"),
        ],
    )
    def test_the_fc2_client_is_refused(self, url: str, key: AccessKey, code: str) -> None:
        client = fc2.Client(
            endpoint=url, accessKeyID=key.id, accessKeySecret=key.secret, securityToken=key.token, Timeout=5
        )
        with pytest.raises(fc2.FcError) as caught:
            client.invoke_function(
                "callevents", "worker", payload=b"{}", headers={"x-fc-invocation-type": "Async"}
            )
        assert caught.value.err_code == code
