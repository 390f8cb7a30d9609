"""`python -m callevents_build.rehearsal.make deploy|undeploy FOLDER`: what `make` runs, for a project that is built."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from callevents.cli import guarded
from callevents_build.deploy.doctor import examine
from callevents_build.deploy.guided import deploy
from callevents_build.deploy.undeploy import undeploy
from callevents_build.errors import BuildFailed


def main(command: str, project: Path) -> int:
    """Run *command* and return its exit status."""
    try:
        if command == "undeploy":
            return guarded(lambda: undeploy(os.environ, project))
        return guarded(lambda: deploy(os.environ, project, _is_built, examine))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def _is_built(_environ: Mapping[str, str]) -> None:
    """Do nothing: the artefacts are there."""


if __name__ == "__main__":
    # A shell has its background jobs ignore Ctrl-C, and so would what is started from one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
