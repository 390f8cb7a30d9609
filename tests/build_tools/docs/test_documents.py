"""Every document is true in both languages: the files, links, targets, settings and calls that it names are there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from callevents.settings.validators import ROUTES
from callevents.settings.variables import VARIABLES
from callevents_sandbox.fixtures.samples import samples
from tests.build_tools.docs.documents import (
    DOCUMENTS,
    FILES,
    ROOT,
    Document,
    anchor,
    blocks,
    code,
    headings,
    links,
    read,
    tables,
)

MAX_README_LINES = 120
# Of a tool that reads them itself; all other variables are in the registry.
NOT_SETTINGS = {"SLACK_APP_TOKEN", "LOG_PROJECT", "LOG_STORE", "LOG_ACTION_POLICY"}
MADE = ("build/", "dist/")
# Words that readers stumbled over.
UNCLEAR = ("the floor", "told to come again", "deserve", "any dress", "to mend")
UNCLEAR_CHINESE = ("窄权限", "信封", "| 证明 |", "发帖", "我们的口", "现场", "下限", "主管", "试验页面")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[each.english for each in DOCUMENTS])
every_file = pytest.mark.parametrize("name", FILES)


def test_there_are_documents_beside_what_they_describe() -> None:
    assert {document.english for document in DOCUMENTS} >= {
        "README.md",
        "functions/README.md",
        "functions/SECURITY.md",
        "functions/observability/README.md",
        "shared/DECISIONS.md",
        "shared/callevents/webhook/README.md",
        "tests/bench/README.md",
    }


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_newcomer_finishes_the_readme(name: str) -> None:
    assert len(read(name).splitlines()) <= MAX_README_LINES


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_leads_to_every_document(name: str) -> None:
    found, unread = {name}, [name]
    while unread:
        current = unread.pop()
        targets = {_file(current, target) for target in links(read(current)) if not _is_elsewhere(target)}
        new = {target for target in targets if target.endswith(".md")} - found
        found |= new
        unread += new

    assert set(FILES) == found


@every_document
def test_the_languages_have_the_same_shape(document: Document) -> None:
    english, chinese = document.texts

    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert [[len(row) for row in table] for table in tables(english)] == [
        [len(row) for row in table] for table in tables(chinese)
    ]
    assert [len(block.splitlines()) for block in blocks(english)] == [
        len(block.splitlines()) for block in blocks(chinese)
    ]


@every_document
def test_the_languages_name_the_same_things(document: Document) -> None:
    english, chinese = document.texts
    named = Counter(code(english)), Counter(code(chinese))

    for missing in (named[0] - named[1], named[1] - named[0]):
        assert [] == [each for each in missing if each.isascii() and "…" not in each]


@every_document
def test_the_languages_link_to_the_same(document: Document) -> None:
    english, chinese = (
        Counter(
            target.partition("#")[0].replace(".zh-CN.md", ".md")
            for target in links(text)
            if _file(name, target) not in document
        )
        for name, text in zip(document, document.texts, strict=True)
    )

    assert english == chinese


@every_document
def test_each_language_leads_to_the_other_and_stays_in_its_own(document: Document) -> None:
    for name, other in (document, tuple(reversed(document))):
        targets = [_file(name, target) for target in links(read(name)) if not _is_elsewhere(target)]
        files = [target for target in targets if target.endswith(".md")]
        assert other == files[0]
        assert all(target.endswith(".zh-CN.md") == name.endswith(".zh-CN.md") for target in files[1:])


@every_file
def test_every_link_leads_somewhere(name: str) -> None:
    for target in links(read(name)):
        if _is_elsewhere(target):
            continue
        file, _, place = target.partition("#")
        path = _file(name, target) if file else name
        assert (ROOT / path).exists(), target
        if place:
            assert place in {anchor(words) for _, words in headings(read(path))}, target


@every_file
def test_every_file_that_is_named_is_there(name: str) -> None:
    for line in read(name).splitlines():
        folder = Path()
        for word in code(line):
            if not _is_path(word) or word.startswith(MADE):
                continue
            pattern = re.sub(r"<\w+>", "*", word)
            assert any(ROOT.glob(pattern)) or (ROOT / folder / word).exists(), word
            if word.startswith(("functions/", "shared/", "tests/")):
                folder = Path(word)


@every_file
def test_every_make_target_that_is_named_is_there(name: str) -> None:
    text = read(name)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = [*code(text), *(line.strip() for block in blocks(text) for line in block.splitlines())]

    assert set() == {word for line in lines for word in re.findall(r"^make ([a-z-]+)", line)} - targets


@every_file
def test_every_variable_that_is_named_is_read(name: str) -> None:
    named = set(re.findall(r"\b(?:CALLEVENTS|SLACK|CCC|ALIBABA_CLOUD|DEPLOY|LOG)_[A-Z_]*[A-Z]\b", read(name)))

    assert set() == named - {variable.name for variable in VARIABLES} - NOT_SETTINGS


@every_file
def test_a_call_in_a_command_is_one_that_the_sandbox_has(name: str) -> None:
    """A part of an id could not be pasted, and would name no call."""
    calls = {sample.job_id for sample in samples()}

    assert (
        set()
        == {job for block in blocks(read(name)) for job in re.findall(r"\bjob-[^\s'\"]*", block)} - calls
    )


@every_file
def test_it_is_written_in_plain_words(name: str) -> None:
    text = read(name)

    assert [] == [word for word in (*UNCLEAR, *UNCLEAR_CHINESE) if word in text]


@pytest.mark.parametrize(
    "name", ["shared/callevents/webhook/README.md", "shared/callevents/webhook/README.zh-CN.md"]
)
def test_every_sender_is_explained(name: str) -> None:
    (table,) = (each for each in tables(read(name)) if len(each) > len(ROUTES))

    assert [] == [route for route in ROUTES if sum(f"/{route}" in row[1] for row in table) != 1]


def _is_elsewhere(target: str) -> bool:
    return target.startswith(("http:", "https:"))


def _file(name: str, target: str) -> str:
    """Return the file that *target* means in the document *name*, below the project."""
    return ((ROOT / name).parent / target.partition("#")[0]).resolve().relative_to(ROOT).as_posix()


def _is_path(word: str) -> bool:
    return bool(
        re.fullmatch(r"(?:functions|shared|tests)/[\w./<>-]+|[\w.-]+/|[\w.-]+\.(?:md|yml|toml|lock|mk)", word)
    )
