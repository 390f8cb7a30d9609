"""`python -m callevents_build COMMAND`: what `make` runs."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from typing import Final

from callevents_build.artefact.build import PROJECT, build
from callevents_build.artefact.target import CUSTOM_PYTHON
from callevents_build.errors import BuildFailed

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="callevents_build")
    parser.add_argument("command", choices=_COMMANDS)
    try:
        return _COMMANDS[parser.parse_args(arguments).command]()
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED


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
    from callevents_build.deploy.doctor import examine
    from callevents_build.deploy.steps.account import with_account

    return examine(with_account(_environ()))


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


def renew_readme() -> int:
    """Write the documents' table of variables, and what SLS gets beside its queries; return the exit status."""
    from callevents_build.docs.settings_table import outdated
    from callevents_build.sls.observability import renew

    for name in outdated(PROJECT, write=True):
        print(f"{name}: table of variables renewed")
    for path in renew(PROJECT):
        print(f"{path.relative_to(PROJECT)}: written")
    return 0


def _build() -> int:
    build_for(_environ())
    return 0


def _application() -> int:
    from callevents_build.application import make_application

    print(make_application(PROJECT, build).relative_to(PROJECT))
    return 0


def _page() -> int:
    from callevents_build.page_bundle import bundle

    bundle(PROJECT)
    return 0


def _pictures() -> int:
    from callevents_build.docs.pictures import FOLDER, pictures

    pictures(PROJECT, PROJECT / (os.environ.get("PICTURES") or FOLDER))
    return 0


def _deploy() -> int:
    from callevents.cli import guarded
    from callevents_build.deploy.doctor import examine
    from callevents_build.deploy.guided import deploy

    return guarded(lambda: deploy(os.environ, PROJECT, build_for, examine))


def _undeploy() -> int:
    from callevents.cli import guarded
    from callevents_build.deploy.undeploy import undeploy

    return guarded(lambda: undeploy(os.environ, PROJECT))


_COMMANDS: Final[Mapping[str, Callable[[], int]]] = {
    "application": _application,
    "build": _build,
    "template": lint_template,
    "readme": renew_readme,
    "deploy": _deploy,
    "undeploy": _undeploy,
    "doctor": run_doctor,
    "page": _page,
    "pictures": _pictures,
}

if __name__ == "__main__":
    from callevents.cli import guarded

    sys.exit(guarded(lambda: main(sys.argv[1:])))
