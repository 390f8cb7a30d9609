"""The catalogue of Simplified Chinese is complete, and the compiled file is that of the source."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import callevents
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.i18n import gettext_for, language_of, ngettext_for

PACKAGE = Path(callevents.__file__).parent
FOLDER = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[a-z]")
BRACES = re.compile(r"`[^`]*`")
Ids = str | tuple[str, ...]


def source() -> Catalog:
    with (FOLDER / "callevents.po").open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def used() -> set[Ids]:
    """Every message id in the source, plural ones as pairs."""
    found = extract_from_dir(PACKAGE, keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)})
    return {message for _, _, message, _, _ in found}


def translated() -> list[tuple[Ids, Ids]]:
    return [(message.id, message.string) for message in source() if message.id]


def both(ids: Ids) -> tuple[str, ...]:
    return (ids,) if isinstance(ids, str) else tuple(ids)


def test_every_message_is_translated_and_none_is_left_over() -> None:
    """A new msgid needs a translation; one that nobody uses goes. Run `make messages`."""
    assert used() == {ids for ids, _ in translated()}


def test_no_translation_is_empty_or_fuzzy() -> None:
    """gettext would fall back to English, in the middle of Chinese."""
    assert not [
        message.id for message in source() if message.id and (message.fuzzy or not all(both(message.string)))
    ]


def test_a_translation_has_the_places_of_its_message() -> None:
    """A place that is missing loses a fact; one too many raises where the message is filled."""
    for ids, strings in translated():
        for string in both(strings):
            assert set(PLACE.findall(string)) == set(PLACE.findall(both(ids)[-1])), ids
            assert set(BRACES.findall(string)) == set(BRACES.findall(both(ids)[-1])), ids


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    """What ships is the .mo: run `make messages` after a change."""
    with (FOLDER / "callevents.mo").open("rb") as file:
        compiled = {both(message.id): both(message.string) for message in read_mo(file) if message.id}
    assert compiled == {both(ids): both(strings) for ids, strings in translated()}


def test_every_event_type_has_a_chinese_label() -> None:
    """All 59, each its own."""
    labels = {gettext_for("zh-CN")(known.label) for known in EVENT_TYPES.values()}
    assert len(labels) == len(EVENT_TYPES) == 59
    assert all(re.search(r"[\u4e00-\u9fff]", label) for label in labels)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [(chinese, "zh-CN") for chinese in ("zh-CN", "zh_CN", "zh-TW", "ZH")]
    + [(other, "en") for other in ("en-GB", "zhx", "", None)],
)
def test_the_locale_of_a_person_decides(locale: str | None, expected: str) -> None:
    """Chinese of any kind reads Chinese; everybody else English."""
    assert language_of(locale) == expected


def test_plural_forms_follow_the_language() -> None:
    """English has two, Chinese one."""
    assert [ngettext_for("en")("%(count)d call", "%(count)d calls", count) for count in (0, 1, 2)] == [
        "%(count)d calls",
        "%(count)d call",
        "%(count)d calls",
    ]
    assert ngettext_for("zh-CN")("%(count)d call", "%(count)d calls", 1) == "%(count)d 通电话"


def test_an_unknown_message_comes_back_unchanged() -> None:
    """A language that nobody knows is English."""
    assert gettext_for("fr")("Help") == "Help"
    assert gettext_for("zh-CN")("no such message") == "no such message"
