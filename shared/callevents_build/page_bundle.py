"""Bundles the playground page with esbuild into `.make/page/`; nothing is done where that is up to date."""

import fcntl
import hashlib
import subprocess
from pathlib import Path

from callevents_build.errors import BuildFailed
from callevents_build.node import install

_SOURCES = Path("shared/callevents_sandbox/playground/web")
_OUTPUT = Path(".make/page")
_SCRIPT = """
require("esbuild").buildSync({
  entryPoints: [process.argv[1]], outfile: process.argv[2], bundle: true, minify: true, jsx: "automatic",
  target: "es2020", charset: "utf8", legalComments: "none", logLevel: "warning",
  define: {"process.env.NODE_ENV": '"production"'},
});
"""


def bundle(project: Path) -> None:
    """Make app.js and app.css, one process at a time. Raises BuildFailed."""
    (project / _OUTPUT).mkdir(parents=True, exist_ok=True)
    with (project / _OUTPUT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _bundle(project)


def _bundle(project: Path) -> None:
    stamp, wanted = project / _OUTPUT / "stamp", _digest(project)
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    node = install(project)
    print("Bundling the playground page …", flush=True)
    line = [str(node), "-e", _SCRIPT, str(project / _SOURCES / "app.jsx"), str(project / _OUTPUT / "app.js")]
    done = subprocess.run(line, check=False, capture_output=True, text=True, cwd=project)
    if done.returncode:
        msg = f"{done.stderr.strip()[-2000:]}\nThe playground page could not be bundled."
        raise BuildFailed(msg)
    stamp.write_text(wanted, "utf-8")


def _digest(project: Path) -> str:
    digest = hashlib.sha256()
    sources = sorted((project / _SOURCES).glob("*"))
    for path in [*sources, project / "package-lock.json", Path(__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
