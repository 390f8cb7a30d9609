"""One function's folder: its index, what that imports of the package, and the packages it needs."""

import fnmatch
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name

from callevents_build.artefact.archive import STARTED
from callevents_build.artefact.bytecode import compiled
from callevents_build.artefact.import_graph import reach
from callevents_build.artefact.site_packages import Site
from callevents_build.errors import BuildFailed

# httpx's asynchronous half; httpcore and httpx go on without it, and nothing here is asynchronous.
ABSENT = frozenset({canonicalize_name("anyio")})
# They load modules by import statements alone: what no statement reaches is left out (adapters, asynchronous twins).
SHAKEN = frozenset(map(canonicalize_name, ("slack-bolt", "slack-sdk")))
# The door to bolt's asynchronous twins: `builtins` opens it for the listeners of an AsyncApp only.
UNOPENED = frozenset({"slack_bolt.listener_matcher.async_builtins"})
# Never loaded by a running function.
DROPPED = (
    "*.pyi", "*/py.typed", "py.typed", "*.h", "*/tests/*", "*/test/*", "*/__pycache__/*", "bin/*",
    "annotated_types/test_cases.py", "pydantic/v1/*", "pydantic/mypy.py", "pydantic/_hypothesis_plugin.py",
    "charset_normalizer/__main__.py", "charset_normalizer/cli/*", "urllib3/contrib/emscripten/*",
    # Compiled twins of modules that are there in Python, too: loading them takes longer, and nobody guesses a charset.
    "charset_normalizer/*.so",
    # Tables for people and compilers; zoneinfo reads a zone's own file.
    "tzdata/zoneinfo/*.tab", "tzdata/zoneinfo/tzdata.zi", "tzdata/zoneinfo/leapseconds",
)  # fmt: skip
# What starts a custom runtime; the interpreter sees this folder and the standard library.
SERVER = "callevents/runtime/server.py"
BOOTSTRAP = """\
#!/bin/sh
cd "$(dirname "$0")" && exec python%(python)s -E -s -S -B -c 'from callevents.runtime.server import main; main()'
"""
# Data that a module opens, where the module is there.
DATA = {"callevents.i18n": "callevents/locale/*/LC_MESSAGES/*.mo"}


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of an artefact: file names in it to where they are now, and the packages by version.

    `bootstrap` is the program that starts it, "" where Function Compute's own runtime does.
    """

    files: dict[str, Path]
    packages: dict[str, str]
    bootstrap: str = ""


def contents(function: str, project: Path, site: Site, *, custom: bool = False) -> Contents:
    """Return what the function called *function* consists of, *custom*: with a server. Raises BuildFailed."""
    index = project / "functions" / function / "index.py"
    shared = project / "shared"
    own = reach(index, [shared])
    if custom:
        server = reach(shared / SERVER, [shared])
        own.modules |= {"callevents.runtime.server": shared / SERVER, **server.modules}
        own.missing |= server.missing
    modules = {name: path for name, path in own.modules.items() if name.split(".")[0] == "callevents"}
    if foreign := sorted(set(own.modules) - set(modules)):
        msg = f"functions/{function} would bring along {', '.join(foreign)}"
        raise BuildFailed(msg)
    files = {"index.py": index}
    files |= {path.relative_to(shared).as_posix(): path for path in modules.values()}
    for module, pattern in DATA.items():
        if module in modules:
            files |= _data(module, pattern, shared)
    packages = sorted(site.closure(_direct(own.missing, site), ABSENT))
    reached = set() if SHAKEN.isdisjoint(packages) else _reached_in(site, index, shared)
    for name in (name for package in packages for name in _kept(package, site, reached)):
        files[name] = site.folder / name
    bootstrap = BOOTSTRAP % {"python": site.target.version} if custom else ""
    versions: dict[str, str] = {name: site.packages[name].version for name in packages}
    return Contents(dict(sorted(files.items())), versions, bootstrap)


def _data(module: str, pattern: str, shared: Path) -> dict[str, Path]:
    """Return the files of *pattern*, by name in the artefact. Raises BuildFailed where there is none."""
    files = {path.relative_to(shared).as_posix(): path for path in shared.glob(pattern)}
    if not files:
        msg = f"{module} opens {pattern}, and there is no such file"
        raise BuildFailed(msg)
    return files


def _direct(missing: set[str], site: Site) -> set[NormalizedName]:
    """Return the packages that the project's own modules import; zoneinfo's data are a package of their own."""
    owners = site.owners()
    unknown = sorted(name for name in missing if name not in owners and name not in sys.stdlib_module_names)
    if unknown:
        msg = f"imported and in no locked package: {', '.join(unknown)}"
        raise BuildFailed(msg)
    direct = {owners[name] for name in missing if name in owners}
    return direct | ({canonicalize_name("tzdata")} if "zoneinfo" in missing else set())


def _reached_in(site: Site, index: Path, shared: Path) -> set[str]:
    """Return the files of the SHAKEN packages that an import statement reaches."""
    first_names = {name for name, owner in site.owners().items() if owner in SHAKEN}
    reached = reach(index, [shared, site.folder], only={"callevents", *first_names}, without=UNOPENED)
    return {
        path.relative_to(site.folder).as_posix()
        for path in reached.modules.values()
        if path.is_relative_to(site.folder)
    }


def _kept(package: NormalizedName, site: Site, reached: set[str]) -> Iterator[str]:
    """Yield the files of *package* that go into an artefact, each source followed by its compiled file."""
    for name in site.files(package):
        if _dropped(name) or (package in SHAKEN and name.endswith(".py") and name not in reached):
            continue
        yield name
        bytecode = compiled(site.folder / name, site.target.version)
        if name.endswith(".py") and bytecode.is_file():
            yield bytecode.relative_to(site.folder).as_posix()


def _dropped(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in DROPPED)


def lay_out(what: Contents, folder: Path) -> None:
    """Make *folder* hold exactly *what*, and a list of the packages in it."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, source in what.files.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    if what.bootstrap:
        (folder / STARTED).write_text(what.bootstrap, "utf-8")
    listed = "".join(f"{name}=={version}\n" for name, version in what.packages.items())
    (folder / "packages.txt").write_text(listed, "utf-8")


def make_readable(folder: Path) -> None:
    """Let everybody read *folder*: Serverless Devs takes modes along, and a strict umask would lock the runtime out."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path == folder / STARTED else 0o644)
