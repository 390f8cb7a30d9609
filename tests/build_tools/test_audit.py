import json
import re
from pathlib import Path

from callevents_build.audit import LOCKS, NODE, project_of

ROOT = Path(__file__).parents[2]


def test_every_lock_file_is_audited() -> None:
    python = [path for top in (".", "functions", "shared", "tests") for path in locks(top, "*.lock")]
    node = [
        path.parent
        for top in (".", "functions", "shared", "tests")
        for path in locks(top, "package-lock.json")
    ]

    assert sorted(python) == sorted(map(Path, LOCKS))
    # What Serverless Devs published, run by tests on made-up values only, is what it is.
    assert sorted({*node} - {Path("tests/build_tools/application/judges")}) == sorted(NODE)


def locks(top: str, name: str) -> list[Path]:
    """Return the lock files called *name* in the folder *top* (at the root: beside its folders only)."""
    found = (ROOT / top).glob(name) if top == "." else (ROOT / top).rglob(name)
    return [path.relative_to(ROOT) for path in found if "node_modules" not in path.parts]


def test_what_is_audited_is_what_is_locked() -> None:
    asked = project_of(ROOT)

    for lock in LOCKS:
        pinned = re.findall(r"^([a-z0-9][\w.-]*==[^\s;\\]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
        assert pinned
        assert [] == [pin for pin in pinned if f'"{pin}' not in asked]


def test_every_locked_package_has_hashes() -> None:
    for lock in LOCKS:
        for part in re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text("utf-8")):
            assert part.startswith("#") or "--hash=sha256:" in part, part[:60]
    for folder in NODE:
        packages = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))["packages"]
        assert [] == [
            name
            for name, each in packages.items()
            if name and not each.get("integrity") and not each.get("inBundle")
        ]
