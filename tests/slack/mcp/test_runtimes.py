"""The door answers alike in every form in which Function Compute passes a request."""

import json
from io import BytesIO
from typing import Any

import pytest

from callevents.runtime.custom_runtime import CustomRuntime
from tests.fuzz.doors import SLACK, answered, door, signed
from tests.slack.mcp.conftest import call

LISTED = json.dumps(call("tools/list")).encode()


def event(path: str = "/mcp", method: str = "POST") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(signed(LISTED, "application/json"))
    found["rawPath"] = path
    found["requestContext"]["http"] = {"method": method, "path": path}
    return found


def environ(path: str = "/mcp", method: str = "POST") -> dict[str, Any]:
    headers = event()["headers"]
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(LISTED)),
        "wsgi.input": BytesIO(LISTED),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }


def answered_as(how: str, **given: str) -> tuple[int, str]:
    """Return status and body of the same request as an HTTP event, as FC 2.0's WSGI call, or to a custom runtime."""
    function = door(SLACK, http_only=True)
    if how == "event":
        return answered(function.handler(json.dumps(event(**given)).encode(), None))
    began: list[str] = []
    start = lambda status, headers: began.append(status)  # noqa: E731
    runtime: Any = CustomRuntime(function) if how == "custom" else function.handler
    body = b"".join(runtime(environ(**given), start))
    return int(began[0][:3]), body.decode()


@pytest.mark.parametrize("how", ["event", "wsgi", "custom"])
def test_the_door_is_found_by_its_path(how: str) -> None:
    status, body = answered_as(how)

    assert status == 200
    assert json.loads(body)["result"]["tools"][0]["name"] == "look_up_call"


@pytest.mark.parametrize("how", ["event", "wsgi", "custom"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_stream_is_opened_and_no_session_ended(how: str, method: str) -> None:
    assert answered_as(how, method=method)[0] == 405


@pytest.mark.parametrize("how", ["event", "wsgi", "custom"])
def test_elsewhere_it_is_none_of_the_assistants(how: str) -> None:
    status, body = answered_as(how, path="/elsewhere")

    assert status == 200
    assert "tools" not in body
