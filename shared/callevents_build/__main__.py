"""`python -m callevents_build application|build|template|readme|deploy|doctor|page|pictures`: what `make` runs."""

import argparse
import os
import sys
from collections.abc import Mapping

from callevents_build.artefact.build import PROJECT, build
from callevents_build.artefact.target import CUSTOM_PYTHON
from callevents_build.errors import BuildFailed

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="callevents_build")
    parser.add_argument(
        "command",
        choices=("application", "build", "template", "readme", "deploy", "doctor", "page", "pictures"),
    )
    command = parser.parse_args(arguments).command
    try:
        if command == "build":
            build_for(_environ())
        elif command == "template":
            return lint_template()
        elif command == "readme":
            renew_readme()
        elif command == "page":
            from callevents_build.page_bundle import bundle

            bundle(PROJECT)
        elif command == "pictures":
            from callevents_build.docs.pictures import FOLDER, pictures

            pictures(PROJECT, PROJECT / (os.environ.get("PICTURES") or FOLDER))
        elif command == "application":
            from callevents_build.application import make_application

            print(make_application(PROJECT, build).relative_to(PROJECT))
        elif command == "deploy":
            from callevents_build.deploy.deployment import deploy

            return deploy(os.environ, PROJECT, build_for)
        else:
            return run_doctor()
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _environ() -> dict[str, str]:
    from callevents_build.deploy.dotenv_file import with_dotenv

    return with_dotenv(os.environ, PROJECT / ".env")


def build_for(environ: Mapping[str, str]) -> None:
    """Build what *environ* asks for: one request at a time, or many. Raises BuildFailed."""
    from callevents_build.deploy.limits import max_concurrency
    from callevents_build.deploy.preconditions import is_concurrency_valid

    if not is_concurrency_valid(environ):
        msg = f"DEPLOY_CONCURRENCY is not a number from 2 to {max_concurrency()}"
        raise BuildFailed(msg)
    if environ.get("DEPLOY_CONCURRENCY"):
        build(CUSTOM_PYTHON, custom=True)
    else:
        build((environ.get("PYTHON_VERSION") or "3.10").removeprefix("python"))


def run_doctor() -> int:
    """Check what would be deployed, `.env` included, against the real services; return the exit status."""
    from callevents.cli import guarded
    from callevents.doctor.runner import run
    from callevents_build.deploy.preconditions import DEFAULTS

    environ = _environ()
    deployed = DEFAULTS if environ.get("DEPLOY_ACCOUNT") else {}
    return guarded(lambda: run({**deployed, **environ}, sys.stdout))


def lint_template() -> int:
    """Print what is wrong with template.yml, or with the documents' table of variables, and return the exit status."""
    from callevents_build.deploy.template import problems
    from callevents_build.docs.settings_table import outdated

    found = [f"template.yml: {problem}" for problem in problems(PROJECT / "template.yml", PROJECT)]
    if not found:
        stale = outdated(PROJECT, write=False)
        found = [f"{name}: its table of variables is not up to date; run `make readme`" for name in stale]
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print("template.yml and the documents' table of variables are up to date")
    return 1 if found else 0


def renew_readme() -> None:
    """Write the table of variables into the documents, and what SLS gets beside its queries."""
    from callevents_build.docs.settings_table import outdated
    from callevents_build.sls.observability import renew

    for name in outdated(PROJECT, write=True):
        print(f"{name}: table of variables renewed")
    for path in renew(PROJECT):
        print(f"{path.relative_to(PROJECT)}: written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
