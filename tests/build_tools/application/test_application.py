"""`make application`: what it lays out, and what it refuses."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import yaml

from callevents.settings.variables import FUNCTIONS, VARIABLES
from callevents_build.application import SOURCE, make_application, template_of, version_of
from callevents_build.artefact.build import PROJECT
from callevents_build.errors import BuildFailed
from callevents_build.node import install

PARAMETERS = yaml.safe_load((PROJECT / SOURCE / "publish.yaml").read_text("utf-8"))["Parameters"]
KNOWN = {variable.name: variable for variable in VARIABLES}


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    """Return a project without artefacts, with the real sources."""
    (tmp_path / "dist").mkdir()
    for name in ("template.yml", "functions", "pyproject.toml", "node_modules", "package.json"):
        (tmp_path / name).symlink_to(PROJECT / name)
    return tmp_path


@pytest.fixture(name="tools")
def _tools() -> None:
    """Have Serverless Devs where the project's link leads."""
    install(PROJECT)


def artefacts(project: Path) -> None:
    for function in FUNCTIONS:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("index.py", "")
        (project / "dist" / f"{function}.zip").write_bytes(content.getvalue())


@pytest.mark.node
@pytest.mark.socket
@pytest.mark.usefixtures("tools")
def test_it_holds_the_template_the_artefacts_and_what_the_registry_wants(project: Path) -> None:
    versions: list[str] = []

    def build(version: str) -> None:
        versions.append(version)
        artefacts(project)

    folder = make_application(project, build)

    assert versions == ["3.10"]
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "publish.yaml", "publish_en.yaml", "readme.md", "readme_en.md", "version.md", "version_body_en.md",
        "hook/index.js", "src/s.yaml", "src/manifest.yml", "src/roles/trust-policy.json",
        *(f"src/dist/{function}.zip" for function in FUNCTIONS),
        *(f"src/roles/{function}.json" for function in FUNCTIONS),
    }  # fmt: skip
    for name in ("publish.yaml", "publish_en.yaml"):
        assert yaml.safe_load((folder / name).read_text("utf-8"))["Version"] == version_of(PROJECT)


@pytest.mark.node
@pytest.mark.socket
@pytest.mark.usefixtures("tools")
def test_an_artefact_that_is_not_there_is_named(project: Path) -> None:
    def half(_version: str) -> None:
        artefacts(project)
        (project / "dist/other.zip").write_bytes(b"")

    (project / "template.yml").unlink()
    text = (PROJECT / "template.yml").read_text("utf-8").replace("/worker.zip", "/other.zip")
    (project / "template.yml").write_text(text, "utf-8")

    with pytest.raises(BuildFailed, match=r"worker: \./dist/other\.zip is not there"):
        make_application(project, half)


def test_the_template_is_the_projects_own_but_for_the_key() -> None:
    lines = template_of(PROJECT).splitlines()
    own = (PROJECT / "template.yml").read_text("utf-8").splitlines()

    assert [new for new, old in zip(lines, own, strict=True) if new != old] == ['access: "{{ access }}"']


@pytest.mark.parametrize(
    ("right", "wrong"), [("access: default", "access: mine"), ("name: callevents", "name: {{ name }}")]
)
def test_a_template_that_the_loader_would_change_is_refused(right: str, wrong: str, project: Path) -> None:
    text = (project / "template.yml").read_text("utf-8").replace(right, wrong)
    (project / "template.yml").unlink()
    (project / "template.yml").write_text(text, "utf-8")

    with pytest.raises(BuildFailed, match="must stand there once"):
        template_of(project)


@pytest.mark.parametrize("name", PARAMETERS["properties"])
def test_a_parameter_is_a_variable_with_the_default_of_the_template(name: str) -> None:
    variable, parameter = KNOWN[name], PARAMETERS["properties"][name]

    # The application is asked for in Chinese: there a channel reads Chinese unless somebody chooses otherwise.
    expected = (
        "zh-CN" if name == "CALLEVENTS_CHANNEL_LANGUAGE" else variable.template_default or variable.default
    )
    assert parameter["default"] == expected
    assert (parameter["type"] == "secret") == variable.secret
    for choice in parameter.get("enum", []):
        assert re.fullmatch(r"[0-9A-Za-z_-]+", choice)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99eee11185a5", True),
        ("SLACK_SIGNING_SECRET", "kms://callevents/slack-signing-secret", True),
        ("SLACK_SIGNING_SECRET", "8f742231", False),
        ("SLACK_BOT_TOKEN", "xoxb-1-abc", True),
        ("SLACK_BOT_TOKEN", "xoxb-1-$HOME", False),
        ("CALLEVENTS_WEBHOOK_TOKEN", "grafana:0123456789abcdef,pagerduty:ab+/=", True),
        ("DEPLOY_ACCOUNT", "1234567890123456", True),
        ("CALLEVENTS_CHANNEL", "", True),
        *(("CALLEVENTS_WEBHOOK_TOKEN", f"0123456789abcdef{odd}", False) for odd in "$#'\"` \n\\{"),
    ],
)  # fmt: skip
def test_what_the_tools_own_reader_of_dotenv_would_change_fits_no_pattern(
    name: str, value: str, fits: bool
) -> None:
    pattern = PARAMETERS["properties"][name]["pattern"]

    # As JavaScript reads it: `$` is the very end.
    assert bool(re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value)) == fits


def test_both_languages_ask_for_the_same() -> None:
    english = yaml.safe_load((PROJECT / SOURCE / "publish_en.yaml").read_text("utf-8"))["Parameters"]
    words = {"title", "description"}

    def bare(parameters: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
        return {name: {key: each[key] for key in each.keys() - words} for name, each in parameters.items()}

    assert bare(english["properties"]) == bare(PARAMETERS["properties"])
    assert english["required"] == PARAMETERS["required"]
    # Serverless Devs asks nobody whose key it has; the roles' names need the account.
    needed = {name for name in PARAMETERS["properties"] if KNOWN[name].required}
    assert set(PARAMETERS["required"]) == needed | {"DEPLOY_ACCOUNT", "DEPLOY_REGION"}


@pytest.mark.parametrize("name", ["readme", "version"])
def test_both_languages_say_the_same(name: str) -> None:
    english, chinese = (
        (PROJECT / SOURCE / f"{name}{language}.md").read_text("utf-8") for language in ("", ".zh-CN")
    )

    def shape(text: str) -> tuple[list[str], list[str]]:
        return re.findall(r"^(?:#+|\d\.|-)(?= )", text, re.MULTILINE), sorted(
            set(re.findall(r"`([!-~ ]+?)`", text))
        )

    assert shape(english) == shape(chinese)
    for file in re.findall(r"`(roles/[\w-]+\.json|manifest\.yml)`", english):
        own = file.replace("roles/", "functions/").replace("functions/trust", "trust")
        candidates = [
            own.replace(".json", "/policy.json"),
            f"functions/{own}",
            "functions/slack/manifest.yml",
        ]
        assert any((PROJECT / each).exists() for each in candidates)
