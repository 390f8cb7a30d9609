import sys
from pathlib import Path

import pytest
from packaging.markers import Marker

from callevents_build.artefact.target import Target

pytestmark = pytest.mark.socket  # it asks each interpreter for its version


def test_the_running_version_is_at_hand() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"

    assert Target(version).interpreter() == Path(sys.executable)


def test_a_version_that_nobody_has_is_not() -> None:
    assert Target("3.99").interpreter() is None


def test_a_version_is_found_where_pyenv_keeps_it(tmp_path: Path) -> None:
    python = tmp_path / "versions" / "3.98.1" / "bin" / "python3.98"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho cpython 3.98\n", "utf-8")
    python.chmod(0o755)

    assert Target("3.98").interpreter({"PYENV_ROOT": str(tmp_path), "PATH": ""}) == python


def test_markers_hold_for_function_compute() -> None:
    environment = Target("3.10").environment()

    assert Marker("sys_platform == 'linux' and platform_machine == 'x86_64'").evaluate(environment)
    assert Marker("python_full_version < '3.11'").evaluate(environment)
    assert not Marker("implementation_name == 'PyPy'").evaluate(environment)


def test_wheels_are_for_a_glibc_that_the_oldest_runtime_has() -> None:
    options = Target("3.12").pip_options()

    assert "manylinux_2_28_x86_64" in options
    assert "manylinux_2_31_x86_64" not in options
    assert "cp312" in options


def test_the_python_that_builds_has_no_say_in_what_fits() -> None:
    assert "--ignore-requires-python" in Target("3.12").pip_options()
