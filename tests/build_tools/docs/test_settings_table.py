"""The documents' table of variables is made from the registry, and `make lint` notices when it is not up to date."""

import shutil
from pathlib import Path

import pytest

from callevents_build.docs.settings_table import CHINESE, ENGLISH, outdated, table
from callevents_build.errors import BuildFailed

ROOT = Path(__file__).parents[3]
FILES = [ENGLISH.file, CHINESE.file]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_it_is_up_to_date() -> None:
    assert [] == list(outdated(ROOT, write=False))


@pytest.mark.parametrize("name", FILES)
def test_a_table_written_by_hand_is_noticed_and_renewed(project: Path, name: str) -> None:
    path = project / name
    right = path.read_text("utf-8")
    path.write_text(right.replace("| `INFO` |", "| `DEBUG` |"), "utf-8")

    assert [name] == list(outdated(project, write=False))
    assert [name] == list(outdated(project, write=True))
    assert right == path.read_text("utf-8")


def test_it_says_which_function_has_a_variable() -> None:
    rows = table(ENGLISH).splitlines()

    assert any(row.startswith("| `SLACK_SIGNING_SECRET` | slack | required |") for row in rows)
    assert any(row.startswith("| `CALLEVENTS_LOG_LEVEL` | all | `INFO` |") for row in rows)
    assert any(
        row.startswith("| `CALLEVENTS_WORKER` | slack, webhook | `callevents-worker` |") for row in rows
    )
    assert any(row.startswith("| `DEPLOY_REGION` | `make deploy` | `cn-hongkong` |") for row in rows)


def test_a_document_without_a_place_for_it_is_named(project: Path) -> None:
    path = project / FILES[0]
    path.write_text(path.read_text("utf-8").replace("<!-- variables: make readme -->\n", ""), "utf-8")

    with pytest.raises(BuildFailed, match=r"functions/README\.md has no place"):
        list(outdated(project, write=False))
