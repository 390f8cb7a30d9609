from pathlib import Path

from callevents_build.artefact.lock_file import read_lock
from callevents_build.artefact.target import Target

LOCK = """\
anyio==4.16.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via httpx
exceptiongroup==1.3.1 ; python_full_version < '3.11' \\
    --hash=sha256:cc
    # via anyio
Typing_Extensions==4.1 ; python_full_version >= '3.11' and implementation_name != 'PyPy' \\
    --hash=sha256:dd
"""


def test_pins_are_those_of_the_target_whatever_runs_the_build(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK)

    old, new = (read_lock(tmp_path / "lock", Target(version).environment()) for version in ("3.10", "3.12"))

    assert sorted(old) == ["anyio", "exceptiongroup"]
    assert sorted(new) == ["anyio", "typing-extensions"]


def test_a_pin_is_installed_by_version_and_hashes(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK)

    pins = read_lock(tmp_path / "lock", Target("3.10").environment())

    assert [pin.requirement() for pin in pins.values()] == [
        "anyio==4.16.0 --hash=sha256:aa --hash=sha256:bb",
        "exceptiongroup==1.3.1 --hash=sha256:cc",
    ]


def test_the_projects_own_lock_is_read_whole() -> None:
    lock = Path(__file__).parents[3] / "requirements.lock"

    pins = read_lock(lock, Target("3.10").environment())

    assert {"aliyun-fc2", "httpx", "pydantic", "slack-bolt", "tzdata", "exceptiongroup"} <= set(pins)
    assert all(pin.hashes for pin in pins.values())
