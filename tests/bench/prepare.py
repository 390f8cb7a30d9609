"""Gets the contenders ready below build/bench: this project's artefact, and the others with their packages."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import certifi

from callevents_build.artefact.build import PROJECT, build
from callevents_build.artefact.target import RUNTIMES, Target
from tests.bench.instances.instance import Contender
from tests.support.certificates import loopback_certificate

FOLDER = PROJECT / "build" / "bench"
PACKAGES = ("slack-bolt", "alibabacloud-ccc20200701", "alibabacloud-fc20230330")
OWN, FLOOR, PATTERN, SINGLE = "callevents", "floor", "pattern", "one invocation"
# The same product, from its two sources.
BY_RECORDS, BY_DETAIL_RECORD = "by notification records", "by detail record"
BY_DETAIL_AND_LIST = "by detail record and list of calls"
# The same product, deployed in its two ways.
ONE, MANY = "one request at a time", "20 requests at once"


def version_and_python() -> tuple[str, Path]:
    """Return Function Compute's version of Python where it is found, else this interpreter's."""
    for version in RUNTIMES:
        python = Target(version).interpreter()
        if python is not None:
            return version, python
    return f"{sys.version_info.major}.{sys.version_info.minor}", Path(sys.executable)


def contenders(version: str, python: Path) -> list[Contender]:
    """Build what is measured; the others' packages are of the versions in requirements-dev.lock."""
    build(version, into=FOLDER / "artefact", functions=("slack",), any_version=True)
    peers = _peers(version, python)
    here = Path(__file__).parent / "contenders"
    cached = ["-X", f"pycache_prefix={FOLDER / f'pyc-{version}'}"]
    made = [Contender(OWN, [FOLDER / "artefact" / "build" / "slack"], ["-B"], ["-B"])]
    for name, folder, packages in (
        (FLOOR, "floor", ()),
        (PATTERN, "pattern", (peers,)),
        (SINGLE, "single", (peers,)),
    ):
        own = FOLDER / folder
        own.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(here / folder / "index.py", own / "index.py")
        shutil.copyfile(here / "plain.py", own / "plain.py")
        made.append(Contender(name, [own, *packages], ["-B"], cached, again=name == PATTERN))
    return made


def _peers(version: str, python: Path) -> Path:
    folder = FOLDER / f"peers-{version}"
    if folder.is_dir():
        return folder
    sys.stderr.write(f"Installing the others' packages for Python {version} (once) …\n")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)),
            *("--target", str(unfinished), "-c", str(PROJECT / "requirements-dev.lock"), *PACKAGES),
        ],
        check=True,
    )
    unfinished.rename(folder)
    return folder


def zipped(contender: Contender) -> int:
    """Return how many bytes the contender's zip has: our own as it is built, the others' sources alone."""
    if contender.name == OWN:
        return (FOLDER / "artefact" / "dist" / "slack.zip").stat().st_size
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in contender.folders:
            for path in _shipped(folder):
                archive.write(path, path.relative_to(folder))
    return len(buffer.getvalue())


def _shipped(folder: Path) -> Sequence[Path]:
    unwanted = (".dist-info", "__pycache__")
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.endswith(unwanted) for part in path.parts)
    ]


def certificate() -> tuple[Path, Path, Path]:
    """Make a certificate for 127.0.0.1; return it, its key, and a list of authorities as long as the usual one."""
    chain, secret, trusted = (FOLDER / name for name in ("server.pem", "server.key", "trusted.pem"))
    signed, key = loopback_certificate()
    chain.write_bytes(signed)
    secret.write_bytes(key)
    trusted.write_bytes(Path(certifi.where()).read_bytes() + chain.read_bytes())
    return chain, secret, trusted
