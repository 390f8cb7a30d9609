"""Tests for callevents.worker.handler: only envelopes are work."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callevents.invocation import Request
from tests.examples import examples

HTTP_EVENT = {
    "version": "v1",
    "rawPath": "/",
    "headers": {"Authorization": "Bearer x"},
    "body": '{"version":1,"kind":"command"}',
    "requestContext": {"http": {"method": "POST"}},
}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"version":1,"kind":"command"}',
        b'{"version":2,"kind":"command"}',
        b'{"a":' * 100_000,
        json.dumps(HTTP_EVENT).encode(),
    ],
)
def test_what_is_no_envelope_is_one_log_line_and_no_retry(
    worker_env: Any, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    worker_env.deliver(payload)

    assert [vars(record)["code"] for record in caplog.records] == ["no_envelope"]
    assert (worker_env.workspace.messages, worker_env.workspace.calls, worker_env.center.asked) == (
        [],
        [],
        [],
    )


def test_an_envelope_in_an_http_request_is_rejected(worker_env: Any) -> None:
    body = worker_env.command(worker_env.job()).model_dump_json().encode()
    request = Request("POST", "/", {}, {"content-type": "application/json"}, body)

    assert worker_env.worker.http(request, worker_env.invocation()).status == 403
    assert (worker_env.workspace.messages, worker_env.center.asked) == ([], [])


@examples(60)
@given(
    st.binary(max_size=200)
    | st.dictionaries(st.text(), st.text()).map(lambda data: json.dumps(data).encode())
)
def test_no_payload_of_a_stranger_is_work(worker_env: Any, payload: bytes) -> None:
    worker_env.deliver(payload)

    assert worker_env.center.asked == []
