"""What is measured: every contender in turn, round after round, so that a slow minute of the machine hits all."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path

from tests.bench.instances.instance import Contender, Instance
from tests.bench.instances.quota import SHARE
from tests.bench.measures.lookup import Bench, Cold, Warm
from tests.bench.prepare import FOLDER, OWN, PATTERN, SINGLE
from tests.bench.results import Results
from tests.bench.upstreams.calls import answer_of, job_of

SIZES = (1, 10, 50, 1000)
JOBS = (1, 3, 10)
READ = (10, 100, 1000, 10_000)
UPSTREAM = {"ccc": 0.15, "slack": 0.15, "fc": 0.02}
SECOND = "pattern, 2nd instance"


class Measurement:
    """One run; *say* tells how far it is."""

    def __init__(
        self,
        bench: Bench,
        contenders: Sequence[Contender],
        results: Results,
        *,
        quick: bool,
        say: Callable[[str], None],
    ) -> None:
        self._bench = bench
        self._contenders = contenders
        self._results = results
        self._quick = quick
        self._say = say

    def cold(self) -> None:
        """Measure cold starts: with compiled files, over TLS, as shipped, and as shipped with a third of a core."""
        for contender in self._contenders:
            self._bench.cold(contender)  # compiles what is compiled, and warms the disk
        rounds = 3 if self._quick else 7
        for what, scheme, shipped in (
            ("compiled", "http", False),
            ("compiled", "https", False),
            ("shipped", "http", True),
        ):
            self._say(f"cold start, {what}, {scheme}")
            for _ in range(rounds):
                for name, cold in self._each_cold(scheme, shipped=shipped):
                    self._results.add(f"cold start, {what}, {scheme}: CPU", "ms", name, cold.cpu * 1e3)
                    self._results.add(f"cold start, {what}, {scheme}: wall", "ms", name, cold.wall * 1e3)
                    if what == "shipped":
                        self._results.add("peak memory after the first lookup", "MB", name, cold.peak)
        for scheme in ("http", "https"):
            self._say(f"cold start, shipped, {scheme}, {SHARE} vCPU")
            for _ in range(1 if self._quick else 3):
                for name, cold in self._each_cold(scheme, shipped=True, share=SHARE):
                    self._results.add(
                        f"cold start, shipped, {scheme}, {SHARE} vCPU: wall", "ms", name, cold.wall * 1e3
                    )

    def _each_cold(self, scheme: str, *, shipped: bool, share: float = 1.0) -> Iterator[tuple[str, Cold]]:
        for contender in self._contenders:
            yield contender.name, self._bench.cold(contender, scheme, shipped=shipped, share=share)
            if contender.again:
                yield SECOND, self._bench.cold(contender, scheme, shipped=shipped, share=share, two=True)

    def warm(self) -> None:
        """Measure warm lookups: the CPU with upstreams that answer at once, wall and price with those that do not."""
        for scheme in ("http", "https"):
            with self._warmed(scheme) as instances:
                for records in SIZES:
                    self._say(f"warm lookup, {records} records, {scheme}")
                    self._warm_cpu(scheme, instances, records)
                if scheme == "http":
                    self._several(scheme, instances)
                    self._waiting(scheme, instances)

    def _warm_cpu(self, scheme: str, instances: dict[str, Instance], records: int) -> None:
        for _ in range(2 if self._quick else 5):
            for name, warm in self._each_warm(scheme, instances, records, 10 if self._quick else 20):
                self._results.add(
                    f"warm lookup, {records} records, {scheme}: CPU", "ms", name, warm.cpu * 1e3
                )
                wall = sum(warm.walls) * 1e3
                self._results.add(f"warm lookup, {records} records, {scheme}: wall", "ms", name, wall)

    def _several(self, scheme: str, instances: dict[str, Instance]) -> None:
        for jobs in JOBS:
            for _ in range(2 if self._quick else 5):
                for warm in self._own(scheme, instances, jobs, 10):
                    self._results.add(
                        f"warm command with {jobs} job(s) of 10 records: CPU", "ms", OWN, warm.cpu * 1e3
                    )

    def _own(self, scheme: str, instances: dict[str, Instance], jobs: int, count: int) -> list[Warm]:
        """Measure what the others do not offer: several jobs in one command."""
        own = next(each for each in self._contenders if each.name == OWN)
        return self._bench.warm(own, instances[OWN], scheme=scheme, records=10, count=count, jobs=jobs)

    def _waiting(self, scheme: str, instances: dict[str, Instance]) -> None:
        self._bench.stack.delay(**UPSTREAM)
        for records in SIZES:
            self._say(f"warm lookup, {records} records, upstreams of 150 ms")
            for _ in range(1 if self._quick else 3):
                for name, warm in self._each_warm(scheme, instances, records, 3):
                    wall = sum(warm.walls) * 1e3
                    self._results.add(
                        f"warm lookup, {records} records, 150 ms upstream: wall", "ms", name, wall
                    )
                    self._results.add(
                        f"warm lookup, {records} records, 150 ms upstream: CPU", "ms", name, warm.cpu * 1e3
                    )
                    self._bill("lookup" if records == 10 else f"lookup of {records} records", name, warm)
        for jobs in JOBS:
            for _ in range(1 if self._quick else 3):
                for warm in self._own(scheme, instances, jobs, 3):
                    self._bill(f"command with {jobs} job(s) of 10 records", OWN, warm)
        self._bench.stack.delay()

    def _bill(self, what: str, name: str, warm: Warm) -> None:
        billed = sum(ceil(wall * 1e3) for wall in warm.walls)
        self._results.add(f"invocations per {what}", "", name, len(warm.walls))
        self._results.add(f"billed time per {what}", "ms", name, billed)
        self._results.add(
            f"Function Compute's price per {what}", "CU", name, price(len(warm.walls), billed / 1e3)
        )

    def _each_warm(
        self, scheme: str, instances: dict[str, Instance], records: int, count: int
    ) -> Iterator[tuple[str, Warm]]:
        for contender in self._contenders:
            for warm in self._bench.warm(
                contender, instances[contender.name], scheme=scheme, records=records, count=count
            ):
                yield contender.name, warm
        self._bench.stack.forget()

    @contextmanager
    def _warmed(self, scheme: str) -> Iterator[dict[str, Instance]]:
        environ = self._bench.stack.environ(scheme)
        instances = {each.name: Instance(self._bench.python, each, environ) for each in self._contenders}
        try:
            for contender in self._contenders:
                self._bench.warm(contender, instances[contender.name], scheme=scheme, records=10, count=20)
            yield instances
        finally:
            for instance in instances.values():
                instance.end()

    def reading(self) -> None:
        """Measure the way from bytes to message, beside json.loads."""
        readers = {each.name: self._reader(each) for each in self._contenders if each.name != SINGLE}
        try:
            for records in READ:
                self._say(f"from bytes to message, {records} records")
                path = FOLDER / f"answer-{records}.json"
                path.write_bytes(answer_of(records))
                rounds = max(5, min(50, 10_000 // records))
                asked = json.dumps({"path": str(path), "job": job_of(records), "rounds": rounds}) + "\n"
                for _ in range(1 if self._quick else 3):
                    for name, viewer in readers.items():
                        self._read(viewer, asked, records, name)
        finally:
            for viewer in readers.values():
                viewer.communicate()

    def _read(self, viewer: "subprocess.Popen[str]", asked: str, records: int, name: str) -> None:
        assert viewer.stdin is not None
        assert viewer.stdout is not None
        viewer.stdin.write(asked)
        viewer.stdin.flush()
        found = json.loads(viewer.stdout.readline())
        what = f"bytes to message, {records} records"
        self._results.add(f"{what}: CPU", "ms", name, found["all"] * 1e3)
        self._results.add(f"{what}, times json.loads", "×", name, found["all"] / found["loads"])

    def _reader(self, contender: Contender) -> "subprocess.Popen[str]":
        name = "sdk" if contender.name == PATTERN else contender.name
        script = Path(__file__).with_name("reading.py")
        command = [str(self._bench.python), "-I", "-S", *contender.compiled, str(script), name]
        return subprocess.Popen(
            [*command, *map(str, contender.folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
        )


def price(
    invocations: int, seconds: float, cpu: float = SHARE, memory: float = 0.5, disk: float = 0.5
) -> float:
    """Return what Function Compute charges, in CU; *memory* and *disk* are in GB.

    Source: https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/billing-overview
    """
    return invocations * 0.0075 + seconds * (cpu + 0.15 * memory + 0.05 * disk)
