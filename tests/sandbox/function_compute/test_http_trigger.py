"""The HTTP trigger of the local Function Compute, as strangers see it."""

import base64
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from callevents_sandbox.function_compute import FunctionCompute
from callevents_sandbox.server.faults import Fault
from tests.sandbox.function_compute.conftest import ECHO, post, running


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
