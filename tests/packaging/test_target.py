import sys
from pathlib import Path

from packaging.markers import Marker

from callevents_build.target import Target


def test_the_running_version_is_at_hand() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"

    assert Target(version).interpreter() == Path(sys.executable)


def test_a_version_that_nobody_has_is_not() -> None:
    assert Target("3.99").interpreter() is None


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
