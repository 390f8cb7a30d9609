"""The way to the worker as it is deployed: our own signer, real sockets, Function Compute's stand-in."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callevents.clock import Clocks
from callevents.invocation import Credentials, Invocation, Response
from callevents.tasks.envelope import AlertEnvelope, open_envelope
from callevents.transport.client import open_client
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox.alibabacloud.acs3_verifier import AccessKey
from callevents_sandbox.fixtures.alerts import SAMPLE_TIME, sample
from callevents_sandbox.function_compute import Deployment, FunctionCompute, application
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.serving import serve
from tests.webhook.builders import make_invocation, make_request, make_settings, sample_request

Post = Callable[[dict[str, object]], Response]
KEY = AccessKey("STS.Nfront", "front-secret", "front-token")
WORKER = Deployment("callevents-worker", Path(__file__).parent, trigger=False)
JOB = "job-468a63a2-1111-4222-8333-b1ecf726d4be"


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[tuple[FunctionCompute, str]]:
    platform = FunctionCompute(keys=[KEY])
    platform.deploy(WORKER)
    with serve(application(platform)) as url:
        yield platform, url
    platform.close()


@pytest.fixture(name="platform")
def _platform(served: tuple[FunctionCompute, str]) -> Iterator[FunctionCompute]:
    platform, _ = served
    yield platform
    platform.faults.clear()


@pytest.fixture(name="function")
def _function(served: tuple[FunctionCompute, str]) -> Iterator[WebhookHandler]:
    with open_client() as client:
        yield WebhookHandler(make_settings(fc_endpoint=served[1]), client=client)


@pytest.fixture(name="invocation")
def _invocation() -> Invocation:
    usual: Invocation = make_invocation()
    return usual._replace(
        clocks=Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep),
        credentials=Credentials(KEY.id, KEY.secret, KEY.token),
    )


@pytest.fixture(name="post")
def _post(function: WebhookHandler, invocation: Invocation) -> Post:
    return lambda body: function.http(make_request("/generic", body), invocation)


def answers(platform: FunctionCompute, *kinds: str) -> None:
    """Have the next requests end so, and all further ones be taken but never run."""
    for kind in kinds:
        platform.faults.add(Fault(kind))
    platform.faults.add(Fault("lose", times=None))


def test_an_alert_is_queued_once_whoever_sends_it_again(
    platform: FunctionCompute, function: WebhookHandler, invocation: Invocation
) -> None:
    answers(platform)
    before = len(platform.tasks.all)
    request = sample_request(sample("grafana-firing-hmac"))
    first, again = (json.loads(function.http(request, invocation).body) for _ in range(2))

    assert (first["status"], again) == ("accepted", first | {"status": "duplicate"})
    [task] = platform.tasks.all[before:]
    assert (task.function, task.task_id) == ("callevents-worker", first["task"])
    envelope = open_envelope(task.payload)
    assert isinstance(envelope, AlertEnvelope)
    assert (envelope.jobs, envelope.received_at) == ((JOB,), SAMPLE_TIME)


@pytest.mark.parametrize(
    ("kinds", "status", "word"),
    [
        (["internal"], 200, "accepted"),
        (["reset"], 200, "accepted"),
        (["hang"], 200, "accepted"),
        (["conflict"], 200, "duplicate"),
        (["refuse"], 503, "unavailable"),
        (["internal", "internal"], 503, "unavailable"),
        (["bad_gateway", "unavailable"], 503, "unavailable"),
        (["throttle", "throttle"], 503, "unavailable"),
    ],
)
def test_what_function_compute_answers_decides(
    kinds: list[str], status: int, word: str, platform: FunctionCompute, post: Post
) -> None:
    answers(platform, *kinds)
    response = post({"id": "-".join(kinds), "job_id": JOB})
    assert (response.status, json.loads(response.body)["status"]) == (status, word)
    assert ("Retry-After" in response.headers) == (status == 503)


def test_without_credentials_it_is_to_be_sent_again(function: WebhookHandler, invocation: Invocation) -> None:
    request = make_request("/generic", {"job_id": JOB})
    assert function.http(request, invocation._replace(credentials=None)).status == 503


def test_a_warm_function_has_what_its_first_alert_needs() -> None:
    with open_client() as client:
        function = WebhookHandler(make_settings(), client=client)
        function.warm()
        assert function.http(make_request("/generic", {"title": "x"}), make_invocation()).status == 200
