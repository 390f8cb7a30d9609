from types import SimpleNamespace
from typing import Any

import pytest

from callevents.clock import Clocks
from callevents.invocation import Credentials, Invocation
from callevents.observability.request_log import RequestLog
from callevents.runtime.context import invocation_of, request_id_of

CLOCKS = Clocks(wall=lambda: 0.0, monotonic=lambda: 0.0, sleep=lambda seconds: None)
LOG = RequestLog()


def read(context: object, environ: dict[str, str]) -> Invocation:
    return invocation_of(
        context,
        environ,
        clocks=CLOCKS,
        request_id="r",
        arrived_at=1.0,
        started_at=2.0,
        request_log=LOG,
    )


def test_a_context_of_fc_3_tells_everything(context: SimpleNamespace) -> None:
    assert read(context, {}) == Invocation(
        request_id="r",
        arrived_at=1.0,
        started_at=2.0,
        clocks=CLOCKS,
        request_log=LOG,
        credentials=Credentials("STS.a", "b", "c"),
        account_id="1234567890123456",
        region="cn-hongkong",
        function="callevents-slack",
        qualifier="LATEST",
    )


@pytest.mark.parametrize(
    ("changes", "retries"),
    [({"retry_count": 2}, 2), ({"retry_count": 0}, 0), ({}, None), ({"retry_count": "2"}, None)],
)
def test_how_often_a_call_was_tried_before(
    context: SimpleNamespace, changes: dict[str, object], retries: int | None
) -> None:
    vars(context).update(changes)

    assert read(context, {}).retries == retries


def test_the_environment_tells_what_the_context_does_not() -> None:
    environ = {
        "FC_ACCOUNT_ID": "12", "FC_REGION": "cn-tokyo", "FC_FUNCTION_NAME": "f", "FC_SERVICE_NAME": "s",
        "FC_QUALIFIER": "prod", "ALIBABA_CLOUD_ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b",
    }  # fmt: skip

    invocation = read(None, environ)

    assert (invocation.account_id, invocation.region, invocation.function) == ("12", "cn-tokyo", "f")
    assert (invocation.service, invocation.qualifier) == ("s", "prod")
    assert invocation.credentials == Credentials("a", "b")


def test_a_context_of_python_3_12_has_no_credentials(context: SimpleNamespace) -> None:
    del context.credentials

    assert read(context, {}).credentials is None


class Hostile:
    """Every attribute of it is an accident."""

    def __getattr__(self, name: str) -> object:
        if name == "credentials":
            return None
        raise RuntimeError(name)


@pytest.mark.parametrize(
    "context", [None, 7, "x", object(), {}, [], Hostile()], ids=lambda context: type(context).__name__
)
def test_any_context_will_do(context: object) -> None:
    assert read(context, {}).region == ""


def test_a_context_that_would_end_the_process_does_not() -> None:
    class Ending:
        def __getattr__(self, name: str) -> object:
            raise SystemExit(name)

    assert read(Ending(), {}).credentials is None


def test_attributes_of_the_wrong_type_are_empty_and_numbers_are_text() -> None:
    odd = SimpleNamespace(account_id=12, region=["x"], function="f", service=None, credentials="x")

    assert (read(odd, {}).account_id, read(odd, {}).region, read(odd, {}).function) == ("12", "", "")


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (SimpleNamespace(request_id="1-a"), "1-a"),
        (SimpleNamespace(requestId="1-b"), "1-b"),
        (SimpleNamespace(request_id='a"\n<b>'), "ab"),
        (SimpleNamespace(request_id="x" * 500), "x" * 128),
        (SimpleNamespace(), "event"),
        (None, "event"),
    ],
)
def test_the_request_id_is_safe_to_print(context: Any, expected: str) -> None:
    assert request_id_of(context, "event") == expected
