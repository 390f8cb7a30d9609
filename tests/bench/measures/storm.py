"""An alert storm: alerts come, each names another call, and each call is looked up and posted.

Two instances of the same size, 0.35 vCPU and 0.5 GB: one gets a request at a time, the other many at once. What
Function Compute bills of the first is the sum of its requests' times, of the second the time in which any runs:
https://www.alibabacloud.com/help/en/functioncompute/fc/configure-the-concurrency-of-a-single-instance
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from callevents_build.artefact.build import build
from callevents_build.artefact.target import CUSTOM_PYTHON, Target
from tests.bench.instances.instance import Contender, Instance
from tests.bench.instances.quota import SHARE, limited
from tests.bench.instances.server import Sent, Served, Server
from tests.bench.measures.comparison import UPSTREAM, price
from tests.bench.prepare import FOLDER, MANY, ONE
from tests.bench.results import Results
from tests.bench.upstreams.outside import Outside
from tests.bench.upstreams.servers import WORKER

FUNCTIONS = ("webhook", "worker")
AT_ONCE = 20
TOKEN = "bench-token-0123456789abcdef"
QUIET = "20 at once, one comes"


@dataclass(frozen=True)
class Storm:
    """Where alerts come in."""

    version: str
    python: Path
    stack: Outside
    results: Results
    quick: bool

    def measure(self) -> None:
        """Let the same storm pass over both, in turns."""
        folders = self._built()
        environ = {
            **self.stack.environ("http"),
            "CALLEVENTS_WEBHOOK_TOKEN": TOKEN,
            "CALLEVENTS_CHANNEL": "C0ALERTS",
        }
        self._cold(folders, environ)
        self.stack.delay(**UPSTREAM)
        with self._one(folders, environ) as one, self._many(folders, environ) as many:
            self.stack.forget()  # what it took to warm them
            alerts = 20 if self.quick else 60
            for _ in range(1 if self.quick else 5):
                self._pass_over_one(one, alerts // 3)
                self._pass_over_many(many, alerts, AT_ONCE, MANY)
                self._pass_over_many(many, alerts // 6, 1, QUIET)
        self.stack.delay()

    def _built(self) -> Mapping[str, Path]:
        """Build both; return the folder of each function of each, and the custom runtime's Python."""
        root = FOLDER / "artefact"
        build(self.version, into=root, functions=FUNCTIONS, any_version=True)
        found = Target(CUSTOM_PYTHON).interpreter()
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        build(
            CUSTOM_PYTHON if found else running, into=root, functions=FUNCTIONS, any_version=True, custom=True
        )
        folders = {name: root / "build" / name for name in FUNCTIONS}
        folders |= {f"custom {name}": root / "build" / "custom" / name for name in FUNCTIONS}
        return {**folders, "python": found or Path(sys.executable)}

    def _cold(self, folders: Mapping[str, Path], environ: Mapping[str, str]) -> None:
        """Measure from a new process to the first answer of the webhook, at a part of a core."""
        for _ in range(1 if self.quick else 5):
            instance = Instance(self.python, _contender(folders["webhook"]), environ, share=SHARE)
            instance.call([_event(sent) for sent in self._alerts(1)])
            self.results.add(_COLD, "ms", ONE, (time.perf_counter() - instance.began) * 1e3)
            instance.end()
            server = Server(folders["python"], folders["custom webhook"], environ)
            with limited(server.id):
                server.wait()
                server.serve(self._alerts(1), 1)
                self.results.add(_COLD, "ms", MANY, (time.perf_counter() - server.began) * 1e3)
            server.end()
        self.stack.tasks(function=WORKER)

    @contextmanager
    def _one(
        self, folders: Mapping[str, Path], environ: Mapping[str, str]
    ) -> Iterator[Mapping[str, Instance]]:
        instances = {
            name: Instance(self.python, _contender(folders[name]), environ, share=SHARE) for name in FUNCTIONS
        }
        try:
            instances["webhook"].call([_event(sent) for sent in self._alerts(2)])
            instances["worker"].call(self.stack.tasks(function=WORKER))
            yield instances
        finally:
            for instance in instances.values():
                instance.end()

    @contextmanager
    def _many(
        self, folders: Mapping[str, Path], environ: Mapping[str, str]
    ) -> Iterator[Mapping[str, Server]]:
        with ExitStack() as stack:
            servers = {}
            for name in FUNCTIONS:
                servers[name] = Server(folders["python"], folders[f"custom {name}"], environ)
                stack.callback(servers[name].end)
                stack.enter_context(limited(servers[name].id))
                servers[name].wait()
            servers["webhook"].serve(self._alerts(AT_ONCE), AT_ONCE)
            servers["worker"].serve(_invocations(self.stack.tasks(function=WORKER)), AT_ONCE)
            yield servers

    def _pass_over_one(self, instances: Mapping[str, Instance], alerts: int) -> None:
        taken = instances["webhook"].call([_event(sent) for sent in self._alerts(alerts)])
        done = instances["worker"].call(self.stack.tasks(function=WORKER))
        billed = sum(ceil(wall * 1e3) for wall in (*taken.wall, *done.wall))
        self._note(ONE, alerts, billed, Served(sum(done.wall), done.wall, done.peak))

    def _pass_over_many(self, servers: Mapping[str, Server], alerts: int, at_once: int, name: str) -> None:
        taken = servers["webhook"].serve(self._alerts(alerts), at_once)
        done = servers["worker"].serve(_invocations(self.stack.tasks(function=WORKER)), at_once)
        billed = ceil(taken.busy * 1e3) + ceil(done.busy * 1e3)
        self._note(name, alerts, billed, done)

    def _note(self, name: str, alerts: int, billed: float, done: Served) -> None:
        if self.stack.posted() != alerts:
            raise RuntimeError(f"{name}: an alert was not posted: what it measures is worth nothing")
        add = self.results.add
        add("alert storm: lookups per second of an instance", "", name, alerts / done.busy)
        add("alert storm: billed time per lookup", "ms", name, billed / alerts)
        cost = price(2 * alerts, billed / 1e3) / alerts
        add("alert storm: Function Compute's price per lookup", "CU", name, cost)
        for seconds in done.each:
            add("alert storm: wall time of a lookup", "ms", name, seconds * 1e3)
        add("alert storm: peak memory of the worker", "MB", name, done.peak)
        self.stack.forget()

    def _alerts(self, count: int) -> list[Sent]:
        """Return alerts, each about a call of ten records that nobody has spoken of yet."""
        head = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        return [
            Sent("/generic", head, json.dumps({"title": "Queue", "job_id": job, "id": job}).encode())
            for job in self.stack.calls(count)
        ]


_COLD = f"new instance to the webhook's first answer, {SHARE} vCPU: wall"


def _contender(folder: Path) -> Contender:
    return Contender(ONE, [folder], ["-B"], ["-B"])


def _event(sent: Sent) -> str:
    """Return *sent* as Function Compute hands it to its own runtimes."""
    http = {"method": "POST", "path": sent.path}
    return json.dumps(
        {
            "version": "v1",
            "rawPath": sent.path,
            "headers": dict(sent.headers),
            "isBase64Encoded": False,
            "body": sent.body.decode(),
            "requestContext": {"http": http, "requestId": "1-bench"},
        }
    )


def _invocations(payloads: Sequence[str]) -> list[Sent]:
    head = {"content-type": "application/octet-stream", "x-fc-control-path": "/invoke"}
    return [Sent("/invoke", head, payload.encode()) for payload in payloads]
