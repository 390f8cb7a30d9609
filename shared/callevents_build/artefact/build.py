"""Builds the artefacts: `build/<function>/` and `dist/<function>.zip`, for Function Compute's Linux and Python."""

from collections.abc import Iterable
from pathlib import Path

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.archive import pack
from callevents_build.artefact.bytecode import compile_below
from callevents_build.artefact.function_folder import contents, lay_out, make_readable
from callevents_build.artefact.site_packages import prepare_site
from callevents_build.artefact.target import CUSTOM_PYTHON, RUNTIMES, Target
from callevents_build.errors import BuildFailed

PROJECT = Path(__file__).resolve().parents[3]


def build(
    version: str,
    *,
    project: Path = PROJECT,
    into: Path = PROJECT,
    functions: Iterable[str] = FUNCTIONS,
    any_version: bool = False,
    custom: bool = False,
) -> None:
    """Build *functions* for Python *version* below *into*; raises BuildFailed, saying what to do.

    Function Compute has the versions of RUNTIMES only; *any_version* is for running an artefact elsewhere. *custom*
    builds them with a server, below `custom`, for the runtime whose Python is CUSTOM_PYTHON.
    """
    if version not in ((CUSTOM_PYTHON,) if custom else RUNTIMES) and not any_version:
        msg = f"Function Compute has no Python {version}; choose PYTHON_VERSION={' or '.join(RUNTIMES)}"
        raise BuildFailed(msg)
    target = Target(version)
    python = target.interpreter()
    site = prepare_site(project / "requirements.lock", target, python, project / ".make")
    for function in functions:
        place = Path("custom", function) if custom else Path(function)
        folder = into / "build" / place
        lay_out(contents(function, project, site, custom=custom), folder)
        if python is not None:
            compile_below(folder, ["index.py", "callevents"], python)
        make_readable(folder)
        size = pack(folder, into / "dist" / f"{place}.zip")
        print(f"  dist/{place}.zip  {size / 1e6:.2f} MB", flush=True)
    if python is None:
        print(_WITHOUT_BYTECODE % {"version": version}, flush=True)


_WITHOUT_BYTECODE = """\
NOTE: no Python %(version)s was found here, so the artefacts are without compiled files. They work, but a cold start
takes some three times the CPU, and Slack waits 3 s. Install one and build again, for example with
`.venv/bin/uv python install %(version)s`."""
