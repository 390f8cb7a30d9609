"""`python -m callevents_build build|template|deploy|doctor|page|pictures`: what `make` runs."""

import argparse
import os
import sys

from callevents_build.build import PROJECT, build
from callevents_build.failure import BuildFailed


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="callevents_build")
    parser.add_argument("command", choices=("build", "template", "deploy", "doctor", "page", "pictures"))
    command = parser.parse_args(arguments).command
    version = (os.environ.get("PYTHON_VERSION") or "3.10").removeprefix("python")
    try:
        if command == "build":
            build(version)
        elif command == "template":
            return lint_template()
        elif command == "page":
            from callevents_build.page import bundle

            bundle(PROJECT)
        elif command == "pictures":
            from callevents_build.pictures import pictures

            pictures(PROJECT)
        elif command == "deploy":
            from callevents_build.deploy import deploy

            return deploy(os.environ, PROJECT, lambda: build(version))
        else:
            return see_doctor()
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def see_doctor() -> int:
    """Check what would be deployed, `.env` included, against the real services; return the exit status."""
    from callevents.doctor import run
    from callevents_build.deploy import DEFAULTS, with_dotenv

    environ = with_dotenv(os.environ, PROJECT / ".env")
    deployed = DEFAULTS if environ.get("DEPLOY_ACCOUNT") else {}
    return run({**deployed, **environ}, sys.stdout)


def lint_template() -> int:
    """Print what is wrong with template.yml and return the exit status."""
    from callevents_build.lint import check

    found = list(check(PROJECT / "template.yml", PROJECT))
    for problem in found:
        print(f"template.yml: {problem}", file=sys.stderr)
    if not found:
        print("template.yml: all is well")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
