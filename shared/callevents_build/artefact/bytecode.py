"""Compiled files beside the sources: on Function Compute there is no place where Python could keep its own.

They are of the unchecked kind: a zip gives every file a new time, and Python would throw away any other kind.
Source: https://docs.python.org/3/reference/import.html#pyc-invalidation
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from callevents_build.errors import BuildFailed

# Where Function Compute puts the code: the name that an error's place shows.
CODE = "/code"


def compile_below(folder: Path, parts: Sequence[str], python: Path) -> None:
    """Compile the sources in *parts* of *folder* with *python*, the same way each time. Raises BuildFailed."""
    command = [
        *(str(python), "-s", "-S", "-W", "ignore", "-m", "compileall", "-q", "-f", "-r", "99"),
        *("--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", CODE),
        *(str(folder / part) for part in parts),
    ]
    # Sets of constants are written in the order of their hashes.
    environment = {"PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        msg = f"{(done.stdout + done.stderr).strip()[-2000:]}\ncompiling failed"
        raise BuildFailed(msg)


def compiled(source: Path, python_version: str) -> Path:
    """Return where the compiled file of *source* is."""
    tag = python_version.replace(".", "")
    return source.parent / "__pycache__" / f"{source.stem}.cpython-{tag}.pyc"
