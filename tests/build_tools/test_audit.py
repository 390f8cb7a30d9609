import json
import re
from pathlib import Path

from callevents_build.audit import LOCKS, NODE, project_of

ROOT = Path(__file__).parents[2]


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
