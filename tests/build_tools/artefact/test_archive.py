import os
import zipfile
from pathlib import Path

from callevents_build.artefact.archive import pack


def fill(folder: Path, names: list[str], mode: int, time: int) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}")
        path.chmod(mode)
        os.utime(path, (time, time))


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    names = ["b/c.py", "a.py", "b.py"]
    fill(tmp_path / "one", names, 0o600, 1_000_000_000)
    fill(tmp_path / "two", names[::-1], 0o755, 1_700_000_000)

    sizes = [pack(tmp_path / name, tmp_path / f"{name}.zip") for name in ("one", "two")]

    first, second = ((tmp_path / f"{name}.zip").read_bytes() for name in ("one", "two"))
    assert first == second
    assert sizes == [len(first), len(first)]
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a.py", "b.py", "b/c.py"]
