"""One run of Serverless Devs: what it prints passes, a signal ends it, and nothing of it stays."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Final, NamedTuple

from callevents_build.deploy.tool.redacted_output import ToolOutput
from callevents_build.deploy.tool.workplace import Workplace

KILL_AFTER_SECONDS: Final = 10.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG: Final = 1
_MAX_LOG_BYTES: Final = 64 * 1024 * 1024


class ToolRun(NamedTuple):
    """How a run ended: its exit status, the resources that are done, the one that failed, its error and its log.

    `interrupted` is the number of the signal that ended it, 0 if none did. The log may hold secrets.
    """

    status: int
    done: tuple[str, ...] = ()
    failed: str = ""
    error: str = ""
    withheld: int = 0
    interrupted: int = 0
    log: str = ""


def run(
    line: Sequence[str], place: Workplace, environ: Mapping[str, str], *, steps_only: bool = False
) -> ToolRun:
    """Run *line* at *place* and show its output without values; SIGINT, SIGTERM and SIGHUP end it."""
    environ = {**environ, **place.variables}
    output = ToolOutput(environ, steps_only=steps_only)
    # In a session of its own: what a terminal sends comes here alone, and is passed on once.
    with subprocess.Popen(
        line, cwd=place.folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, umask=0o077, start_new_session=True,
        preexec_fn=ended_with_its_parent(),  # noqa: PLW1509 - one call, and no threads yet
    ) as process, _ended_by_signals(process) as received:  # fmt: skip
        show = _Screen()
        for printed in process.stdout or ():
            for text in output.shown(printed.decode("utf-8", "replace")):
                show(text)
    status = 128 + received[0] if received else process.returncode
    return ToolRun(
        status if status >= 0 else 128 - status,
        tuple(output.done),
        output.failed,
        "\n".join(output.error),
        output.withheld,
        received[0] if received else 0,
        _log(place.logs, output.failed) if output.failed else "",
    )


def ended_with_its_parent() -> Callable[[], None] | None:
    """Return what has Linux end a child whose parent was killed, None elsewhere: it would write its logs anew."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl  # found before the fork: there nothing may be loaded
    return lambda: control(_PR_SET_PDEATHSIG, signal.SIGKILL)


class _Screen:
    """Prints lines; once nobody reads them any more, it prints nothing, and the run goes on."""

    def __init__(self) -> None:
        self._is_open = True

    def __call__(self, text: str) -> None:
        if not self._is_open:
            return
        try:
            print(text, flush=True)
        except OSError:
            self._is_open = False
            # What stands in Python's buffer must go nowhere when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _ended_by_signals(process: "subprocess.Popen[bytes]") -> Iterator[list[int]]:
    """Pass signals on to *process* and its children, and yield the list of those that came."""
    received: list[int] = []
    timer = Timer(KILL_AFTER_SECONDS, _send, (process, signal.SIGKILL))
    timer.daemon = True

    def handle(number: int, _frame: object) -> None:
        received.append(number)
        _send(process, signal.SIGTERM if len(received) == 1 else signal.SIGKILL)
        if len(received) == 1:
            timer.start()

    before = {each: signal.signal(each, handle) for each in _SIGNALS}
    try:
        yield received
        process.wait()
    finally:
        timer.cancel()
        _send(process, signal.SIGKILL)  # what it started and left behind
        for each, handler in before.items():
            signal.signal(each, handler)


def _send(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _log(folder: Path, resource: str) -> str:
    """Return the log of *resource*, "" if there is none."""
    for path in folder.glob(f"*/{resource}.log"):
        with path.open("rb") as file:
            return file.read(_MAX_LOG_BYTES).decode("utf-8", "replace")
    return ""
