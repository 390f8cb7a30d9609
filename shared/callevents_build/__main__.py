"""`python -m callevents_build build|template|deploy`: what `make` runs."""

import argparse
import os
import sys

from callevents_build.build import build
from callevents_build.failure import BuildFailed


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="callevents_build")
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build")
    builder.add_argument("--python-version", default=os.environ.get("PYTHON_VERSION") or "3.10")
    options = parser.parse_args(arguments)
    try:
        build(options.python_version.removeprefix("python"))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
