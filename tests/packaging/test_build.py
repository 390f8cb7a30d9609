from pathlib import Path

import pytest

from callevents_build.build import build
from callevents_build.failure import BuildFailed


@pytest.mark.parametrize("version", ["3.11", "3.9", "", "x", "3.10; echo"])
def test_a_version_that_function_compute_lacks_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"choose PYTHON_VERSION=3\.10 or 3\.12"):
        build(version, into=tmp_path)
