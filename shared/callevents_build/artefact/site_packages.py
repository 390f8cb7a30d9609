"""The locked packages as they are for the target: installed once into a folder of their own."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from callevents_build.artefact.bytecode import compile_below
from callevents_build.artefact.lock_file import Pin, read_lock
from callevents_build.artefact.target import Target
from callevents_build.errors import BuildFailed

# There is no wheel of it and it is pure Python: its files are taken from this environment, where pip put them after
# comparing the hash.
FROM_HERE = canonicalize_name("aliyun-fc2")


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with every locked package for a target."""

    folder: Path
    packages: Mapping[NormalizedName, Distribution]
    target: Target

    def owners(self) -> dict[str, NormalizedName]:
        """Return which package each importable first name belongs to."""
        return {
            path.split("/", 1)[0].split(".", 1)[0]: name
            for name in self.packages
            for path in self.files(name)
        }

    def files(self, name: NormalizedName) -> Iterator[str]:
        """Yield the files of a package below the folder, metadata and scripts left out."""
        for path in self.packages[name].files or ():
            text = path.as_posix()
            if not text.startswith("..") and ".dist-info/" not in text and ".egg-info/" not in text:
                yield text

    def closure(
        self, names: Iterable[NormalizedName], absent: Iterable[NormalizedName]
    ) -> set[NormalizedName]:
        """Return *names* and all that they require there, never one of *absent*."""
        found: set[NormalizedName] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            if name in found or name in absent:
                continue
            if name not in self.packages:
                msg = f"{name} is required and not in requirements.lock; run: make lock"
                raise BuildFailed(msg)
            found.add(name)
            waiting |= self._required(name)
        return found

    def _required(self, name: NormalizedName) -> set[NormalizedName]:
        requirements = map(Requirement, self.packages[name].requires or ())
        environment = self.target.environment()
        return {
            canonicalize_name(each.name)
            for each in requirements
            if each.marker is None or each.marker.evaluate(dict(environment))
        }


def prepare_site(lock: Path, target: Target, python: Path | None, cache: Path) -> Site:
    """Return the site for *target*, installing and compiling it below *cache* unless it is there.

    Without *python*, an interpreter of the target's version, nothing is compiled. Raises BuildFailed.
    """
    pins = read_lock(lock, target.environment())
    folder = cache / f"site-{target.version}-{_digest(pins, target, python)}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as unfinished:
            made = Path(unfinished) / "site"
            made.mkdir()
            _install([pin for pin in pins.values() if pin.name != FROM_HERE], target, made)
            copy_distribution(distribution(FROM_HERE), pins[FROM_HERE], made)
            if python is not None:
                compile_below(made, ["."], python)
            if not folder.is_dir():  # another build may have been quicker
                made.rename(folder)
        for old in set(cache.glob(f"site-{target.version}-*")) - {folder}:
            shutil.rmtree(old, ignore_errors=True)
    found = {canonicalize_name(each.metadata["Name"]): each for each in distributions(path=[str(folder)])}
    return Site(folder, found, target)


def _digest(pins: Mapping[NormalizedName, Pin], target: Target, python: Path | None) -> str:
    wanted = [pin.requirement() for _, pin in sorted(pins.items())] + target.pip_options()
    if python is not None:
        wanted.append(
            subprocess.check_output([str(python), "-I", "-c", "import sys; print(sys.version)"], text=True)
        )
    return hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:16]


def _install(pins: Iterable[Pin], target: Target, folder: Path) -> None:
    """Have pip install wheels for the target: it asks whatever index the user has configured, and checks hashes."""
    print(f"Installing the locked packages for Python {target.version} on Linux x86_64 (once) …", flush=True)
    requirements = folder / "requirements.txt"
    requirements.write_text("".join(f"{pin.requirement()}\n" for pin in pins), "utf-8")
    command = [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"),
        *("--no-deps", "--require-hashes", "--no-compile", "--target", str(folder)),
        *target.pip_options(),
        *("-r", str(requirements)),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        msg = f"{done.stderr.strip()[-3000:]}\npip could not install the packages: is the index reachable?"
        raise BuildFailed(msg)
    requirements.unlink()


def copy_distribution(here: Distribution, pin: Pin, folder: Path) -> None:
    """Copy what can be imported of an installed pure package, and what it requires. Raises BuildFailed."""
    if here.version != pin.version:
        msg = f"the environment has {pin.name} {here.version}, not {pin.version}; run: make test"
        raise BuildFailed(msg)
    # Not its list of files: an older pip leaves that of the source archive.
    copied: list[str] = []
    for name in (here.read_text("top_level.txt") or "").split():
        package = Path(str(here.locate_file(name)))
        for source in sorted(package.rglob("*.py")):
            path = Path(name) / source.relative_to(package)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(source.read_bytes())
            copied.append(path.as_posix())
    if not copied:
        msg = f"nothing of {pin.name} is in the environment; run: make clean test"
        raise BuildFailed(msg)
    info = folder / f"{pin.name.replace('-', '_')}-{pin.version}.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {pin.name}", f"Version: {pin.version}"]
    lines += [f"Requires-Dist: {each}" for each in here.requires or ()]
    (info / "METADATA").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (info / "RECORD").write_text("".join(f"{path},,\n" for path in copied), "utf-8")
