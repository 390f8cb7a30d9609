"""Who may ask the sandbox."""

from urllib.parse import urlsplit

import httpx
import pytest

from callevents_sandbox.control import front_door
from callevents_sandbox.server.same_origin import refusal
from callevents_sandbox.server.serving import serve
from callevents_sandbox.stack import open_stack


@pytest.mark.parametrize(
    ("headers", "path", "refused"),
    [
        ({"host": "127.0.0.1:8080"}, "/page/action", False),
        ({"host": "localhost:8080"}, "/page/action", False),
        ({"host": "[::1]:8080"}, "/page/action", False),
        (
            {"host": "127.0.0.1:8080", "sec-fetch-site": "same-origin", "origin": "http://x"},
            "/page/action",
            False,
        ),
        ({"host": "127.0.0.1:8080", "sec-fetch-site": "none"}, "/_sandbox/command", False),
        ({"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:8080"}, "/page/action", False),
        ({"host": "127.0.0.1:8080", "sec-fetch-site": "cross-site"}, "/", False),  # a link was followed
        ({"host": "127.0.0.1:8080", "sec-fetch-site": "cross-site"}, "/_sandbox/alert", True),
        ({"host": "127.0.0.1:8080", "sec-fetch-site": "same-site"}, "/page/seen", True),
        ({"host": "127.0.0.1:8080", "origin": "http://127.0.0.1:9000"}, "/page/action", True),
        ({"host": "127.0.0.1:8080", "origin": "null"}, "/page/action", True),
        ({"host": "rebound.example:8080", "sec-fetch-site": "same-origin"}, "/page/seen", True),
        ({"host": "127.0.0.1.example"}, "/", True),
        ({"host": "[::1"}, "/", True),
        ({}, "/", True),
    ],
)
def test_pages_of_other_sites_are_refused(headers: dict[str, str], path: str, refused: bool) -> None:
    assert (refusal(headers, path) is not None) is refused


def test_the_front_door_is_guarded() -> None:
    with open_stack() as stack, serve(front_door.application(stack)) as url:
        other = {"host": f"rebound.example:{urlsplit(url).port}"}
        for path in ("/", "/page/setting", "/_sandbox/journal", "/page/app.js"):
            assert httpx.get(f"{url}{path}", headers=other).status_code == 403
        asked = httpx.get(f"{url}/_sandbox/command?text=help", headers={"sec-fetch-site": "cross-site"})
        assert (asked.status_code, stack.platform.outcomes) == (403, [])
        assert httpx.get(f"{url}/_sandbox/journal?after={'9' * 5000}").status_code == 200
