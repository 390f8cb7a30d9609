"""The local Function Compute: its runtime, its front, and its API as the vendor's clients see it."""

import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import fc2
import httpx
import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.function_compute import Deployment, FunctionCompute, application
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.sandbox.official_sdk import config

FUNCTIONS = Path(__file__).parent / "functions"
KEY = AccessKey("STS.Ncaller", "caller-secret", "caller+token/=")
ECHO = Deployment(
    "echo",
    FUNCTIONS / "echo",
    {"OWN": "1", "FC_OWN": "2"},
    credentials=AccessKey("STS.Nrole", "s", "t"),
    timeout=5,
    async_latency=0.0,
)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FunctionCompute, str]]:
    platform = FunctionCompute(keys=[KEY])
    platform.deploy(ECHO)
    platform.deploy(
        replace(
            ECHO,
            name="worker",
            trigger=False,
            max_async_retry_attempts=1,
            retry_delays=(0.01,),
            max_delay=0.01,
        )
    )
    platform.deploy(Deployment("wsgi", FUNCTIONS / "wsgi", fc2=True))
    with serve(application(platform)) as url:
        yield platform, url
    platform.close()


@pytest.fixture
def platform(served: tuple[FunctionCompute, str]) -> Iterator[FunctionCompute]:
    platform, _ = served
    yield platform
    platform.faults.clear()


@pytest.fixture
def url(served: tuple[FunctionCompute, str], platform: FunctionCompute) -> str:
    return served[1]


def post(url: str, path: str = "/http/echo", **kwargs: Any) -> dict[str, Any]:
    answer = httpx.post(url + path, **kwargs)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


@contextmanager
def running(deployment: Deployment) -> Iterator[tuple[FunctionCompute, str]]:
    """Run a platform of its own with one function."""
    platform = FunctionCompute(keys=[KEY])
    platform.deploy(deployment)
    with serve(application(platform)) as url:
        yield platform, url
    platform.close()


class TestTrigger:
    def test_a_request_arrives_as_the_documented_event(self, url: str) -> None:
        form = b"command=%2Fcallevents&text=job-1"
        headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("x-slack-signature", "v0=1"),
            ("X-A", "1"),
        ]
        answer = httpx.post(
            f"{url}/http/echo/slack/ev%20ents?a=1&a=2&b=%2B", content=form, headers=[*headers, ("X-A", "2")]
        )
        assert answer.headers["x-own"] == "1"
        assert answer.headers["x-fc-request-id"] == answer.json()["request_id"]
        event = json.loads(answer.json()["event"])
        assert event["version"] == "v1"
        assert event["rawPath"] == "/slack/ev%20ents"
        assert event["queryParameters"] == {"a": "1,2", "b": "+"}
        assert event["isBase64Encoded"] is True
        assert base64.b64decode(event["body"]) == form
        assert event["headers"]["X-Slack-Signature"] == "v0=1"
        assert event["headers"]["X-A"] == "1,2"
        http = event["requestContext"].pop("http")
        assert (http["method"], http["path"], http["sourceIp"]) == ("POST", "/slack/ev ents", "127.0.0.1")
        assert event["requestContext"].keys() == {
            "accountId", "domainName", "domainPrefix", "requestId", "time", "timeEpoch",
        }  # fmt: skip

    def test_text_arrives_as_it_is(self, url: str) -> None:
        event = json.loads(post(url, json={"a": "ü"})["event"])
        assert (event["isBase64Encoded"], json.loads(event["body"])) == (False, {"a": "ü"})
        assert event["rawPath"] == "/"

    @pytest.mark.parametrize(("mode", "encoded"), [("always", True), ("never", False)])
    def test_base64_is_a_switch(self, mode: Any, encoded: bool) -> None:
        with running(replace(ECHO, base64=mode)) as (_, url):
            event = json.loads(post(url, content=b"a=1")["event"])
            assert event["isBase64Encoded"] is encoded

    def test_other_methods_and_functions_are_refused(self, url: str) -> None:
        assert httpx.get(f"{url}/http/echo").status_code == 403
        assert httpx.post(f"{url}/http/none").json()["Code"] == "FunctionNotFound"
        assert httpx.post(f"{url}/http/worker").status_code == 404

    def test_what_is_no_response_object_is_the_body(self, url: str) -> None:
        answer = httpx.post(f"{url}/http/echo", content=b"do-text", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.text) == (200, "only text")
        answer = httpx.post(f"{url}/http/echo", content=b"do-nothing", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.text) == (200, "null")

    def test_fc2_gets_the_wsgi_call(self, url: str) -> None:
        path = "/2016-08-15/proxy/callevents/wsgi/a%20b?c=1"
        answer = httpx.post(
            url + path, content=b"x=1", headers={"X-Slack-Signature": "v0=1", "content-type": "t/t"}
        )
        assert answer.status_code == 202
        assert answer.headers.get_list("x-twice") == ["1", "2"]
        got = answer.json()
        assert got["body"] == "x=1"
        assert got["id"] == answer.headers["x-fc-request-id"]
        environ = got["environ"]
        assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["REQUEST_METHOD"]) == (
            "/a b",
            "c=1",
            "POST",
        )
        assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("t/t", "3")
        assert environ["HTTP_X_SLACK_SIGNATURE"] == "v0=1"
        assert environ["fc.request_uri"] == path
        assert environ["FC_SERVICE_NAME"] == "callevents"

    def test_it_can_be_slow_or_silent(self, platform: FunctionCompute, url: str) -> None:
        platform.faults.add(Fault("delay", seconds=0.01, match="echo"))
        assert post(url)["request_id"]
        assert platform.faults.waiting() == []
        for kind, seconds in (("hang", 0.0), ("late", 5.0)):
            platform.faults.add(Fault(kind, seconds=seconds))
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(f"{url}/http/echo", timeout=0.2)

    def test_a_process_that_is_killed_is_a_bad_gateway(self, platform: FunctionCompute, url: str) -> None:
        platform.faults.add(Fault("kill", seconds=0.05))
        answer = httpx.post(f"{url}/http/echo", content=b"do-nap", headers={"content-type": "text/plain"})
        assert answer.status_code == 502
        assert "Process exited unexpectedly" in answer.text
        assert post(url)["request_id"]

    def test_a_stranger_may_ask_for_an_asynchronous_call(self, platform: FunctionCompute, url: str) -> None:
        answer = httpx.post(f"{url}/http/echo", headers={"X-Fc-Invocation-Type": "Async"})
        assert answer.status_code == 202
        platform.settle()
        assert platform.tasks.all[-1].status == "succeeded"


