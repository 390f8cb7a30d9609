"""A zip that depends on nothing but the names and bytes in it."""

import zipfile
from pathlib import Path

# The earliest time that a zip can hold.
_TIME = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644 << 16, 0o100755 << 16
_UNIX = 3
# The one file that is a program: how a custom runtime is started, by this name.
STARTED = "bootstrap"
# Higher ones take twice the time for one part in a hundred.
_LEVEL = 6


def pack(folder: Path, archive: Path) -> int:
    """Write the files below *folder* to *archive*, sorted, without times; return its size in bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    unfinished = archive.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as target:
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _TIME)
                entry.compress_type, entry.external_attr, entry.create_system = (
                    zipfile.ZIP_DEFLATED,
                    _PROGRAM if entry.filename == STARTED else _FILE,
                    _UNIX,
                )
                target.writestr(entry, path.read_bytes())
    unfinished.replace(archive)
    return archive.stat().st_size
