"""`callevents` as a person runs it: a process of its own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = Path(sys.executable).with_name("callevents")


def run(command: str, environ: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one of its commands."""
    return _run([str(COMMAND), command, *arguments], environ)


def run_in_shell(line: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a line of a shell, in which `callevents` is the command."""
    return _run(["/bin/sh", "-c", f"callevents() {{ '{COMMAND}' \"$@\"; }}; {line}"], environ)


def _run(arguments: list[str], environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
