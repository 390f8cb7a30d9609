"""Whatever a server does, an exchange ends at its deadline, in an answer or in one of httpx's errors."""

import gzip
import logging
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.clock import Deadline
from callevents.transport.client import (
    MAX_BODY_BYTES,
    BodyTooLarge,
    CertificateError,
    StaleConnection,
    open_client,
)
from tests.support.certificates import loopback_certificate

if TYPE_CHECKING:
    from tests.conftest import Answer, Exchange, ScriptedServer

HANG = 8.0  # a guard against hanging for ever, not a promise about speed


def reply(body: bytes = b"fine", *extra: bytes, status: bytes = b"200 OK") -> "Answer":
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *extra, b"", body]
    return lambda turn: turn.send(b"\r\n".join(head))


def raw(data: bytes) -> "Answer":
    """Send *data* and close."""

    def answer(turn: "Exchange") -> None:
        turn.send(data)
        turn.close()

    return answer


def raw_open(data: bytes) -> "Answer":
    """Send *data* and leave the connection open."""
    return lambda turn: turn.send(data)


def silence(turn: "Exchange") -> None:
    turn.say_nothing()


def close(turn: "Exchange") -> None:
    turn.close()


def reset(turn: "Exchange") -> None:
    turn.reset()


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with open_client() as opened:
        yield opened


def soon(seconds: float = 0.3) -> Deadline:
    return Deadline.after(seconds, time.monotonic)


def ask(client: httpx.Client, url: str, seconds: float = 5, *, repeatable: bool = False) -> httpx.Response:
    extensions = {"deadline": soon(seconds), "repeatable": repeatable}
    return client.send(httpx.Request("POST", url + "/path?x=1", content=b"body", extensions=extensions))


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


def drip_headers(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000)


def drip_body(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000)


def drip_chunks(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000)


def continue_for_ever(turn: "Exchange") -> None:
    turn.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")


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


