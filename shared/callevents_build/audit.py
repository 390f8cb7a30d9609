"""`python -m callevents_build.audit`: asks whether a locked package is known to be vulnerable.

uv asks OSV about Python's packages, npm its registry about Node's.
uv audits projects that have a lock file of its own. It gets one whose requirements are the pins of these lock files,
so that what is audited is what is installed. https://docs.astral.sh/uv/concepts/projects/ and https://google.github.io/osv.dev/api/
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from callevents_build.artefact.build import PROJECT

# What runs, what develops, and the Node that builds where a machine has none.
LOCKS: Final = ("requirements.lock", "requirements-dev.lock", "shared/callevents_build/node.lock")
# Without tests/build_tools/application/judges: what Serverless Devs published, run by tests on made-up values only.
NODE: Final = (Path(), Path("tests/slack/judges"))
_PIN: Final = re.compile(r"^([A-Za-z0-9][\w.-]*==\S+(?: ; [^\\]+?)?) *\\?$", re.MULTILINE)
_UNREACHED: Final = re.compile(
    r"error sending request|dns error|failed to fetch|connect|timed out|unreachable|ENOTFOUND|ECONN|EAI_AGAIN"
    r"|endpoint is being retired|audit endpoint returned an error",
    re.IGNORECASE,
)


def audit(project: Path) -> int:
    """Print what was found, or that nothing could be asked; return 1 where a package is vulnerable or asking failed."""
    results = [_report(what, *_run(command, folder)) for what, command, folder in _questions(project)]
    return 1 if "found" in results else 0


def project_of(project: Path) -> str:
    """Return a pyproject.toml that requires exactly what the lock files pin."""
    pins = sorted({pin for name in LOCKS for pin in _PIN.findall((project / name).read_text("utf-8"))})
    dependencies = json.dumps(pins, indent=4)
    return (
        "[project]\n"
        'name = "audited"\nversion = "0"\nrequires-python = ">=3.10,<3.14"\n'
        f"dependencies = {dependencies}\n"
    )


def _questions(project: Path) -> Iterator[tuple[str, list[str], Path]]:
    folder = project / "build" / "audit"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(project_of(project), "utf-8")
    uv = [sys.executable, "-m", "uv", "audit", "--preview-features", "audit", "--no-progress"]
    yield f"Python packages ({', '.join(LOCKS)})", uv, folder
    npm = shutil.which("npm")
    for each in NODE if npm else ():
        where = (each / "package-lock.json").as_posix()
        yield f"Node packages ({where})", [npm or "npm", "audit", "--package-lock-only"], project / each
    if not npm:
        print("Node packages: NOT AUDITED, there is no npm here")


def _run(command: list[str], folder: Path) -> tuple[int, str]:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    return done.returncode, f"{done.stdout}{done.stderr}".strip()


def _report(what: str, status: int, output: str) -> str:
    if status == 0:
        print(f"{what}: nothing known against them")
        return "clean"
    if _UNREACHED.search(output) and "vulnerabilit" not in output.partition("error")[0].lower():
        last = output.splitlines()[-1].strip() if output else ""
        print(f"{what}: NOT AUDITED, the service that knows cannot be reached from here ({last[:200]})")
        return "unreached"
    print(f"{what}:\n{output}")
    return "found"


if __name__ == "__main__":
    sys.exit(audit(PROJECT))
