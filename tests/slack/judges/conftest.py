"""Judges that need Node and what package-lock.json beside this names: `make judges` installs and runs them."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
NODE = shutil.which("node")
THERE = NODE is not None and all(
    (FOLDER / "node_modules" / name).is_dir() for name in ("@slack/bolt", "emulate")
)

# Without them nothing here is collected, and the first lines of a run say so.
collect_ignore_glob = [] if THERE else ["test_*.py"]


def pytest_report_header() -> str:
    """Say whether these judges take part."""
    if THERE:
        return "judges: @slack/bolt and emulate take part"
    return "judges: @slack/bolt and emulate do not take part (make judges installs and runs them)"


@pytest.fixture(scope="session", name="slack_url")
def _slack_url() -> Iterator[str]:
    """A Web API that nobody here wrote; its URL without a slash at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [str(NODE), "slack.mjs", str(port)], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
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
