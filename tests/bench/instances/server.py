"""One instance of a custom runtime under way: the built server, many requests at once, timed as the platform bills."""

import http.client
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from callevents_sandbox.server.free_port import free_port

PROGRAM = "from callevents.runtime.server import main; main()"


@dataclass(frozen=True)
class Sent:
    """One request for an instance."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Served:
    """Seconds in which at least one of the requests ran, seconds of each, and the peak memory in MB so far."""

    busy: float
    each: Sequence[float]
    peak: float


class Server:
    """A process that has begun to start; `id` is the process's."""

    def __init__(self, python: Path, folder: Path, environ: Mapping[str, str]) -> None:
        self._port = free_port()
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [str(python), "-E", "-s", "-S", "-B", "-c", PROGRAM],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                "PATH": "/nowhere",
                "LANG": "C.UTF-8",
                **environ,
                "FC_CUSTOM_LISTEN_PORT": str(self._port),
            },
        )
        self.id = self._process.pid

    def wait(self) -> None:
        """Wait until it listens."""
        while not self._listens():
            if self._process.poll() is not None:
                raise RuntimeError("the server has died: run its command by hand")
            time.sleep(0.002)

    def _listens(self) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self._port)) == 0

    def serve(self, requests: Sequence[Sent], at_once: int) -> Served:
        """Send *requests*, never more than *at_once* at the same time, each as soon as there is room."""
        waiting, lock = list(enumerate(requests)), threading.Lock()
        spans: list[tuple[float, float]] = []
        wrong: list[str] = []

        def send() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            while True:
                with lock:
                    if not waiting:
                        break
                    number, sent = waiting.pop(0)
                head = {"x-fc-request-id": f"1-bench-{number}", **sent.headers}
                began = time.perf_counter()
                connection.request("POST", sent.path, sent.body, head)
                answer = connection.getresponse()
                body = answer.read()
                with lock:
                    spans.append((began, time.perf_counter()))
                    if answer.status != 200:
                        wrong.append(f"{answer.status} {body[:200]!r}")
            connection.close()

        threads = [threading.Thread(target=send) for _ in range(min(at_once, len(requests)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if wrong or len(spans) < len(requests):
            raise RuntimeError(f"{len(requests) - len(spans)} without an answer, others with: {wrong[:3]}")
        return Served(union(spans), [end - began for began, end in spans], self._peak())

    def end(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(10)

    def _peak(self) -> float:
        status = Path(f"/proc/{self.id}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def union(spans: Sequence[tuple[float, float]]) -> float:
    """Return how long at least one of *spans* was open."""
    total, covered = 0.0, float("-inf")
    for began, end in sorted(spans):
        total += max(0.0, end - max(began, covered))
        covered = max(covered, end)
    return total
