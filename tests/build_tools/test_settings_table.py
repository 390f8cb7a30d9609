"""The READMEs' table of variables is made from the settings and template.yml, and `make lint` sees when it is not."""

import shutil
from pathlib import Path

import pytest

from callevents_build.deploy.preconditions import REQUIRED
from callevents_build.docs.settings_table import LANGUAGES, outdated, table, variables
from callevents_build.errors import BuildFailed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("README.md", "README.zh-CN.md", "template.yml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_it_is_up_to_date() -> None:
    assert [] == list(outdated(ROOT, REQUIRED, write=False))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_table_written_by_hand_is_noticed_and_renewed(project: Path, name: str) -> None:
    path = project / name
    right = path.read_text("utf-8")
    path.write_text(right.replace("| `INFO` |", "| `DEBUG` |"), "utf-8")

    assert [name] == list(outdated(project, REQUIRED, write=False))
    assert [name] == list(outdated(project, REQUIRED, write=True))
    assert right == path.read_text("utf-8")


def test_a_default_comes_from_the_template(project: Path) -> None:
    template = project / "template.yml"
    text = template.read_text("utf-8")
    template.write_text(text.replace("'Asia/Shanghai'", "'Asia/Tokyo'"), "utf-8")

    assert ["README.md", "README.zh-CN.md"] == list(outdated(project, REQUIRED, write=True))
    assert "`Asia/Tokyo`" in (project / "README.md").read_text("utf-8")


def test_it_says_which_function_has_a_variable() -> None:
    rows = table(variables(ROOT, REQUIRED), LANGUAGES[0]).splitlines()

    assert any(row.startswith("| `SLACK_SIGNING_SECRET` | slack | required |") for row in rows)
    assert any(row.startswith("| `CALLEVENTS_LOG_LEVEL` | all | `INFO` |") for row in rows)
    assert any(row.startswith("| `DEPLOY_REGION` | `make deploy` | `cn-hongkong` |") for row in rows)


def test_a_variable_without_a_meaning_is_named(project: Path) -> None:
    template = project / "template.yml"
    text = template.read_text("utf-8")
    template.write_text(
        text.replace("env('DEPLOY_ACCOUNT', '0000000000000000')", "env('DEPLOY_NEW', '')"), "utf-8"
    )

    with pytest.raises(BuildFailed, match=r"no meaning for \['DEPLOY_NEW'\], no use of \['DEPLOY_ACCOUNT'\]"):
        list(outdated(project, REQUIRED, write=False))


def test_a_readme_without_a_place_for_it_is_named(project: Path) -> None:
    path = project / "README.md"
    path.write_text(path.read_text("utf-8").replace("<!-- variables: make readme -->\n", ""), "utf-8")

    with pytest.raises(BuildFailed, match=r"README\.md has no place"):
        list(outdated(project, REQUIRED, write=False))
