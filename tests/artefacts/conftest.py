import contextlib
import fcntl
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from callevents_build.artefact.build import build
from callevents_build.artefact.target import RUNTIMES, Target

LOOP = Path(__file__).parent / "loop.py"
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Built:
    """All artefacts for one version of Python, and an interpreter of that version."""

    root: Path
    version: str
    python: Path

    def folder(self, function: str) -> Path:
        return self.root / "build" / function

    def archive(self, function: str) -> Path:
        return self.root / "dist" / f"{function}.zip"

    def call(
        self, function: str, calls: Sequence[Mapping[str, Any]], environ: Mapping[str, str]
    ) -> dict[str, Any]:
        """Have an interpreter that sees the artefact and nothing else answer *calls*, one instance for all."""
        done = subprocess.run(
            [str(self.python), "-I", "-S", "-B", "-X", "importtime", str(LOOP), str(self.folder(function))],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/nowhere", **environ},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        *printed, report = done.stdout.splitlines()
        errors = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
        return {**json.loads(report), "printed": printed, "errors": errors}


def _versions() -> list[str]:
    """Return what can be run here of Function Compute's versions, else the version that runs the tests."""
    found = [version for version in RUNTIMES if Target(version).interpreter() is not None]
    return found or [RUNNING]


def build_once(tmp_path_factory: Any, name: str, version: str, *, custom: bool = False) -> Path:
    """Build all artefacts once for all processes of a test run, and return the folder."""
    base = tmp_path_factory.getbasetemp()
    root: Path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "done").exists():
            with contextlib.redirect_stdout(io.StringIO()):
                build(version, into=root, any_version=True, custom=custom)
            (root / "done").touch()
    return root


@pytest.fixture(scope="session", name="built", params=_versions())
def _built(request: Any, tmp_path_factory: Any, testrun_uid: str) -> Built:
    version = request.param
    root = build_once(tmp_path_factory, f"artefacts-{testrun_uid}-{version}", version)
    python = Target(version).interpreter()
    assert python is not None
    return Built(root, version, python)
