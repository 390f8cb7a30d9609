"""Whatever a server does, an exchange ends at its deadline, in an answer or in one of httpx's errors."""

import gzip
import logging
import socket
import threading
import time
import traceback
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.transport.client import (
    MAX_BODY_BYTES,
    BodyTooLarge,
    StaleConnection,
    open_client,
)
from tests.transport.replies import (
    HANG,
    ask,
    continue_for_ever,
    drip_body,
    drip_chunks,
    drip_headers,
    raw,
    reply,
    reset,
    silence,
    soon,
)

if TYPE_CHECKING:
    from tests.conftest import Answer, Exchange, ScriptedServer


def test_a_request_travels_and_the_connection_is_kept(client: httpx.Client, server: "ScriptedServer") -> None:
    server.script = [reply(b"one"), reply(b"two", b"X-Odd: \xe9")]

    answers = [ask(client, server.url), ask(client, server.url)]

    assert [answer.content for answer in answers] == [b"one", b"two"]
    assert answers[1].headers["x-odd"] == "é"
    first = server.seen[0]
    assert (first.method, first.target, first.body) == ("POST", "/path?x=1", b"body")
    assert first.header("host") == f"127.0.0.1:{server.port}"
    assert [seen.connection for seen in server.seen] == [1, 1]


def test_the_target_is_sent_byte_for_byte(client: httpx.Client, server: "ScriptedServer") -> None:
    server.script = [reply()]
    target = b"/a/../%7Eb//?q=%5B%22a%20b%22%5D&z=~!*'()&%zz"

    client.send(httpx.Request("POST", server.url, extensions={"target": target, "deadline": soon(5)}))

    assert server.seen[0].target.encode() == target


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (b"/ HTTP/1.1\r\nx: y", []),
        (b"/a b", []),
        (b"/", [(b"x", b"a\r\nInjected: yes")]),
        (b"/", [(b"x", b"a\nInjected: yes")]),
        (b"/", [(b"x\r\nInjected", b"yes")]),
        (b"/", [(b"x", b"\0")]),
    ],
)
def test_what_would_be_more_than_one_request_is_not_sent(
    client: httpx.Client, server: "ScriptedServer", target: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    request = httpx.Request("POST", server.url, headers=headers, extensions={"target": target})
    with pytest.raises(httpx.LocalProtocolError) as caught:
        client.send(request)
    assert server.seen == []
    assert "yes" not in "".join(traceback.format_exception(caught.value)), "the value may be a secret"


@pytest.mark.parametrize("answer", [silence, drip_headers, drip_body, drip_chunks, continue_for_ever])
def test_an_answer_that_takes_too_long_ends_at_the_deadline(
    client: httpx.Client, server: "ScriptedServer", answer: "Answer"
) -> None:
    server.script = [answer]
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        ask(client, server.url, 0.3)
    assert time.monotonic() - began < HANG


def test_a_server_that_does_not_read_ends_at_the_deadline(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        request = httpx.Request("POST", url, content=bytes(30_000_000), extensions={"deadline": soon(1)})
        with pytest.raises(httpx.TimeoutException):
            client.send(request)


def test_a_name_server_that_never_answers_ends_at_the_deadline() -> None:
    over = threading.Event()

    def resolve(*_: object, flags: int = 0, **__: object) -> list[tuple[object, object, int, str, object]]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror
        over.wait(30)
        return []

    with open_client(resolve=resolve) as client, pytest.raises(httpx.ConnectTimeout):
        ask(client, "http://ccc.example", 0.3)
    over.set()


def test_a_deadline_that_has_passed_connects_to_nobody(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    with pytest.raises(httpx.ConnectTimeout):
        ask(client, server.url, 0)
    assert server.connections == 0


def test_the_earlier_of_timeout_and_deadline_counts(client: httpx.Client, server: "ScriptedServer") -> None:
    server.script = [silence]
    with pytest.raises(httpx.ReadTimeout):
        client.post(server.url, timeout=0.2, extensions={"deadline": soon(60)})
    with pytest.raises(httpx.ReadTimeout):
        client.post(server.url, timeout=0.2)


def test_the_next_address_is_tried(client: httpx.Client, server: "ScriptedServer") -> None:
    server.script = [reply(b"here")]
    with socket.create_server(("127.0.0.1", 0)) as gone:
        dead = gone.getsockname()

    def resolve(*_: object, flags: int = 0, **__: object) -> list[tuple[object, object, int, str, object]]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror
        addresses = [dead, ("127.0.0.1", server.port)]
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address) for address in addresses]

    with open_client(resolve=resolve) as two_addresses:
        assert ask(two_addresses, f"http://ccc.example:{server.port}").content == b"here"


@pytest.mark.socket
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "https://.x:1"])
def test_no_connection(client: httpx.Client, url: str) -> None:
    with pytest.raises(httpx.ConnectError):
        ask(client, url)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", httpx.ReadError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", httpx.ReadError),
        (CHUNKED + b"5\r\nab", httpx.ReadError),
        (b"HTTP/1.1 200 OK\r\nContent-Le", httpx.ReadError),
        (CHUNKED + b"zz\r\nab", httpx.RemoteProtocolError),
        (CHUNKED + b"-5\r\nabcdefgh", httpx.RemoteProtocolError),
        (CHUNKED + b"fffffffffffffff\r\nab", httpx.ReadError),
        (b"SSH-2.0-OpenSSH\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc", httpx.RemoteProtocolError),
        (b"HTTP/1.1 abc OK\r\n\r\n", httpx.RemoteProtocolError),
        (b"\x16\x03\x01\x00", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nab", BodyTooLarge),
    ],
)
def test_an_answer_that_is_none(
    client: httpx.Client, server: "ScriptedServer", data: bytes, error: type[httpx.HTTPError]
) -> None:
    server.script = [raw(data)]
    with pytest.raises(error) as caught:
        ask(client, server.url)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nup to the end", b"up to the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (CHUNKED + b"2;note=x\r\nab\r\n1\r\nc\r\n0\r\nTrailer: y\r\n\r\n", b"abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_an_unusual_answer(client: httpx.Client, server: "ScriptedServer", data: bytes, body: bytes) -> None:
    server.script = [raw(data)]
    assert ask(client, server.url).content == body


def test_a_packed_body_is_unpacked(client: httpx.Client, server: "ScriptedServer") -> None:
    server.script = [reply(gzip.compress(b"text" * 1000, mtime=0), b"Content-Encoding: GZip")]
    answer = ask(client, server.url)
    assert answer.content == b"text" * 1000
    assert "content-encoding" not in answer.headers


def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    megabyte = bytes(1024 * 1024)
    return (
        b"".join(packer.compress(megabyte) for _ in range(MAX_BODY_BYTES // len(megabyte) + 1))
        + packer.flush()
    )


@pytest.mark.parametrize(
    ("packed", "coding", "error"),
    [
        (bomb(), b"gzip", BodyTooLarge),
        (gzip.compress(b"text" * 1000, mtime=0)[:-12], b"gzip", httpx.DecodingError),
        (b"no gzip", b"gzip", httpx.DecodingError),
        (b"text", b"br", httpx.DecodingError),
        (b"text", b"gzip, gzip", httpx.DecodingError),
    ],
    ids=["bomb", "cut", "text", "not asked for", "twice"],
)
def test_a_packed_body_that_cannot_be_unpacked(
    client: httpx.Client, server: "ScriptedServer", packed: bytes, coding: bytes, error: type[Exception]
) -> None:
    server.script = [reply(packed, b"Content-Encoding: " + coding)]
    with pytest.raises(error):
        ask(client, server.url)


def test_a_body_without_end_is_cut_off(client: httpx.Client, server: "ScriptedServer") -> None:
    def endless(turn: "Exchange") -> None:
        turn.send(b"HTTP/1.1 200 OK\r\n\r\n")
        turn.repeat(bytes(1024 * 1024))

    server.script = [endless]
    with pytest.raises(BodyTooLarge):
        ask(client, server.url, 20)


def test_a_refusal_before_the_body_was_read_is_an_answer(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    server.script = [raw(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")]
    assert ask(client, server.url).status_code == 413


def test_a_refusal_by_a_server_that_closes_while_we_still_write_is_an_answer(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            connection.recv(1024)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
            connection.close()  # with most of the request unread: the client's writes fail

        server = threading.Thread(target=refuse)
        server.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        answer = client.post(url, content=bytes(30_000_000), extensions={"deadline": soon(HANG)})
        server.join()
    assert (answer.status_code, answer.content) == (413, b"no")


def test_no_proxy_is_used(server: "ScriptedServer", monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.script = [reply(b"straight")]
    with open_client() as client:
        assert ask(client, server.url).content == b"straight"


def test_redirects_are_not_followed_and_cookies_not_kept(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    server.script = [
        reply(b"", b"Set-Cookie: a=b", b"Location: /elsewhere", status=b"302 Found"),
        reply(b"two"),
    ]
    assert client.post(server.url).status_code == 302
    assert client.post(server.url).content == b"two"
    assert "cookie" not in {name.lower() for name, _ in server.seen[1].headers}
    assert [seen.target for seen in server.seen] == ["/", "/"]


def test_nothing_of_a_request_is_logged(
    client: httpx.Client, server: "ScriptedServer", caplog: pytest.LogCaptureFixture
) -> None:
    server.script = [reply(), reset]
    with caplog.at_level(logging.DEBUG):
        client.post(f"{server.url}/secret-path", headers={"Authorization": "secret-header"})
        with pytest.raises(StaleConnection):
            client.post(f"{server.url}/secret-path", headers={"Authorization": "secret-header"})
    assert "secret" not in caplog.text
