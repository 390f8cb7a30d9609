"""Makes `.venv` from a lock file: `python3 environment.py run|dev`. Runs on a bare Python; standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
SUPPORTED = ((3, 10), (3, 13))


def main(arguments: list[str]) -> int:
    """Set the environment up unless it is up to date already; return the exit status."""
    kind = arguments[0] if arguments else "dev"
    if kind not in LOCKS:
        return fail("usage: environment.py run|dev")
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        found = ".".join(map(str, sys.version_info[:2]))
        return fail(f"Python 3.10 to 3.13 is needed, this is {found}. Name another: make PYTHON=python3.12 …")
    if up_to_date(kind):
        return 0
    return create() or install(kind) or install_project() or remember(kind)


def fail(sentence: str) -> int:
    """Print what is wrong and return a failing exit status."""
    print(sentence, file=sys.stderr)
    return 1


def say(sentence: str) -> None:
    """Print a line of progress at once."""
    print(sentence, flush=True)


def wanted(kind: str) -> str:
    """Return what the environment of *kind* depends on, as a digest."""
    parts = [sys.version, str(ROOT)]
    parts += [(ROOT / name).read_text("utf-8") for name in (LOCKS[kind], "pyproject.toml")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def stamp(kind: str) -> Path:
    """Return the file that remembers what was installed."""
    return VENV / f".{kind}.stamp"


def up_to_date(kind: str) -> bool:
    """Say whether the environment has all that *kind* needs; the one for development has what running needs."""
    kinds = ("run", "dev") if kind == "run" else ("dev",)
    return any(stamp(each).exists() and stamp(each).read_text("utf-8") == wanted(each) for each in kinds)


def environment_python() -> Path:
    """Return the interpreter of the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def create() -> int:
    """Make an empty environment unless there is a usable one of this very Python."""
    marker = VENV / ".python"
    if marker.exists() and marker.read_text("utf-8") == sys.version and environment_python().exists():
        return 0
    say(f"Setting up .venv with Python {sys.version.split()[0]} …")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        return fail(
            f"{made.stdout}{made.stderr}\n"
            "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
        )
    marker.write_text(sys.version, "utf-8")
    return 0


def pip(*arguments: str) -> "subprocess.Popen[str]":
    """Start pip inside the environment."""
    command = [str(environment_python()), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)


def install(kind: str) -> int:
    """Install what the lock file names, hashes checked, counting the packages meanwhile."""
    lock = ROOT / LOCKS[kind]
    total = sum(1 for line in lock.read_text("utf-8").splitlines() if line[:1].isalnum())
    say(f"Installing the packages of {lock.name} (about {total}, hashes checked; once) …")
    process = pip("install", "--require-hashes", "--no-input", "--no-color", "-r", str(lock))
    seen = 0
    tail: list[str] = []
    for line in process.stdout or ():
        tail = [*tail[-30:], line]
        if line.startswith(("Collecting ", "Requirement already")):
            seen += 1
            show(f"  {seen} of about {total} packages")
        elif line.startswith("Installing collected"):
            show("  unpacking")
    return finish(process, "".join(tail))


def show(progress: str) -> None:
    """Show progress in place on a terminal, and now and then elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\x1b[2K{progress}", end="", flush=True)
    elif progress.endswith("unpacking") or progress.split(maxsplit=1)[0].endswith("0"):
        say(progress)


def finish(process: "subprocess.Popen[str]", tail: str) -> int:
    """Wait for pip; where it failed, print what it said and what to do."""
    tail += process.communicate()[0] or ""
    if sys.stdout.isatty():
        print("\r\x1b[2K", end="", flush=True)
    if process.returncode:
        return fail(
            f"{tail}\nInstalling failed. Is the package index reachable (pip config list)? Run make again then."
        )
    return 0


def install_project() -> int:
    """Install the project itself, editable, with the build backend of the lock file: no network."""
    return finish(pip("install", "--quiet", "--no-deps", "--no-build-isolation", "-e", "."), "")


def remember(kind: str) -> int:
    """Write down what is installed now."""
    for old in LOCKS:
        if old != kind:
            stamp(old).unlink(missing_ok=True)
    stamp(kind).write_text(wanted(kind), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
