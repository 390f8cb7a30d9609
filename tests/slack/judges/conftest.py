"""Judges that need Node and what package-lock.json beside this names: `make judges` installs and runs them."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callevents_build.judges import SLACK, there
from callevents_sandbox.server.free_port import free_port

FOLDER = Path(__file__).parent

# Without them nothing here is collected, and the last lines of a run say so.
collect_ignore_glob = [] if there(SLACK) else ["test_*.py"]


@pytest.fixture(scope="session", name="slack_url")
def _slack_url() -> Iterator[str]:
    """A Web API that nobody here wrote; its URL without a slash at the end."""
    port = free_port()
    with subprocess.Popen(
        ["node", "slack.mjs", str(port)], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        url = f"http://127.0.0.1:{port}"
        _wait(port)
        yield url
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("emulate did not start")
