"""`python -m callevents_build.judges`: gets the judges that others wrote in JavaScript, and runs their tests."""

import os
import shutil
import subprocess
import sys

from callevents_build.artefact.build import PROJECT
from callevents_build.errors import BuildFailed
from callevents_build.node import install

FOLDER = PROJECT / "tests" / "slack" / "judges"
MISSING = "Not judged by @slack/bolt and emulate, which are not here: `make judges` gets and runs them."


def there() -> bool:
    """Say whether Node and the judges are installed."""
    packages = FOLDER / "node_modules"
    return shutil.which("node") is not None and all(
        (packages / name).is_dir() for name in ("@slack/bolt", "emulate")
    )


def main() -> int:
    """Return the exit status of the tests, 1 where the judges could not be had."""
    try:
        program = install(FOLDER)
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", "")])
    line = [sys.executable, "-m", "pytest", "-q", str(FOLDER)]
    return subprocess.run(line, check=False, cwd=PROJECT, env={**os.environ, "PATH": path}).returncode


if __name__ == "__main__":
    sys.exit(main())
