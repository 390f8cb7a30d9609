"""The artefact of a custom runtime: started by its own `bootstrap`, spoken to over sockets."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.build import build
from callevents_build.artefact.target import CUSTOM_PYTHON, Target
from callevents_sandbox.fixtures.samples import sample, under
from callevents_sandbox.function_compute import Deployment
from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.free_port import free_port
from callevents_sandbox.stack import open_stack
from tests.artefacts.conftest import Built, build_once
from tests.artefacts.test_running import ENVIRON, body, signed

SECRETS = ("8f742231b10e8888abcd99yyyzzz85a5", "sent-secret")
KEYS = {"x-fc-access-key-id": "STS.a", "x-fc-access-key-secret": "sent-secret", "x-fc-security-token": "c"}


class Custom(Built):
    """All artefacts with a server, and an interpreter of their version."""

    def folder(self, function: str) -> Path:
        return self.root / "build" / "custom" / function


@pytest.fixture(scope="session", name="custom")
def _custom(tmp_path_factory: Any, testrun_uid: str) -> Custom:
    """Build for Debian 12's Python where it is here."""
    found = Target(CUSTOM_PYTHON).interpreter()
    version = CUSTOM_PYTHON if found else f"{sys.version_info.major}.{sys.version_info.minor}"
    root = build_once(tmp_path_factory, f"custom-{testrun_uid}", version, custom=True)
    return Custom(root, version, found or Path(sys.executable))


@dataclass(frozen=True)
class Running:
    process: "subprocess.Popen[str]"
    port: int

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        connection = self.connection()
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def end(self) -> str:
        """End it as the platform does; return what it printed."""
        self.process.terminate()
        printed, _ = self.process.communicate(timeout=20)
        return printed


