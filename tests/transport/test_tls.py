"""Tests for callevents.transport.client over TLS: certificates, contexts, and deadlines that hold there too."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.transport.client import CertificateError, StaleConnection, open_client
from tests.support.certificates import loopback_certificate
from tests.transport.replies import HANG, ask, close, drip_body, drip_headers, reply, silence

if TYPE_CHECKING:
    from tests.conftest import Exchange, ScriptedServer


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
