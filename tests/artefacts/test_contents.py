import importlib.util
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from callevents.settings.variables import FUNCTIONS
from callevents_build.artefact.build import build

MAX_SLACK_ARCHIVE_BYTES = 6_500_000
SHARED = Path(__file__).parents[2] / "shared"
TOOLS = ("callevents/cli", "callevents/doctor", "callevents_sandbox", "callevents_build")
# What each function must not hold: packages of ours, and of others.
ABSENT = {
    "slack": ("callevents/webhook", "callevents/worker", "cryptography", "anyio"),
    "webhook": ("callevents/slack", "callevents/worker", "slack_bolt", "slack_sdk"),
    "worker": ("callevents/webhook", "slack_bolt", "cryptography"),
}
# Of packages that are there, parts that are not.
ABSENT_PARTS = ("slack_bolt/adapter", "charset_normalizer/cli")


def names(built: Any, function: str) -> set[str]:
    folder = built.folder(function)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_artefact_has_its_index_the_package_and_no_tools(function: str, built: Any) -> None:
    found = names(built, function)

    assert {"index.py", "callevents/__init__.py", "callevents/runtime/handler.py"} <= found
    first = {name.split("/")[0] for name in found}
    assert not first & {"tests", "pytest", "functions", "shared", "bin"}
    assert not first & {"pip", "setuptools", "starlette", "uvicorn", "hatchling", "alibabacloud_ccc20200701"}
    assert not below(found, *TOOLS)
    assert not [name for name in found if name.endswith((".pyi", "py.typed")) or ".dist-info/" in name]
    assert not [name for name in found if name.rsplit("/", 1)[-1].startswith(("test_", "conftest."))]


def below(found: set[str], *folders: str) -> list[str]:
    return [name for name in found if name.startswith(tuple(f"{folder}/" for folder in folders))]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_has_only_what_it_imports(function: str, built: Any) -> None:
    found = names(built, function)

    assert below(found, f"callevents/{function}")
    assert not below(found, *ABSENT[function], *ABSENT_PARTS)
    assert not [name for name in found if name.startswith("slack_bolt/") and "/async_" in name]


def test_what_must_be_absent_exists_under_that_name() -> None:
    """A renamed package would be absent from every artefact, and nothing would have been tested."""
    absent = {*TOOLS, *ABSENT_PARTS, *(name for each in ABSENT.values() for name in each)}
    ours = {name for name in absent if name.startswith("callevents")}

    assert all((SHARED / name / "__init__.py").is_file() for name in ours)
    assert all(importlib.util.find_spec(name.replace("/", ".")) for name in absent - ours)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_source_has_its_compiled_file_of_the_unchecked_kind(function: str, built: Any) -> None:
    found = names(built, function)
    tag = built.version.replace(".", "")

    for name in (name for name in found if name.endswith(".py")):
        path = Path(name)
        compiled = path.parent / "__pycache__" / f"{path.stem}.cpython-{tag}.pyc"
        assert compiled.as_posix() in found
        assert (built.folder(function) / compiled).read_bytes()[4:8] == b"\x01\x00\x00\x00"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_archive_is_the_folder_and_nothing_that_changes(function: str, built: Any) -> None:
    with zipfile.ZipFile(built.archive(function)) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted(names(built, function))
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_packages_are_listed_with_the_versions_of_the_lock(function: str, built: Any) -> None:
    listed = (built.folder(function) / "packages.txt").read_text().splitlines()
    lock = (Path(__file__).parents[2] / "requirements.lock").read_text()

    assert any(line.startswith("httpx==") for line in listed)
    assert all(f"{line} " in lock for line in listed)


def test_the_slack_function_is_small(built: Any) -> None:
    assert built.archive("slack").stat().st_size <= MAX_SLACK_ARCHIVE_BYTES


def test_building_again_under_a_strict_umask_gives_the_same_bytes_and_modes(
    built: Any, tmp_path: Path
) -> None:
    usual = os.umask(0o077)
    try:
        build(built.version, into=tmp_path, functions=["slack"], any_version=True)
    finally:
        os.umask(usual)

    assert (tmp_path / "dist" / "slack.zip").read_bytes() == built.archive("slack").read_bytes()
    found = list((tmp_path / "build" / "slack").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in found if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in found if path.is_dir()} == {0o755}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_file_names_the_folder_it_was_built_in(function: str, built: Any) -> None:
    root = str(Path(__file__).parents[2]).encode()

    for path in built.folder(function).rglob("*"):
        if path.is_file():
            assert root not in path.read_bytes(), path


@pytest.mark.parametrize("function", FUNCTIONS)
def test_policies_are_documents_of_ram(function: str) -> None:
    policy = json.loads((Path(__file__).parents[2] / "functions" / function / "policy.json").read_text())

    assert policy["Version"] == "1"
    assert all(statement["Effect"] == "Allow" for statement in policy["Statement"])
