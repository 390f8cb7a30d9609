"""Asks the doctor about what is deployed."""

import sys
from collections.abc import Mapping

from callevents.cli import guarded
from callevents.doctor.runner import run
from callevents_build.deploy.preconditions import DEFAULTS


def examine(environ: Mapping[str, str]) -> int:
    """Have the doctor check *environ* against the real services; return the exit status."""
    deployed = DEFAULTS if environ.get("DEPLOY_ACCOUNT") else {}
    return guarded(lambda: run({**deployed, **environ}, sys.stdout))
