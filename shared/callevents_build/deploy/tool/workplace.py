"""Where Serverless Devs works: a folder without `.env`, and a home whose logs go when it ends.

It reads a `.env` beside the template, in its working directory and in each folder of code, and then expands `$` in
every variable that the file names, in the environment's values as well. In its logs stands what it deploys and what
was deployed before, readable by everybody; and it reports errors, with their text, to its makers.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

PREFIX: Final = "callevents-deploy-"
_PID: Final = "pid"
_UNFINISHED_SECONDS: Final = 60.0  # how long a folder may be without its pid until it is taken for a torn one
# What it would keep: logs, zips, whom it reports to, and where else its home is.
_OWN: Final = frozenset({"logs", "fc", "cache", "config", "set-config.yml"})


class Workplace(NamedTuple):
    """A folder to start Serverless Devs in, the template there, its logs, and the variables that keep it inside."""

    folder: Path
    template: Path
    logs: Path
    variables: Mapping[str, str]


@contextmanager
def workplace(project: Path, environ: Mapping[str, str]) -> Iterator[Workplace]:
    """Yield a place to deploy *project* from that nobody else can read, and remove it; keys and components stay."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / _PID).write_text(str(os.getpid()))
        shutil.copy(project / "template.yml", folder)
        for made in ("build", "dist"):
            (folder / made).symlink_to(project / made, target_is_directory=True)
        kept, private = home(environ), folder / "home" / ".s"
        private.mkdir(parents=True)
        (kept / "components").mkdir(parents=True, exist_ok=True)
        for each in kept.iterdir():
            if each.name not in _OWN:
                (private / each.name).symlink_to(each, target_is_directory=each.is_dir())
        (private / "set-config.yml").write_text(_without_reports(kept / "set-config.yml"), "utf-8")
        yield Workplace(folder, folder / "template.yml", private / "logs", {
            "serverless_devs_config_home": str(private.parent),
            "NODE_ENV": "test",  # starts nothing in the background, which would outlive the deployment
        })  # fmt: skip


def home(environ: Mapping[str, str]) -> Path:
    """Return the folder where Serverless Devs keeps keys and components."""
    above = Path(environ.get("serverless_devs_config_home") or environ.get("HOME") or Path.home())
    moved = above / ".s" / "config" / "s.json"
    try:
        workspace = json.loads(moved.read_text("utf-8"))["workspace"]
    except (OSError, ValueError, KeyError, TypeError):
        workspace = ""
    if isinstance(workspace, str) and workspace:
        return Path(workspace.replace("~", str(above), 1))
    return above / ".s"


def _without_reports(path: Path) -> str:
    """Return the tool's own settings at *path* with its reports switched off."""
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    kept = [line for line in lines if not line.startswith("analysis:")]
    return "\n".join([*kept, "analysis: disable", ""])


def _remove_abandoned(temporary: Path) -> None:
    """Remove what a run left that was killed and could not clean up."""
    for folder in temporary.glob(f"{PREFIX}*"):
        try:
            is_own = folder.stat().st_uid == os.getuid()
            is_abandoned = is_own and not _is_used(folder)
        except OSError:
            continue
        if is_abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def _is_used(folder: Path) -> bool:
    try:
        pid = int((folder / _PID).read_text())
    except (OSError, ValueError):  # just being made, or half removed
        return time.time() - folder.stat().st_mtime < _UNFINISHED_SECONDS
    return Path(f"/proc/{pid}").exists() or _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
