"""Serving in a thread."""

import socket
import threading
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from callevents_sandbox.server.free_port import free_port
from callevents_sandbox.server.serving import PortUnusable, serve


async def hello(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
APP = Starlette(routes=[Route("/{path:path}", hello)])


def test_it_serves_until_the_block_ends() -> None:
    before = threading.active_count()
    with serve(APP) as url:
        assert httpx.get(f"{url}/a").text == "/a"
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_port_that_is_taken_is_said_so() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(PortUnusable),
        serve(APP, taken.getsockname()[1]),
    ):
        pytest.fail("it serves on a port of somebody else")


def test_a_client_that_stays_connected_does_not_keep_it_alive() -> None:
    with httpx.Client() as client, serve(APP) as url:
        assert client.get(url).status_code == 200


@pytest.mark.skipif(not RANGE.exists(), reason="only Linux says which ports it gives away")
def test_a_port_for_another_process_is_none_that_the_kernel_gives_away() -> None:
    least, most = map(int, RANGE.read_text("ascii").split())

    ports = {free_port() for _ in range(20)}

    assert not [port for port in ports if least <= port <= most]
    assert len(ports) > 1