class TestInstance:
    def test_it_sees_its_own_environment_only(self, url: str) -> None:
        body = post(url)
        environ = body["environ"]
        assert environ["OWN"] == "1"
        assert "FC_OWN" not in environ
        assert "HOME" not in environ
        assert environ["FC_FUNCTION_NAME"] == "echo"
        assert environ["ALIBABA_CLOUD_SECURITY_TOKEN"] == "t"
        assert body["credentials"]["access_key_id"] == "STS.Nrole"
        assert body["path"][0] == str(FUNCTIONS / "echo")
        assert not any("callevents_sandbox" in entry for entry in body["path"])
        assert body["function"]["timeout"] == 5

    def test_the_newer_context_has_no_credentials(self) -> None:
        with running(replace(ECHO, context="python3.12")) as (_, url):
            body = post(url)
            assert body["credentials"] is None
            assert body["environ"]["ALIBABA_CLOUD_ACCESS_KEY_ID"] == "STS.Nrole"

    def test_a_bare_one_sees_nothing_but_its_folder(self) -> None:
        with running(replace(ECHO, bare=True)) as (_, url):
            assert not any("site-packages" in entry for entry in post(url)["path"])

    def test_it_starts_once_and_stays_warm(self) -> None:
        with running(ECHO) as (platform, url):
            first, second = post(url), post(url)
            assert first["pid"] == second["pid"]
            assert first["started"] == second["started"] == [first["request_id"]]
            assert [outcome.cold for outcome in platform.outcomes] == [True, False]
            bill = platform.bill("echo")
            assert (bill.invocations, bill.cold_starts) == (2, 1)
            assert bill.milliseconds >= 2
            assert "handling" in platform.outcomes[1].logs
            assert "[INFO] with a log line" in platform.outcomes[1].logs

    def test_it_is_frozen_between_requests(self) -> None:
        with running(ECHO) as (_, url):
            post(url, content=b"do-spawn", headers={"content-type": "text/plain"})
            before = post(url)["ticks"]
            time.sleep(0.2)
            assert post(url)["ticks"] - before < 20

    def test_it_runs_on_where_freezing_is_off(self) -> None:
        with running(replace(ECHO, freeze=False)) as (_, url):
            post(url, content=b"do-spawn", headers={"content-type": "text/plain"})
            before = post(url)["ticks"]
            time.sleep(0.2)
            assert post(url)["ticks"] - before > 5

    def test_one_request_at_a_time_and_more_instances_up_to_a_limit(self) -> None:
        slow = replace(ECHO, max_instances=2, timeout=0.5, initializer=None)
        with running(slow) as (platform, url), ThreadPoolExecutor(3) as threads:
            text = {"content": b"do-sleep", "headers": {"content-type": "text/plain"}}
            answers = list(threads.map(lambda _: httpx.post(f"{url}/http/echo", **text), range(3)))  # type: ignore[arg-type]  # a test's table
            assert sorted(answer.status_code for answer in answers) == [429, 502, 502]
            assert platform.bill("echo").cold_starts == 2
            assert platform.running("echo") == 0

    @pytest.mark.parametrize(
        ("order", "error", "type_"),
        [
            (b"do-raise", "oops: a secret", "UnhandledInvocationError"),
            (b"do-exit", "Process exited unexpectedly before completing request", "UnhandledInvocationError"),
            (b"do-sleep", "Function timed out after 0.2 seconds", "FunctionTimedOut"),
        ],
    )
    def test_its_failures_are_told_to_the_caller(self, order: bytes, error: str, type_: str) -> None:
        with running(replace(ECHO, timeout=0.2)) as (platform, url):
            answer = httpx.post(f"{url}/http/echo", content=order, headers={"content-type": "text/plain"})
            assert answer.status_code == 502
            assert answer.headers["x-fc-error-type"] == type_
            assert answer.json()["errorMessage"].startswith(error)
            if order == b"do-raise":
                assert answer.json()["errorType"] == "RuntimeError"
                assert "do-raise" in platform.outcomes[-1].logs
                assert any("index.py" in line for line in answer.json()["stackTrace"])
            assert post(url)["request_id"]

    def test_code_that_cannot_be_loaded_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "index.py").write_text("import nothing_of_that_name")
        with running(Deployment("echo", tmp_path)) as (_, url):
            for _ in range(2):
                answer = httpx.post(f"{url}/http/echo")
                assert answer.json()["errorType"] == "ModuleNotFoundError"

    def test_an_initializer_that_fails_fails_the_request(self, tmp_path: Path) -> None:
        (tmp_path / "index.py").write_text("def initialize(c):\n 1/0\ndef handler(e, c):\n return 1")
        with running(Deployment("echo", tmp_path)) as (platform, url):
            assert httpx.post(f"{url}/http/echo").json()["errorType"] == "ZeroDivisionError"
            assert platform.running("echo") == 0


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
