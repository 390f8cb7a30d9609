from pathlib import Path

import pytest

from callevents_build.artefact.import_graph import imports, reach

INDEX = """
import json
from own.one import something

if TYPE_CHECKING:
    import never
    from own import hidden
else:
    import chosen

def later():
    from own import four
    import outside.inner
"""


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    files = {
        "index.py": INDEX,
        "own/__init__.py": "",
        "own/one.py": "from . import two\nfrom .deep.three import x\ntry:\n    import absent\nexcept OSError:\n    x\n",
        "own/two.py": "import typing\nif typing.TYPE_CHECKING:\n    from own import hidden\n",
        "own/deep/__init__.py": "from ..two import y\n",
        "own/deep/three.py": "from own import one\n",
        "own/four.py": "",
        "own/hidden.py": "",
        "own/unused.py": "",
        "own/binary.cpython-310-x86_64-linux-gnu.so": "",
        "outside/__init__.py": "",
        "outside/inner.py": "from own import binary\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_everything_that_may_run_is_reached_and_nothing_else(root: Path) -> None:
    reached = reach(root / "index.py", [root])

    assert sorted(reached.modules) == [
        "outside", "outside.inner", "own", "own.binary", "own.deep", "own.deep.three", "own.four", "own.one", "own.two",
    ]  # fmt: skip
    assert reached.missing == {"json", "chosen", "absent", "typing"}


def test_only_the_named_packages_are_followed(root: Path) -> None:
    reached = reach(root / "index.py", [root], only={"own"})

    assert "outside" not in reached.modules
    assert "own.four" in reached.modules


def test_relative_imports_are_those_of_the_package(root: Path) -> None:
    assert imports(root / "own/deep/__init__.py", package="own.deep") == ["own", "own.two", "own.two.y"]
