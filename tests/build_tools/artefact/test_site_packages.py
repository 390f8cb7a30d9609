from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from callevents_build.artefact.lock_file import Pin
from callevents_build.artefact.site_packages import Site, copy_distribution
from callevents_build.artefact.target import Target
from callevents_build.errors import BuildFailed

NAME = canonicalize_name("a-client")


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return an environment as pip 23.0 without wheel leaves it: the files listed are the source archive's."""
    environment = tmp_path / "environment"
    info = environment / "a_client-1.0-py3.10.egg-info"
    for name, text in {
        info / "PKG-INFO": "Metadata-Version: 1.1\nName: a-client\nVersion: 1.0\n",
        info / "SOURCES.txt": "README.rst\nsetup.py\nclient/__init__.py\n",
        info / "requires.txt": "requests>=2\n",
        info / "top_level.txt": "client\n",
        environment / "client" / "__init__.py": "",
        environment / "client" / "deep" / "auth.py": "X = 1\n",
        environment / "client" / "__pycache__" / "__init__.cpython-310.pyc": "old",
    }.items():
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text(text, "utf-8")
    return info


def test_a_package_that_an_older_pip_installed_is_brought_with_all_that_it_needs(
    environment: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()

    copy_distribution(PathDistribution(environment), Pin(NAME, "1.0", ()), folder)

    copied = PathDistribution(folder / "a_client-1.0.dist-info")
    site = Site(folder, {NAME: copied}, Target("3.10"))
    assert list(site.files(NAME)) == ["client/__init__.py", "client/deep/auth.py"]
    assert all((folder / name).is_file() for name in site.files(NAME))
    assert (copied.metadata["Name"], copied.version, copied.requires) == (
        "a-client",
        "1.0",
        ["requests>=2"],
    )


@pytest.mark.parametrize("missing", ["version", "files"])
def test_an_environment_that_is_not_the_locks_is_named(
    missing: str, environment: Path, tmp_path: Path
) -> None:
    if missing == "files":
        (environment / "top_level.txt").unlink()

    with pytest.raises(BuildFailed, match=r"a-client .*make"):
        copy_distribution(
            PathDistribution(environment), Pin(NAME, "2.0" if missing == "version" else "1.0", ()), tmp_path
        )
