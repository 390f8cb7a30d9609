"""`python -m callevents_build.judges`: gets the judges that others wrote in JavaScript, and runs their tests."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from callevents_build.artefact.build import PROJECT
from callevents_build.errors import BuildFailed
from callevents_build.node import install

SLACK: Final = PROJECT / "tests" / "slack" / "judges"
APPLICATION: Final = PROJECT / "tests" / "build_tools" / "application" / "judges"
FOLDERS: Final = (SLACK, APPLICATION)
MISSING: Final = (
    "Not judged by @slack/bolt, emulate and Serverless Devs' registry and loader, which are not here: "
    "`make judges` gets and runs them."
)


def there(folder: Path) -> bool:
    """Say whether Node and the judges that *folder* names are installed."""
    names = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    return shutil.which("node") is not None and all(
        (folder / "node_modules" / name).is_dir() for name in names
    )


def main() -> int:
    """Return the exit status of the tests, 1 where the judges could not be had."""
    try:
        programs = [install(folder) for folder in FOLDERS]
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    path = os.pathsep.join([str(programs[0].parent), os.environ.get("PATH", "")])
    line = [sys.executable, "-m", "pytest", "-q", str(SLACK), str(APPLICATION.parent)]
    return subprocess.run(line, check=False, cwd=PROJECT, env={**os.environ, "PATH": path}).returncode


if __name__ == "__main__":
    sys.exit(main())
