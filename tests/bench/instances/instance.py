"""One instance of a contender under way: a process that is fed events, timed and weighed."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.instances.quota import limited

RUNNER = Path(__file__).with_name("runner.py")


@dataclass(frozen=True)
class Calls:
    """CPU and wall seconds of each call, what the last one returned, and the peak memory in MB so far."""

    cpu: Sequence[float]
    wall: Sequence[float]
    result: Mapping[str, object] | None
    peak: float


@dataclass(frozen=True)
class Contender:
    """Who answers: `folders[0]` holds index.py; `again` says that a lookup is a second invocation of its own.

    `shipped` are the interpreter's options where nothing can be written, `compiled` those with compiled files.
    """

    name: str
    folders: Sequence[Path]
    shipped: Sequence[str]
    compiled: Sequence[str]
    again: bool = False


class Instance:
    """A process that loads the contender at its first call."""

    def __init__(
        self,
        python: Path,
        contender: Contender,
        environ: Mapping[str, str],
        *,
        shipped: bool = False,
        share: float = 1.0,
    ) -> None:
        options = contender.shipped if shipped else contender.compiled
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [str(python), "-I", "-S", *options, str(RUNNER), *map(str, contender.folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": "/nowhere", "LANG": "C.UTF-8", **environ},
        )
        self._limit = ExitStack()
        self._limit.enter_context(limited(self._process.pid, share))

    def call(self, events: Sequence[str]) -> Calls:
        """Hand over *events*, one after the other, and wait for the last answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"calls": events}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a contender has died: run its command by hand")
        answer = json.loads(line)
        return Calls(
            [each / 1e9 for each in answer["cpu"]],
            [each / 1e9 for each in answer["wall"]],
            answer["result"],
            answer["peak"] / 1024,
        )

    def end(self) -> float:
        """End the process; return the CPU seconds of its whole life."""
        self._limit.close()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.read()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._process.stdout.close()
        return usage.ru_utime + usage.ru_stime
