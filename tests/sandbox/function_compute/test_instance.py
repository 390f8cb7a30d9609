"""The instances of the local Function Compute: what a function sees, and when one starts, freezes or fails."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from callevents_sandbox.function_compute import Deployment
from tests.sandbox.function_compute.conftest import ECHO, FUNCTIONS, post, running


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
            time.sleep(0.5)
            assert post(url)["ticks"] - before < 50

    def test_it_runs_on_where_freezing_is_off(self) -> None:
        with running(replace(ECHO, freeze=False)) as (_, url):
            post(url, content=b"do-spawn", headers={"content-type": "text/plain"})
            before = post(url)["ticks"]
            time.sleep(0.2)
            assert post(url)["ticks"] - before > 5

    def test_one_request_at_a_time_and_more_instances_up_to_a_limit(self) -> None:
        slow = replace(ECHO, max_instances=2, timeout=1.5, initializer=None)
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