def test_tls_that_never_answers_ends_at_the_deadline(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(httpx.ConnectTimeout):
        ask(client, f"https://127.0.0.1:{listener.getsockname()[1]}", 0.3)


def test_a_tls_handshake_of_a_byte_at_a_time_ends_at_the_deadline(client: httpx.Client) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                for byte in b"\x16\x03\x03\x40\x00" + bytes(5000):  # a record that is never complete
                    if over.wait(0.02):
                        return
                    connection.send(bytes([byte]))

        server = threading.Thread(target=drip)
        server.start()
        began = time.monotonic()
        with pytest.raises(httpx.ConnectTimeout):
            ask(client, f"https://127.0.0.1:{listener.getsockname()[1]}", 0.3)
        assert time.monotonic() - began < HANG
        over.set()
        server.join()


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


def test_what_was_not_asked_for_answers_no_later_request(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    server.script = [raw_open(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" * 2), reply(b"two")]
    assert ask(client, server.url).content == b"ok"
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"two"
    assert server.connections == 2


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


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    closed = threading.Event()

    def then_close(turn: "Exchange") -> None:
        reply(b"one")(turn)
        turn.close()
        closed.set()

    server.script = [then_close, reply(b"two")]
    ask(client, server.url)
    assert closed.wait(HANG)
    assert ask(client, server.url).content == b"two"
    assert [seen.connection for seen in server.seen] == [1, 2]


@pytest.mark.parametrize("death", [close, reset])
def test_a_kept_connection_that_dies_is_told_apart_and_the_next_is_new(
    client: httpx.Client, server: "ScriptedServer", death: "Answer"
) -> None:
    server.script = [reply(b"one"), death, reply(b"two")]
    ask(client, server.url)
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"two"
    assert [seen.connection for seen in server.seen] == [1, 1, 2]


def test_all_kept_connections_to_a_server_go_when_one_is_dead(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    together = threading.Barrier(2)

    def wait_for_the_other(turn: "Exchange") -> None:
        together.wait(HANG)
        reply()(turn)

    server.script = [wait_for_the_other, wait_for_the_other, reset, reply(b"new")]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: ask(client, server.url), range(2)))
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"new"
    assert server.seen[-1].connection == 3


@pytest.mark.parametrize("death", [close, reset])
def test_a_new_connection_that_dies_is_a_lost_one(
    client: httpx.Client, server: "ScriptedServer", death: "Answer"
) -> None:
    server.script = [death]
    with pytest.raises(httpx.ReadError) as caught:
        ask(client, server.url)
    assert type(caught.value) is httpx.ReadError


def test_a_silent_connection_that_lay_idle_leaves_time_for_a_new_one(server: "ScriptedServer") -> None:
    clock = Hand()
    server.script = [reply(b"one"), silence, reply(b"two")]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += 10
        deadline = soon(1.0)
        request = httpx.Request("POST", server.url, extensions={"deadline": deadline, "repeatable": True})
        with pytest.raises(StaleConnection):
            client.send(request)
        assert client.send(request).content == b"two"


@pytest.mark.parametrize(("repeatable", "idle"), [(False, 10.0), (True, 0.5)])
def test_what_must_not_be_repeated_and_a_connection_just_used_are_waited_for(
    server: "ScriptedServer", repeatable: bool, idle: float
) -> None:
    clock = Hand()
    server.script = [reply(b"one"), silence]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += idle
        with pytest.raises(httpx.ReadTimeout):
            ask(client, server.url, 0.3, repeatable=repeatable)


@pytest.mark.parametrize(
    ("header", "idle", "connections"),
    [
        (b"X: y", 29, [1, 1]),
        (b"X: y", 31, [1, 2]),
        (b"Keep-Alive: timeout=5, max=100", 3, [1, 1]),
        (b"Keep-Alive: timeout=5, max=100", 5, [1, 2]),
        (b"Keep-Alive: timeout=900000", 31, [1, 2]),
        (b"Connection: close", 0, [1, 2]),
    ],
)
def test_how_long_a_connection_is_kept(
    server: "ScriptedServer", header: bytes, idle: float, connections: list[int]
) -> None:
    clock = Hand()
    server.script = [reply(b"", header)]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += idle
        ask(client, server.url)
    assert [seen.connection for seen in server.seen] == connections


def test_many_threads_share_the_client(client: httpx.Client, server: "ScriptedServer") -> None:
    def echo(turn: "Exchange") -> None:
        reply(turn.seen.body)(turn)

    def there_and_back(number: int) -> bool:
        body = b"%d" % number
        return client.post(server.url, content=body, extensions={"deadline": soon(20)}).content == body

    server.script = [echo]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(there_and_back, range(200)))
    assert server.connections <= 8


def test_nothing_of_a_request_is_logged(
    client: httpx.Client, server: "ScriptedServer", caplog: pytest.LogCaptureFixture
) -> None:
    server.script = [reply(), reset]
    with caplog.at_level(logging.DEBUG):
        client.post(f"{server.url}/secret-path", headers={"Authorization": "secret-header"})
        with pytest.raises(StaleConnection):
            client.post(f"{server.url}/secret-path", headers={"Authorization": "secret-header"})
    assert "secret" not in caplog.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and localhost, and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    signed, key = loopback_certificate()
    path.write_bytes(key + signed)
    return path


@pytest.fixture
def tls_server(server: "ScriptedServer", certificate: Path) -> "ScriptedServer":
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate)
    return server


class Contexts:
    """Makes TLS contexts that trust one certificate, and counts them."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.made = 0

    def __call__(self) -> ssl.SSLContext:
        self.made += 1
        return ssl.create_default_context(cafile=str(self.certificate))


def test_one_tls_context_serves_all_requests(tls_server: "ScriptedServer", certificate: Path) -> None:
    tls_server.script = [reply(b"one"), reply(b"two"), close, reply(bytes(200_000))]
    contexts = Contexts(certificate)
    with open_client(tls=contexts) as client:
        assert ask(client, tls_server.url).content == b"one"
        assert ask(client, tls_server.url).content == b"two"
        with pytest.raises(StaleConnection):
            ask(client, tls_server.url)
        assert ask(client, tls_server.url).content == bytes(200_000)
    assert contexts.made == 1
    assert [seen.connection for seen in tls_server.seen] == [1, 1, 1, 2]


def test_one_tls_context_serves_all_servers(tls_server: "ScriptedServer", certificate: Path) -> None:
    tls_server.script = [reply(b"one"), reply(b"two"), reply(b"three")]
    contexts = Contexts(certificate)
    with open_client(tls=contexts) as client:
        for host in ("127.0.0.1", "localhost", "127.0.0.1"):
            ask(client, tls_server.url.replace("127.0.0.1", host))
    assert contexts.made == 1
    assert [seen.connection for seen in tls_server.seen] == [1, 2, 1]


@pytest.mark.parametrize("answer", [silence, drip_headers, drip_body])
def test_deadlines_hold_over_tls(
    tls_server: "ScriptedServer", certificate: Path, answer: Callable[["Exchange"], None]
) -> None:
    tls_server.script = [answer]
    with open_client(tls=Contexts(certificate)) as client, pytest.raises(httpx.ReadTimeout):
        ask(client, tls_server.url, 0.5)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    client: httpx.Client, tls_server: "ScriptedServer"
) -> None:
    with pytest.raises(CertificateError):
        ask(client, tls_server.url)
    assert tls_server.seen == []


def test_plain_http_makes_no_tls_context(server: "ScriptedServer", certificate: Path) -> None:
    server.script = [reply()]
    contexts = Contexts(certificate)
    with open_client(tls=contexts) as client:
        ask(client, server.url)
    assert contexts.made == 0


_ASK_TWICE = """
import ssl, sys
from callevents.transport.client import open_client
made = []
create = ssl.create_default_context
ssl.create_default_context = lambda *given, **named: made.append(0) or create(*given, **named)
for _ in range(2):
    with open_client() as client:
        assert client.post(sys.argv[1]).content == b"trusted"
print(len(made))
"""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl names the files of SSL_CERT_DIR")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_process_has_one_tls_context_and_trusts_what_the_environment_names(
    tls_server: "ScriptedServer", certificate: Path, tmp_path: Path, variable: str
) -> None:
    tls_server.script = [reply(b"trusted")]
    begin = "-----BEGIN CERTIFICATE"  # behind the key
    pem = "".join(certificate.read_text("ascii").partition(begin)[1:]).encode()
    file = tmp_path / "trusted.pem"
    file.write_bytes(pem)
    # OpenSSL finds a certificate in a folder by the hash of its subject.
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT_")}
    environ[variable] = str(file if variable == "SSL_CERT_FILE" else tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", _ASK_TWICE, tls_server.url],
        check=False,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (0, "1\n"), run.stderr
