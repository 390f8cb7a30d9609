"""The servers' process, driven from here."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from callevents_build.artefact.build import PROJECT


class Outside:
    """The outside stack; each method is one command of `tests.bench.upstreams.servers`."""

    def __init__(self, process: "subprocess.Popen[str]", trusted: Path) -> None:
        self._process = process
        self._trusted = str(trusted)

    def environ(self, scheme: str) -> dict[str, str]:
        """Return the settings for a contender; over TLS it trusts the usual authorities and the servers' own."""
        settings: dict[str, str] = self._ask("environ", scheme=scheme)
        return {**settings, "SSL_CERT_FILE": self._trusted, "REQUESTS_CA_BUNDLE": self._trusted}

    def delay(self, ccc: float = 0.0, slack: float = 0.0, fc: float = 0.0) -> None:
        """Have the servers answer later by so many seconds."""
        self._ask("delay", seconds={"ccc": ccc, "slack": slack, "fc": fc})

    def events(self, scheme: str, records: int, count: int, jobs: int = 1) -> list[str]:
        """Return signed commands."""
        made: list[str] = self._ask("events", scheme=scheme, records=records, count=count, jobs=jobs)
        return made

    def commands(self, scheme: str, text: str, count: int) -> list[str]:
        """Return signed commands with *text*."""
        made: list[str] = self._ask("commands", scheme=scheme, text=text, count=count)
        return made

    def questions(self, records: int, count: int) -> list[str]:
        """Return signed questions of Slack's assistant about a call."""
        made: list[str] = self._ask("questions", records=records, count=count)
        return made

    def tasks(self, **function: str) -> list[str]:
        """Return what was queued since this was last asked, for the pattern's own function unless another is named."""
        queued: list[str] = self._ask("tasks", **function)
        return queued

    def calls(self, count: int) -> list[str]:
        """Return the ids of *count* calls of ten records that nobody has been told of."""
        made: list[str] = self._ask("calls", count=count)
        return made

    def posted(self) -> int:
        """Return how many messages there are in Slack."""
        count: int = self._ask("posted")
        return count

    def forget(self) -> None:
        """Let the servers' memory go."""
        self._ask("forget")

    def _ask(self, do: str, **arguments: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def outside(certificate: Path, key: Path, trusted: Path) -> Iterator[Outside]:
    """Run the servers until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.upstreams.servers", str(certificate), str(key)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Outside(process, trusted)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