@contextmanager
def running(custom: Custom, function: str, environ: Mapping[str, str], tmp_path: Path) -> Iterator[Running]:
    """Start the artefact from its `bootstrap`, elsewhere, with the one interpreter and a shell."""
    (tmp_path / f"python{custom.version}").symlink_to(custom.python)
    port = free_port()
    process = subprocess.Popen(
        [str(custom.folder(function) / "bootstrap")],
        cwd="/",
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "FC_CUSTOM_LISTEN_PORT": str(port), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _ in range(2000):
            assert process.poll() is None, process.communicate()
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield Running(process, port)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_stranger_gets_nothing_but_refusals(function: str, custom: Custom, tmp_path: Path) -> None:
    attempts = [
        (method, path, sent, {"x-fc-control-path": path, "x-fc-request-id": "1-stranger", **KEYS})
        for method in ("POST", "GET", "PUT", "BREW")
        for path in ("/invoke", "/initialize", "/pre-stop", "/", "//evil", "/%00", "/?token=x")
        for sent in (b"", b'{"version": 1, "kind": "command"}', b"\xff" * 100, b"x" * (2 << 20))
        # Without a trigger nobody but the platform can send these.
        if function != "worker" or path not in {"/invoke", "/initialize", "/pre-stop"}
    ]
    with running(custom, function, ENVIRON, tmp_path) as server:
        for attempt in attempts:
            status, body = server.ask(*attempt)
            assert 400 <= status < 500, (attempt[:2], body)
            assert not [secret for secret in SECRETS if secret in body]
        printed = server.end()

    assert server.process.returncode == 0
    assert not [secret for secret in SECRETS if secret in printed]
    assert all(json.loads(line)["level"] for line in printed.splitlines())


def test_slack_is_answered_over_one_kept_connection(custom: Custom, tmp_path: Path) -> None:
    with (
        running(custom, "slack", ENVIRON, tmp_path) as server,
        contextlib.closing(server.connection()) as kept,
    ):
        answers = []
        for number in range(3):
            sent = body(number)
            kept.request("POST", "/", sent, {**signed(sent), "x-fc-request-id": f"1-{number}"})
            answer = kept.getresponse()
            answers.append((answer.status, json.loads(answer.read())["response_type"]))
            assert not answer.will_close

    assert answers == [(200, "ephemeral")] * 3


def test_what_is_under_way_when_it_is_ended_is_answered(custom: Custom, tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as center,
        running(custom, "slack", {**ENVIRON, "CCC_ENDPOINT": f"http://127.0.0.1:{center.getsockname()[1]}",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "k", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"}, tmp_path) as server,
        contextlib.closing(server.connection()) as kept,
    ):  # fmt: skip
        sent = body().replace(b"text=help", b"text=job-468a63a2-1111-4222-8333-b1ecf726d4be")
        kept.request("POST", "/", sent, signed(sent))
        asked, _ = center.accept()
        server.process.terminate()
        with asked:
            asked.recv(1 << 16)
            asked.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-length: 33\r\n\r\n" + b'{"Code": "OK", "Data": []}       '
            )
        answer = kept.getresponse()

        assert answer.status == 200
        assert "job-468a63a2" in answer.read().decode()
        assert server.process.wait(20) == 0


def test_each_artefact_has_its_server_and_starts_it(custom: Custom) -> None:
    for function in FUNCTIONS:
        folder = custom.folder(function)
        program = folder / "bootstrap"
        with zipfile.ZipFile(custom.root / "dist" / "custom" / f"{function}.zip") as archive:
            modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}

        assert os.access(program, os.X_OK)
        assert f"exec python{custom.version} " in program.read_text()
        assert modes.pop("bootstrap") == 0o100755
        assert set(modes.values()) == {0o100644}
        assert (folder / "waitress" / "server.py").is_file()
        assert (folder / "callevents" / "runtime" / "server.py").is_file()


def test_building_it_again_gives_the_same_bytes(custom: Custom, tmp_path: Path) -> None:
    build(custom.version, into=tmp_path, functions=["worker"], any_version=True, custom=True)

    again = tmp_path / "dist" / "custom" / "worker.zip"
    assert again.read_bytes() == (custom.root / "dist" / "custom" / "worker.zip").read_bytes()


def test_function_computes_own_runtimes_get_no_server(built: Any) -> None:
    for function in FUNCTIONS:
        assert not (built.folder(function) / "bootstrap").exists()
        assert not (built.folder(function) / "waitress").exists()
        assert not (built.folder(function) / "callevents" / "runtime" / "custom_runtime.py").exists()


def test_many_at_once_are_answered_each_with_its_own_call(custom: Custom) -> None:
    def many(deployment: Deployment) -> Deployment:
        return replace(deployment, bare=True, python=str(custom.python), at_once=20, max_instances=2)

    quick, slow = sample("inbound-ivr").job_id, sample("blind-transfer").job_id
    jobs = [f"job-{number:08d}-0000-4000-8000-000000000000" for number in range(60)]
    with open_stack(folder=custom.root / "build" / "custom", change=many) as stack:
        for number, job in enumerate(jobs):
            name = ("inbound-ivr", "blind-transfer", "abandoned-in-queue")[number % 3]
            stack.center.add(under(sample(name), job))
        stack.command(quick)  # a cold start may take longer than Slack waits, on this machine
        stack.center.faults.add(Fault("delay", seconds=0.2, times=None))
        with ThreadPoolExecutor(30) as threads:
            shown = list(threads.map(stack.command, jobs))
        stack.center.faults.clear()
        stack.center.faults.add(Fault("delay", times=2, seconds=4.0, match=slow))
        waiting = stack.command(slow)
        alert = stack.alert("grafana-firing-hmac")
        stack.settle()
        late = stack.workspace.answers("U0MEI", "C0SUPPORT")[-1]
        instances = stack.platform.running("callevents-slack")
        lines = [
            json.loads(line) for outcome in stack.platform.outcomes for line in outcome.logs.splitlines()
        ]

    answered = 0
    for job, each in zip(jobs, shown, strict=True):
        body = each.body.decode()
        answered += job in body
        # A slow machine hands over, and then no call is named: never another one's.
        assert not [other for other in jobs if other != job and other in body]
    assert answered > 30
    assert instances <= 2
    assert slow in json.dumps(late.blocks)
    assert waiting.status == 200
    assert (alert.status_code, alert.json()["status"]) == (200, "accepted")
    _one_request_one_call(lines, set(jobs))


def _one_request_one_call(lines: list[dict[str, Any]], jobs: set[str]) -> None:
    """Every line about a call bears the id of the request that asked for it."""
    named: dict[str, set[str]] = {}
    for line in lines:
        if found := {job for job in jobs if job in json.dumps(line)}:
            assert line["request_id"]
            named.setdefault(line["request_id"], set()).update(found)
    assert named
    assert all(len(found) == 1 for found in named.values())
